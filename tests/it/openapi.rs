//! The OpenAPI document says what the cards say, and what comes is what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jsonschema::Validator;
use linksfield_sandbox::{EndpointLine, ErrorKind, Sandbox, openapi_document};
use serde_json::{Map, Value, json};

use crate::process::run;
use crate::support::{PRE_ORDER, Raw, api, builder, example, files, folder, listing, root, under};

fn text() -> String {
    openapi_document(None, "").expect("the embedded fixtures")
}

/// Read once: reading, and making a validator, takes a while without optimisation.
fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(&text()).expect("JSON"))
}

fn endpoints() -> &'static [EndpointLine] {
    &listing().endpoints
}

/// What each endpoint answers in HTTP 200, by its id.
fn promised() -> &'static BTreeMap<String, Validator> {
    static PROMISED: OnceLock<BTreeMap<String, Validator>> = OnceLock::new();
    PROMISED.get_or_init(|| {
        let document = document();
        let each = endpoints().iter();
        each.map(|endpoint| (endpoint.id.clone(), answers(document, operation(document, endpoint), 200)))
            .collect()
    })
}

fn operation<'d>(document: &'d Value, endpoint: &EndpointLine) -> &'d Value {
    &document["paths"][&endpoint.path][endpoint.method.to_lowercase()]
}

/// A schema of the document, with all that it refers to.
fn validator(document: &Value, schema: &Value) -> Validator {
    let mut whole = schema.as_object().expect("a schema").clone();
    whole.insert("components".to_owned(), document["components"].clone());
    jsonschema::validator_for(&Value::Object(whole)).expect("a schema")
}

/// What an operation answers with this status.
fn answers(document: &Value, operation: &Value, status: u16) -> Validator {
    let response = resolved(document, &operation["responses"][status.to_string()]);
    validator(document, &response["content"]["application/json"]["schema"])
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is nowhere")),
        None => value,
    }
}

fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect()
}

/// The card as the file has it.
fn card(endpoint: &EndpointLine) -> Value {
    let path = root().join(format!("fixtures/{}.json", endpoint.id));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a card")).expect("JSON")
}

#[test]
fn every_endpoint_is_there_with_its_evidence_and_its_codes_and_nothing_else_is() {
    let document = document();
    let methods = |item: &Value| item.as_object().expect("methods").len();
    let count: usize = document["paths"].as_object().expect("paths").values().map(methods).sum();
    assert_eq!(count, endpoints().len());
    let mut names = BTreeSet::new();
    for endpoint in endpoints() {
        let operation = operation(document, endpoint);
        assert_eq!(operation["x-sandbox-endpoint"], endpoint.id);
        assert_eq!(operation["x-evidence"], endpoint.evidence, "{}", endpoint.id);
        assert_eq!(operation["summary"], endpoint.title);
        assert_eq!(operation["tags"], json!([endpoint.group]));
        let lists = [
            ("x-sources", &endpoint.sources),
            ("x-quirks", &endpoint.quirks),
            ("x-assumptions", &endpoint.assumed),
        ];
        for (key, lines) in lists {
            let found = operation.get(key).cloned().unwrap_or_else(|| json!([]));
            assert_eq!(found, json!(lines), "{} {key}", endpoint.id);
            let told = operation["description"].as_str().expect("a description");
            assert!(lines.iter().all(|line| told.contains(line.as_str())), "{} {key}", endpoint.id);
        }
        let codes: Vec<[String; 3]> = (operation["x-sandbox-codes"].as_array().expect("codes").iter())
            .map(|code| {
                ["name", "evidence", "when"].map(|key| code[key].as_str().expect("a text").to_owned())
            })
            .collect();
        let on_card: Vec<[String; 3]> = (endpoint.codes.iter())
            .map(|code| [code.name.clone(), code.evidence.to_owned(), code.meaning.clone()])
            .collect();
        assert_eq!(codes, on_card, "{}", endpoint.id);
        assert!(names.insert(operation["operationId"].as_str().expect("a name").to_owned()));
    }
    let table = &document["components"]["schemas"]["esim_qr_mall_code"]["x-sandbox-codes"];
    let listing = listing();
    let shown = |table: &Value| -> Vec<String> {
        let codes = table.as_array().expect("codes").iter().map(|row| &row["code"]);
        codes.map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned)).collect()
    };
    let texts = &document["components"]["schemas"]["csss_code"]["x-sandbox-codes"];
    assert!(table[0]["code"].is_number() && texts[0]["code"].is_string());
    for (group, table) in [("esim_qr_mall", table), ("csss", texts)] {
        let listed = listing.codes.iter().filter(|code| code.group == group);
        assert_eq!(shown(table), listed.map(|code| code.code.clone()).collect::<Vec<_>>());
    }
}

