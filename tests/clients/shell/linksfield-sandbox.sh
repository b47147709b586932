# shellcheck shell=sh
# linksfield-sandbox for tests in sh, bash or bats, in one file: copy it beside your tests. curl, awk and sed are all it needs.
#
#     . ./linksfield-sandbox.sh
#     sandbox_start                               # bats: in setup_file
#     sandbox_test "buys an eSIM" buys_an_esim    # a function, in a session of its own; bats: sandbox_session in setup, sandbox_drop in teardown
#     sandbox_stop                                # bats: in teardown_file
#
# A session has its own orders, clock, rules and journal; $SANDBOX_BASE_URL is what the client under test is given. A test that fails shows
# the last entries of its session's journal. `sandbox_needs_control` skips a test where SANDBOX_TARGET is set.
#
# Where the server comes from, in this order:
#     SANDBOX_TARGET=https://…          the vendor's test environment, or any other base URL: no control, nothing is started
#     LINKSFIELD_SANDBOX_URL=http://…   a sandbox that runs already (`linksfield-sandbox exec -- sh my_test.sh`); it is not stopped
#     LINKSFIELD_SANDBOX_BIN=/path      this program is started; else `linksfield-sandbox` on the PATH

SANDBOX_CONTRACT=1

sandbox_says() {
    printf 'sandbox: %s\n' "$*" >&2
}

# The first value of that name in the JSON on stdin: sandbox_field id
sandbox_field() {
    awk -v name="$1" '{ text = text $0 } END {
        if (match(text, "\"" name "\":(\"[^\"]*\"|[^],}]*)")) {
            value = substr(text, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
            gsub(/^"|"$/, "", value); print value
        }
    }'
}

# sandbox_start [OPTIONS OF serve]: the server ends with this shell, whatever becomes of it. Sets SANDBOX_URL.
sandbox_start() {
    SANDBOX_PID=
    if [ -n "${SANDBOX_TARGET:-}" ]; then
        SANDBOX_URL=${SANDBOX_TARGET%/}
    elif [ -n "${LINKSFIELD_SANDBOX_URL:-}" ]; then
        SANDBOX_URL=${LINKSFIELD_SANDBOX_URL%/}
    else
        sandbox_binary=${LINKSFIELD_SANDBOX_BIN:-$(command -v linksfield-sandbox)} || {
            sandbox_says "linksfield-sandbox is not on the PATH, and LINKSFIELD_SANDBOX_BIN is not set.
  have a checkout:  cargo build --release && export LINKSFIELD_SANDBOX_BIN=\$PWD/target/release/linksfield-sandbox
  have it running:  export LINKSFIELD_SANDBOX_URL=http://127.0.0.1:8484
  want the vendor's test environment:  export SANDBOX_TARGET=https://…"
            return 1
        }
        sandbox_folder=$(mktemp -d) && mkfifo "$sandbox_folder/ready" || return 1
        # bats waits for whoever holds its descriptor 3.
        (
            unset LINKSFIELD_SANDBOX_BIN LINKSFIELD_SANDBOX_URL
            exec "$sandbox_binary" serve --listen 127.0.0.1:0 --parent-pid $$ "$@"
        ) > "$sandbox_folder/ready" 2> "$sandbox_folder/log" < /dev/null 3>&- &
        SANDBOX_PID=$!
        sandbox_ready=
        IFS= read -r sandbox_ready < "$sandbox_folder/ready" || true
        if [ -z "$sandbox_ready" ]; then
            sandbox_says "$sandbox_binary serve has ended:
$(cat "$sandbox_folder/log")
LINKSFIELD_SANDBOX_BIN names it."
            rm -rf "$sandbox_folder"
            return 1
        fi
        rm -rf "$sandbox_folder"
        if [ "$(printf '%s' "$sandbox_ready" | sandbox_field contract)" != "$SANDBOX_CONTRACT" ]; then
            kill -9 "$SANDBOX_PID" 2> /dev/null
            sandbox_says "$sandbox_binary says $sandbox_ready; this helper knows contract $SANDBOX_CONTRACT.
Copy linksfield-sandbox.sh anew from the version that you run."
            return 1
        fi
        SANDBOX_URL=$(printf '%s' "$sandbox_ready" | sandbox_field url)
    fi
    export SANDBOX_URL SANDBOX_PID
}

