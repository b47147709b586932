#!/bin/sh
# HTTPie: a header that has no value is written with a semicolon; each call is a process.
printf 'version\tHTTPie %s\n' "$(http --version)"
call() { printf 'answer\t%s\n' "$(http --ignore-stdin --pretty=none --body "$@" Accept-Language\; x-access-token\;)"; }
call --raw="$BODY" POST "$1" Content-Type:application/json
call --raw="$BODY" POST "$1" Content-Type:application/json
call GET "$2"
