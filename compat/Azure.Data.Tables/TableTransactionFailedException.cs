using System.Globalization;
using System.Text.RegularExpressions;

namespace Azure.Data.Tables;

public partial class TableTransactionFailedException : RequestFailedException
{
    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(requestFailedException.Status, requestFailedException.Message, requestFailedException.ErrorCode, requestFailedException)
    {
        // The service puts the index of the action that failed in front of its message: "2:The specified entity already exists."
        Match match = LeadingIndex().Match(requestFailedException.Message);
        FailedTransactionActionIndex = match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    public int? FailedTransactionActionIndex { get; }

    [GeneratedRegex(@"^(\d{1,3}):")]
    private static partial Regex LeadingIndex();
}
