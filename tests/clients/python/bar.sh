#!/usr/bin/env bash
# The bar of the pytest example: 16 workers on one server, 220 tests, ten rounds in random order, all green, no server left behind.
#
#     tests/clients/python/bar.sh target/release/linksfield-sandbox [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/../../.."

LINKSFIELD_SANDBOX_BIN=$(realpath "${1:?the path of the binary}")
export LINKSFIELD_SANDBOX_BIN
rounds=${2:-10}
unset SANDBOX_TARGET LINKSFIELD_SANDBOX_URL
venv=target/clients/bar-venv
[ -x "$venv/bin/pytest" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check pytest pytest-xdist pytest-randomly pytest-repeat

failed=0
for round in $(seq "$rounds"); do
    begun=$(date +%s%N)
    log=target/clients/bar-$round.log
    verdict=green
    "$venv/bin/python" -m pytest -q -n 16 --count 10 -p no:cacheprovider --randomly-seed="$((begun % 4294967296))" --basetemp=target/clients/bar-tmp tests/clients/python > "$log" 2>&1 || verdict=RED
    left=none
    if [ -e target/clients/bar-tmp/linksfield-sandbox.json ]; then
        left="a server: $(cat target/clients/bar-tmp/linksfield-sandbox.json)"
        verdict=RED
    fi
    [ "$verdict" = green ] || failed=$((failed + 1))
    echo "round $round: $verdict, $(tail -1 "$log"), order $((begun % 4294967296)), left behind: $left, $((($(date +%s%N) - begun) / 1000000)) ms"
done
echo "$((rounds - failed)) of $rounds rounds are green"
[ "$failed" = 0 ]
