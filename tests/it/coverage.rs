//! Coverage: what was used and what was not, of a session and of all of them, whatever became of them.

use std::time::Duration;

use linksfield_sandbox::{Coverage, ErrorKind, Limit, SessionHandle};
use serde_json::{Value, json};

use crate::support::{
    PRE_ORDER, Raw, api, builder, call, changed, documented, pre_order, under_text, with_rules,
};

const ORDERED: &str = "esim_qr_mall/pre_order_package_v1_2";

fn used(coverage: &Coverage, kind: &str) -> Vec<String> {
    let items = coverage.to_json()["items"].as_array().expect("items").clone();
    let is_used = |item: &&Value| item["kind"] == kind && item["count"] != 0;
    items.iter().filter(is_used).map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

fn beside(coverage: &Coverage) -> Vec<(String, u64)> {
    let beside = coverage.to_json()["beside"].as_array().expect("items").clone();
    let line = |item: &Value| (item["name"].as_str().expect("a name").to_owned(), item["count"].as_u64());
    beside.iter().map(line).map(|(name, count)| (name, count.expect("a count"))).collect()
}

fn order(session: &SessionHandle, changes: Value) -> u32 {
    let id = pre_order(session, &changed(changes))["data"]["id"].as_u64().expect("an order");
    u32::try_from(id).expect("seven digits")
}

fn report(session: &SessionHandle, id: u32, kind: &str) -> Value {
    let body = json!({
        "dateTime": "1684391135", "orderId": id.to_string(), "partnerCode": "1000000005", "payAmount": "1",
        "payCurrency": "USD", "type": kind,
    });
    call(session, "/v1.1/payment/webhook", &body)["code"].clone()
}

#[test]
fn what_the_tables_list_is_what_can_be_used() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let listing = crate::support::listing();
    let totals: Vec<(&str, usize, usize)> =
        sandbox.coverage().kinds().iter().map(|line| (line.kind, line.used, line.total)).collect();
    let codes = listing.endpoints.iter().map(|endpoint| endpoint.codes.len()).sum();
    let [endpoints, magic] = [listing.endpoints.len(), listing.magic.len()];
    assert_eq!(totals[..2], [("endpoint", 0, endpoints), ("code", 0, codes)]);
    assert_eq!(totals[3..], [("magic", 0, magic), ("rule", 0, 0), ("edge", 0, 8)]);
    let json = sandbox.coverage().to_json();
    let unused = json["kinds"]["fault"]["unused"].as_array().expect("names");
    assert!(unused.contains(&json!("delay")) && unused.contains(&json!("lost")), "{unused:?}");
    for item in json["items"].as_array().expect("items") {
        let has_evidence = ["endpoint", "code"].contains(&item["kind"].as_str().expect("a kind"));
        assert_eq!(item.get("evidence").is_some(), has_evidence, "{item}");
    }
}

#[test]
fn a_purchase_counts_its_endpoints_codes_and_steps_whatever_the_journal_drops() {
    let sandbox = builder().limit(Limit::Journal(1)).start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    for _ in 0..4 {
        order(session, json!({}));
    }
    let id = order(session, json!({}));
    assert_eq!(session.pay(id), Some(0));
    assert_eq!(pre_order(session, &json!({}))["code"], 2);
    let coverage = sandbox.coverage();
    assert_eq!(session.journal().len(), 1);
    assert_eq!(coverage.count("endpoint", ORDERED), Some(6));
    assert_eq!(coverage.count("code", &format!("{ORDERED}/SUCCESS")), Some(5));
    assert_eq!(coverage.count("code", &format!("{ORDERED}/WRONG_PARAMETERS")), Some(1));
    assert_eq!(coverage.count("code", "esim_qr_mall/webhook_v1_1/SUCCESS"), Some(1));
    assert_eq!((used(&coverage, "edge"), beside(&coverage)), (vec!["waiting → paid".to_owned()], vec![]));
}

