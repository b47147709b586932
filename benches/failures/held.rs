//! A reset while answers are held: stalls, drips and delays, two hundred of each in turn, and of all three together.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use linksfield_sandbox::{Sandbox, SessionOptions};

const HELD: usize = 200;
const STALL: &str = r#""stall""#;
const DRIP: &str = r#"{ "drip": { "bytes": 16, "every": "10m" } }"#;
const DELAY: &str = r#"{ "delay": "10m" }"#;

/// Prints how long a reset takes until it has returned, and until every held connection has ended, over so many rounds.
pub(crate) fn measure(rounds: usize) {
    for (what, faults) in [
        ("stalls", &[STALL][..]),
        ("drips", &[DRIP]),
        ("delays", &[DELAY]),
        ("of all three", &[STALL, DRIP, DELAY]),
    ] {
        let mut times: Vec<(Duration, Duration)> = (0..rounds).map(|_| round(faults)).collect();
        times.sort_unstable();
        let (returned, _) = times[times.len() / 2];
        let (longest, _) = times[times.len() - 1];
        let ended = times.iter().map(|(_, ended)| *ended).max().unwrap_or_default();
        println!(
            "reset while {HELD} answers are held, {what}, {rounds} times: returns after {returned:?} in the median, \
             {longest:?} at most; the last connection has ended after {ended:?} at most"
        );
    }
}

/// How long a reset takes to return, and until all that was held has ended without another byte of an answer.
fn round(faults: &[&str]) -> (Duration, Duration) {
    let sandbox = Sandbox::builder().seed(1).start_blocking().expect("the sandbox starts");
    let rules: Vec<String> = faults
        .iter()
        .enumerate()
        .map(|(at, fault)| {
            let commit = if *fault == STALL { r#", "commit": true"# } else { "" };
            format!(r#"{{ "on": "pre-order", "when": {{ "header": {{ "x-fail": "{at}" }} }}, "fault": {fault}{commit} }}"#)
        })
        .collect();
    let scenario = format!(r#"{{ "format": 1, "scenario": "bench", "rules": [{}] }}"#, rules.join(", "));
    let session = sandbox.session_with(SessionOptions::named("held").scenario(scenario)).expect("a session");
    let body = r#"{"currency":"USD","id":1000000,"packageCode":"LP20220325000000","partnerCode":"1000000005","periodNum":1}"#;
    let mut held: Vec<TcpStream> = (0..HELD)
        .map(|n| {
            let mut stream = TcpStream::connect(sandbox.addresses()[0]).expect("a connection");
            let head = format!(
                "POST /s/held/v1.2/package/preOrderPackage HTTP/1.1\r\nHost: x\r\nX-Fail: {}\r\nContent-Length: {}\r\n\r\n",
                n % faults.len(),
                body.len()
            );
            stream.write_all((head + body).as_bytes()).expect("the server reads");
            if faults[n % faults.len()] == DRIP {
                stream.read_exact(&mut [0; 16]).expect("the first piece");
            }
            stream
        })
        .collect();
    while session.journal().len() < HELD {
        std::thread::yield_now();
    }
    let begun = Instant::now();
    session.reset();
    let returned = begun.elapsed();
    for stream in &mut held {
        let mut rest = Vec::new();
        // A reset is an end as well.
        let _ = stream.read_to_end(&mut rest);
        assert_eq!(String::from_utf8_lossy(&rest), "", "an answer arrived after the reset");
    }
    (returned, begun.elapsed())
}
