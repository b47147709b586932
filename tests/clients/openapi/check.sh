#!/usr/bin/env bash
# Holds the OpenAPI document against tools that nobody here wrote: two that read it, and one that calls a server by it.
#
#     bash tests/clients/openapi/check.sh [BINARY]
#
# Ends with 1 if a tool finds something. The tools go below target/; one that cannot be had is left out by name.
set -euo pipefail
cd "$(dirname "$0")/../../.."

binary=$(realpath "${1:-${LINKSFIELD_SANDBOX_BIN:-target/debug/linksfield-sandbox}}")
tools=$PWD/target/openapi-tools

# Pinned, so that the same document gets the same verdict.
validator_version=0.9.0
schemathesis_version=4.32.5
redocly_version=2.77.0

if [ ! -x "$binary" ]; then
    echo "there is no $binary: cargo build makes it" >&2
    exit 2
fi
mkdir -p "$tools"
cd "$tools"
findings=0
found() {
    echo "FOUND: $*" >&2
    findings=$((findings + 1))
}
left_out() { echo "LEFT OUT: $*" >&2; }

# A tool of Python's in an environment of its own: NAME VERSION.
python_tool() {
    local at=$tools/$1-$2
    [ -e "$at/whole" ] && return
    rm -rf "$at"
    command -v python3 > /dev/null && python3 -m venv "$at" > /dev/null 2>&1 &&
        timeout 300 "$at/bin/pip" install --quiet --disable-pip-version-check "$1==$2" > "$1.log" 2>&1 && touch "$at/whole"
}

"$binary" openapi --output openapi.json > /dev/null
"$binary" openapi --base-path /fms --output openapi-fms.json > /dev/null
echo "the document has $(wc -c < openapi.json) bytes"

if python_tool openapi-spec-validator $validator_version; then
    echo "openapi-spec-validator $validator_version"
    openapi-spec-validator-$validator_version/bin/openapi-spec-validator --schema 3.1 openapi.json openapi-fms.json ||
        found "openapi-spec-validator refuses the document"
else
    left_out "openapi-spec-validator $validator_version cannot be had here"
fi

redocly=$tools/redocly-$redocly_version
if [ ! -e "$redocly/whole" ] && command -v npm > /dev/null; then
    rm -rf "$redocly"
    mkdir -p "$redocly"
    timeout 300 npm install --silent --no-fund --no-audit --no-update-notifier --prefix "$redocly" \
        "@redocly/cli@$redocly_version" > redocly.log 2>&1 && touch "$redocly/whole" || true
fi
if [ -e "$redocly/whole" ]; then
    echo "Redocly $redocly_version"
    # Strict: what it would only warn of counts.
    REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
        "$redocly/node_modules/.bin/redocly" lint --extends recommended-strict openapi.json openapi-fms.json \
        > redocly.log 2>&1 || { cat redocly.log; found "Redocly refuses the document"; }
else
    left_out "Redocly $redocly_version cannot be had here"
fi

if python_tool schemathesis $schemathesis_version; then
    rm -f ready.json
    # Nobody signs invented bodies: with signatures off they get past the door.
    "$binary" serve --listen 127.0.0.1:0 --vendor signatures=off > ready.json 2> server.log &
    server=$!
    trap 'kill "$server" 2> /dev/null || true' EXIT
    for _ in $(seq 100); do
        [ -s ready.json ] && break
        sleep 0.1
    done
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' ready.json)
    # Not asked: whether bad input is refused by status, and who is let in. Refusals come by code in HTTP 200, and a lenient
    # sandbox lets everybody in.
    checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
    checks=$checks,response_schema_conformance,positive_data_acceptance,unsupported_method,allow_header_conformance
    timeout 180 schemathesis-$schemathesis_version/bin/schemathesis --no-color run "$url/__sandbox/openapi.json" \
        --checks $checks --max-examples 10 --seed 7 --generation-database none > schemathesis.log 2>&1 ||
        { cat schemathesis.log; found "schemathesis has something to say, or took more than three minutes"; }
    echo "schemathesis $schemathesis_version:$(grep -E 'generated' schemathesis.log || echo ' no case was run')"
    grep -q generated schemathesis.log || found "schemathesis ran no case"
    "$binary" health "$url" || found "the server is no longer healthy"
    kill -TERM "$server"
    wait "$server" || found "the server ended with an error"
    trap - EXIT
else
    left_out "schemathesis $schemathesis_version cannot be had here"
fi

if [ $findings -gt 0 ]; then
    echo "$findings findings" >&2
    exit 1
fi
