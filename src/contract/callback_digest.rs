//! `x-lf-md5`: the digest of a callback's body and the notification secret.

use base64::prelude::{BASE64_STANDARD, Engine};
use md5::{Digest, Md5};
use serde_json::{Map, Value};

use crate::domain::notify::{DigestForm, EmptyValues, Notify};

/// The text that is digested, the secret at its end: pairs by key, joined by `&`; of a list, each element's own.
pub(crate) fn canonical(body: &Value, notify: &Notify) -> String {
    let mut parts = Vec::new();
    pairs(body, notify.empty, &mut parts);
    parts.push(notify.secret.to_string());
    parts.join("&")
}

/// The header's value.
pub(crate) fn x_lf_md5(body: &Value, notify: &Notify) -> String {
    let digest = Md5::digest(canonical(body, notify).as_bytes());
    match notify.digest {
        DigestForm::Raw => BASE64_STANDARD.encode(digest),
        DigestForm::Hex => {
            let number = digest.iter().fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
            BASE64_STANDARD.encode(format!("{number:032x}"))
        }
    }
}

fn pairs(value: &Value, empty: EmptyValues, parts: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| pairs(item, empty, parts)),
        Value::Object(members) => members_of(members, empty, parts),
        Value::String(text) => parts.push(text.clone()),
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => parts.push(value.to_string()),
    }
}

fn members_of(members: &Map<String, Value>, empty: EmptyValues, parts: &mut Vec<String>) {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    for (key, value) in sorted {
        let text = match value {
            // Documented of a list alone; that its own name does not appear is ours.
            Value::Array(_) | Value::Object(_) => {
                pairs(value, empty, parts);
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
        };
        if !text.is_empty() || empty == EmptyValues::Keep {
            parts.push(format!("{key}={text}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn printed() -> Value {
        json!({
            "partner_code": "P123456", "sim_id": "89860220190123456789", "imsi": "4230001234567",
            "message_type": "Binary", "text_message": "发送短信内容", "received_at": "1642385160000",
        })
    }

    #[test]
    fn the_printed_example_has_the_digest_of_the_contract() {
        let notify = Notify::default();
        assert_eq!(
            canonical(&printed(), &notify),
            "imsi=4230001234567&message_type=Binary&partner_code=P123456&received_at=1642385160000\
             &sim_id=89860220190123456789&text_message=发送短信内容&replica-notify-secret"
        );
        assert_eq!(x_lf_md5(&printed(), &notify), "HGJjplG9s0muoYy2p9w/8g==");
        let hex = Notify { digest: DigestForm::Hex, ..notify };
        assert_eq!(x_lf_md5(&printed(), &hex), "MWM2MjYzYTY1MWJkYjM0OWFlYTE4Y2I2YTdkYzNmZjI=");
    }

    #[test]
    fn a_list_is_digested_element_by_element_and_its_name_does_not_appear() {
        let element = json!({ "warningCode": "1", "deviceId": "89314404000816575667", "expireTime": "" });
        let list = json!([element, element]);
        let notify = Notify::default();
        assert_eq!(x_lf_md5(&list, &notify), "4xcChN0Zaj2C+fM5CLnpFQ==");
        assert_eq!(canonical(&json!({ "devices": list }), &notify), canonical(&list, &notify));
        let dropped = Notify { empty: EmptyValues::Drop, ..notify };
        assert!(!canonical(&list, &dropped).contains("expireTime"));
    }
}
