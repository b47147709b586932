//! Every control route against whatever a web page or a rebound name can send: refused, and by name. The routes come from the surface itself.

use linksfield_sandbox::Sandbox;
use serde_json::json;

use crate::control::routes;
use crate::support::{Answer, Raw, api, builder, under};

fn send(sandbox: &Sandbox, method: &str, target: &str, headers: &str) -> Answer {
    Raw::connect(sandbox).send(format!("{method} {target} HTTP/1.1\r\n{headers}\r\n")).answer()
}

/// Headers that let nobody in, the status, what the message names, and what the help does.
const FOREIGN: [(&str, u16, &str, &str); 22] = [
    ("Host: evil.example\r\n", 403, "Host is \"evil.example\"", "--allow-host"),
    ("Host: evil.example:80\r\n", 403, "Host is", "--allow-host"),
    ("Host: localhost.evil.example\r\n", 403, "Host is", "--allow-host"),
    ("Host: 127.0.0.1.evil.example\r\n", 403, "Host is", "--allow-host"),
    ("Host: [::2]\r\n", 403, "Host is", "--allow-host"),
    ("Host: 127.1\r\n", 403, "Host is", "--allow-host"),
    ("Host: localhost@evil.example\r\n", 403, "Host is", "--allow-host"),
    ("Host: localhost:999999=9999\r\n", 403, "Host is", "--allow-host"),
    ("Host: [::1]611\r\n", 403, "Host is", "--allow-host"),
    ("Host: \u{ff}\u{ff}\r\n", 403, "Host is", "--allow-host"),
    ("Host: [::1\r\n", 403, "Host is", "--allow-host"),
    ("", 403, "Host is missing", "control token"),
    ("Host: localhost\r\nHost: evil.example\r\n", 400, "Host is sent more than once", "send one"),
    (
        "Host: localhost\r\nOrigin: http://evil.example\r\n",
        403,
        "Origin is \"http://evil.example\"",
        "http://localhost",
    ),
    ("Host: localhost\r\nOrigin: http://localhost.evil.example\r\n", 403, "Origin is", "http://localhost"),
    ("Host: localhost\r\nOrigin: http://localhost@evil.example\r\n", 403, "Origin is", "http://localhost"),
    ("Host: localhost\r\nOrigin: null\r\n", 403, "Origin is \"null\"", "http://localhost"),
    ("Host: localhost:1\r\nOrigin: http://localhost:2\r\n", 403, "Origin is", "http://localhost:1"),
    (
        "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.example\r\n",
        403,
        "Origin is \"http://evil.example\"",
        "http://localhost",
    ),
    (
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
        403,
        "Sec-Fetch-Site is \"cross-site\"",
        "another site",
    ),
    ("Host: localhost\r\nSec-Fetch-Site: same-site\r\n", 403, "Sec-Fetch-Site is", "another site"),
    ("Host: localhost\r\nSec-Fetch-Site: \r\n", 403, "Sec-Fetch-Site is", "another site"),
];

#[test]
fn every_route_refuses_what_is_foreign_and_names_it() {
    let sandbox = under("default");
    for (method, path, open) in routes(&sandbox) {
        for (headers, status, named, remedy) in FOREIGN {
            let answer = send(&sandbox, &method, &path, headers);
            if open {
                let is_refused = answer.status == 400 && answer.body.contains("Host");
                assert!(answer.status == 200 || is_refused, "{path} {headers:?}: {answer:?}");
                continue;
            }
            assert_eq!(answer.status, status, "{method} {path} {headers:?}: {answer:?}");
            let error = &answer.json()["error"];
            let said = |word: &str| error[word].as_str().expect("a text").to_owned();
            assert!(said("message").contains(named), "{headers:?}: {error}");
            assert!(said("help").contains(remedy), "{headers:?}: {error}");
            assert!(
                answer.headers.iter().all(|(name, _)| !name.starts_with("access-control-")),
                "{answer:?}"
            );
        }
        // The authority of a target counts as a Host does, beside the Host line.
        let target = format!("http://evil.example{path}");
        let answer = send(&sandbox, &method, &target, "Host: localhost\r\n");
        assert_eq!(answer.status == 403, !open, "{target}: {answer:?}");
        let target = format!("http://localhost:1{path}");
        assert_eq!(
            send(&sandbox, &method, &target, "Host: evil.example\r\n").status == 403,
            !open,
            "{target}"
        );
        // No page of another origin is told that it may ask.
        let preflight =
            "Host: localhost\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n";
        let answer = send(&sandbox, "OPTIONS", &path, preflight);
        assert!(answer.status >= 400 && answer.header("access-control-allow-origin").is_none(), "{answer:?}");
    }
}

