//! What the courier withstands: receivers that take their time, that call back, and sessions that begin anew meanwhile.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use super::*;

/// A receiver that answers nothing until it is told.
struct Slow(TcpListener);

impl Slow {
    fn new() -> Self {
        Self(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port"))
    }

    fn url(&self) -> String {
        format!("http://{}/hook", self.0.local_addr().expect("an address"))
    }

    /// The next callback, once it has come whole.
    fn next(&self) -> TcpStream {
        let stream = self.0.accept().expect("a connection").0;
        let mut reader = BufReader::new(&stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a line");
            if let Some(told) = line.strip_prefix("content-length: ") {
                length = told.trim().parse().expect("a length");
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader.take(length).read_to_end(&mut Vec::new()).expect("a body");
        stream
    }
}

fn answer(mut stream: TcpStream) {
    // Whoever gave up does not read it.
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nseen");
}

fn all(sandbox: &Sandbox) -> Value {
    api(sandbox, "GET", "sessions/default/deliveries", "").json()["deliveries"].clone()
}

#[test]
fn a_receiver_calls_the_sandbox_while_the_clock_waits_for_its_answer() {
    let slow = Slow::new();
    let sandbox = sandbox("");
    on(&sandbox, "PUT", "sessions/default/callbacks", &json!({ "uplink-sms": slow.url() }));
    uplink(&sandbox, SIM, "hello");
    let first = slow.next();
    std::thread::scope(|scope| {
        // It waits for the callback that is under way: nothing of the session may be locked meanwhile.
        let moved = scope.spawn(|| advance(&sandbox, "1h"));
        let looked = api(&sandbox, "GET", "sessions/default/sims", "");
        assert_eq!(looked.status, 200);
        let event = uplink(&sandbox, OTHER, "from inside");
        assert_eq!(event, 2);
        answer(slow.next());
        answer(first);
        assert_eq!(moved.join().expect("it moves")["now"], "2022-01-17T03:06:00.000Z");
    });
    let states: Vec<Value> =
        all(&sandbox).as_array().expect("a list").iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["delivered", "delivered"]);
}

#[test]
fn a_reset_while_a_callback_is_under_way_leaves_nothing_of_it() {
    let slow = Slow::new();
    let sandbox = sandbox("");
    let texts_only = json!({ "uplink-sms": slow.url() });
    on(&sandbox, "PUT", "sessions/default/callbacks", &texts_only);
    uplink(&sandbox, SIM, "old");
    uplink(&sandbox, SIM, "behind it");
    let under_way = slow.next();
    assert!(api(&sandbox, "POST", "sessions/default/reset", "").status < 300);
    on(&sandbox, "PUT", "sessions/default/callbacks", &texts_only);
    uplink(&sandbox, SIM, "new");
    let new = slow.next();
    // The old answer comes to nobody: what is under way in the new life is not taken for answered.
    answer(under_way);
    assert_eq!(deliveries(&sandbox, "underWay", 1).len(), 1);
    answer(new);
    let listed = deliveries(&sandbox, "delivered", 1);
    assert_eq!(listed.len(), 1);
    assert!(listed[0]["request"]["body"].as_str().expect("a body").contains("new"), "{listed:?}");
    assert_eq!(all(&sandbox).as_array().map(Vec::len), Some(1));
}

#[test]
fn what_the_way_out_of_the_process_has_no_room_for_is_dropped_counted_and_listed() {
    let slow = Slow::new();
    let sandbox = sandbox("");
    on(&sandbox, "POST", "sessions", &json!({ "name": "other" }));
    let rule = json!({ "on": "callback/uplink-sms", "fault": "parallel" });
    for name in ["default", "other"] {
        let set =
            on(&sandbox, "PUT", &format!("sessions/{name}/callbacks"), &json!({ "uplink-sms": slow.url() }));
        assert_eq!(set.status, 200, "{}", set.body);
        let armed = on(&sandbox, "POST", &format!("sessions/{name}/rules"), &rule);
        assert!(armed.status < 300, "{}", armed.body);
    }
    let event = json!({ "kind": "uplink-sms", "sim": SIM, "text": "hello" });
    for name in ["default", "other"] {
        for _ in 0..900 {
            assert_eq!(on(&sandbox, "POST", &format!("sessions/{name}/events"), &event).status, 200);
        }
    }
    let counts = ["default", "other"].map(|name| {
        let path = format!("sessions/{name}/deliveries?state=dropped");
        let listed = api(&sandbox, "GET", &path, "").json();
        assert_eq!(listed["dropped"], listed["deliveries"].as_array().expect("a list").len());
        listed["dropped"].as_u64().expect("a number")
    });
    // Sixteen are under way and a thousand wait, of all sessions together; a few more if tries were given up meanwhile.
    let (dropped, room) = (counts[0] + counts[1], 1_016);
    assert!((1..=1_800 - room).contains(&dropped), "{counts:?}");
}
