//! Retries on the session's clock, order, bounds, and what a reset leaves of it.

use std::collections::BTreeSet;

use super::*;

#[test]
fn a_callback_that_is_not_taken_is_tried_after_1_5_and_25_seconds_and_then_every_5_minutes_for_a_day() {
    let receiver = Receiver::new();
    receiver.answers("503 Busy");
    let sandbox = telling_texts(&receiver);
    uplink(&sandbox, SIM, "hello");
    receiver.next();
    deliveries(&sandbox, "due", 1);
    let fired = |moved: &Value| -> Vec<String> {
        let fired = moved["fired"].as_array().expect("a list").iter();
        fired
            .filter(|one| one["kind"] == "callbackDue")
            .map(|one| one["at"].as_str().expect("a moment")[11..19].to_owned())
            .collect()
    };
    assert_eq!(fired(&advance(&sandbox, "999ms")), [""; 0]);
    assert_eq!(fired(&advance(&sandbox, "1ms")), ["02:06:01"]);
    assert_eq!(fired(&advance(&sandbox, "11m")), ["02:06:06", "02:06:31", "02:11:31", "02:16:31"]);
    let due = deliveries(&sandbox, "due", 1).remove(0);
    assert_eq!(due["tries"], 6);
    assert_eq!(due["attempts"][1]["at"], "2022-01-17T02:06:01.000Z");
    assert_eq!(due["attempts"][1]["status"], 503);
    // All tries have the same id and the same bytes.
    let tried = receiver.rest();
    assert_eq!(tried.len(), 5);
    assert!(tried.iter().all(|one| *one == tried[0]));
    // After 24 hours it is given up, and kept.
    advance(&sandbox, "24h");
    let failed = deliveries(&sandbox, "failed", 1).remove(0);
    assert_eq!(failed["tries"], 4 + 24 * 12);
    assert_eq!(fired(&advance(&sandbox, "24h")), [""; 0]);
    receiver.answers("204 No Content");
    let again = on(&sandbox, "POST", "sessions/default/deliveries/1/again", &json!({}));
    assert_eq!(again.json()["again"], 1);
    deliveries(&sandbox, "delivered", 1);
}

#[test]
fn a_receiver_that_is_down_for_an_hour_gets_each_event_at_least_once_and_in_order() {
    let receiver = Receiver::new();
    receiver.answers("500 Down");
    let sandbox = telling_texts(&receiver);
    for minute in 0..60 {
        uplink(&sandbox, SIM, &format!("text {minute}"));
        if minute % 10 == 0 {
            uplink(&sandbox, OTHER, &format!("other {minute}"));
        }
        advance(&sandbox, "1m");
    }
    assert_eq!(deliveries(&sandbox, "waiting", 59).len(), 59 + 5);
    receiver.rest();
    receiver.answers("200 OK");
    advance(&sandbox, "5m");
    deliveries(&sandbox, "delivered", 66);
    let posted = receiver.rest();
    let of = |sim: &str| -> Vec<Posted> {
        posted.iter().filter(|posted| posted.json()["sim_id"] == sim).cloned().collect()
    };
    let named = |word: &str, step: usize| {
        (0..60).step_by(step).map(|minute| format!("{word} {minute}")).collect::<Vec<_>>()
    };
    assert_eq!(texts(&of(SIM)), named("text", 1));
    assert_eq!(texts(&of(OTHER)), named("other", 10));
    let ids: BTreeSet<&str> = posted.iter().filter_map(|one| one.header("x-lf-delivery")).collect();
    assert_eq!(ids.len(), 66);
}

#[test]
fn one_sim_waits_for_no_other() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, "");
    receiver.answers("500 Down");
    uplink(&sandbox, SIM, "stuck");
    deliveries(&sandbox, "due", 1);
    receiver.answers("200 OK");
    uplink(&sandbox, SIM, "behind it");
    fire(&sandbox, &json!({ "kind": "order-status", "sim": OTHER, "event": 1000 }));
    assert_eq!(deliveries(&sandbox, "delivered", 1)[0]["sim"], OTHER);
    assert_eq!(deliveries(&sandbox, "waiting", 1)[0]["sim"], SIM);
    // A jump that waits for nobody tries it as well.
    on(&sandbox, "POST", "sessions/default/clock/advance", &json!({ "by": "1s" }));
    deliveries(&sandbox, "delivered", 3);
}

#[test]
fn nobody_listening_is_told_with_the_remedy() {
    let sandbox = sandbox("");
    // A port that was just given is not given again so soon.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    target(&sandbox, "default", &format!("http://{free}/"));
    uplink(&sandbox, SIM, "hello");
    let due = deliveries(&sandbox, "due", 1).remove(0);
    let error = due["attempts"][0]["error"].as_str().expect("a sentence");
    assert!(error.ends_with("Is your server listening there?"), "{error}");
}

