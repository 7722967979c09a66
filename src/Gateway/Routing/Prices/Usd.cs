using System.Globalization;

namespace Gateway.Routing.Prices;

/// <summary>
/// An amount of money, never negative: a reservation, lease or cost below zero would hand out what nobody has. Sums stop
/// at <see cref="Most"/> and differences at zero, instead of overflowing.
/// </summary>
public readonly record struct Usd : IComparable<Usd>
{
    private readonly decimal _amount;

    private Usd(decimal amount) => _amount = amount;

    public static Usd Zero => default;

    /// <summary>More than anybody spends, and few enough digits that 13 are left behind the point: sums stay exact.</summary>
    public static Usd Most { get; } = new(1_000_000_000_000_000);

    /// <summary>What is negative becomes zero, what is too much the most.</summary>
    public static Usd Of(decimal amount) => amount <= 0 ? Zero : amount < Most._amount ? new Usd(amount) : Most;

    public static implicit operator decimal(Usd usd) => usd._amount;

    public static Usd operator +(Usd left, Usd right) => Of(left._amount + right._amount);

    public static Usd operator -(Usd left, Usd right) => Of(left._amount - right._amount);

    public static Usd operator *(Usd usd, long times) =>
        times <= 0 || usd == Zero ? Zero : usd._amount <= Most._amount / times ? Of(usd._amount * times) : Most;

    public static Usd Min(Usd left, Usd right) => left < right ? left : right;

    public static Usd Max(Usd left, Usd right) => left > right ? left : right;

    public static bool operator <(Usd left, Usd right) => left._amount < right._amount;

    public static bool operator >(Usd left, Usd right) => left._amount > right._amount;

    public static bool operator <=(Usd left, Usd right) => left._amount <= right._amount;

    public static bool operator >=(Usd left, Usd right) => left._amount >= right._amount;

    public Usd DividedBy(int parts) => new(_amount / parts);

    public int CompareTo(Usd other) => _amount.CompareTo(other._amount);

    public override string ToString() => _amount.ToString(CultureInfo.InvariantCulture);
}
