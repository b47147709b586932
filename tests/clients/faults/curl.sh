#!/bin/sh
# What curl makes of each fault: its exit code and the name of it.
#
#     sh curl.sh JOB…     a job is `HOW:NAME:URL`; one line `NAME<TAB>CLASS` for each, after one with the version
#
# HOW is `fresh` (a pre-order on a new connection), `kept` (one behind a good call on the same connection), `next` (one more behind
# it; both classes are told) or `get` (a detail on a new connection).
printf 'version\tcurl %s\n' "$(curl --version | sed -n '1s/^curl \([^ ]*\).*/\1/p')"
body='{"currency":"USD","id":1000000,"packageCode":"LP20220325000000","partnerCode":"1000000005","periodNum":1}'
order=/v1.2/package/preOrderPackage
detail='/v1.1/package/detail?id=1000000'

named() {
    case $1 in
        0) echo '0 OK' ;;
        8) echo '8 WEIRD_SERVER_REPLY' ;;
        18) echo '18 PARTIAL_FILE' ;;
        28) echo '28 OPERATION_TIMEDOUT' ;;
        52) echo '52 GOT_NOTHING' ;;
        56) echo '56 RECV_ERROR' ;;
        61) echo '61 BAD_CONTENT_ENCODING' ;;
        *) echo "$1" ;;
    esac
}

for job in "$@"; do
    how=${job%%:*}
    rest=${job#*:}
    name=${rest%%:*}
    url=${rest#*:}
    (
        set -- -s -o /dev/null --max-time 2 --noproxy '*' -H 'Content-Type: application/json' -d "$body" "$url$order"
        case $how in
            get) curl -s -o /dev/null --max-time 2 --noproxy '*' "$url$detail" ;;
            kept) curl -s -o /dev/null --noproxy '*' "$url$detail" --next "$@" ;;
            next) both=$(curl "$@" -w '%{exitcode} ' --next "$@" -w '%{exitcode}') ;;
            *) curl "$@" ;;
        esac
        class=$(named $?)
        # The exit code is that of the last transfer.
        [ "$how" != next ] || class="$(named "${both% *}"), then $(named "${both#* }")"
        printf '%s\t%s\n' "$name" "$class"
    ) &
done
wait