# In words, and if nobody listens by force. A server that was there before is left alone.
sandbox_stop() {
    [ -n "${SANDBOX_PID:-}" ] || return 0
    sandbox_ask POST "$SANDBOX_URL/__sandbox/shutdown" > /dev/null || kill "$SANDBOX_PID" 2> /dev/null
    sandbox_tries=0
    while curl -s --noproxy '*' -o /dev/null "$SANDBOX_URL/__sandbox/health/live"; do
        sandbox_tries=$((sandbox_tries + 1))
        [ "$sandbox_tries" -lt 50 ] || kill -9 "$SANDBOX_PID" 2> /dev/null
        sleep 0.1
    done
    wait "$SANDBOX_PID" 2> /dev/null || true
    SANDBOX_PID=
}

# sandbox_ask METHOD URL [JSON]: prints the answer; of a refusal it says why, and fails.
sandbox_ask() {
    sandbox_answer=$(curl -sS --noproxy '*' -w '\n%{http_code}' -X "$1" -H 'Content-Type: application/json' ${3+-d "$3"} \
        ${LINKSFIELD_SANDBOX_CONTROL_TOKEN:+-H "Authorization: Bearer $LINKSFIELD_SANDBOX_CONTROL_TOKEN"} "$2") || {
        sandbox_says "$1 $2: nobody answers. Has the server been stopped?"
        return 1
    }
    sandbox_status=${sandbox_answer##*
}
    printf '%s\n' "${sandbox_answer%
*}"
    case $sandbox_status in
        2*) ;;
        *)
            sandbox_says "$1 $2 was answered $sandbox_status: $(printf '%s' "$sandbox_answer" | sandbox_field message)
  help: $(printf '%s' "$sandbox_answer" | sandbox_field help)"
            return 1
            ;;
    esac
}

# sandbox_session NAME [JSON]: sandbox_session "my test" '"seed": 7, "scenario": "sold-out"'. Sets SANDBOX_NAME, SANDBOX_BASE_URL,
# SANDBOX_SEED, SANDBOX_TOKEN and, of an account that is there from the start, SANDBOX_EMAIL, SANDBOX_PASSWD, SANDBOX_PARTNER.
sandbox_session() {
    if [ -n "${SANDBOX_TARGET:-}" ]; then
        SANDBOX_NAME=target SANDBOX_BASE_URL=$SANDBOX_URL SANDBOX_SEED='' SANDBOX_TOKEN='' SANDBOX_CONTROL=''
        SANDBOX_EMAIL=${SANDBOX_TARGET_EMAIL:-mei.tan@traveller.example}
        SANDBOX_PASSWD=${SANDBOX_TARGET_PASSWD:-dea5c48620abe0fa8fdab91b05d469cf}
        SANDBOX_PARTNER=${SANDBOX_TARGET_PARTNER:-1000000005}
    else
        sandbox_wanted=$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')
        sandbox_at=1 sandbox_name=$sandbox_wanted
        while :; do
            if sandbox_made=$(sandbox_ask POST "$SANDBOX_URL/__sandbox/sessions" "{\"name\":\"$sandbox_name\"${2:+, $2}}" 2> /dev/null); then
                break
            fi
            if [ "$(printf '%s' "$sandbox_made" | sandbox_field code)" != session-exists ]; then
                sandbox_says "no session for $1: ${sandbox_made:-nobody answers at $SANDBOX_URL}"
                return 1
            fi
            sandbox_at=$((sandbox_at + 1))
            sandbox_name="$sandbox_at-$sandbox_wanted"
        done
        SANDBOX_NAME=$(printf '%s' "$sandbox_made" | sandbox_field id)
        SANDBOX_BASE_URL=$(printf '%s' "$sandbox_made" | sandbox_field path)
        SANDBOX_SEED=$(printf '%s' "$sandbox_made" | sandbox_field seed)
        SANDBOX_TOKEN=$(printf '%s' "$sandbox_made" | sandbox_field token)
        SANDBOX_EMAIL=$(printf '%s' "$sandbox_made" | sandbox_field email)
        SANDBOX_PASSWD=$(printf '%s' "$sandbox_made" | sandbox_field passwd)
        SANDBOX_PARTNER=$(printf '%s' "$sandbox_made" | sandbox_field partnerCode)
        SANDBOX_CONTROL="$SANDBOX_URL/__sandbox/sessions/$SANDBOX_NAME"
    fi
    export SANDBOX_NAME SANDBOX_BASE_URL SANDBOX_SEED SANDBOX_TOKEN SANDBOX_EMAIL SANDBOX_PASSWD SANDBOX_PARTNER SANDBOX_CONTROL
}

