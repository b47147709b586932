# The shell helper under bats: bats tests/clients/shell/esim.bats

setup_file() {
    . "$BATS_TEST_DIRNAME/linksfield-sandbox.sh"
    sandbox_start
}

teardown_file() {
    . "$BATS_TEST_DIRNAME/linksfield-sandbox.sh"
    sandbox_stop
}

setup() {
    . "$BATS_TEST_DIRNAME/linksfield-sandbox.sh"
    sandbox_session "$BATS_TEST_DESCRIPTION"
}

teardown() {
    [ -n "$BATS_TEST_COMPLETED$BATS_TEST_SKIPPED" ] || sandbox_excerpt
    sandbox_drop
}

detail() {
    curl -sS --noproxy '*' "$SANDBOX_BASE_URL/v1.1/package/detail?id=1000000"
}

@test "a package has a detail" {
    [ "$(detail | sandbox_field packageCode)" = LP20220325000000 ]
}

@test "a code on command" {
    sandbox_needs_control
    sandbox_fail_next detail '"code": 9999'
    [ "$(detail | sandbox_field code)" = 9999 ]
    [ "$(detail | sandbox_field code)" = 0 ]
}
