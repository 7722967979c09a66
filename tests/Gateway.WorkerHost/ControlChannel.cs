using System.Collections.Concurrent;
using System.Threading.Channels;
using Gateway.WorkerHost.Protocol;
using Grpc.Core;

namespace Gateway.WorkerHost;

/// <summary>
/// The host's end of the gRPC stream to the worker:
/// <code>
/// StartStream -> init -> metadata -> load each function -> invocations ... cancels ... -> terminate
/// </code>
/// </summary>
internal sealed class ControlChannel(string folder, Action<string> write) : FunctionRpc.FunctionRpcBase
{
    private const string HostVersion = "4.1037.0.0";
    private readonly Channel<StreamingMessage> _outbound = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _running = new();
    private readonly TaskCompletionSource<LoadedApp> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<FunctionRoute> _functions = [];
    private int _unloaded;
    private Uri? _http;

    /// <summary>Ends when every function is loaded, or with the worker's mistake.</summary>
    public Task<LoadedApp> Loaded => _loaded.Task;

    /// <summary>Ids of what runs now.</summary>
    public ICollection<string> Running => _running.Keys;

    public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        Task writing = WriteAsync(responseStream, context.CancellationToken);
        try
        {
            await foreach (StreamingMessage message in requestStream.ReadAllAsync(context.CancellationToken))
            {
                Handle(message);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            write("The worker's stream broke off.");
        }

        _outbound.Writer.TryComplete();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (TaskCompletionSource running in _running.Values)
        {
            running.TrySetException(new IOException("The worker ended."));
        }
    }

    /// <summary>Tells the worker that the request of this id, which comes over HTTP, is for this function; ends with the function.</summary>
    public async Task InvokeAsync(string id, FunctionRoute function, string traceParent)
    {
        TaskCompletionSource done = _running[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(new StreamingMessage
        {
            InvocationRequest = new InvocationRequest
            {
                InvocationId = id,
                FunctionId = function.FunctionId,
                TraceContext = new RpcTraceContext { TraceParent = traceParent },
                InputData = { new ParameterBinding { Name = function.Parameter, Data = new TypedData { Http = new RpcHttp() } } },
            },
        });
        try
        {
            await done.Task;
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    public void Cancel(string id) => Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = id } });

    public void Terminate() => Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    private void Handle(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.StartStream:
                Send(new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = HostVersion, WorkerDirectory = folder, FunctionAppDirectory = folder } });
                break;
            case StreamingMessage.ContentOneofCase.WorkerInitResponse:
                _http = new Uri(message.WorkerInitResponse.Capabilities["HttpUri"]);
                Send(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } });
                break;
            case StreamingMessage.ContentOneofCase.FunctionMetadataResponse:
                Load(message.FunctionMetadataResponse);
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadResponse:
                CountLoaded(message.FunctionLoadResponse);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_running.TryGetValue(message.InvocationResponse.InvocationId, out TaskCompletionSource? done))
                {
                    done.TrySetResult();
                }

                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                RpcLog log = message.RpcLog;
                write($"{log.Category}: {log.Message} {log.Exception?.Message} {log.Exception?.StackTrace}".TrimEnd());
                break;
        }
    }

    private void Load(FunctionMetadataResponse indexed)
    {
        string prefix = AppRoutePrefix.Read(folder);
        _unloaded = indexed.FunctionMetadataResults.Count;
        foreach (RpcFunctionMetadata function in indexed.FunctionMetadataResults)
        {
            _functions.Add(FunctionRoute.From(function, prefix));
            Send(new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } });
        }
    }

    private void CountLoaded(FunctionLoadResponse loaded)
    {
        if (loaded.Result.Status != Protocol.Status.Success)
        {
            _loaded.TrySetException(new InvalidOperationException("A function was not loaded: " + loaded.Result.Exception?.Message));
        }
        else if (--_unloaded == 0)
        {
            _loaded.TrySetResult(new LoadedApp(_http!, new RouteTable(_functions)));
        }
    }

    private void Send(StreamingMessage message)
    {
        message.RequestId = Guid.NewGuid().ToString();
        _outbound.Writer.TryWrite(message);
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellationToken)
    {
        await foreach (StreamingMessage message in _outbound.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(message, cancellationToken);
        }
    }
}