#[test]
fn no_spelling_of_a_route_gets_past_the_guard() {
    let sandbox = builder().base_path("/fms").start_blocking().expect("the sandbox starts");
    let routes = routes(&sandbox);
    for (method, path, _) in routes.iter().filter(|(_, path, _)| !path.ends_with("/shutdown")) {
        let below = path.strip_prefix("/__sandbox").expect("below the root");
        // Not below the root as it is written: the vendor's, which has no such path.
        for spelling in [
            format!("/{path}"),
            format!("//{path}"),
            format!("/__SANDBOX{below}"),
            format!("/__Sandbox{below}"),
            format!("/%5f%5fsandbox{below}"),
            format!("/__sandbo%78{below}"),
            format!("/__sandbox%2f{}", &below[1..]),
            format!("/.{path}"),
            format!("/x/..{path}"),
            format!("/__sandbox;x=1{below}"),
            format!("/__sandbox.{below}"),
            format!("/s/default{path}"),
            format!("/fms{path}"),
            format!("/s/default/fms{path}"),
            format!("http://localhost/{path}"),
        ] {
            let answer = send(&sandbox, method, &spelling, "Host: localhost\r\n");
            let code = answer.json()["code"].clone();
            assert_eq!((answer.status, code), (404, json!(9999)), "{method} {spelling}: {answer:?}");
        }
        // Below it: whatever it is, the guard has been asked first.
        for spelling in [
            format!("/__sandbox/{below}"),
            format!("/__sandbox/.{below}"),
            format!("/__sandbox/x/..{below}"),
            format!("/__sandbox/%2e%2e{below}"),
            format!("{path}/"),
            format!("{path}%00"),
            format!("{path};x"),
            format!("{path}//"),
        ] {
            assert_eq!(send(&sandbox, method, &spelling, "Host: evil.example\r\n").status, 403, "{spelling}");
        }
    }
    assert!(sandbox.default_session().orders().is_empty());
}

#[test]
fn a_token_opens_every_route_under_any_host_and_what_a_page_can_send_none() {
    let sandbox = builder().control_token("s3cret-token").start_blocking().expect("the sandbox starts");
    for (method, path, open) in
        routes(&sandbox).into_iter().filter(|(_, path, _)| !path.ends_with("/shutdown"))
    {
        for host in ["sandbox:8484", "evil.example", "localhost"] {
            let with = |more: &str| send(&sandbox, &method, &path, &format!("Host: {host}\r\n{more}"));
            let answer = with("Authorization: Bearer s3cret-token\r\nOrigin: http://evil.example\r\n");
            assert_ne!(answer.status, 403, "{method} {path} {host}");
            for wrong in [
                "Bearer s3cret",
                "Bearer s3cret-tokens",
                "Bearer",
                "Basic s3cret-token",
                "bearer\ts3cret-token",
            ] {
                let answer = with(&format!("Authorization: {wrong}\r\n"));
                assert_eq!(answer.status == 403, !open, "{method} {path} {host} {wrong:?}");
                assert!(!answer.body.contains("s3cret"), "{answer:?}");
            }
        }
    }
}

