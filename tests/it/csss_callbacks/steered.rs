//! Targets, repetitions, and what is said to those who ask for what cannot be.

use super::*;

#[test]
fn targets_are_judged_when_they_are_set() {
    let sandbox = sandbox("");
    let refused = |body: Value| {
        let answer = on(&sandbox, "PUT", "sessions/default/callbacks", &body);
        assert_eq!(answer.status, 400, "{}", answer.body);
        let error = answer.json()["error"].clone();
        (
            error["code"].as_str().expect("a code").to_owned(),
            format!("{} {}", error["message"], error["help"]),
        )
    };
    let own = sandbox.addresses()[0].port();
    let (code, words) = refused(json!({ "*": format!("http://localhost:{own}/hook") }));
    assert_eq!(code, "bad-target");
    assert!(words.contains("a port of this sandbox itself"), "{words}");
    let (_, words) = refused(json!({ "*": "http://192.0.2.1:9100/" }));
    assert!(words.contains("--callback-allow 192.0.2.1:9100"), "{words}");
    let (_, words) = refused(json!({ "*": "https://127.0.0.1:9100/" }));
    assert!(words.contains("https is not supported"), "{words}");
    let (code, words) = refused(json!({ "uplink": "http://127.0.0.1:9100/" }));
    assert_eq!(code, "unknown-callback");
    assert!(words.contains("uplink-sms"), "{words}");
    let (code, words) = refused(json!({ "webhook": "http://127.0.0.1:9100/" }));
    assert_eq!(code, "no-callback");
    assert!(words.contains("there the partner's server calls the vendor"), "{words}");
    assert_eq!(api(&sandbox, "GET", "sessions/default/callbacks", "").json()["targets"], json!({}));
}

#[test]
fn a_kind_goes_where_it_was_sent_and_the_others_elsewhere() {
    let (texts_here, rest) = (Receiver::new(), Receiver::new());
    let sandbox = sandbox("");
    let targets = json!({ "uplink-sms": texts_here.url(), "*": rest.url() });
    let set = on(&sandbox, "PUT", "sessions/default/callbacks", &targets).json();
    assert_eq!(set["kinds"][3]["target"], texts_here.url());
    uplink(&sandbox, SIM, "hello");
    fire(&sandbox, &json!({ "kind": "order-status", "sim": OTHER, "event": 1000 }));
    texts_here.next();
    assert_eq!(rest.next().json()["event"], "1000");
    assert_eq!((texts_here.rest(), rest.rest()), (vec![], vec![]));
}

#[test]
fn a_session_s_own_port_is_ours_too() {
    let sandbox = sandbox("");
    let made = on(&sandbox, "POST", "sessions", &json!({ "name": "own", "listen": "127.0.0.1:0" })).json();
    let url = made["urls"]["port"].as_str().expect("a URL").to_owned();
    let body = json!({ "*": format!("{url}/hook") });
    assert_eq!(on(&sandbox, "PUT", "sessions/default/callbacks", &body).status, 400);
}

#[test]
fn a_callback_is_sent_again_as_a_new_one_as_a_duplicate_or_spoilt() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, "");
    uplink(&sandbox, SIM, "hello 0");
    let first = receiver.next();
    let again = |body: Value| {
        let answer = on(&sandbox, "POST", "sessions/default/deliveries/1/again", &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        receiver.next()
    };
    let repeated = again(json!({}));
    assert_eq!((&repeated.body, repeated.header("x-lf-md5")), (&first.body, first.header("x-lf-md5")));
    assert_ne!(repeated.header("x-lf-delivery"), first.header("x-lf-delivery"));
    assert_eq!(again(json!({ "duplicate": true })), first);
    let signature = again(json!({ "corrupt": "signature" }));
    assert_eq!(signature.body, first.body);
    assert_ne!(signature.header("x-lf-md5"), first.header("x-lf-md5"));
    let body = again(json!({ "corrupt": "body", "duplicate": true }));
    assert_eq!(body.header("x-lf-md5"), first.header("x-lf-md5"));
    assert_eq!(body.header("x-lf-delivery"), first.header("x-lf-delivery"));
    assert_ne!(body.body, first.body);
    let old = again(json!({ "corrupt": "oldTimestamp" }));
    assert_eq!(old.json()["received_at"], "1642298760000");
    // What is repeated is tried once.
    receiver.answers("401 Unauthorized");
    again(json!({ "corrupt": "signature" }));
    assert_eq!(deliveries(&sandbox, "failed", 1)[0]["faults"], json!(["corrupt signature"]));
    let unknown = on(&sandbox, "POST", "sessions/default/deliveries/99/again", &json!({}));
    assert_eq!(unknown.status, 404);
    fire(&sandbox, &json!({ "kind": "order-status", "sim": OTHER, "event": 1000 }));
    let unsigned =
        on(&sandbox, "POST", "sessions/default/deliveries/8/again", &json!({ "corrupt": "signature" }));
    assert_eq!(unsigned.status, 409, "{}", unsigned.body);
}

