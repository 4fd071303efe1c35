using System.Runtime.InteropServices;
using System.Text;

namespace TextVae.Platform;

/// <summary>
/// The functions of an MPI library's C interface that training needs, and the library's values of MPI's constants.
/// </summary>
/// <remarks>
/// The interface is one, the binary form is not. What C calls <c>MPI_COMM_WORLD</c> is to Open MPI the address of an object that
/// the library exports, to MPICH and what has its binary interface (Intel MPI, MVAPICH, Cray) an <c>int</c>. Both travel in a
/// register of their own, of which the callee reads as much as it needs, so that one signature with <c>nint</c> serves both.
/// </remarks>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Names the library's file where another one than the first found is meant.</summary>
    public const string Variable = "TEXTVAE_MPI_LIBRARY";

    // Open MPI from 2.1 on; Debian's MPICH; MPICH, Intel MPI, MVAPICH and Cray's by their common binary interface; what a developer's package links.
    private const string OpenMpi = "libmpi.so.40";
    private const string DebianMpich = "libmpich.so.12";
    private const string Mpich = "libmpi.so.12";
    private const string Any = "libmpi.so";

    private const int LongestMessage = 8_192; // MPI_MAX_ERROR_STRING: 256 in Open MPI, 512 to 1,024 in MPICH

    private readonly nint _library;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;

    private MpiLibrary(string file, nint library)
    {
        (File, _library) = (file, library);
        IsOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _);
        World = Constant("ompi_mpi_comm_world", 0x44000000);
        Float = Constant("ompi_mpi_float", 0x4c00040a);
        Double = Constant("ompi_mpi_double", 0x4c00080b);
        Byte = Constant("ompi_mpi_byte", 0x4c00010d);
        Add = Constant("ompi_mpi_op_sum", 0x58000003);
        ErrorsReturn = Constant("ompi_mpi_errors_return", 0x54000001);
        InPlace = (void*)(nint)(IsOpenMpi ? 1 : -1);
        Initialized = (delegate* unmanaged<int*, int>)Function("MPI_Initialized");
        InitThread = (delegate* unmanaged<void*, void*, int, int*, int>)Function("MPI_Init_thread");
        SetErrorHandler = (delegate* unmanaged<nint, nint, int>)Function("MPI_Comm_set_errhandler");
        CommRank = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        AllReduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Function("MPI_Allreduce");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Function("MPI_Bcast");
        Barrier = (delegate* unmanaged<nint, int>)Function("MPI_Barrier");
        Abort = (delegate* unmanaged<nint, int, int>)Function("MPI_Abort");
        Finish = (delegate* unmanaged<int>)Function("MPI_Finalize");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Function("MPI_Error_string");
    }

    public string File { get; }

    public bool IsOpenMpi { get; }

    public nint World { get; }

    public nint Float { get; }

    public nint Double { get; }

    public nint Byte { get; }

    public nint Add { get; }

    public nint ErrorsReturn { get; }

    public void* InPlace { get; }

    public delegate* unmanaged<int*, int> Initialized { get; }

    public delegate* unmanaged<void*, void*, int, int*, int> InitThread { get; }

    public delegate* unmanaged<nint, nint, int> SetErrorHandler { get; }

    public delegate* unmanaged<nint, int*, int> CommRank { get; }

    public delegate* unmanaged<nint, int*, int> CommSize { get; }

    public delegate* unmanaged<void*, void*, int, nint, nint, nint, int> AllReduce { get; }

    public delegate* unmanaged<void*, int, nint, int, nint, int> Broadcast { get; }

    public delegate* unmanaged<nint, int> Barrier { get; }

    public delegate* unmanaged<nint, int, int> Abort { get; }

    public delegate* unmanaged<int> Finish { get; }

    /// <summary>Loads the file that the environment names, else the first there is, the launcher's kind before the other.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static MpiLibrary Load(MpiLauncher launcher)
    {
        string[] files = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file
            ? [file]
            : launcher.IsOpenMpi ? [OpenMpi, DebianMpich, Mpich, Any] : [DebianMpich, Mpich, OpenMpi, Any];
        LeaveSignalsAlone();
        foreach (var name in files)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new MpiLibrary(name, library);
            }
        }
        throw new InvalidInputException(
            InputKind.Device,
            $"MPI: {launcher.Name} started {launcher.Count} processes ({launcher.Variable}), and none of {string.Join(", ", files)} could be loaded; expected the launcher's library where the system looks for libraries (LD_LIBRARY_PATH), or its file in {Variable}");
    }

    /// <summary>What the library says about an error, without the stack that MPICH adds in further lines.</summary>
    public string Describe(int error)
    {
        var message = stackalloc byte[LongestMessage];
        int length;
        return _errorString(error, message, &length) == 0
            ? Encoding.UTF8.GetString(message, length).Split('\n')[0].Replace(", error stack:", "", StringComparison.Ordinal).Trim()
            : $"error {error}";
    }

    /// <summary>
    /// Network libraries below MPI take SIGSEGV and the like for themselves, to print a stack before they die; they would take it
    /// from .NET, to which it means a NullReferenceException that somebody may catch. What the user has set stays.
    /// </summary>
    private static void LeaveSignalsAlone()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = ProcessTuning.SetEnvironment("UCX_ERROR_SIGNALS", "", overwrite: 0);
            _ = ProcessTuning.SetEnvironment("HFI_NO_BACKTRACE", "1", overwrite: 0); // PSM2
            _ = ProcessTuning.SetEnvironment("IPATH_NO_BACKTRACE", "1", overwrite: 0); // PSM
        }
    }

    private nint Constant(string ofOpenMpi, int ofMpich) => IsOpenMpi ? Function(ofOpenMpi) : ofMpich;

    private nint Function(string name) => NativeLibrary.TryGetExport(_library, name, out var address)
        ? address
        : throw new InvalidInputException(InputKind.Device, $"MPI: {File}: found no {name}; expected a library of MPI 3 or newer");
}
