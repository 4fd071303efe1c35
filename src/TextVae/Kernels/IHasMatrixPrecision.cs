namespace TextVae.Kernels;

/// <summary>A layer whose matrix products can be of one arithmetic or the other.</summary>
public interface IHasMatrixPrecision
{
    /// <summary>The arithmetic of its matrix products; may change between two calls.</summary>
    MatrixPrecision Precision { get; set; }
}
