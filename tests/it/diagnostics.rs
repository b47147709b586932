//! Mistakes in scenario files: all of them, each with its place, what was expected and how to mend it.

use linksfield_sandbox::{ErrorKind, check_scenario};

/// All that is said about a file, under a name that is the same on every machine.
fn drawn(text: &str) -> String {
    let file = crate::support::scenario_file(text);
    let said = match check_scenario(file.path().as_ref(), None) {
        Ok(warnings) => warnings,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidFile);
            error.to_string()
        }
    };
    said.replace(&file.path(), "my-failure.json")
}

fn with_rule(rule: &str) -> String {
    drawn(&format!("{{ \"format\": 1, \"scenario\": \"test\", \"rules\": [\n  {rule}\n] }}"))
}

#[test]
fn eight_mistakes_of_meaning_give_eight_diagnostics() {
    let text = r#"{
  "format": 1,
  "scenario": "eight-mistakes",
  "clock": { "start": "yesterday", "mode": "frozen" },
  "world": { "packages": [{ "id": 1000000, "price": { "DUCATS": 2 } }] },
  "rules": [
    // An endpoint that nobody serves, and a code that no table has.
    { "id": "one", "on": "pre-ordr", "answer": { "code": "TOKEN_EXPIRD" } },
    { "id": "two", "on": "pre-order", "answer": { "http": { "status": 503 } } },
    { "id": "three", "on": "pre-order", "answer": { "code": 4711 } },
    { "id": "four", "on": "pre-order", "fault": { "delay": "3s" }, "commit": true },
    { "id": "five", "on": "pre-order", "when": { "body": { "money": { "atLeast": 5, "atMost": 4 } } }, "answer": { "code": 7 } },
  ],
}
"#;
    let drawn = drawn(text);
    assert_eq!((drawn.matches("error[").count(), drawn.matches("warning[").count()), (8, 0), "{drawn}");
    insta::assert_snapshot!(drawn);
}

#[test]
fn mistakes_of_shape_and_of_meaning_come_in_one_go() {
    let text = r#"{
  "format": 2,
  "scenario": "Both Kinds",
  "vendor": { "auht": "strict", "messages": "spoken" },
  "rules": [
    { "on": "pre-order", "times": { "frist": 2 }, "answer": { "code": "EROR" } },
    { "on": "nothing", "when": { "bdy": {} }, "answer": { "fixture": "maintenence" } },
    { "on": "pre-order", "answer": { "code": 7, "http": { "status": 99 } } }
  ],
  "calls": [ { "on": "pre-order", "advance": "an hour", "repeat": 0 } ],
  "expect": [ { "orders": { "orderNumber": 1 }, "count": 1 }, { "on": "pre-order", "orders": {}, "count": 1 } ]
}
"#;
    insta::assert_snapshot!(drawn(text));
}

#[test]
fn a_commit_that_is_missing_or_forbidden_is_explained() {
    let rules = [
        r#"{ "on": "*", "answer": { "fixture": "maintenance" } }"#,
        r#"{ "on": "*", "answer": "default", "commit": false }"#,
        r#"{ "on": "*", "answer": { "patch": { "message": "x" } }, "commit": true }"#,
        r#"{ "on": "*", "then": { "set": { "a": 1 } }, "commit": true }"#,
    ];
    insta::assert_snapshot!(rules.map(with_rule).join("\n\n"));
}

#[test]
fn oddities_are_warnings_and_the_file_can_run() {
    let text = r#"{ "format": 1, "scenario": "odd", "rules": [
  { "id": "all", "on": "*", "answer": { "patch": { "data": { "orderNo": "X" } } } },
  { "id": "never", "on": "pre-order", "answer": { "code": 7 } }
] }"#;
    let drawn = drawn(text);
    assert_eq!((drawn.matches("warning[").count(), drawn.matches("error[").count()), (2, 0), "{drawn}");
    insta::assert_snapshot!(drawn);
}

#[test]
fn a_mistake_of_syntax_is_one_and_has_its_place() {
    let texts =
        ["", "// nothing", "{ \"format\": 1,, }", "{ 'format': 1 }", "{ \"format\": 1 \"scenario\": \"x\" }"];
    insta::assert_snapshot!(texts.map(drawn).join("\n\n"));
}