#[test]
fn a_body_has_to_be_json_on_every_route() {
    let sandbox = under("default");
    for (method, path, open) in
        routes(&sandbox).into_iter().filter(|(_, path, _)| !path.ends_with("/shutdown"))
    {
        // All that a form of another site can send.
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/json"]
        {
            let kind = if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
            let headers = format!("Host: localhost\r\n{kind}Content-Length: 2\r\n");
            let answer = Raw::connect(&sandbox)
                .send(format!("{method} {path} HTTP/1.1\r\n{headers}\r\n{{}}"))
                .answer();
            if open {
                assert_eq!(answer.status, 200, "{path}");
                continue;
            }
            assert_eq!(answer.status, 415, "{method} {path} {kind:?}: {answer:?}");
            let help = answer.json()["error"]["help"].clone();
            let curl = format!("curl -X {method} http://localhost{path} -H 'Content-Type: application/json'");
            assert!(help.as_str().expect("a help").contains(&curl), "{help}");
        }
    }
}

#[test]
fn callbacks_go_nowhere_that_is_not_this_machine_however_it_is_spelt() {
    let sandbox = under("default");
    let own = sandbox.addresses()[0].port();
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "own", "listen": "127.0.0.1:0" }"#).json();
    let port =
        made["urls"]["port"].as_str().and_then(|url| url.rsplit(':').next()).expect("a port").to_owned();
    let set = |url: &str| {
        let body = json!({ "*": url }).to_string();
        api(&sandbox, "PUT", "sessions/default/callbacks", &body)
    };
    let ours = [
        format!("http://127.0.0.1:{own}/"),
        format!("http://localhost:{own}/__sandbox/shutdown"),
        format!("http://LOCALHOST.:{own}/"),
        format!("http://0x7f.1:{own}/"),
        format!("http://0177.0.0.1:{own}/"),
        format!("http://2130706433:{own}/"),
        format!("http://127.9.9.9:{own}/"),
        format!("http://[::1]:{own}/"),
        format!("http://[::ffff:127.0.0.1]:{own}/"),
        format!("http://a.localhost:{own}/"),
        format!("http://127.0.0.1:{port}/"),
    ];
    let foreign = [
        "http://192.0.2.1/",
        "http://0xc0000201/",
        "http://3221225985/",
        "http://0300.0.2.1/",
        "http://[::ffff:192.0.2.1]/",
        "http://[2001:db8::1]:9100/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0:9100/",
        "http://0:9100/",
        "http://[::]:9100/",
        "http://example.com/",
        "http://example.com./",
        "http://localhost.example.com/",
        "http://host.docker.internal:9100/",
        "http://user@127.0.0.1:9100/",
        "http://127.0.0.1:9100@example.com/",
        "http://127.0.0.1\\@example.com/",
        "http://127.0.0.1:9100/\r\nX: y",
        "http://127.0.0.1:9100/\u{0}",
        "http://127.0.0.1:9100/\t",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://127.0.0.1:-1/",
        "http://127.0.0.1:9100/#x",
        "http://[::1%25lo]:9100/",
        "https://127.0.0.1:9100/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "//127.0.0.1:9100/",
        "127.0.0.1:9100",
        "",
    ];
    for url in ours.iter().map(String::as_str).chain(foreign) {
        let answer = set(url);
        assert_eq!(answer.status, 400, "{url:?}: {answer:?}");
        assert!(!answer.json()["error"]["message"].as_str().expect("a message").is_empty(), "{url:?}");
    }
    let told = api(&sandbox, "GET", "sessions/default/callbacks", "").body;
    assert!(!told.contains("http"), "nothing was set: {told}");
    assert_eq!(set("http://127.0.0.1:9/hook").status / 100, 2);
}

