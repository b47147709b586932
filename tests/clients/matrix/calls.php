<?php
// What the PHP clients share: the three calls, and how their answers are told.

/** Calls `$call(method, url, headers, body)`, which gives the text of the answer; a GET has no body. */
function run(string $version, callable $call): void
{
    global $argv;
    [, $order, $detail] = $argv;
    $headers = ['Accept-Language' => '', 'x-access-token' => ''];
    echo "version\t$version\n";
    for ($count = 0; $count < 2; $count++) {
        $answer = $call('POST', $order, $headers + ['Content-Type' => 'application/json'], getenv('BODY'));
        echo "answer\t$answer\n";
    }
    echo "answer\t", $call('GET', $detail, $headers, null), "\n";
}
