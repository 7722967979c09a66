namespace Gateway.Translation.Responses;

/// <summary>The events of a Responses stream. The name is the event's <c>type</c>, too.</summary>
internal static class ResponsesEvents
{
    public static ReadOnlySpan<byte> Created => "response.created"u8;

    public static ReadOnlySpan<byte> InProgress => "response.in_progress"u8;

    public static ReadOnlySpan<byte> Completed => "response.completed"u8;

    public static ReadOnlySpan<byte> Incomplete => "response.incomplete"u8;

    public static ReadOnlySpan<byte> Failed => "response.failed"u8;

    public static ReadOnlySpan<byte> Error => "error"u8;

    /// <summary>A sign of life: a comment would not reset the timers of clients.</summary>
    public static ReadOnlySpan<byte> KeepAlive => "keepalive"u8;

    public static ReadOnlySpan<byte> ItemAdded => "response.output_item.added"u8;

    public static ReadOnlySpan<byte> ItemDone => "response.output_item.done"u8;

    public static ReadOnlySpan<byte> PartAdded => "response.content_part.added"u8;

    public static ReadOnlySpan<byte> PartDone => "response.content_part.done"u8;

    public static ReadOnlySpan<byte> TextDelta => "response.output_text.delta"u8;

    public static ReadOnlySpan<byte> TextDone => "response.output_text.done"u8;

    public static ReadOnlySpan<byte> AnnotationAdded => "response.output_text.annotation.added"u8;

    public static ReadOnlySpan<byte> RefusalDelta => "response.refusal.delta"u8;

    public static ReadOnlySpan<byte> RefusalDone => "response.refusal.done"u8;

    public static ReadOnlySpan<byte> SummaryPartAdded => "response.reasoning_summary_part.added"u8;

    public static ReadOnlySpan<byte> SummaryPartDone => "response.reasoning_summary_part.done"u8;

    public static ReadOnlySpan<byte> SummaryDelta => "response.reasoning_summary_text.delta"u8;

    public static ReadOnlySpan<byte> SummaryDone => "response.reasoning_summary_text.done"u8;

    public static ReadOnlySpan<byte> ArgumentsDelta => "response.function_call_arguments.delta"u8;

    public static ReadOnlySpan<byte> ArgumentsDone => "response.function_call_arguments.done"u8;

    public static ReadOnlySpan<byte> InputDelta => "response.custom_tool_call_input.delta"u8;

    public static ReadOnlySpan<byte> InputDone => "response.custom_tool_call_input.done"u8;

    public static ReadOnlySpan<byte> SearchInProgress => "response.web_search_call.in_progress"u8;

    public static ReadOnlySpan<byte> Searching => "response.web_search_call.searching"u8;

    public static ReadOnlySpan<byte> SearchCompleted => "response.web_search_call.completed"u8;
}
