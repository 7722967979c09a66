using System.Buffers;

namespace Gateway.Tests.Support;

/// <summary>Knows how many of its arrays somebody holds.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private int _held;
    private int _rented;

    public int Held => Volatile.Read(ref _held);

    public int Rented => Volatile.Read(ref _rented);

    public override byte[] Rent(int minimumLength)
    {
        Interlocked.Increment(ref _held);
        Interlocked.Increment(ref _rented);
        return new byte[minimumLength];
    }

    public override void Return(byte[] array, bool clearArray = false) => Interlocked.Decrement(ref _held);
}