#[test]
fn faults_that_make_no_sense_are_explained() {
    let rules = [
        r#"{ "on": "pre-order", "fault": "lost" }"#,
        r#"{ "on": "pre-order", "fault": "lots", "commit": true }"#,
        r#"{ "on": "pre-order", "fault": "cut", "commit": true }"#,
        r#"{ "on": "pre-order", "fault": { "cut": { "at": "middle" } }, "commit": true }"#,
        r#"{ "on": "pre-order", "fault": { "cut": { "at": 4, "how": "hard" } }, "commit": true }"#,
        r#"{ "on": "pre-order", "fault": { "truncate": { "bytes": 1, "fraction": 0.5 } }, "commit": true }"#,
        r#"{ "on": "pre-order", "fault": { "truncate": { "fraction": 1.5 } }, "commit": true }"#,
        r#"{ "on": "pre-order", "fault": { "length": "toBig" }, "commit": true }"#,
        r#"{ "on": "pre-order", "fault": { "malformedJson": "commas" }, "commit": true }"#,
        r#"{ "on": "pre-order", "fault": ["lost", "stall", { "outage": { "for": "1m", "fault": "lost" } }], "commit": true }"#,
        r#"{ "on": "pre-order", "fault": { "drip": { "bytes": 0, "every": "1s" } } }"#,
        r#"{ "on": "pre-order", "fault": { "delay": { "uniform": { "from": "2s", "to": "1s" } } } }"#,
        r#"{ "on": "pre-order", "fault": { "delay": { "percentiles": { "p50": "1s", "half": "2s", "p90": "500ms" } } } }"#,
        r#"{ "on": "pre-order", "fault": { "outage": { "from": "soon", "for": "1m" } } }"#,
        r#"{ "on": "mail/qr", "fault": "stall" }"#,
        r#"{ "on": "pre-order", "fault": "bounce" }"#,
        r#"{ "on": "detail", "fault": "lost", "commit": true }"#,
    ];
    insta::assert_snapshot!(rules.map(with_rule).join("\n\n"));
}

#[test]
fn rules_that_cannot_be_meant_are_explained() {
    let rules = [
        r#"{ "on": "poll", "when": { "body": { "orderId": { "matches": "(" } } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "body": { "orderId": { "between": [3, 2] } } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "body": { "orderId": { "between": [3] } } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "body": { "orderId": { "type": "text" } } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "order": { "payState": "paid" } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "order": { "payStatus": "payed" } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "since": { "order.createdOn": { "atLeast": "1m" } } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "since": { "start": { "between": ["2m", "1m"] } } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "when": { "clock": { "atLeast": "soon" } }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "times": { "per": "order.orderNo" }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "over": { "limit": 0, "window": "1s" }, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "chance": 1.5, "answer": { "code": 7 } }"#,
        r#"{ "on": "poll", "before": "admission", "times": { "per": "user.id" }, "answer": { "code": 7 } }"#,
        r#"{ "on": "pre-order", "answer": { "gateway": 500 }, "commit": true }"#,
        r#"{ "on": "pre-order", "answer": { "gateway": 502 } }"#,
        r#"{ "on": "poll", "then": { "change": { "object": "package", "set": { "prise": 5 } } } }"#,
        r#"{ "on": "poll", "then": { "change": { "object": "token", "set": { "expired": false } } } }"#,
        r#"{ "on": "poll", "then": { "arm": { "on": "pol", "answer": { "code": 7 } } } }"#,
        r#"{ "on": "mail/qr", "then": { "expire": "order" } }"#,
        r#"{ "on": "mail/qr", "hold": { "until": 2 } }"#,
        r#"{ "on": "pre-order", "hold": { "until": 1 } }"#,
        r#"{ "on": "pre-order", "hold": { "until": 2 }, "commit": true }"#,
    ];
    insta::assert_snapshot!(rules.map(with_rule).join("\n\n"));
}