#[test]
fn every_step_of_an_orders_life_is_counted_where_it_happens() {
    let under = |settings: Value| {
        under_text(
            &json!({ "format": 1, "scenario": "x", "clock": { "mode": "frozen" }, "vendor": settings })
                .to_string(),
        )
    };
    let (good, bad) = ("payment_intent.succeeded", "payment_intent.payment_failed");
    let at_once = under(json!({ "payAfterFailure": true }));
    let session = at_once.default_session();
    // Waiting to paid; failed, then paid after all; failed, then out of time; out of time.
    assert_eq!(report(session, order(session, json!({})), good), 0);
    let id = order(session, json!({}));
    assert_eq!([report(session, id, bad), report(session, id, good)], [json!(0), json!(0)]);
    assert_eq!(report(session, order(session, json!({})), bad), 0);
    order(session, json!({}));
    session.clock().advance(Duration::from_hours(2)).expect("within the calendar");
    // The same by hand, and by a rule.
    order(session, json!({ "receive_qr_email": "preorder-expired@you.example" }));
    let settling = under(json!({ "payAfterFailure": true, "settle": { "after": "3s" } }));
    let other = settling.default_session();
    assert_eq!(report(other, order(other, json!({})), good), 0);
    let id = order(other, json!({}));
    assert_eq!([report(other, id, bad), report(other, id, good)], [json!(0), json!(0)]);
    other.clock().advance(Duration::from_secs(3)).expect("within the calendar");

    let mut coverage = at_once.coverage();
    let count = |coverage: &Coverage, edge: &str| coverage.count("edge", edge).expect("an edge");
    assert_eq!(count(&coverage, "waiting → paid"), 1);
    assert_eq!(count(&coverage, "waiting → failed"), 2);
    assert_eq!(count(&coverage, "waiting → timedOut"), 2);
    assert_eq!(count(&coverage, "failed → timedOut"), 1);
    coverage.merge(settling.coverage());
    assert_eq!(count(&coverage, "settling → paid"), 2);
    let edges = &coverage.kinds()[5];
    assert_eq!((edges.kind, edges.percent, edges.unused.len()), ("edge", 100, 0));
}

#[test]
fn rules_faults_and_magic_values_count_when_they_take_effect() {
    let sandbox = with_rules(
        r#"[
            { "id": "late", "on": "pre-order", "when": { "body": { "periodNum": 2 } }, "fault": { "delay": "1ms" } },
            { "id": "watching", "on": "pre-order", "then": { "set": { "seen": true } } },
            { "id": "never", "on": "login", "answer": { "code": 7 } }
        ]"#,
    );
    let session = sandbox.default_session();
    session.arm(r#"{ "on": "poll", "answer": { "code": 7 } }"#).expect("a rule");
    session
        .arm(r#"{ "id": "mine", "on": "pre-order", "times": { "next": 1 }, "answer": { "code": 7 } }"#)
        .expect("a rule");
    assert_eq!(pre_order(session, &Value::Object(documented()))["code"], 7);
    order(session, json!({ "periodNum": 2 }));
    // A trigger for another call, one for this call, one that pays, one for the mail that follows.
    order(session, json!({ "receive_qr_email": "webhook-10009@you.example" }));
    let sold_out = changed(json!({ "receive_qr_email": "sold-out@you.example" }));
    assert_eq!(pre_order(session, &sold_out)["code"], 3005);
    let id = order(session, json!({ "receive_qr_email": "paid-3s+mail-lost@you.example" }));
    session.pay(id);
    let coverage = session.coverage();
    let rule = |label: &str| coverage.count("rule", label);
    // The armed one stood in front of the first call and decided it; the late one decided the second.
    assert_eq!((rule("test/late"), rule("test/watching"), rule("test/never")), (Some(1), Some(3), Some(0)));
    assert_eq!((rule("armed/mine"), rule("armed")), (Some(1), Some(0)));
    assert_eq!(used(&coverage, "fault"), ["lost", "delay"]);
    assert_eq!(used(&coverage, "magic"), ["sold-out", "mail-lost", "paid-{span}"]);
}

#[test]
fn a_process_keeps_what_sessions_used_that_were_reset_or_dropped() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let reset = sandbox.session("reset").expect("a session");
    order(&reset, json!({}));
    reset.use_scenario("flaky").expect("a scenario");
    reset.reset();
    order(&reset, json!({}));
    // More than are kept apart.
    for name in 0..200 {
        let gone = sandbox.session(&format!("gone-{name}")).expect("a session");
        order(&gone, json!({}));
        assert!(gone.drop_session());
    }
    assert_eq!(reset.coverage().count("endpoint", ORDERED), Some(2));
    assert_eq!(reset.coverage().count("rule", "flaky/every-third"), Some(0));
    assert_eq!(sandbox.coverage().count("endpoint", ORDERED), Some(202));
    assert_eq!(sandbox.default_session().coverage().count("endpoint", ORDERED), Some(0));
    // A name that comes back begins anew.
    assert_eq!(sandbox.session("gone-1").expect("a session").coverage().count("endpoint", ORDERED), Some(0));
    drop(reset);
    assert_eq!(sandbox.finish().coverage().count("endpoint", ORDERED), Some(202));
}

