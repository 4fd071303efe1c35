using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>How a kind of convolution is a product: of windows of its input with a matrix that its weights fill.</summary>
/// <param name="Windows">What the matrix is multiplied with.</param>
internal abstract unsafe record ConvolutionWeights(Windows Windows)
{
    /// <summary>The paper's convolution: kernel 3, stride 2, padding 1; weights [outputs, inputs, 3].</summary>
    public static ConvolutionWeights Halving { get; } = new Convolution(new Windows(Stride: 2, First: -1, Count: 3));

    /// <summary>
    /// The paper's deconvolution: kernel 3, stride 2, padding 1, output padding 1; weights [inputs, outputs, 3]. Output 2j is
    /// x_j W_1, output 2j + 1 is x_j W_2 + x_(j+1) W_0: one product of (x_j, x_(j+1)) gives both.
    /// </summary>
    public static ConvolutionWeights Doubling { get; } = new Deconvolution();

    /// <summary>Positions of the output that a window gives.</summary>
    public abstract int Positions { get; }

    /// <summary>The matrix by torch's own operations, [inputs of a window, outputs of its positions].</summary>
    /// <param name="weight">As torch has it.</param>
    public abstract Tensor Plain(Tensor weight);

    /// <summary>The same, for float32 on the CPU and without a gradient.</summary>
    /// <param name="weight">Contiguous.</param>
    public abstract Tensor Matrix(Tensor weight);

    /// <summary>The gradient by the weights, float32.</summary>
    /// <param name="matrix">That by the matrix, contiguous, float32 or bfloat16.</param>
    public Tensor Gradient(Tensor matrix) => matrix.dtype == bfloat16 ? Gradient<ushort>(matrix) : Gradient<float>(matrix);

    /// <summary>The convolution alone, without its bias, in float32; its gradient by torch's own operations.</summary>
    /// <param name="input">[batch, time, channels], float32.</param>
    /// <param name="weight">As torch has it.</param>
    /// <returns>[batch, time of the output, outputs].</returns>
    public Tensor Sums(Tensor input, Tensor weight)
    {
        var windows = Windows.Of(input, MatrixPrecision.Float32);
        var sums = is_grad_enabled() ? windows.matmul(Plain(weight)) : new BlockedMatrix(Matrix(weight)).Multiply(windows);
        return sums.view(sums.size(0), sums.size(1) * Positions, -1);
    }

    private protected abstract Tensor Gradient<T>(Tensor matrix)
        where T : unmanaged;

    private protected static float Read<T>(T* source)
        where T : unmanaged => typeof(T) == typeof(float) ? *(float*)source : BitConverter.UInt32BitsToSingle((uint)*(ushort*)source << 16);

    private sealed record Convolution(Windows Windows) : ConvolutionWeights(Windows)
    {
        public override int Positions => 1;

        public override Tensor Plain(Tensor weight) => weight.permute(2, 1, 0).flatten(0, 1);

        public override Tensor Matrix(Tensor weight)
        {
            var matrix = empty(Windows.Count * weight.size(1), weight.size(0));
            Move<float>(weight, matrix, gradient: false);
            return matrix;
        }

        private protected override Tensor Gradient<T>(Tensor matrix)
        {
            var weight = empty(matrix.size(1), matrix.size(0) / Windows.Count, Windows.Count);
            Move<T>(weight, matrix, gradient: true);
            return weight;
        }

        private void Move<T>(Tensor weight, Tensor matrix, bool gradient)
            where T : unmanaged
        {
            var (outputs, inputs) = ((int)weight.size(0), (int)weight.size(1));
            float* w = RowPointers<float>.Start(weight);
            T* m = RowPointers<T>.Start(matrix);
            for (var first = 0; first < outputs; first += ILanes.Width) // some rows of the weights at a time, which stay in the cache
            {
                var end = int.Min(outputs, first + ILanes.Width);
                for (var input = 0; input < inputs; input++)
                {
                    for (var k = 0; k < Windows.Count; k++)
                    {
                        var row = m + ((long)k * inputs + input) * outputs;
                        var column = w + (long)input * Windows.Count + k;
                        for (var output = first; output < end; output++)
                        {
                            var at = column + (long)output * inputs * Windows.Count;
                            if (gradient)
                            {
                                *at = Read(row + output);
                            }
                            else
                            {
                                *(float*)(row + output) = *at;
                            }
                        }
                    }
                }
            }
        }
    }

    private sealed record Deconvolution() : ConvolutionWeights(new Windows(Stride: 1, First: 0, Count: 2))
    {
        private const int Kernel = 3;

        public override int Positions => 2;

        public override Tensor Plain(Tensor weight) // [2 * inputs, 2 * outputs]
        {
            var w = weight.unbind(2);
            return cat([cat([w[1], w[2]], 1), cat([zeros_like(w[0]), w[0]], 1)]);
        }

        public override Tensor Matrix(Tensor weight)
        {
            var (inputs, outputs) = ((int)weight.size(0), (int)weight.size(1));
            var matrix = empty(2 * inputs, 2 * outputs);
            float* w = RowPointers<float>.Start(weight), m = RowPointers<float>.Start(matrix);
            for (var input = 0; input < inputs; input++)
            {
                float* of = m + 2L * input * outputs, following = m + 2L * (inputs + input) * outputs; // x_j, x_(j+1)
                for (var output = 0; output < outputs; output++, w += Kernel)
                {
                    (of[output], of[outputs + output], following[output], following[outputs + output]) = (w[1], w[2], 0, w[0]);
                }
            }
            return matrix;
        }

        private protected override Tensor Gradient<T>(Tensor matrix)
        {
            var (inputs, outputs) = ((int)matrix.size(0) / 2, (int)matrix.size(1) / 2);
            var weight = empty(inputs, outputs, Kernel);
            var w = RowPointers<float>.Start(weight);
            var m = RowPointers<T>.Start(matrix);
            for (var input = 0; input < inputs; input++)
            {
                T* of = m + 2L * input * outputs, following = m + 2L * (inputs + input) * outputs;
                for (var output = 0; output < outputs; output++, w += Kernel)
                {
                    (w[0], w[1], w[2]) = (Read(following + outputs + output), Read(of + output), Read(of + outputs + output));
                }
            }
            return weight;
        }
    }
}
