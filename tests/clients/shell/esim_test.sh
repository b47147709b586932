#!/bin/sh
# What a shop's own tests look like: buy an eSIM, lose an answer, let an hour pass, sixteen at once.
#
#     LINKSFIELD_SANDBOX_BIN=target/release/linksfield-sandbox sh tests/clients/shell/esim_test.sh
set -u
# shellcheck source=linksfield-sandbox.sh
. "$(dirname "$0")/linksfield-sandbox.sh"

# The client under test; yours stands here. All that it is told is a base URL and an account.
shop() {
    curl -sS --noproxy '*' -H 'Content-Type: application/json' -H "x-access-token: $token" -d "$2" "$SANDBOX_BASE_URL$1"
}

login() {
    token=
    token=$(shop /user/emailLogin "{\"email\":\"$SANDBOX_EMAIL\",\"passwd\":\"$SANDBOX_PASSWD\",\"partnerCode\":\"$SANDBOX_PARTNER\"}" | sandbox_field token)
}

pre_order() {
    shop /v1.2/package/preOrderPackage "{\"currency\":\"USD\",\"currencyId\":2,\"deviceType\":\"10\",\"id\":1000000,\"packageCode\":\"LP20220325000000\",\"packageNum\":1,\"partnerCode\":\"$SANDBOX_PARTNER\",\"periodNum\":${2:-1},\"receive_qr_email\":\"${1:-test@test.com}\"}"
}

# What the partner's server tells the vendor once the customer has paid.
paid() {
    shop /v1.1/payment/webhook "{\"dateTime\":\"1670228581\",\"orderId\":\"$1\",\"partnerCode\":\"$SANDBOX_PARTNER\",\"payAmount\":\"1\",\"payCurrency\":\"USD\",\"type\":\"payment_intent.succeeded\"}"
}

poll() {
    shop /package/queryOrdStatusAndEmail "{\"orderId\":$1}"
}

same() {
    [ "$1" = "$2" ] || {
        printf 'wanted %s, got %s\n' "$1" "$2"
        return 1
    }
}

buys_an_esim() {
    login
    order=$(pre_order | sandbox_field id)
    same 0 "$(poll "$order" | sandbox_field orderPayStatus)"
    same 0 "$(paid "$order" | sandbox_field code)"
    bought=$(poll "$order")
    same 1 "$(echo "$bought" | sandbox_field orderPayStatus)"
    case $(echo "$bought" | sandbox_field qrCode) in LPA:1*) ;; *) same 'LPA:1…' "$bought" ;; esac
}

# curl says 56 to a connection that is reset, 52 to one that is closed.
is_lost() {
    [ "$1" = 56 ] || same 52 "$1"
}

an_order_whose_answer_is_lost_is_stored() {
    sandbox_needs_control
    login
    sandbox_fail_next pre-order '"fault": "lost", "commit": true'
    status=0
    pre_order 2> /dev/null || status=$?
    is_lost "$status"
    same 1 "$(sandbox_orders | sandbox_field total)"
    same waiting "$(sandbox_orders | sandbox_field payStatus)"
}

an_address_loses_the_answer_as_well() {
    sandbox_needs_control
    login
    status=0
    pre_order lost-answer@you.example 2> /dev/null || status=$?
    is_lost "$status"
    same 1 "$(sandbox_orders | sandbox_field total)"
}

an_hour_later_the_payment_is_too_late() {
    sandbox_needs_control
    login
    order=$(pre_order | sandbox_field id)
    same orderTimedOut "$(sandbox_advance 61m | sandbox_field kind)"
    same 6006 "$(paid "$order" | sandbox_field code)"
}

the_sandbox_pays_and_the_mail_goes_out() {
    sandbox_needs_control
    login
    order=$(pre_order | sandbox_field id)
    sandbox_pay "$order" > /dev/null
    same 1 "$(poll "$order" | sandbox_field orderPayStatus)"
    sandbox_verify '{ "orders": { "payStatus": "paid" }, "count": 1 }, { "mails": { "kind": "qr" }, "count": 1 }'
}

a_session_can_start_from_a_scenario() {
    sandbox_needs_control
    login
    same 7 "$SANDBOX_SEED"
    same 3005 "$(pre_order | sandbox_field code)"
    case $SANDBOX_TOKEN in sbx1~*) ;; *) same 'sbx1~…' "$SANDBOX_TOKEN" ;; esac
}

sixteen_at_once_share_nothing() {
    sandbox_needs_control
    login
    wanted=0 at=0
    while [ "$at" -le $(($1 % 3)) ]; do
        same 0 "$(pre_order test@test.com $((1 + $1 % 12)) | sandbox_field code)"
        at=$((at + 1)) wanted="$wanted 0"
    done
    sandbox_fail_next pre-order "\"code\": $((5000 + $1)), \"custom\": true, \"message\": \"$SANDBOX_NAME\""
    same "$SANDBOX_NAME" "$(pre_order | sandbox_field message)"
    same "$at" "$(sandbox_orders | sandbox_field total)"
    # A login, the orders, the refusal: this test's own calls and nobody else's.
    told=$(sandbox_excerpt | sed -n 's/.* code \([0-9]*\).*/\1/p' | tr '\n' ' ')
    same "$wanted $((5000 + $1)) " "$told"
}

sandbox_start || exit 1
logs=$(mktemp -d)
trap 'sandbox_stop; rm -rf "$logs"' EXIT
begun=''

# All run at once; what one says is shown when all have ended.
begin() {
    name="$*"
    sandbox_test "esim_test $name" "$@" > "$logs/$name" 2>&1 &
    begun="$begun $!:$(echo "$name" | tr ' ' '+')"
}

begin buys_an_esim
begin an_order_whose_answer_is_lost_is_stored
begin an_address_loses_the_answer_as_well
begin an_hour_later_the_payment_is_too_late
begin the_sandbox_pays_and_the_mail_goes_out
export SANDBOX_START='"scenario": "sold-out", "seed": 7'
begin a_session_can_start_from_a_scenario
SANDBOX_START=
for number in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    begin sixteen_at_once_share_nothing "$number"
done

passed=0 failed=0 skipped=0
for one in $begun; do
    name=$(echo "${one#*:}" | tr '+' ' ')
    status=0
    wait "${one%%:*}" || status=$?
    case $status in
        0) passed=$((passed + 1)) && echo "passed   $name" ;;
        77) skipped=$((skipped + 1)) && echo "skipped  $name: $(cat "$logs/$name")" ;;
        *) failed=$((failed + 1)) && echo "FAILED   $name" && sed 's/^/  /' "$logs/$name" ;;
    esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