#[test]
fn what_no_table_lists_stands_beside() {
    let sandbox = with_rules(
        r#"[
            { "on": "pre-order", "times": { "first": 1 }, "answer": { "code": "PRICE_INCONSISTENT" } },
            { "on": "pre-order", "times": { "first": 1 }, "answer": { "code": 4711, "custom": true, "message": "no" } },
            { "on": "pre-order", "times": { "first": 2 }, "answer": { "http": { "status": 503 } }, "commit": false }
        ]"#,
    );
    let session = sandbox.default_session();
    for _ in 0..4 {
        session.call(&crate::support::request(PRE_ORDER, "{}"));
    }
    call(session, "/no/such/path", &json!({}));
    let get = http::Request::get(PRE_ORDER).body(bytes::Bytes::new()).expect("a request");
    session.call(&get);
    let coverage = session.coverage();
    assert_eq!(coverage.count("endpoint", ORDERED), Some(4));
    assert!(used(&coverage, "code").is_empty());
    let expected = [
        (format!("{ORDERED}/PRICE_INCONSISTENT"), 1),
        (format!("{ORDERED}, another code"), 1),
        (format!("{ORDERED}, no code"), 2),
        ("no endpoint, status 404".to_owned(), 1),
        ("no endpoint, status 405".to_owned(), 1),
    ];
    assert_eq!(beside(&coverage), expected);
}

#[test]
fn the_control_surface_shows_it_of_all_sessions_or_one_as_json_junit_or_a_table() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    order(sandbox.default_session(), json!({}));
    let one = sandbox.session("one").expect("a session");
    order(&one, json!({}));
    let all = api(&sandbox, "GET", "coverage", "").json();
    assert_eq!(all, sandbox.coverage().to_json());
    let total =
        all["items"].as_array().expect("items").iter().filter(|item| item["kind"] == "endpoint").count();
    assert_eq!(
        all["kinds"]["endpoint"],
        json!({
            "used": 1, "total": total, "percent": 100 / total, "unused": all["kinds"]["endpoint"]["unused"],
        })
    );
    assert_eq!(api(&sandbox, "GET", "coverage?session=ONE", "").json(), one.coverage().to_json());
    let junit = api(&sandbox, "GET", "coverage?as=junit", "");
    assert_eq!(junit.header("content-type"), Some("application/xml"));
    assert!(junit.body.contains(&format!(
        "<testsuite name=\"endpoint\" tests=\"{total}\" failures=\"0\" errors=\"0\" skipped=\"{}\">",
        total - 1
    )));
    assert_eq!(junit.body, sandbox.coverage().to_junit());
    let table = api(&sandbox, "GET", "coverage?as=table&session=one", "");
    assert!(table.body.contains(&format!("  1  {ORDERED}  (documented)\n")), "{}", table.body);
    assert_eq!(api(&sandbox, "GET", "coverage?as=xml", "").status, 400);
    assert_eq!(api(&sandbox, "GET", "coverage?session=no-such", "").status, 404);
    assert!(one.drop_session());
    assert_eq!(api(&sandbox, "GET", "coverage?session=one", "").status, 410);
    // Neither a look at it nor a preflight is a use.
    let preflight = format!(
        "OPTIONS {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nOrigin: http://a.example\r\nAccess-Control-Request-Method: POST\r\n\r\n"
    );
    assert_eq!(Raw::connect(&sandbox).send(preflight).answer().status, 204);
    assert_eq!(api(&sandbox, "GET", "coverage", "").json(), all);
}

#[test]
fn writers_of_one_file_wait_for_each_other_and_lose_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("coverage.json");
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    order(sandbox.default_session(), json!({}));
    let coverage = sandbox.coverage();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| coverage.add_to(&path).expect("it is written"));
        }
    });
    let sum = Coverage::read(&path).expect("a coverage file");
    assert_eq!((sum.count("endpoint", ORDERED), &sum.to_json()["processes"]), (Some(8), &json!(8)));
    let mut names: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").collect();
    names.retain(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name() != "coverage.json.lock"));
    assert_eq!(names.len(), 1, "nothing is left aside: {names:?}");
}

#[test]
fn a_file_of_another_kind_is_left_as_it_is() {
    let file = crate::support::scenario_file("{ \"mine\": 1 }");
    let path = std::path::PathBuf::from(file.path());
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    for refused in [Coverage::can_add_to(&path), sandbox.coverage().add_to(&path)] {
        let error = refused.expect_err("it is no coverage file");
        assert_eq!(error.kind(), ErrorKind::InvalidFile);
        assert!(error.to_string().contains("scenario.json is no coverage file: missing field"), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "{ \"mine\": 1 }");
}