#[test]
fn every_field_and_header_of_a_card_is_there_with_need_type_and_limits() {
    let document = document();
    let mut fields = 0;
    for endpoint in endpoints() {
        let (operation, card) = (operation(document, endpoint), card(endpoint));
        let parameters = operation["parameters"].as_array().expect("parameters");
        let parameter = |place: &str, name: &Value| {
            parameters.iter().find(|parameter| parameter["in"] == place && parameter["name"] == *name)
        };
        let body = resolved(document, &operation["requestBody"]["content"]["application/json"]["schema"]);
        for header in card["request"]["headers"].as_array().expect("headers") {
            match header["name"].as_str() {
                // OpenAPI writes this one as the key of the content.
                Some("Content-Type") => {
                    assert!(operation["requestBody"]["content"]["application/json"].is_object());
                }
                _ => {
                    let found = parameter("header", &header["name"]).expect("the header");
                    assert_eq!(found["x-evidence"], header["evidence"], "{} {header}", endpoint.id);
                }
            }
        }
        let mut pairs = BTreeSet::new();
        for field in card["request"]["fields"].as_array().expect("fields") {
            let name = field["name"].as_str().expect("a name");
            let context = format!("{} {name}", endpoint.id);
            let is_required = field["required"] == true;
            let (schema, evidence) = if field["in"] == "query" {
                let found = parameter("query", &field["name"]).expect(&context);
                assert_eq!(found["required"], is_required, "{context}");
                (&found["schema"], &found["x-evidence"])
            } else {
                let found = &body["properties"][name];
                let required = body["required"].as_array().cloned().unwrap_or_default();
                assert_eq!(required.contains(&json!(name)), is_required, "{context}");
                (found, &found["x-evidence"])
            };
            let kind = match (field["type"].as_str(), field["loose"] == true) {
                (Some("any"), false) => Value::Null,
                (Some("any"), true) => json!(["string", "number"]),
                (Some("texts"), _) => json!("array"),
                (kind, _) => json!(kind),
            };
            assert_eq!(schema["type"], kind, "{context}");
            assert_eq!(*evidence, field["evidence"], "{context}");
            // Texts of digits say their limits in words, lists have them at their elements.
            let is_plain = field["format"] != "digits" && field["type"] != "texts";
            for (here, there) in
                [("min", "minimum"), ("max", "maximum"), ("maxLength", "maxLength"), ("format", "format")]
            {
                assert!(
                    !is_plain || field[here].is_null() || schema[there] == field[here],
                    "{context} {here}"
                );
            }
            assert_eq!(schema["format"] == "password", field["secret"] == true, "{context}");
            if let Some(other) = field["requiredUnless"].as_str() {
                pairs.insert(BTreeSet::from([name.to_owned(), other.to_owned()]));
            }
            fields += 1;
        }
        // Without either field of a pair a body is refused, with one of them it is not.
        let mut sent: Map<String, Value> = serde_json::from_str(&endpoint.example).expect("an object");
        for pair in pairs {
            let validator = validator(document, body);
            assert!(validator.is_valid(&json!(sent)));
            let held: Vec<(String, Value)> =
                pair.iter().filter_map(|name| sent.shift_remove_entry(name)).collect();
            assert!(!validator.is_valid(&json!(sent)), "{}: {pair:?}", endpoint.id);
            sent.extend(held);
        }
    }
    assert!(fields > 100, "only {fields} fields");
}

#[test]
fn what_is_shown_fits_what_is_promised() {
    let document = document();
    let mut shown = 0;
    for endpoint in endpoints() {
        let operation = operation(document, endpoint);
        let fields: Map<String, Value> = serde_json::from_str(&endpoint.example).expect("an object");
        if endpoint.place == "body" {
            let media = &operation["requestBody"]["content"]["application/json"];
            assert_eq!(media["examples"]["shown"]["value"], Value::Object(fields));
            let found =
                complaints(&validator(document, &media["schema"]), &media["examples"]["shown"]["value"]);
            assert!(found.is_empty(), "{}: {found:?}", endpoint.id);
        } else {
            for parameter in operation["parameters"].as_array().expect("parameters") {
                let name = parameter["name"].as_str().expect("a name");
                if parameter["in"] == "query" {
                    assert_eq!(parameter["example"], fields[name]);
                    assert!(validator(document, &parameter["schema"]).is_valid(&fields[name]), "{name}");
                }
            }
        }
        let media = &operation["responses"]["200"]["content"]["application/json"];
        let examples = media["examples"].as_object().expect("examples");
        let replies = card(endpoint)["replies"].as_array().expect("replies").len();
        assert_eq!(examples.len(), replies + endpoint.codes.len() - 1, "{}", endpoint.id);
        let answers = &promised()[&endpoint.id];
        for (name, example) in examples {
            let found = complaints(answers, &example["value"]);
            assert!(found.is_empty(), "{} {name}: {found:?}", endpoint.id);
            assert!(example["x-evidence"].is_string(), "{} {name}", endpoint.id);
            shown += 1;
        }
        for spoilt in [
            json!({}),
            json!({ "code": 0, "message": "" }),
            json!({ "code": "0", "data": null, "message": "" }),
        ] {
            assert!(!answers.is_valid(&spoilt), "{} takes {spoilt}", endpoint.id);
        }
    }
    assert!(shown > 80, "only {shown} examples");
}

