namespace Gateway.Authentication.Access;

/// <summary>Why nobody was let in. Few, so that a metric and a row a minute may name them.</summary>
public enum RefusalReason
{
    NoCredential,

    /// <summary>The header holds no single credential.</summary>
    UnreadableHeader,

    /// <summary>Not in the form of our keys, and no token either.</summary>
    ForeignKey,

    /// <summary>Our form with a wrong checksum.</summary>
    DamagedKey,

    /// <summary>No such key, or not its secret.</summary>
    InvalidKey,
    RevokedKey,
    ExpiredKey,
    InvalidToken,

    /// <summary>The storage, or the issuer, did not answer: nobody knows who it was.</summary>
    Unchecked,
}

/// <summary>A key whose holder proved to be that, and may not come in any more.</summary>
public sealed record RefusedKey(string Id, string Team);
