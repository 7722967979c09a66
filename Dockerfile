# The gateway on Kestrel, without the Functions host. When to choose this: docs/deploy.md, "As a container".
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
# The gateway and its command line in one folder. ReadyToRun: compiled ahead, so the first request does not wait for the JIT.
# The history stays outside, so a release says its version: docker build --build-arg VERSION=1.2.3
ARG VERSION
RUN dotnet publish src/Gateway.Cli --configuration Release --arch $TARGETARCH --self-contained false \
    -p:PublishReadyToRun=true ${VERSION:+-p:MinVerVersionOverride=$VERSION} --output /app
# docker exec <container> gw keys create --team me
RUN printf '#!/bin/sh\nexec dotnet /app/Gateway.Cli.dll "$@"\n' > /usr/local/bin/gw && chmod 755 /usr/local/bin/gw

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY --from=build /usr/local/bin/gw /usr/local/bin/gw
# The runtime writes nothing with its diagnostics off, so the file system can be read-only. Only /tmp must be writable.
ENV ASPNETCORE_URLS=http://0.0.0.0:7071 \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0
USER $APP_UID
EXPOSE 7071
# bash asks for itself, since the image has no curl and shall get none.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/7071 && printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
# Absolute: gateway.json is looked for in the working directory, which may be a mounted folder.
ENTRYPOINT ["dotnet", "/app/Gateway.LocalHost.dll"]
