<?php
// PHP's curl extension: a header that has no value is written with a semicolon.
require __DIR__ . '/calls.php';

$curl = curl_init();
run('PHP ' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.' . PHP_RELEASE_VERSION, function ($method, $url, $headers, $body) use ($curl) {
    $lines = [];
    foreach ($headers as $name => $value) {
        $lines[] = $value === '' ? "$name;" : "$name: $value";
    }
    $post = $body === null ? [CURLOPT_HTTPGET => true] : [CURLOPT_POSTFIELDS => $body];
    curl_setopt_array($curl, [CURLOPT_URL => $url, CURLOPT_HTTPHEADER => $lines, CURLOPT_RETURNTRANSFER => true] + $post);
    return curl_exec($curl);
});
