//! Web pages of other origins: let in on the vendor's paths, without credentials; never on the control surface.

use serde_json::Value;

use crate::support::{Answer, PRE_ORDER, Raw, builder, documented, order_at, under};

const ORIGIN: &str = "Origin: http://localhost:3000\r\n";

fn preflight(sandbox: &linksfield_sandbox::Sandbox, path: &str) -> Answer {
    let asks = "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-access-token\r\n";
    Raw::connect(sandbox)
        .send(format!("OPTIONS {path} HTTP/1.1\r\nHost: localhost\r\n{ORIGIN}{asks}\r\n"))
        .answer()
}

#[test]
fn a_preflight_is_answered_and_leaves_no_trace() {
    let sandbox = crate::support::with_rules(r#"[{ "on": "*", "answer": { "code": 7 } }]"#);
    for path in [PRE_ORDER, &format!("/s/never-made{PRE_ORDER}"), "/nowhere"] {
        let answer = preflight(&sandbox, path);
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        let allowed = answer.header("access-control-allow-headers").expect("headers");
        for header in ["x-access-token", "accept-language", "content-type", "x-sandbox-session"] {
            assert!(allowed.contains(header), "{allowed}");
        }
        assert_eq!(answer.header("vary"), Some("Origin"));
        assert_eq!(answer.header("x-sandbox-turn"), None);
    }
    assert!(sandbox.default_session().journal().is_empty());
    let sessions = crate::support::api(&sandbox, "GET", "sessions", "").json();
    assert_eq!(sessions["sessions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_answer_may_be_read_by_the_page_that_asked() {
    let sandbox = under("default");
    let answer = order_at(&sandbox, PRE_ORDER, ORIGIN);
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
    assert!(
        answer
            .header("access-control-expose-headers")
            .is_some_and(|h| h.contains("x-sandbox-turn") && h.contains("x-access-token"))
    );
    assert_eq!(order_at(&sandbox, PRE_ORDER, "").header("access-control-allow-origin"), None);
    let gone = order_at(&sandbox, "/nowhere", ORIGIN);
    assert_eq!(
        (gone.status, gone.header("access-control-allow-origin")),
        (404, Some("http://localhost:3000"))
    );
}

#[test]
fn cors_can_be_switched_off_and_never_reaches_the_control_surface() {
    let sandbox = builder().vendor("cors", "off").start_blocking().expect("the sandbox starts");
    assert_eq!(preflight(&sandbox, PRE_ORDER).status, 405);
    assert_eq!(order_at(&sandbox, PRE_ORDER, ORIGIN).header("access-control-allow-origin"), None);
    let open = under("default");
    let control = preflight(&open, "/__sandbox/sessions");
    assert_eq!((control.status, control.header("access-control-allow-origin")), (403, None));
    assert_eq!(
        open.default_session()
            .call(&crate::support::request(PRE_ORDER, Value::Object(documented()).to_string()))
            .status(),
        200
    );
}