#[test]
fn a_few_more_things_that_people_write() {
    let rules = [
        r#"{ "on": "pre-order" }"#,
        r#"{ "on": [], "answer": { "code": 7 } }"#,
        r#"{ "on": "POST /v1.3/package/preOrderPackage", "answer": { "code": 7 } }"#,
        r#"{ "on": "*", "answer": {} }"#,
        r#"{ "on": "*", "answer": { "message": "x" } }"#,
        r#"{ "on": "*", "answer": { "code": 7, "custom": true } }"#,
        r#"{ "on": "*", "answer": { "code": 4711, "custom": true } }"#,
        r#"{ "on": "*", "answer": { "http": { "status": 204, "body": "x", "headers": { "a b": "x", "Content-Length": "5", "x-y": "é\u0001" } } }, "commit": true }"#,
        r#"{ "on": "*", "answer": { "patch": {}, "remove": ["data.id"] } }"#,
        r#"{ "on": "*", "fault": "delay" }"#,
        r#"{ "on": "*", "fault": [{ "delay": "3 s" }] }"#,
        r#"{ "on": "*", "fault": { "delay": "999999999999d" } }"#,
        r#"{ "on": "*", "times": { "first": 1, "every": 2 }, "answer": { "code": 7 } }"#,
        r#"{ "on": "*", "when": null, "answer": { "code": 7 } }"#,
    ];
    insta::assert_snapshot!(rules.map(with_rule).join("\n\n"));
}

#[test]
fn expectations_that_cannot_be_meant_are_explained() {
    let rows = [
        r#"{ "on": "pre-order", "count": 1, "never": true }"#,
        r#"{ "on": "pre-order", "never": false }"#,
        r#"{ "on": "pre-order", "count": -1 }"#,
        r#"{ "on": "pre-order", "count": { "atLeast": 1.2, "atMost": 1.8 } }"#,
        r#"{ "on": "pre-order", "count": { "atLeast": 0 } }"#,
        r#"{ "on": "pre-order", "codes": "TOKEN_EXPIRD" }"#,
        r#"{ "codes": [0, "NONSENSE"], "never": true }"#,
        r#"{ "codes": [] }"#,
        r#"{ "codes": 4711, "never": true }"#,
        r#"{ "orders": { "payState": "paid" } }"#,
        r#"{ "orders": { "payStatus": "payed" }, "never": true }"#,
        r#"{ "mails": { "kind": "qr", "state": { "oneOf": ["arrived"] } } }"#,
        r#"{ "orders": {}, "codes": 0 }"#,
        r#"{ "mails": {}, "when": { "body": { "money": 5 } } }"#,
        r#"{ "on": "mail/qr" }"#,
        r#"{ "on": "pre-order", "when": { "state": { "sold": true } } }"#,
        r#"{ "sequence": [], "count": 1 }"#,
        r#"{ "sequence": [{ "on": "pre-ordr" }, { "codes": 0 }, { "on": "poll", "count": 2 }] }"#,
        r#"{ "sequence": [{ "on": "login" }], "on": "poll" }"#,
        r#"{ "cuont": 1 }"#,
        "{}",
    ];
    let with_row =
        |row: &str| drawn(&format!("{{ \"format\": 1, \"scenario\": \"test\", \"expect\": [\n  {row}\n] }}"));
    insta::assert_snapshot!(rows.map(with_row).join("\n\n"));
}

#[test]
fn states_that_no_rule_sets_are_told() {
    let text = r#"{ "format": 1, "scenario": "states", "rules": [
  { "id": "set", "on": "pre-order", "then": { "set": { "sold": 1, "phase": "late" } } },
  { "id": "reached", "on": "poll", "when": { "state": { "sold": 1, "phase": { "startsWith": "la" } } }, "answer": { "code": 7 } },
  { "id": "before", "on": "detail", "when": { "state": { "closed": { "absent": true } } }, "answer": { "code": 7 } },
  { "id": "value", "on": "login", "when": { "state": { "sold": 2 } }, "answer": { "code": 7 } },
  { "id": "slip", "on": "webhook", "when": { "state": { "phsae": "late", "paid": true } }, "answer": { "code": 7 } }
] }"#;
    let drawn = drawn(text);
    assert_eq!((drawn.matches("warning[").count(), drawn.matches("error[").count()), (3, 0), "{drawn}");
    insta::assert_snapshot!(drawn);
}
