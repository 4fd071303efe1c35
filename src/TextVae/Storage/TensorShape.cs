using static TorchSharp.torch;

namespace TextVae.Storage;

/// <summary>A tensor as a configuration or a file's header describes it, before there is one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
public sealed record TensorShape(string Name, ScalarType Type, IReadOnlyList<long> Shape)
{
    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && (Name, Type) == (other.Name, other.Type) && Shape.HasSameValues(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Shape.HashOfValues());
}