#[test]
fn events_that_cannot_be_are_refused_with_the_remedy() {
    let sandbox = sandbox("");
    for (body, pointer, help) in [
        (json!({ "kind": "uplink-sms", "text": "x" }), "/sim", "ICCID"),
        (json!({ "kind": "uplink-sms", "sim": "1", "text": "x" }), "/sim", "sims"),
        (json!({ "kind": "uplink-sms", "sim": SIM }), "/text", "either"),
        (json!({ "kind": "uplink-sms", "sim": SIM, "binary": "0g" }), "/binary", "hexadecimal"),
        (json!({ "kind": "order-status", "sim": OTHER }), "/event", "1000, 1001"),
        (json!({ "kind": "order-status", "sim": OTHER, "event": 1006 }), "/event", "1005, 1007"),
        (json!({ "kind": "downlink-sms", "sim": SIM }), "/sim", "send one first"),
        (json!({ "kind": "webhook", "sim": SIM }), "/kind", ""),
    ] {
        let refused = on(&sandbox, "POST", "sessions/default/events", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        let error = refused.json()["error"].clone();
        assert_eq!(error["pointer"], pointer, "{error}");
        assert!(error["help"].as_str().unwrap_or_default().contains(help), "{error}");
    }
}

#[test]
fn a_builder_and_a_flag_name_targets_for_every_session() {
    let receiver = Receiver::new();
    let sandbox =
        crate::support::builder().callback("*", receiver.url()).start_blocking().expect("it starts");
    uplink(&sandbox, SIM, "hello");
    receiver.next();
    assert!(api(&sandbox, "POST", "sessions/default/reset", "").status < 300);
    uplink(&sandbox, SIM, "after a reset");
    assert_eq!(texts(&[receiver.next()]), ["after a reset"]);
    for (kind, url) in [("uplink", "http://127.0.0.1:1/"), ("*", "http://192.0.2.1/"), ("*", "127.0.0.1")] {
        let refused = crate::support::builder().callback(kind, url).start_blocking().err();
        assert!(refused.is_some(), "{kind} {url}");
    }
    let allowed = crate::support::builder().callback_allow("192.0.2.0/24").callback("*", "http://192.0.2.1/");
    assert!(allowed.start_blocking().is_ok());
    assert!(crate::support::builder().callback_allow("not a host").start_blocking().is_err());
}

#[test]
fn a_stand_in_takes_what_is_whole_and_rightly_signed() {
    let rules = r#"[ { "on": "callback/*", "when": { "body": { "text_message": "forged" } }, "fault": { "corrupt": "signature" } },
        { "on": "callback/*", "when": { "body": { "text_message": "cut" } }, "fault": { "truncate": { "bytes": 9 } } } ]"#;
    let sandbox = sandbox(&format!(
        r#", "world": {{ "callbacks": {{ "uplink-sms": "stand-in" }} }}, "rules": {rules}"#
    ));
    uplink(&sandbox, SIM, "whole");
    uplink(&sandbox, OTHER, "forged");
    uplink(&sandbox, OTHER, "behind it");
    uplink(&sandbox, "89852420180910340793", "cut");
    let listed = api(&sandbox, "GET", "sessions/default/deliveries", "").json()["deliveries"].clone();
    let states: Vec<&Value> = (0..4).map(|at| &listed[at]["state"]).collect();
    assert_eq!(states, ["delivered", "due", "waiting", "due"]);
    assert_eq!(listed[1]["attempts"][0]["answer"], "x-lf-md5 is not of this body");
    let broken = &listed[3]["attempts"][0]["error"];
    assert!(broken.as_str().is_some_and(|why| why.starts_with("the body broke off after 9 of ")), "{broken}");
    // A reset leads back to where the scenario says; another target goes before it.
    on(&sandbox, "PUT", "sessions/default/callbacks", &json!({}));
    on(&sandbox, "POST", "sessions/default/reset", &json!({}));
    let targets = || api(&sandbox, "GET", "sessions/default/callbacks", "").json()["targets"].clone();
    assert_eq!(targets(), json!({ "uplink-sms": "stand-in" }));
    on(&sandbox, "PUT", "sessions/default/callbacks", &json!({ "*": "stand-in" }));
    assert_eq!(targets(), json!({ "*": "stand-in" }));
}

#[test]
fn a_scenario_says_only_targets_that_can_be_meant() {
    let text = r#"{ "format": 1, "scenario": "x", "world": { "callbacks": { "uplink": "stand-in", "*": "https://x/" } } }"#;
    let file = crate::support::scenario_file(text);
    let found = linksfield_sandbox::check_scenario(file.path().as_ref(), None).expect_err("two mistakes");
    let found = found.to_string();
    assert!(found.contains("error[unknown-callback]") && found.contains("error[bad-target]"), "{found}");
}
