namespace Gateway.Tests.Contract;

/// <summary>A receipt in which nothing is left out.</summary>
internal static class ReceiptShape
{
    public const string Whole = """
        api 'anthropic'
        attempts[].duration_ms number
        attempts[].error 'overloaded_error'
        attempts[].reason string
        attempts[].started_ms number
        attempts[].status number
        attempts[].target string
        attempts[].upstream_status number
        bill.answered_model string
        bill.parts[].cache_read number
        bill.parts[].cache_write_1h number
        bill.parts[].cache_write_5m number
        bill.parts[].cost_usd number
        bill.parts[].input number
        bill.parts[].model string
        bill.parts[].output number
        bill.parts[].price_version string
        bill.price_version string
        bill.refused[] string
        bill.service_tier string
        bill.unpriced[] string
        bill.web_search_usd number
        bill.web_searches number
        cached boolean
        client string
        client_left boolean
        cost_usd number
        credential.key_id string
        credential.kind 'api_key'
        credential.person string
        credential.team string
        error 'overloaded_error'
        model.matched string
        model.provider string
        model.requested string
        model.used string
        notes[] string
        price_per_million_usd.cache_read number
        price_per_million_usd.cache_write_1h number
        price_per_million_usd.cache_write_5m number
        price_per_million_usd.input number
        price_per_million_usd.output number
        price_per_million_usd.version string
        reason string
        request_id string
        session string
        started_at string
        status number
        stream boolean
        tags.ticket string
        timings.first_byte_ms number
        timings.first_event_ms number
        timings.first_try_ms number
        timings.total_ms number
        tokens.cache_read number
        tokens.cache_write_1h number
        tokens.cache_write_5m number
        tokens.estimated boolean
        tokens.input number
        tokens.output number
        tokens.reasoning number
        translation string
        upstream.x-ms-region string
        upstream_request_id string
        upstream_status number
        why string
        """;
}
