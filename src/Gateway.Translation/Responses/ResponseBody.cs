using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>The <c>response</c> object: what it is said to be at the beginning, and in the end.</summary>
internal sealed class ResponseBody
{
    private readonly AnswerContext _context;
    private readonly ResponsesOutput _output;

    /// <summary>Everything up to the status.</summary>
    private readonly byte[] _head;

    /// <param name="context">Of the answer.</param>
    /// <param name="upstreamId">Stays recognizable; an answer that has to begin without one gets the gateway's.</param>
    /// <param name="output">The items.</param>
    public ResponseBody(AnswerContext context, string upstreamId, ResponsesOutput output)
    {
        (_context, _output) = (context, output);
        string rest = upstreamId[(upstreamId.IndexOfAny(['_', '-']) + 1)..];
        using PooledBuffer head = new(128);
        head.Append("{\"id\":\""u8);
        head.AppendEscaped(rest.Length > 0 ? "resp_" + rest : context.Id);
        head.Append("\",\"object\":\"response\",\"created_at\":"u8);
        ResponsesEventWriter.Append(head, context.Created);
        head.Append(",\"model\":\""u8);
        head.AppendEscaped(context.Model);
        head.Append("\",\"status\":\""u8);
        _head = head.Span.ToArray();
    }

    /// <param name="buffer">Where to.</param>
    /// <param name="status">How far it is.</param>
    /// <param name="end">How it ended, where it has.</param>
    /// <param name="error">Members of its error, where it failed.</param>
    public void Write(PooledBuffer buffer, ReadOnlySpan<byte> status, AnswerEnd? end, ReadOnlySpan<byte> error)
    {
        buffer.Append(_head);
        buffer.Append(status);
        buffer.Append("\",\"error\":"u8);
        if (error.IsEmpty)
        {
            buffer.Append("null"u8);
        }
        else
        {
            buffer.Append("{"u8);
            buffer.Append(error);
            buffer.Append("}"u8);
        }

        buffer.Append(status.SequenceEqual("incomplete"u8) ? ",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":"u8 : ",\"incomplete_details\":null,\"output\":"u8);
        _output.Write(buffer);
        buffer.Append(",\"usage\":"u8);
        if (end is { } ended)
        {
            WriteUsage(buffer, ended.Usage);
        }
        else
        {
            buffer.Append("null"u8);
        }

        buffer.Append(_context.Wish.Echo.Span);
        buffer.Append("}"u8);
    }

    private static void WriteUsage(PooledBuffer buffer, TokenUsage usage)
    {
        buffer.Append("{\"input_tokens\":"u8);
        ResponsesEventWriter.Append(buffer, usage.TotalInput);
        buffer.Append(",\"input_tokens_details\":{\"cached_tokens\":"u8);
        ResponsesEventWriter.Append(buffer, usage.CacheRead);
        buffer.Append(",\"cache_write_tokens\":"u8);
        ResponsesEventWriter.Append(buffer, usage.CacheWrite);
        buffer.Append("},\"output_tokens\":"u8);
        ResponsesEventWriter.Append(buffer, usage.Output);
        buffer.Append(",\"output_tokens_details\":{\"reasoning_tokens\":"u8);
        ResponsesEventWriter.Append(buffer, usage.Reasoning);
        buffer.Append("},\"total_tokens\":"u8);
        ResponsesEventWriter.Append(buffer, usage.TotalInput + usage.Output);
        buffer.Append("}"u8);
    }
}
