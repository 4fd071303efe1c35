using System.IO.Compression;
using System.Numerics;
using TextVae.Models;
using TextVae.Storage;
using TextVae.Tokenizers;

namespace TextVae;

/// <summary>
/// A trained model in one file, such as an embedded resource: a zip archive with the model, its vocabulary and its card, and
/// nothing that only training needs. <see cref="TextVaeSession.Load(Stream, string, SessionOptions?)"/> opens it.
/// </summary>
public static class ModelArchive
{
    private const int MostTimesLarger = 100; // than packed: trained weights hardly become smaller, and what becomes a thousandth is none

    private static readonly string[] Required = [SavedModel.ModelName, SavedModel.VocabularyName, SavedModel.WeightsName];
    private static readonly string[] Optional = [SavedPrior.Name, "README.md"];

    /// <summary>Makes an archive of a run folder; it appears whole or not at all.</summary>
    /// <param name="runFolder">What training wrote.</param>
    /// <param name="path">The archive's file.</param>
    /// <exception cref="InvalidInputException">The folder has no model, or the file cannot be written.</exception>
    public static void Pack(string runFolder, string path)
    {
        if (Required.FirstOrDefault(name => !File.Exists(Path.Combine(runFolder, name))) is { } missing)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{Path.Combine(runFolder, missing)}: no such file; expected a run folder with a model");
        }
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var name in Required.Concat(Optional.Where(name => File.Exists(Path.Combine(runFolder, name)))))
            {
                PlainFile.RefuseOthers(Path.Combine(runFolder, name));
                archive.CreateEntryFromFile(Path.Combine(runFolder, name), name);
            }
        }, InputKind.Data);
    }

    /// <exception cref="InvalidInputException">The file cannot be opened.</exception>
    internal static FileStream OpenFile(string path)
    {
        try
        {
            return PlainFile.Open(path);
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: not read, {Disk.Reason(error)}", error);
        }
    }

    /// <summary>The files of an archive, in a folder that goes when it is disposed of.</summary>
    /// <param name="archive">The archive, which stays the caller's.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is no archive of a model, or would unpack to more than its model has.</exception>
    internal static UnpackedModel Unpack(Stream archive, string name)
    {
        var folder = new UnpackedModel(name);
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            Unpack(zip, SavedModel.ModelName, folder, JsonFile.LargestBytes);
            Unpack(zip, SavedModel.VocabularyName, folder, Vocabulary.MaximumFileSize);
            Unpack(zip, SavedModel.WeightsName, folder, folder.MostWeightBytes());
            if (zip.GetEntry(SavedPrior.Name) is not null)
            {
                Unpack(zip, SavedPrior.Name, folder, folder.MostPriorBytes());
            }
            return folder;
        }
        catch (Exception error)
        {
            folder.Dispose();
            throw error is InvalidDataException || Disk.IsToBlame(error)
                ? new InvalidInputException(InputKind.RunFolder, $"{name}: found no readable archive of a model ({Disk.Reason(error)}); expected one, or a run folder", error)
                : error;
        }
    }

    /// <summary>Unpacks a member; what unpacks to more than its kind can have is refused before it is on the disk.</summary>
    private static void Unpack(ZipArchive zip, string member, UnpackedModel folder, BigInteger most)
    {
        if (zip.Entries.Count(entry => entry.FullName == member) != 1 || zip.GetEntry(member) is not { } entry)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{folder.Name}: found no {member}; expected one, as in an archive of a model");
        }
        most = BigInteger.Min(most, (BigInteger)entry.CompressedLength * MostTimesLarger + JsonFile.LargestBytes);
        if (entry.Length > most)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{folder.Name}/{member}: found {entry.Length:N0} bytes, packed into {entry.CompressedLength:N0}; expected at most {most:N0}");
        }
        using var content = entry.Open();
        using var file = File.Create(Path.Combine(folder.Path, member));
        CopyAtMost(content, file, entry.Length, $"{folder.Name}/{member}");
    }

    private static void CopyAtMost(Stream from, FileStream to, long most, string name)
    {
        var buffer = new byte[1 << 20];
        while (from.Read(buffer) is > 0 and var read)
        {
            if (read > most - to.Position)
            {
                throw new InvalidInputException(InputKind.RunFolder, $"{name}: found more than {most:N0} bytes; expected so many, as the archive says");
            }
            to.Write(buffer, 0, read);
        }
    }

    /// <summary>The files of an archive among the system's temporary ones, where errors name the archive in place of the folder.</summary>
    internal sealed class UnpackedModel(string name) : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("textvae-");

        public string Name { get; } = name;

        public string Path => _folder.FullName;

        /// <exception cref="InvalidInputException">A file is malformed or edited, or does not fit the others.</exception>
        public SavedModel Load() => Renaming(() =>
        {
            var saved = SavedModel.Load(Path);
            if (saved.Priors is { Fault: { } fault, IsStale: false }) // in a run folder another can be fitted
            {
                saved.Model.Dispose();
                throw new InvalidInputException(InputKind.RunFolder, fault);
            }
            return saved with { Priors = saved.Priors with { Fault = saved.Priors.Fault?.Replace(Path, Name, StringComparison.Ordinal) } };
        });

        /// <summary>The most bytes that the weights of what has been unpacked can have.</summary>
        public BigInteger MostWeightBytes() => Renaming(() => SavedModel.MostWeightBytes(Path)) ?? long.MaxValue;

        /// <summary>The most bytes that a prior of its latent vectors can have.</summary>
        public BigInteger MostPriorBytes() => Renaming(() => SavedPrior.MostBytes(JsonFile.Read<ModelFile>(System.IO.Path.Combine(Path, SavedModel.ModelName)).Model.Latent));

        public void Dispose() => _folder.Delete(recursive: true);

        private T Renaming<T>(Func<T> work)
        {
            try
            {
                return work();
            }
            catch (InvalidInputException error)
            {
                throw new InvalidInputException(error.Kind, error.Message.Replace(Path, Name, StringComparison.Ordinal), error);
            }
        }
    }
}
