<?php
// Guzzle, over PHP's curl extension.
require __DIR__ . '/calls.php';
require 'GuzzleHttp/autoload.php';

$client = new GuzzleHttp\Client();
// The class names its major version only.
run('Guzzle ' . GuzzleHttp\ClientInterface::MAJOR_VERSION . '.x', function ($method, $url, $headers, $body) use ($client) {
    return (string) $client->request($method, $url, ['headers' => $headers, 'body' => $body])->getBody();
});
