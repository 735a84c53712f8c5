# docker build -t prefeval . && docker run -p 127.0.0.1:8080:8080 -v prefeval:/data prefeval
# The first sign-in link is in the log; or set PrefEval__AdminKey. compose.yaml runs it behind a TLS proxy.

FROM node:20.20.2-bookworm-slim AS web
WORKDIR /source/src/Web
COPY src/Web/package.json src/Web/package-lock.json src/Web/.npmrc ./
RUN npm ci --no-progress
COPY src/Web ./
RUN mkdir -p ../Api && npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0.401 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Stats/PrefEval.Stats.csproj src/Stats/packages.lock.json src/Stats/
COPY src/Api/PrefEval.Api.csproj src/Api/packages.lock.json src/Api/Web.targets src/Api/
RUN dotnet restore src/Api --locked-mode -p:SkipWeb=true
COPY src/Stats src/Stats
COPY src/Api src/Api
COPY seed seed
COPY --from=web /source/src/Api/wwwroot src/Api/wwwroot
RUN dotnet publish src/Api -c Release -o /app --no-restore -p:SkipWeb=true && mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12
WORKDIR /app
COPY --from=build /app ./
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
USER $APP_UID
# /data is all that is written: SQLite's temporary files lie there, too, and the runtime needs no sockets in /tmp.
ENV ASPNETCORE_URLS=http://0.0.0.0:8080 \
    ConnectionStrings__PrefEval="Data Source=/data/prefeval.db" \
    PREFEVAL_SERVER=http://127.0.0.1:8080 \
    SQLITE_TMPDIR=/data \
    DOTNET_EnableDiagnostics=0
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["dotnet", "PrefEval.Api.dll", "health"]
ENTRYPOINT ["dotnet", "PrefEval.Api.dll"]