sandbox_drop() {
    [ -z "${SANDBOX_CONTROL:-}" ] || sandbox_ask DELETE "$SANDBOX_CONTROL" > /dev/null
    SANDBOX_CONTROL=
}

# sandbox_control METHOD PATH [JSON]: any other call of the session's control API: sandbox_control GET /profiles
sandbox_control() {
    if [ -z "${SANDBOX_CONTROL:-}" ]; then
        sandbox_says "$1 $2 needs control, and ${SANDBOX_BASE_URL:-this test} has none: begin the test with sandbox_needs_control"
        return 1
    fi
    sandbox_method=$1 sandbox_path=$2
    shift 2
    sandbox_ask "$sandbox_method" "$SANDBOX_CONTROL$sandbox_path" "$@"
}

# sandbox_fail_next pre-order '"fault": "lost", "commit": true' · sandbox_fail_next webhook '"code": 6006, "times": 2'
sandbox_fail_next() {
    sandbox_control POST /fail-next "{\"on\": \"$1\", $2}" > /dev/null
}

# Moves the session's clock and prints what happened on the way: sandbox_advance 61m
sandbox_advance() {
    sandbox_control POST /clock/advance "{\"by\": \"$1\"}"
}

# The partner's server tells the vendor: sandbox_pay ORDER ['"outcome": "fail"']
sandbox_pay() {
    sandbox_control POST "/orders/$1/pay" "{${2:-}}"
}

sandbox_orders() {
    sandbox_control GET '/orders?limit=1000'
}

# sandbox_journal · sandbox_journal 'on=pre-order&last=5'
sandbox_journal() {
    sandbox_control GET "/journal?${1:-}"
}

# sandbox_verify '{ "orders": { "payStatus": "paid" }, "count": 1 }' · with none, what the session's scenario expects
sandbox_verify() {
    if [ $# -gt 0 ]; then
        sandbox_found=$(sandbox_control POST /verify "{\"expect\": [$1]}" 2> /dev/null) && return 0
    else
        sandbox_found=$(sandbox_control POST /verify '{}' 2> /dev/null) && return 0
    fi
    # The diff is the last field, and a text of several lines.
    sandbox_says "$(printf '%s' "$sandbox_found" | sed 's/.*"diff":"//; s/"}$//; s/\\n/\
/g; s/\\"/"/g')"
    return 1
}

# The last entries of the journal, a line each, for somebody who looks at a failed test.
sandbox_excerpt() {
    printf 'session %s, seed %s, %s\n' "$SANDBOX_NAME" "$SANDBOX_SEED" "$SANDBOX_BASE_URL"
    sandbox_journal last=10 | awk '{ gsub(/\{"turn":/, "\n"); print }' | sed -n \
        's/^\([0-9]*\),.*"rule":"\{0,1\}\([^",]*\)"\{0,1\},"request":{"method":"\([A-Z]*\)","target":"\([^"]*\)".*"response":{"status":\([0-9]*\),"code":\([^,]*\),.*"wire":\[\([^]]*\)\].*/turn \1  \3 \4  \5 code \6  rule \2  \7/p' |
        sed 's/ code null//; s/  rule null//; s/ *$//'
}

# Skips a test that steers the sandbox where there is nothing to steer.
sandbox_needs_control() {
    [ -n "${SANDBOX_TARGET:-}" ] || return 0
    if [ -n "${BATS_VERSION:-}" ]; then
        skip "needs control, and SANDBOX_TARGET=$SANDBOX_TARGET has none"
    fi
    printf 'needs control, and SANDBOX_TARGET=%s has none\n' "$SANDBOX_TARGET"
    exit 77
}

# sandbox_test NAME FUNCTION [ARGUMENT…]: runs it under `set -e` in a session of its own. Status 77: skipped. Run it with & to have
# several at once. SANDBOX_START='"seed": 7' in front of it says what the session starts from.
sandbox_test() {
    sandbox_title=$1
    shift
    (
        sandbox_session "$sandbox_title" "${SANDBOX_START:-}" || exit 1
        trap 'sandbox_ends $?' EXIT
        set -e
        "$@"
    )
}

sandbox_ends() {
    trap - EXIT
    if [ "$1" != 0 ] && [ "$1" != 77 ] && [ -n "$SANDBOX_CONTROL" ]; then
        printf 'sandbox: the last calls of this test\n'
        sandbox_excerpt
    fi
    sandbox_drop || true
    exit "$1"
}
