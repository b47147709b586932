//! Who reaches what where: the vendor's paths in the LAN, and a control surface with a listener of its own.

use std::net::SocketAddr;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::process::{Server, binary, run};
use crate::support::{Answer, PRE_ORDER, Raw, documented};

const ORDERS: &str = "/__sandbox/sessions/default/orders";

fn address(url: &Value) -> SocketAddr {
    let url = url.as_str().expect("a URL").trim_start_matches("http://");
    url.trim_end_matches("/__sandbox").parse().expect("an address")
}

fn get(address: SocketAddr, path: &str) -> Answer {
    Raw::connect_to(address).send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).answer()
}

fn order(address: SocketAddr) -> Answer {
    Raw::connect_to(address).post(PRE_ORDER, &Value::Object(documented()).to_string()).answer()
}

fn serve(args: &[&str]) -> Server {
    let mut command = binary();
    command.arg("serve").args(args);
    Server::of(command)
}

#[test]
fn phones_in_the_lan_reach_the_vendors_paths_and_this_machine_alone_the_control_surface() {
    let server = serve(&["--lan", "--listen", "127.0.0.1:0"]);
    let here = address(&server.ready["url"]);
    assert!(here.ip().is_loopback(), "{}", server.ready);
    assert_eq!(server.ready["control"], json!(format!("http://{here}/__sandbox")));
    assert_eq!((order(here).json()["code"].clone(), get(here, ORDERS).status), (json!(0), 200));
    // What this machine calls itself in the LAN; a machine without a network has no such name.
    for url in server.ready["lan"].as_array().expect("a list") {
        let there = address(url);
        assert!(!there.ip().is_loopback() && there.port() == here.port(), "{there}");
        assert_eq!(order(there).json()["code"], 0);
        assert_eq!(get(there, "/__sandbox/health/ready").status, 200);
        // The Host line says what it likes; the connection's own addresses count, on every route.
        for path in [ORDERS, "/__sandbox/sessions", "/__sandbox/nothing", "/__sandbox"] {
            let refused = get(there, path);
            let error = &refused.json()["error"];
            assert_eq!((refused.status, &error["code"]), (403, &json!("not-here")), "{path}");
            let words = format!("{} {}", error["message"], error["help"]);
            assert!(words.contains("--lan") && words.contains("--control-token"), "{words}");
        }
    }
    server.signal(Signal::TERM);
    assert_eq!(server.end().0.code(), Some(0));
    // Without the option nothing is said of it.
    assert_eq!(Server::start(&[]).ready.get("lan"), None);
}

#[test]
fn a_control_surface_with_a_listener_of_its_own_is_nowhere_else() {
    // The vendor's paths may then be open to others without a token.
    let server = serve(&["--listen", "0.0.0.0:0", "--control-listen", "127.0.0.1:0", "--seed", "7"]);
    let (vendor, control) = (address(&server.ready["url"]), address(&server.ready["control"]));
    assert!(vendor.ip().is_loopback() && vendor.port() != control.port(), "{}", server.ready);
    assert_eq!(order(vendor).json()["code"], 0);
    let orders = get(control, ORDERS);
    assert_eq!((orders.status, &orders.json()["total"]), (200, &json!(1)));
    let refused = get(vendor, ORDERS);
    let help = format!("call http://{control}/__sandbox on the machine itself");
    assert_eq!((refused.status, &refused.json()["error"]["help"]), (403, &json!(help)));
    for address in [vendor, control] {
        assert_eq!(get(address, "/__sandbox/health/ready").status, 200);
    }
    let away = order(control);
    assert_eq!((away.status, away.header("x-sandbox-error")), (404, Some("vendor-elsewhere")));
    assert_eq!(get(control, ORDERS).json()["total"], 1, "it is no call of any session");
    // What a session says of itself leads to the vendor's paths, and its own port has them alone.
    let body = r#"{ "name": "own", "listen": "127.0.0.1:0" }"#;
    let head = "POST /__sandbox/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let made =
        Raw::connect_to(control).send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).answer();
    let urls = made.json()["urls"].clone();
    assert_eq!(urls["path"], json!(format!("http://{vendor}/s/own")));
    let port = address(&urls["port"]);
    assert_eq!((order(port).json()["code"].clone(), get(port, ORDERS).status), (json!(0), 403));

    let base = server.ready["control"].as_str().expect("a URL").trim_end_matches("/__sandbox");
    assert_eq!(run(&["health", base]).0, Some(0));
    assert!(run(&["ctl", "--url", base, "orders"]).1.contains("waiting"));

    // Of the same port there is only one.
    let busy = control.to_string();
    let (code, _, err) = run(&["serve", "--listen", "127.0.0.1:0", "--control-listen", &busy]);
    assert!(code == Some(4) && err.contains("take another with --control-listen"), "{err}");
}

#[test]
fn what_would_open_the_control_surface_is_refused_with_every_remedy() {
    let remedies =
        ["--control-token \"$(", "compose", "--control-listen 127.0.0.1:0", "\n  --lan", "--control off"];
    for (args, remedies) in [
        (&["--listen", "0.0.0.0:8484"][..], &remedies[..]),
        (&["--listen", "0.0.0.0:9000"], &["  --lan --listen 127.0.0.1:9000\n"]),
        (&["--control-listen", "0.0.0.0:9000"], &["--control-token \"$(", "--control-listen 127.0.0.1:9000"]),
        (&["--control", "off", "--control-listen", "127.0.0.1:0"], &["drop one of them"]),
        (&["--lan", "--listen", "192.0.2.1:9000"], &["--listen 0.0.0.0:9000"]),
    ] {
        let (code, out, err) = run(&[&["serve"], args].concat());
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}: {err}");
        for remedy in remedies {
            assert!(err.contains(remedy), "{args:?}: {remedy:?} is not in {err}");
        }
    }
    // With a token, or with nothing to open, they are fine.
    for args in [
        &["--control-listen", "0.0.0.0:0", "--control-token", "s3cret"][..],
        &["--lan", "--control", "off"],
        &["--lan", "--control-listen", "127.0.0.1:0"],
    ] {
        let server = serve(&[&["--listen", "127.0.0.1:0"], args].concat());
        assert_eq!(order(address(&server.ready["url"])).json()["code"], 0, "{args:?}");
        if let Some(control) = server.ready["control"].as_str() {
            let needs_token = get(address(&json!(control)), ORDERS).status == 403;
            assert_eq!(needs_token, args.contains(&"s3cret"), "{args:?}");
        }
    }
}
