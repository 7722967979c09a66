# The gateway on Kestrel, without the Functions host. When to choose this: docs/deploy.md, "As a container".
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
# ReadyToRun: compiled ahead, so the first request does not wait for the JIT.
RUN dotnet publish src/Gateway.LocalHost --configuration Release --arch $TARGETARCH --self-contained false \
    -p:PublishReadyToRun=true --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# The runtime writes nothing with its diagnostics off, so the file system can be read-only. Only /tmp must be writable.
ENV ASPNETCORE_URLS=http://0.0.0.0:7071 \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0
USER $APP_UID
EXPOSE 7071
# bash asks for itself, since the image has no curl and shall get none.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/7071 && printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["dotnet", "Gateway.LocalHost.dll"]
