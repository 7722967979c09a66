# After the first deployment: creates an API key and prints the lines for Claude Code. The key is shown once and kept nowhere.
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '../..')

if ($env:CI) {
    'A pipeline deploys, so no key is made: it would stay in the log.'
    exit 0
}
if ($env:GATEWAY_FIRST_KEY_ID) {
    "This environment has its first key already ($env:GATEWAY_FIRST_KEY_ID). More: dotnet run --project src/Gateway.Cli -- keys create --help"
    exit 0
}

$team = if ($env:AZURE_ENV_NAME) { $env:AZURE_ENV_NAME } else { 'team' }
$attempts = if ($env:FIRST_KEY_ATTEMPTS) { [int]$env:FIRST_KEY_ATTEMPTS } else { 10 }
$pause = if ($env:FIRST_KEY_PAUSE) { [int]$env:FIRST_KEY_PAUSE } else { 30 }
$env:GatewayStorage__tableServiceUri = $env:GATEWAY_TABLE_ENDPOINT

# A new role assignment can take minutes to count, so a refusal is tried again.
for ($attempt = 1; ; $attempt++) {
    $json = dotnet run --project src/Gateway.Cli -- keys create --team $team --name first --json
    if ($LASTEXITCODE -eq 0) { break }
    if ($attempt -ge $attempts) {
        [Console]::Error.WriteLine("No key could be made. The deployment itself is done. With the right to the tables (docs/deploy.md), set GatewayStorage__tableServiceUri to $env:GATEWAY_TABLE_ENDPOINT and run:")
        [Console]::Error.WriteLine("  dotnet run --project src/Gateway.Cli -- keys create --team $team --json")
        exit 0
    }
    [Console]::Error.WriteLine("The tables are not open to us yet, attempt $attempt; trying again.")
    Start-Sleep -Seconds $pause
}

# A first build may print warnings before the JSON.
$text = $json | Out-String
$key = $text.Substring($text.IndexOf('{')) | ConvertFrom-Json
azd env set GATEWAY_FIRST_KEY_ID $key.id

@"

The gateway is at $env:GATEWAY_URL. For Claude Code:

`$env:ANTHROPIC_BASE_URL = '$env:GATEWAY_URL'
`$env:ANTHROPIC_AUTH_TOKEN = '$($key.key)'
`$env:ANTHROPIC_API_KEY = ''

"@
