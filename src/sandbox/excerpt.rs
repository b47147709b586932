//! What somebody who looks at a failed test wants to see of a session: its last calls, a line each.

use serde_json::Value;

/// How many calls are shown.
pub(super) const LAST: usize = 12;

/// A journal entry in a line: turn, time, call, answer, the rule that decided, what happens on the wire. It takes what
/// [`SessionHandle::journal`](crate::SessionHandle::journal) and the control surface show.
pub fn line_of_entry(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (request, response) = (&entry["request"], &entry["response"]);
    let mut parts = vec![
        format!("{:>5}", entry["turn"].to_string()),
        text(&entry["at"]),
        format!("{} {}", text(&request["method"]), text(&request["target"])),
        response["status"].to_string(),
    ];
    if !response["code"].is_null() {
        parts.push(format!("code {}", response["code"]));
    }
    if !entry["rule"].is_null() {
        parts.push(format!("by {}", text(&entry["rule"])));
    }
    parts.extend(entry["wire"].as_array().into_iter().flatten().map(|fault| format!("[{}]", text(fault))));
    parts.join("  ")
}

/// The last calls, with what the answers said where it was not a success, and the rules that never fired.
pub(super) fn draw(name: &str, url: &str, entries: &[Value], unused_rules: &[String]) -> String {
    let mut text = match entries.len() {
        0 => format!("session {name} ({url}) was never called"),
        1..=LAST => format!("calls of session {name} ({url}):"),
        more => format!("the last {LAST} of {more} calls of session {name} ({url}):"),
    };
    for entry in &entries[entries.len().saturating_sub(LAST)..] {
        text.push_str("\n  ");
        text.push_str(&line_of_entry(entry));
        let message = &entry["response"]["body"]["message"];
        if let Some(message) = message.as_str().filter(|_| entry["response"]["code"] != 0) {
            text.push_str("  ");
            text.push_str(message);
        }
        for note in entry["notes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            text.push_str("\n           note: ");
            text.push_str(note);
        }
    }
    if !unused_rules.is_empty() {
        text.push_str("\nrules that never fired: ");
        text.push_str(&unused_rules.join(", "));
    }
    text
}
