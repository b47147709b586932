//! A disk that is full: the first error stops all writes, and looking goes on.

use std::process::Stdio;

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use super::{control, serve};
use crate::process::{Server, binary};
use crate::support::{PRE_ORDER, Raw, documented};

#[test]
fn the_first_error_stops_all_writes_is_told_and_looking_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = binary();
    let mut shell = std::process::Command::new("sh");
    // The limit is to be an error of the write, and not the end of the process.
    let serve_it = r#"trap "" XFSZ; exec "$0" serve --listen 127.0.0.1:0 --seed 7 --data "$1""#;
    shell.args(["-c", serve_it]).arg(own.get_program()).arg(folder.path()).stdin(Stdio::null());
    for (name, _) in own.get_envs() {
        shell.env_remove(name);
    }
    let server = Server::of(shell);
    let body = Value::Object(documented()).to_string();
    let mut raw = Raw::connect_to(server.address());
    let kept = raw.post(PRE_ORDER, &body).answer().json()["data"]["id"].clone();
    let full = Rlimit { current: Some(4_096), maximum: None };
    prlimit(Some(Pid::from_child(&server.child)), Resource::Fsize, full).expect("a limit");
    for _ in 0..2 {
        let refused = raw.post(PRE_ORDER, &body).answer();
        assert_eq!((refused.status, refused.header("x-sandbox-error")), (503, Some("not-kept")));
        let told = refused.json().to_string();
        assert!(
            told.contains("sandbox.redb") && told.contains("too large") && told.contains("start the"),
            "{told}"
        );
    }
    let ready = control(&server, "GET", "health/ready", &json!(null));
    assert_eq!(ready.status, 503);
    assert!(ready.body.contains("too large"), "{}", ready.body);
    assert_eq!(control(&server, "GET", "health/live", &json!(null)).status, 200);
    for (method, path, body) in [
        ("POST", "sessions/default/clock/advance", json!({ "by": "1h" })),
        ("POST", "sessions/default/reset", json!(null)),
        ("POST", "sessions", json!({ "name": "new" })),
        ("DELETE", "sessions/default/rules", json!(null)),
    ] {
        let refused = control(&server, method, path, &body);
        assert_eq!(refused.status, 503, "{path}: {}", refused.body);
        assert_eq!(refused.json()["error"]["code"], "not-kept");
    }
    let orders = control(&server, "GET", "sessions/default/orders", &json!(null));
    assert_eq!(orders.status, 200, "{}", orders.body);
    let looked = raw.post("/v1.1/package/packageList", "{}").answer();
    assert_ne!(looked.status, 503, "{looked:?}");
    assert_eq!(control(&server, "POST", "sessions/default/verify", &json!({})).status, 200);
    drop(server);

    let server = serve(folder.path(), &[]);
    let orders = control(&server, "GET", "sessions/default/orders", &json!(null)).json();
    let ids: Vec<&Value> =
        orders["orders"].as_array().expect("orders").iter().map(|order| &order["id"]).collect();
    assert_eq!((orders["total"].clone(), ids.len()), (json!(1), 1), "{orders}");
    assert!(orders.to_string().contains(&kept.to_string()), "{orders}");
}
