#!/bin/sh
# After the first deployment: creates an API key and prints the lines for Claude Code. The key is shown once and kept nowhere.
set -eu
cd "$(dirname "$0")/../.."

if [ -n "${CI:-}" ]; then
  echo "A pipeline deploys, so no key is made: it would stay in the log."
  exit 0
fi
if [ -n "${GATEWAY_FIRST_KEY_ID:-}" ]; then
  echo "This environment has its first key already ($GATEWAY_FIRST_KEY_ID). More: dotnet run --project src/Gateway.Cli -- keys create --help"
  exit 0
fi

team="${AZURE_ENV_NAME:-team}"
export GatewayStorage__tableServiceUri="$GATEWAY_TABLE_ENDPOINT"

# A new role assignment can take minutes to count, so a refusal is tried again.
attempt=1
until json=$(dotnet run --project src/Gateway.Cli -- keys create --team "$team" --name first --json); do
  if [ "$attempt" -ge "${FIRST_KEY_ATTEMPTS:-10}" ]; then
    echo "No key could be made. The deployment itself is done. With the right to the tables (docs/deploy.md), run:" >&2
    echo "  GatewayStorage__tableServiceUri=$GATEWAY_TABLE_ENDPOINT dotnet run --project src/Gateway.Cli -- keys create --team $team --json" >&2
    exit 0
  fi
  echo "The tables are not open to us yet, attempt $attempt; trying again." >&2
  attempt=$((attempt + 1))
  sleep "${FIRST_KEY_PAUSE:-30}"
done

field() { printf '%s' "$json" | tr -d '\n' | sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p'; }
azd env set GATEWAY_FIRST_KEY_ID "$(field id)"

cat <<END

The gateway is at $GATEWAY_URL. For Claude Code:

export ANTHROPIC_BASE_URL="$GATEWAY_URL"
export ANTHROPIC_AUTH_TOKEN="$(field key)"
export ANTHROPIC_API_KEY=""

END