#[test]
fn what_comes_is_what_is_promised_headers_included() {
    let document = document();
    let mut successes = 0;
    for scenario in ["documented-example", "default", "strict-shop"] {
        for endpoint in endpoints() {
            let sandbox = under(scenario);
            for operation in &endpoint.after {
                sandbox.default_session().call(&example(listing().newest(operation).expect("an operation")));
            }
            let answer = sandbox.default_session().call(&example(endpoint));
            let operation = operation(document, endpoint);
            let body: Value = serde_json::from_slice(answer.body()).expect("a JSON answer");
            let found = complaints(&promised()[&endpoint.id], &body);
            assert!(found.is_empty(), "{} under {scenario}: {found:?} in {body}", endpoint.id);
            successes += usize::from(body["code"] == 0 || body["code"] == "0000");
            let headers = operation["responses"]["200"]["headers"].as_object().expect("headers");
            for name in answer.headers().keys().filter(|name| name.as_str().starts_with("x-")) {
                assert!(headers.contains_key(name.as_str()), "{} sends {name}", endpoint.id);
            }
        }
    }
    assert!(successes > endpoints().len(), "only {successes} successes");
}

#[test]
fn what_the_stories_are_answered_by_the_replica_is_what_is_promised() {
    let (mut looked_at, mut met) = (0, BTreeSet::new());
    for scenario in &listing().scenarios {
        let sandbox = under(&scenario.name);
        sandbox.default_session().rehearse();
        for entry in sandbox.default_session().journal() {
            // What a rule says or spoils is the scenario's, and may be anything.
            let Some(id) = entry["endpoint"].as_str().filter(|_| entry["rule"].is_null()) else { continue };
            let response = &entry["response"];
            assert_eq!(response["status"], 200, "{}: {entry}", scenario.name);
            let found = complaints(&promised()[id], &response["body"]);
            assert!(found.is_empty(), "{} {id}: {found:?}", scenario.name);
            met.insert((id.to_owned(), response["code"].as_i64()));
            looked_at += 1;
        }
    }
    assert!(looked_at > 100 && met.len() > 15, "{looked_at} answers, {met:?}");
}

