//! What a hostile client can get into the log: its words are escaped, and its secrets and bodies do not stand there.

use rustix::process::Signal;
use serde_json::json;

use super::client::{Client, good};
use crate::process::Server;
use crate::support::Raw;

/// A token as a client may have one.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0LXRva2Vu";

/// Everything that a client says, with escape codes, line breaks, a right-to-left mark and secrets in it.
fn say(server: &Server) {
    let nasty = "\u{1b}[31mred\u{9b}31m\u{7}\r\n2026-01-01T00:00:00Z ERROR forged\u{202e}\u{0}";
    let bodies = [
        json!({ "access_code": "P000270", "device_id": nasty, "timestamp": "20260101000000", "sign": nasty }),
        json!({ "access_code": nasty, "device_id": nasty, "timestamp": nasty, "sign": nasty }),
        json!({ "email": nasty, "passwd": "s3cret-passwd", "receive_qr_email": nasty }),
        json!({ "name": nasty, "rules": nasty, "*": nasty, "by": nasty, "seed": nasty }),
    ];
    let paths = [
        "/package/orderPackage",
        "/v1.1/user/emailLogin",
        "/v1.2/package/preOrderPackage",
        "/s/other/package/queryOrder",
        "/%1b%5b31m%0d%0aforged",
        "/__sandbox/sessions",
        "/__sandbox/sessions/default/rules",
        "/__sandbox/sessions/default/callbacks",
    ];
    for path in paths {
        for body in &bodies {
            for method in ["POST", "PUT"] {
                let body = body.to_string();
                let head = format!(
                    "{method} {path} HTTP/1.1\r\nHost: localhost\r\nx-access-token: {TOKEN}\r\nUser-Agent: \u{9b}31m\r\n\
                     Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                assert!(Raw::connect_to(server.address()).send(head + &body).answer().status >= 200);
            }
        }
    }
    // Bytes that never become a call.
    for bytes in
        [&b"\x1b[31m / HTTP/1.1\r\n\r\n"[..], b"GET /\x1b]0;title\x07 HTTP/1.1\r\n\r\n", b"\0\x9b\r\n\r\n"]
    {
        let mut client = Client::connect_to(server.address());
        client.send(bytes);
        client.rest();
    }
    let mut client = Client::connect_to(server.address());
    client.send(&good());
    assert_eq!(client.answer().as_deref(), Some("200:0"));
}

#[test]
fn whatever_a_client_says_no_line_of_the_log_is_its_own() {
    for format in ["text", "json"] {
        for level in ["info", "debug"] {
            let server = Server::start(&["--seed", "7", "--log", level, "--log-format", format]);
            say(&server);
            server.signal(Signal::TERM);
            let (status, _, log) = server.end();
            assert_eq!(status.code(), Some(0));
            let odd = log.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(odd, None, "{format} {level}: {log:?}");
            assert!(log.contains("is not that of this text"), "something is said: {log}");
            for line in log.lines() {
                let is_ours = line.starts_with("20") || line.starts_with("{\"timestamp\"");
                assert!(is_ours && !line.starts_with("2026-01-01T00:00:00Z ERROR forged"), "{line:?}");
            }
            for secret in ["s3cret-passwd", &TOKEN[5..], "receive_qr_email", "1000000005"] {
                assert!(!log.contains(secret), "{format} {level}: {secret} stands in {log}");
            }
        }
    }
}
