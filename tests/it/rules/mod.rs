//! The language of rules: where they look, how often they fire, what they do afterwards.

mod afterwards;
mod hold;
mod places;
mod times;

use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Value, json};

use crate::support::{call, documented, pre_order, under_text};

pub(super) const POLL: &str = "/package/queryOrdStatusAndEmail";

/// A sandbox on a clock that stands, with these rules.
pub(super) fn with(rules: &str) -> Sandbox {
    under_text(&format!(
        r#"{{ "format": 1, "scenario": "test", "clock": {{ "start": "2023-05-18T06:00:00Z", "mode": "frozen" }},
            "numbers": {{ "orderSerial": 0, "orderId": 1055293 }}, "rules": [{rules}] }}"#
    ))
}

/// The code of the documented pre-order.
pub(super) fn order(session: &SessionHandle) -> i64 {
    code(&pre_order(session, &Value::Object(documented())))
}

/// The code of a poll of an order.
pub(super) fn poll(session: &SessionHandle, order: u64) -> i64 {
    code(&call(session, POLL, &json!({ "orderId": order })))
}

pub(super) fn code(answer: &Value) -> i64 {
    answer["code"].as_i64().expect("a code")
}