#[test]
fn what_goes_wrong_outside_of_the_vendors_contract_is_in_the_document() {
    let document = document();
    let responses = document["components"]["responses"].as_object().expect("responses");
    let operation = &document["paths"][PRE_ORDER]["post"];
    let words_of = |status: &str| -> BTreeSet<String> {
        let response = resolved(document, &operation["responses"][status]);
        let words = response["headers"]["x-sandbox-error"]["schema"]["enum"].as_array();
        words.into_iter().flatten().map(|word| word.as_str().expect("a word").to_owned()).collect()
    };
    // The words as the sources have them beside their status.
    let pattern = regex_lite::Regex::new(r#"StatusCode::([A-Z_]+),\s*"([a-z-]+)""#).expect("a pattern");
    let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sources = files(&root().join("src/wire"), "rs");
    for path in sources.into_iter().chain([root().join("src/session/mishap.rs")]) {
        let source = std::fs::read_to_string(&path).expect("a source");
        for found in pattern.captures_iter(&source) {
            let status = (100..600)
                .filter_map(|code| http::StatusCode::from_u16(code).ok())
                .find(|status| constant(*status) == found[1])
                .unwrap_or_else(|| panic!("{} is no status", &found[1]));
            written.entry(status.as_str().to_owned()).or_default().insert(found[2].to_owned());
        }
    }
    written.entry("503".to_owned()).or_default().insert("too-many-held".to_owned());
    // Once for each group's envelope.
    assert_eq!(written.len() * 2, responses.len(), "{written:?}");
    for (status, words) in written {
        assert_eq!(words_of(&status), words, "{status}");
    }
}

/// A status as Rust's constant calls it.
fn constant(status: http::StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().to_uppercase().replace([' ', '-'], "_")
}

#[test]
fn what_goes_wrong_on_a_connection_has_the_promised_shape() {
    let document = document();
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let operation = &document["paths"][PRE_ORDER]["post"];
    let head = |method: &str, target: &str, more: &str| {
        format!("{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{more}\r\n")
    };
    let calls = [
        (404, head("POST", "/v1.2/package/preOrderPackages", "")),
        (405, head("DELETE", PRE_ORDER, "")),
        (414, head("POST", &format!("{PRE_ORDER}?{}", "x".repeat(9000)), "")),
        (415, head("POST", PRE_ORDER, "Content-Encoding: br\r\n")),
        (400, head("POST", PRE_ORDER, "Host: y\r\n")),
        (
            413,
            format!(
                "POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n{}",
                "x".repeat(2_000_000)
            ),
        ),
    ];
    for (status, call) in calls {
        let answer = Raw::connect(&sandbox).send(call).answer();
        assert_eq!(answer.status, status, "{}", answer.body);
        let promised = resolved(document, &operation["responses"][status.to_string()]);
        let word = json!(answer.header("x-sandbox-error").expect("a word"));
        let words = &promised["headers"]["x-sandbox-error"]["schema"]["enum"];
        assert!(words.as_array().expect("words").contains(&word), "{status}: {word}");
        let found = complaints(&answers(document, operation, status), &answer.json());
        assert!(found.is_empty(), "{status}: {found:?}");
    }
}

#[test]
fn command_control_route_and_library_give_one_text() {
    let text = text();
    let sandbox = under("default");
    let answer = api(&sandbox, "GET", "openapi.json", "");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.body, text);
    assert_eq!(run(&["openapi"]), (Some(0), text.clone(), String::new()));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("openapi.json").display().to_string();
    assert_eq!(run(&["openapi", "--output", &path]), (Some(0), format!("{path}\n"), String::new()));
    assert_eq!(std::fs::read_to_string(path).expect("the file"), text);
}

#[test]
fn a_base_path_is_the_servers_and_an_overlay_is_told() {
    let folder = folder(&[
        (
            "esim_qr_mall/codes.json",
            r#"{ "codes": [{ "code": 5001, "name": "RISK_CONTROL", "texts": { "en": "refused by risk control" } }] }"#,
        ),
        (
            "esim_qr_mall/my_esim_detail_v1_1.json",
            r#"{ "path": "/v1.1/order/esim", "pasted": { "code": 0, "data": { "eid": "8904" }, "message": "ok" },
                "codes": [{ "code": "RISK_CONTROL", "evidence": "assumed", "when": "seen in a log" }] }"#,
        ),
    ]);
    let text = openapi_document(Some(folder.path()), "/fms").expect("a good overlay");
    let document: &Value = &serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["servers"][0]["url"], "/fms");
    let operation = &document["paths"]["/v1.1/order/esim"]["post"];
    assert!(document["paths"]["/v1.1/order/myEsimDetail"].is_null());
    assert_eq!(operation["x-sandbox-codes"][0]["code"], 5001);
    let examples = &operation["responses"]["200"]["content"]["application/json"]["examples"];
    assert_eq!(examples["RISK_CONTROL"]["value"]["message"], "refused by risk control");
    let answers = answers(document, operation, 200);
    assert!(answers.is_valid(&examples["pasted"]["value"]));
    assert!(!answers.is_valid(&json!({ "code": 0, "data": { "iccid": "89" }, "message": "ok" })));
    let sandbox: Sandbox =
        builder().fixtures(folder.path()).base_path("/fms").start_blocking().expect("the sandbox starts");
    assert_eq!(api(&sandbox, "GET", "openapi.json", "").body, text);
    let refused = openapi_document(None, "fms/").expect_err("no base path");
    assert_eq!(refused.kind(), ErrorKind::Usage);
    assert_eq!(run(&["openapi", "--base-path", "fms/"]).0, Some(2));
}

#[test]
fn the_newest_pre_order_as_an_operation() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let named: Map<String, Value> = ["request", "success"]
        .map(|end| format!("esim_qr_mall_pre_order_package_v1_2_{end}"))
        .into_iter()
        .chain(["esim_qr_mall_refusal".to_owned()])
        .map(|name| (name.clone(), schemas[&name].clone()))
        .collect();
    insta::assert_json_snapshot!(json!({ "post": document["paths"][PRE_ORDER]["post"], "schemas": named }));
}
