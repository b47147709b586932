#!/bin/sh
# curl: a header that has no value is written with a semicolon. `--next` is one more call of the same process.
printf 'version\tcurl %s\n' "$(curl --version | sed -n '1s/^curl \([^ ]*\).*/\1/p')"
alike='-sS -w \n -H Accept-Language; -H x-access-token;'
# shellcheck disable=SC2086
curl $alike -H 'Content-Type: application/json' --data-raw "$BODY" "$1" \
    --next $alike -H 'Content-Type: application/json' --data-raw "$BODY" "$1" \
    --next $alike "$2" | sed 's/^/answer\t/'
