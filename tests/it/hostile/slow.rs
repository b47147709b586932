//! Slow clients, under limits so small that nobody waits long for them.

use std::time::Duration;

use linksfield_sandbox::{Builder, Limit, Sandbox};

use super::client::{Client, good};
use super::is_well;
use crate::support::builder;

const SHORT: Duration = Duration::from_millis(60);

fn under(limits: impl IntoIterator<Item = Limit>) -> Sandbox {
    limits.into_iter().fold(builder(), Builder::limit).start_blocking().expect("the sandbox starts")
}

/// Sends the beginning, and then a piece of it after the other; what is answered.
fn dribble(client: &mut Client, start: &str, piece: &str) -> Option<String> {
    client.send(start.as_bytes());
    (0..200).for_each(|_| client.send(piece.as_bytes()));
    client.answer()
}

#[test]
fn a_head_that_comes_slowly_or_never_ends_is_cut() {
    let sandbox = under([Limit::HeadTime(SHORT)]);
    for (start, piece) in [
        ("P", ""),
        ("POST / HTTP/1.1", ""),
        ("POST / HTTP/1.1\r\nHost: x\r\n", ""),
        ("POST / HTTP/1.1\r\nHost: x\r\nA: b", ""),
        ("\r\n", ""),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: ", "b"),
    ] {
        let answer = dribble(&mut Client::connect(&sandbox), start, piece);
        assert_eq!(answer, None, "{start:?}");
        is_well(&sandbox, start);
    }
    // The second head on a connection is under the same limit.
    let mut client = Client::connect(&sandbox);
    client.send(&good());
    assert_eq!(client.answer().as_deref(), Some("200:0"));
    assert_eq!(dribble(&mut client, "POST / HT", ""), None);
    // Many at once keep nobody else waiting.
    let mut slow: Vec<Client> = (0..100).map(|_| Client::connect(&sandbox)).collect();
    for client in &mut slow {
        client.send(b"POST / HTTP/1.1\r\n");
    }
    is_well(&sandbox, "a hundred slow heads");
    assert!(slow.iter_mut().all(|client| client.answer().is_none()));
}

#[test]
fn a_body_that_comes_slowly_is_408_whole_or_in_chunks() {
    let sandbox = under([Limit::BodyTime(SHORT)]);
    let head = "POST /v1.2/package/preOrderPackage HTTP/1.1\r\nHost: x\r\n";
    for (rest, status) in [
        ("Content-Length: 100\r\n\r\n", "408:9999"),
        ("Content-Length: 100\r\n\r\n{", "408:9999"),
        ("Content-Length: 100\r\nExpect: 100-continue\r\n\r\n", "100"),
        ("Transfer-Encoding: chunked\r\n\r\n", "408:9999"),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\n{", "408:9999"),
        ("Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "408:9999"),
        // What is too large by its own word is that, however slowly it comes.
        ("Content-Length: 2000000\r\n\r\n{", "413:9999"),
        // What is wrong with the head is said first.
        ("Host: y\r\nContent-Length: 100\r\n\r\n{", "400:9999"),
        ("Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n{", "415:9999"),
    ] {
        let mut client = Client::connect(&sandbox);
        client.send(format!("{head}{rest}").as_bytes());
        assert_eq!(client.answer().as_deref(), Some(status), "{rest:?}");
        if status == "100" {
            assert_eq!(client.answer().as_deref(), Some("408:9999"), "{rest:?}");
        }
        assert_eq!(client.answer(), None, "{rest:?}");
        is_well(&sandbox, rest);
    }
    assert_eq!(sandbox.default_session().orders().len(), 9, "those of the good calls");
}

#[test]
fn an_idle_connection_is_closed_before_and_after_a_call() {
    let sandbox = under([Limit::Idle(SHORT)]);
    assert_eq!(Client::connect(&sandbox).answer(), None);
    let mut client = Client::connect(&sandbox);
    client.send(&good());
    assert_eq!(client.answer().as_deref(), Some("200:0"));
    assert_eq!(client.answer(), None);
    is_well(&sandbox, "idle connections");
}

#[test]
fn a_client_that_does_not_read_is_let_go() {
    // There is one place: whoever is answered next shows that it is free again.
    let sandbox = under([Limit::Unread(SHORT), Limit::Connections(1)]);
    let ask = b"GET /__sandbox/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut client = Client::connect(&sandbox);
    client.send(ask);
    let length = client.whole_answer().expect("an answer").1.len();
    // Far more than the system keeps for a connection.
    let asked = (64 << 20) / length;
    (0..asked).for_each(|_| client.send(ask));
    is_well(&sandbox, "answers that nobody reads");
    let read = client.rest();
    assert!(read < asked * length, "{read} bytes were read of {asked} answers of {length}");
}
