namespace TextVae.Kernels;

/// <summary>The arithmetic of matrix products. Parameters, sums and everything between products stay in their own type.</summary>
#pragma warning disable CA1720 // A member named after a type: the types are what it is about.
public enum MatrixPrecision
{
    /// <summary>Operands as they are: float32 (or float64, if the layer was moved to it).</summary>
    Float32,

    /// <summary>Operands rounded to bfloat16, products accumulated in float32: twice as fast where the processor has such products.</summary>
    BFloat16,
}

/// <summary>A layer whose matrix products can be of one arithmetic or the other.</summary>
public interface IHasMatrixPrecision
{
    /// <summary>The arithmetic of its matrix products; may change between two calls.</summary>
    MatrixPrecision Precision { get; set; }
}
