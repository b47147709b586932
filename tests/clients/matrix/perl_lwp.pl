# LWP, with the connection cache that a long-lived program gives it.
use strict;
use warnings;
use HTTP::Request;
use LWP::UserAgent;

my $agent = LWP::UserAgent->new(keep_alive => 1);
print "version\tLWP $LWP::VERSION\n";
for my $method ('POST', 'POST', 'GET') {
    my $request = HTTP::Request->new($method, $ARGV[$method eq 'GET'], ['Accept-Language' => '', 'x-access-token' => '']);
    if ($method eq 'POST') {
        $request->header('Content-Type' => 'application/json');
        $request->content($ENV{BODY});
    }
    print "answer\t", $agent->request($request)->decoded_content(charset => 'none'), "\n";
}
