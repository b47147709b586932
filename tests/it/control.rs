//! The control surface and its guard. The routes come from the surface itself, so that a new one is guarded or fails here.

use linksfield_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Answer, PRE_ORDER, Raw, builder, documented, under};

const JOURNAL: &str = "/__sandbox/sessions/default/journal";

fn get(sandbox: &Sandbox, path: &str, headers: &str) -> Answer {
    Raw::connect(sandbox).send(format!("GET {path} HTTP/1.1\r\n{headers}\r\n")).answer()
}

/// Method, path and whether it is open, as the surface lists them.
pub(crate) fn routes(sandbox: &Sandbox) -> Vec<(String, String, bool)> {
    let listed = get(sandbox, "/__sandbox/nothing", "Host: localhost\r\n");
    assert_eq!(listed.status, 404);
    let help = listed.json()["error"]["help"].as_str().expect("the routes").to_owned();
    let routes: Vec<_> = help
        .split("), ")
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (method, path) =
                (words.next()?.to_owned(), words.next()?.replace("{s}", "default").replace("{key}", "1"));
            let open = path.contains("/health/");
            Some((method, path, open))
        })
        .collect();
    assert!(routes.len() >= 4, "{help}");
    routes
}

#[test]
fn every_route_is_closed_to_foreign_look_alike_missing_and_doubled_headers() {
    let sandbox = under("default");
    let address = sandbox.addresses()[0];
    let bad = [
        // Host: foreign, look-alike, missing (HTTP/1.0), doubled, unreadable.
        "Host: evil.example\r\n",
        "Host: evil.example:8484\r\n",
        "Host: localhost.evil.example\r\n",
        "Host: notlocalhost\r\n",
        "Host: .localhost\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "Host: 127.0.0.2\r\n",
        "Host: 0.0.0.0\r\n",
        "Host: 2130706433\r\n",
        "Host: user@localhost\r\n",
        "Host: local host\r\n",
        "Host: \r\n",
        "",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        // Origin: foreign, another port, another scheme, null, look-alike, doubled.
        "Host: localhost\r\nOrigin: http://evil.example\r\n",
        "Host: localhost\r\nOrigin: http://localhost:3000\r\n",
        "Host: localhost\r\nOrigin: https://localhost\r\n",
        "Host: localhost\r\nOrigin: http://localhost.evil.example\r\n",
        "Host: localhost\r\nOrigin: http://127.0.0.1\r\n",
        "Host: localhost\r\nOrigin: null\r\n",
        "Host: localhost\r\nOrigin: \r\n",
        "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.example\r\n",
        // Sec-Fetch-Site: what a browser adds when another page asks.
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
        "Host: localhost\r\nSec-Fetch-Site: same-site\r\n",
        "Host: localhost\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n",
    ];
    for (method, path, open) in routes(&sandbox) {
        for headers in bad {
            let version = if headers.contains("Host") { "1.1" } else { "1.0" };
            let answer = Raw::connect_to(address)
                .send(format!("{method} {path} HTTP/{version}\r\n{headers}\r\n"))
                .answer();
            if open {
                assert!(answer.status == 200 || answer.status == 400, "{path} {headers:?}: {answer:?}");
                continue;
            }
            assert!(answer.status == 403 || answer.status == 400, "{path} {headers:?}: {answer:?}");
            let error = &answer.json()["error"];
            assert!(!error["message"].as_str().expect("a message").is_empty(), "{answer:?}");
            assert!(!error["help"].as_str().expect("a help").is_empty(), "{headers:?} {answer:?}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
}

#[test]
fn every_route_is_open_to_this_machine_at_any_port() {
    let sandbox = under("default");
    let good = [
        "Host: localhost\r\n",
        "Host: LOCALHOST:8484\r\n",
        "Host: 127.0.0.1:19000\r\n",
        "Host: [::1]:8484\r\n",
        "Host: checkout.localhost:8484\r\n",
        "Host: localhost:8484\r\nOrigin: http://localhost:8484\r\nSec-Fetch-Site: same-origin\r\n",
        "Host: localhost\r\nSec-Fetch-Site: none\r\n",
    ];
    // Stopping the server has a test of its own.
    for (method, path, _) in routes(&sandbox).into_iter().filter(|(_, path, _)| !path.ends_with("/shutdown"))
    {
        for headers in good {
            let answer =
                Raw::connect(&sandbox).send(format!("{method} {path} HTTP/1.1\r\n{headers}\r\n")).answer();
            // It may still be a bad call, such as one without a body: but not one that the guard refuses.
            assert!(![403, 415].contains(&answer.status), "{method} {path} {headers:?}: {answer:?}");
            assert!(
                answer.status != 400 || answer.json()["error"]["code"] != "bad-host",
                "{path} {headers:?}"
            );
        }
    }
}

#[test]
fn an_absolute_target_is_judged_beside_the_host_line() {
    let sandbox = under("default");
    let with = |target: &str| get(&sandbox, target, "Host: localhost\r\n").status;
    assert_eq!(with(&format!("http://localhost:8484{JOURNAL}")), 200);
    assert_eq!(with(&format!("http://evil.example{JOURNAL}")), 403);
}

#[test]
fn a_path_that_only_looks_like_a_control_route_is_the_vendors() {
    let sandbox = under("default");
    for path in [
        "//__sandbox/sessions/default/journal",
        "/__SANDBOX/sessions/default/journal",
        "/%5F_sandbox/sessions/default/journal",
        "/__sandboxes",
        "/x/../__sandbox/sessions/default/journal",
        "/./__sandbox/sessions/default/journal",
    ] {
        let answer = get(&sandbox, path, "Host: evil.example\r\n");
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!(9999)), "{path}: {answer:?}");
    }
    // Within the subtree every spelling meets the guard first.
    for path in ["/__sandbox", "/__sandbox/", "/__sandbox//sessions/default/journal", "/__sandbox/%2e%2e/x"] {
        assert_eq!(get(&sandbox, path, "Host: evil.example\r\n").status, 403, "{path}");
    }
}

#[test]
fn a_token_passes_under_any_host_and_a_wrong_one_never() {
    let sandbox = builder().control_token("s3cret").start_blocking().expect("the sandbox starts");
    let with = |headers: &str| get(&sandbox, JOURNAL, headers).status;
    assert_eq!(with("Host: sandbox:8484\r\nAuthorization: Bearer s3cret\r\n"), 200);
    assert_eq!(
        with("Host: sandbox:8484\r\nAuthorization: bearer s3cret\r\nOrigin: http://evil.example\r\n"),
        200
    );
    assert_eq!(with("Host: sandbox:8484\r\n"), 403);
    assert_eq!(with("Host: localhost\r\n"), 200, "on loopback the token is not compulsory");
    for wrong in ["Bearer s3cre", "Bearer s3cret2", "Bearer ", "Basic s3cret", "s3cret", ""] {
        assert_eq!(with(&format!("Host: localhost\r\nAuthorization: {wrong}\r\n")), 403, "{wrong:?}");
    }
}

#[test]
fn a_named_host_is_let_in() {
    let sandbox = builder().allow_host("Sandbox.Internal.test").start_blocking().expect("the sandbox starts");
    assert_eq!(get(&sandbox, JOURNAL, "Host: sandbox.internal.test:80\r\n").status, 200);
    assert_eq!(get(&sandbox, JOURNAL, "Host: other.internal.test\r\n").status, 403);
}

#[test]
fn a_body_that_is_no_json_is_refused_with_the_curl_that_works() {
    let sandbox = under("default");
    let head = format!("GET {JOURNAL} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n");
    for kind in ["", "Content-Type: text/plain\r\n", "Content-Type: application/jsonx\r\n"] {
        let answer = Raw::connect(&sandbox).send(format!("{head}{kind}\r\n{{}}")).answer();
        assert_eq!(answer.status, 415, "{kind:?}");
        let help = &answer.json()["error"]["help"];
        assert!(
            help.as_str().expect("a help").contains(&format!(
                "curl -X GET http://localhost{JOURNAL} -H 'Content-Type: application/json'"
            )),
            "{help}"
        );
    }
    let json = "Content-Type: application/json; charset=utf-8\r\n";
    assert_eq!(Raw::connect(&sandbox).send(format!("{head}{json}\r\n{{}}")).answer().status, 200);
}

#[test]
fn an_unknown_route_method_or_session_is_told_what_there_is() {
    let sandbox = under("default");
    let local = "Host: localhost\r\n";
    let error = |answer: Answer| (answer.status, answer.json()["error"]["code"].clone());
    assert_eq!(error(get(&sandbox, "/__sandbox", local)), (404, json!("unknown-path")));
    assert_eq!(
        error(get(&sandbox, "/__sandbox/sessions/none/orders", local)),
        (404, json!("unknown-session"))
    );
    let answer = Raw::connect(&sandbox).send(format!("PUT {JOURNAL} HTTP/1.1\r\n{local}\r\n")).answer();
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, DELETE")));
}

#[test]
fn without_a_control_surface_its_paths_are_the_vendors_unknown_ones() {
    let sandbox = builder().without_control().start_blocking().expect("the sandbox starts");
    assert_eq!(sandbox.control_url(), None);
    let answer = get(&sandbox, "/__sandbox/health/ready", "Host: localhost\r\n");
    assert_eq!((answer.status, &answer.json()["code"]), (404, &json!(9999)));
}

#[test]
fn orders_and_journal_tell_what_happened_and_nothing_of_themselves() {
    let sandbox = under("documented-example");
    let body = Value::Object(documented()).to_string();
    Raw::connect(&sandbox).post(PRE_ORDER, &body).answer();
    Raw::connect(&sandbox).post("/v1.2/package/preOrder", "{}").answer();
    let orders = get(&sandbox, "/__sandbox/sessions/default/orders", "Host: localhost\r\n");
    assert_eq!(orders.json()["orders"], Value::Array(sandbox.default_session().orders()));
    assert_eq!(orders.header("cache-control"), Some("no-store"));
    let journal = get(&sandbox, JOURNAL, "Host: localhost\r\n");
    assert_eq!(journal.json()["entries"], Value::Array(sandbox.default_session().journal()));
    insta::assert_json_snapshot!(journal.json());
}