#[test]
fn no_call_of_the_control_api_names_a_file() {
    let folder = crate::support::folder(&[("secret.json", r#"{ "format": 1, "scenario": "SECRET-NAME" }"#)]);
    let file = folder.path().join("secret.json").display().to_string();
    let sandbox = under("default");
    for name in [
        file.as_str(),
        "../secret.json",
        "../../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "default,/etc/passwd",
        "./Cargo.toml",
        "..\\..\\x",
        "default\u{0}.json",
    ] {
        for (method, path, body) in [
            ("PUT", "sessions/default/scenario", json!({ "name": name })),
            ("POST", "sessions", json!({ "name": "x", "scenario": name })),
            ("POST", "sessions/default/rules", json!({ "on": "pre-order", "answer": { "fixture": name } })),
        ] {
            let answer = api(&sandbox, method, path, &body.to_string());
            assert!((400..500).contains(&answer.status), "{path} {name:?}: {answer:?}");
            assert!(!answer.body.contains("root:") && !answer.body.contains("SECRET-NAME"), "{answer:?}");
        }
    }
    assert_eq!(api(&sandbox, "GET", "sessions/x", "").status, 404, "none was made");
}

#[test]
fn a_page_that_a_scenario_orders_may_do_nothing_and_nothing_else_is_a_page() {
    let rules = json!([
        { "on": "pre-order", "when": { "header": { "x-want": "page" } }, "commit": false,
          "answer": { "http": { "status": 200, "headers": { "Content-Type": "text/html; charset=utf-8" }, "body": "<script>1</script>" } } },
        { "on": "pre-order", "when": { "header": { "x-want": "picture" } }, "commit": false,
          "answer": { "http": { "status": 200, "headers": { "content-type": "image/svg+xml" }, "body": "<svg/>" } } },
        { "on": "pre-order", "when": { "header": { "x-want": "guess" } }, "commit": false,
          "answer": { "http": { "status": 200, "body": "<script>1</script>" } } },
        { "on": "pre-order", "when": { "header": { "x-want": "own" } }, "commit": false,
          "answer": { "http": { "status": 200, "headers": { "Content-Type": "text/html", "Content-Security-Policy": "default-src *" }, "body": "<p>" } } },
        { "on": "pre-order", "when": { "header": { "x-want": "gateway" } }, "commit": false, "answer": { "gateway": 502 } },
        { "on": "pre-order", "when": { "header": { "x-want": "hotel" } }, "commit": false, "fault": { "wrongType": "htmlPage" } },
        { "on": "pre-order", "when": { "header": { "x-want": "json" } }, "commit": false,
          "answer": { "http": { "status": 500, "body": { "a": 1 } } } },
        { "on": "pre-order", "when": { "header": { "x-want": "text" } }, "commit": false,
          "answer": { "http": { "status": 500, "headers": { "Content-Type": "text/plain" }, "body": "x" } } },
    ]);
    let sandbox = crate::support::with_rules(&rules.to_string());
    let policies = |answer: &Answer| -> Vec<String> {
        let headers = answer.headers.iter().filter(|(name, _)| name == "content-security-policy");
        headers.map(|(_, value)| value.clone()).collect()
    };
    let wanted = |want: &str| {
        crate::support::order_at(&sandbox, crate::support::PRE_ORDER, &format!("x-want: {want}\r\n"))
    };
    for want in ["page", "picture", "guess", "hotel"] {
        assert_eq!(policies(&wanted(want)), ["sandbox"], "{want}");
    }
    assert_eq!(policies(&wanted("own")), ["default-src *", "sandbox"], "both hold in a browser");
    // A gateway has no word of anybody's in its page, and is to look like one to the header.
    assert!(policies(&wanted("gateway")).is_empty());
    for want in ["json", "text", "nothing"] {
        let answer = wanted(want);
        assert!(policies(&answer).is_empty(), "{want}");
        assert_ne!(answer.header("content-type"), Some("text/html"), "{want}");
    }
    // Words of a client in an answer are never shown as a page.
    for path in ["/%3Cscript%3E", "/__sandbox/%3Cscript%3E", "/s/%3Cscript%3E/x"] {
        let answer = send(&sandbox, "GET", path, "Host: localhost\r\n");
        assert!(
            answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")),
            "{answer:?}"
        );
    }
}