#[test]
fn redirects_are_not_followed() {
    let (receiver, elsewhere) = (Receiver::new(), Receiver::new());
    receiver.answers(&format!("302 Found\r\nLocation: {}", elsewhere.url()));
    let sandbox = telling(&receiver, "");
    uplink(&sandbox, SIM, "hello");
    assert_eq!(deliveries(&sandbox, "due", 1)[0]["attempts"][0]["status"], 302);
    assert_eq!(elsewhere.rest(), []);
}

#[test]
fn what_finds_no_room_is_dropped_and_counted() {
    let receiver = Receiver::new();
    receiver.answers("500 Down");
    let sandbox = telling(&receiver, "");
    for _ in 0..1_003 {
        uplink(&sandbox, SIM, "hello");
    }
    let listed = api(&sandbox, "GET", "sessions/default/deliveries?state=dropped", "").json();
    assert_eq!(listed["dropped"], 3);
    assert_eq!(listed["deliveries"].as_array().expect("a list").len(), 3);
}

#[test]
fn sessions_tell_nothing_of_each_other() {
    let (one, other) = (Receiver::new(), Receiver::new());
    let sandbox = telling(&one, "");
    on(&sandbox, "POST", "sessions", &json!({ "name": "other" }));
    target(&sandbox, "other", &other.url());
    let event = json!({ "kind": "uplink-sms", "sim": SIM, "text": "other" }).to_string();
    api(&sandbox, "POST", "sessions/other/events", &event);
    assert_eq!(texts(&[other.next()]), ["other"]);
    uplink(&sandbox, SIM, "default");
    assert_eq!(texts(&[one.next()]), ["default"]);
    assert_eq!((one.rest(), other.rest()), (vec![], vec![]));
    // A fork has what happened, and tells nobody of it.
    let fork = on(&sandbox, "POST", "sessions/default/fork", &json!({ "name": "forked" }));
    assert!(fork.status < 300, "{}", fork.body);
    let fork = api(&sandbox, "GET", "sessions/forked/callbacks", "").json();
    assert_eq!(fork["targets"], json!({}));
}

#[test]
fn a_reset_drops_what_waits_and_none_of_it_arrives_later() {
    let receiver = Receiver::new();
    receiver.answers("500 Down");
    let sandbox = telling_texts(&receiver);
    uplink(&sandbox, SIM, "old");
    uplink(&sandbox, SIM, "older");
    deliveries(&sandbox, "due", 1);
    receiver.rest();
    receiver.answers("200 OK");
    assert!(api(&sandbox, "POST", "sessions/default/reset", "").status < 300);
    let listed = api(&sandbox, "GET", "sessions/default/deliveries", "").json();
    assert_eq!(listed["deliveries"], json!([]));
    assert_eq!(api(&sandbox, "GET", "sessions/default/callbacks", "").json()["targets"], json!({}));
    let texts_only = json!({ "uplink-sms": receiver.url() });
    on(&sandbox, "PUT", "sessions/default/callbacks", &texts_only);
    advance(&sandbox, "25h");
    uplink(&sandbox, SIM, "new");
    assert_eq!(texts(&[receiver.next()]), ["new"]);
    assert_eq!(receiver.rest(), []);
}

#[test]
fn a_snapshot_remembers_where_they_go_but_not_what_was_on_its_way() {
    let receiver = Receiver::new();
    receiver.answers("500 Down");
    let sandbox = telling_texts(&receiver);
    uplink(&sandbox, SIM, "old");
    deliveries(&sandbox, "due", 1);
    on(&sandbox, "POST", "sessions/default/snapshot", &json!({ "name": "here" }));
    assert!(on(&sandbox, "POST", "sessions/default/restore", &json!({ "name": "here" })).status < 300);
    receiver.rest();
    receiver.answers("200 OK");
    advance(&sandbox, "25h");
    uplink(&sandbox, SIM, "new");
    assert_eq!(texts(&[receiver.next()]), ["new"]);
    assert_eq!(receiver.rest(), []);
}

#[test]
fn on_a_running_clock_retries_come_by_themselves() {
    let receiver = Receiver::new();
    receiver.answers("500 Down");
    let sandbox = telling_texts(&receiver);
    on(&sandbox, "PUT", "sessions/default/clock", &json!({ "mode": "scaled", "factor": 1000 }));
    uplink(&sandbox, SIM, "hello");
    let tried: Vec<Posted> = (0..4).map(|_| receiver.next()).collect();
    assert!(tried.iter().all(|one| one == &tried[0]));
}
