//! Signatures of calls: Base64 of HMAC-SHA1 over the parameters as one JSON text.
//!
//! The text: every parameter of query and body that is not empty, without `sign`, ordered by key, compact, raw UTF-8, slashes as
//! they are. Empty are `null`, `""`, `[]` and `{}`; 0 and false are not. What is inside of a value keeps its order.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha1::Sha1;

use super::slips;
use crate::contract::fields::clip;
use crate::domain::signature::Slip;

/// The parameter that carries the signature.
pub(crate) const SIGN: &str = "sign";

/// The text that is to be signed.
pub(crate) fn content(parameters: &Map<String, Value>) -> String {
    let mut kept: Vec<_> =
        parameters.iter().filter(|(key, value)| *key != SIGN && !is_empty(value)).collect();
    kept.sort_unstable_by_key(|(key, _)| *key);
    written(kept.into_iter())
}

/// The same, of a plain object's members, ordered by key. `None` if one of them is sent twice, or its text is not what it would be
/// once it was read and written again.
pub(crate) fn plain_content(members: &[(&str, &str)]) -> Option<String> {
    let mut text =
        String::with_capacity(members.iter().map(|(key, value)| key.len() + value.len() + 4).sum());
    text.push('{');
    let mut last = None;
    for (key, value) in members {
        if last.replace(key) == Some(key) {
            return None;
        }
        if *key == SIGN || matches!(*value, "null" | "\"\"") {
            continue;
        }
        let number = value.strip_prefix('-').unwrap_or(value);
        if number.starts_with(|first: char| first.is_ascii_digit()) {
            // A zero with a sign, fractions and long numbers may be written in another way than they were sent.
            let is_whole = number.len() <= 18 && number.bytes().all(|byte| byte.is_ascii_digit());
            if !is_whole || *value == "-0" {
                return None;
            }
        }
        if text.len() > 1 {
            text.push(',');
        }
        for piece in ["\"", key, "\":", value] {
            text.push_str(piece);
        }
    }
    text.push('}');
    Some(text)
}

/// What stands between the quotes of a plain text.
pub(crate) fn unquoted(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}

/// The signature of a text.
pub(crate) fn sign(content: &str, secret: &str) -> String {
    STANDARD.encode(digest(content, secret))
}

/// A body that somebody signs by hand.
pub(crate) struct Judged {
    /// The text that is to be signed.
    pub content: String,
    /// Its signature.
    pub sign: String,
    /// Whether the one that it holds is right: else what it holds, clipped, and the slip that explains it.
    pub sent: Option<Result<(), (String, Option<Slip>)>>,
}

/// Signs a body, and judges the signature that it holds.
pub(crate) fn judge_by_hand(
    parameters: &Map<String, Value>,
    secret: &str,
    notify_secret: Option<&str>,
) -> Judged {
    let content = content(parameters);
    let right = sign(&content, secret);
    let sent = parameters.get(SIGN).and_then(Value::as_str).filter(|sent| !sent.is_empty());
    let sent = sent.map(|sent| {
        if sent == right {
            Ok(())
        } else {
            Err((clip(sent), slips::find(parameters, sent, secret, notify_secret)))
        }
    });
    Judged { content, sign: right, sent }
}

/// The 20 bytes of the digest.
pub(super) fn digest(content: &str, secret: &str) -> [u8; 20] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else { return [0; 20] };
    mac.update(content.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Whether a parameter counts as not sent.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// One object, compact, in this order.
pub(super) fn written<'a>(pairs: impl Iterator<Item = (&'a String, &'a Value)>) -> String {
    let mut text = String::from("{");
    for (key, value) in pairs {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        text.push_str(&value.to_string());
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contract::fields::plain::Object;

    const SECRET: &str = "replica-demo-secret";

    fn parameters(body: &str) -> Map<String, Value> {
        serde_json::from_str(body).expect("an object")
    }

    #[test]
    fn known_answers() {
        for (body, text, signed) in [
            (
                r#"{"version":"2.0","access_code":"P012345","timestamp":"1498723232"}"#,
                r#"{"access_code":"P012345","timestamp":"1498723232","version":"2.0"}"#,
                "5ydAJf1ro1Q3TcJlQRBmav3ToM8=",
            ),
            (
                r#"{"access_code":"P000270","device_id":"89852022018041800192","timestamp":"1643251754","version":"2.0","sign":"x"}"#,
                r#"{"access_code":"P000270","device_id":"89852022018041800192","timestamp":"1643251754","version":"2.0"}"#,
                "os1VwGXkaPudNMW/DZlmHxmL9Vc=",
            ),
            (
                r#"{"access_code":"P000270","device_id":"","order_id":"","order_status":"","order_type":"","page_no":1,"page_size":2,"timestamp":"1643251754","version":"2.0"}"#,
                r#"{"access_code":"P000270","page_no":1,"page_size":2,"timestamp":"1643251754","version":"2.0"}"#,
                "O9YlHKhDOPThIGI4MnhBAPahg7Q=",
            ),
            (
                r#"{"access_code":"P000270","order_id":"202107061625560742397","renew_period":1,"timestamp":"1643253530","version":"2.0"}"#,
                r#"{"access_code":"P000270","order_id":"202107061625560742397","renew_period":1,"timestamp":"1643253530","version":"2.0"}"#,
                "i0SVfh7LSMPdSUuD3Er3h0G0Lac=",
            ),
        ] {
            assert_eq!(content(&parameters(body)), text);
            assert_eq!(sign(text, SECRET), signed, "{text}");
        }
    }

    #[test]
    fn a_list_and_chinese_letters_stand_as_they_are() {
        let body = parameters(
            r#"{"access_code":"P000270","deviceList":["89852022018041800192","89852022018041800193"],"global_order":"0","is_open":"0","order_period":"1","package_code":"DP20190726001274","package_name":"C_M_0_P_\u4e2d\u56fd20M\u4e0d\u9650\u901f\u6708\u5957\u9910","package_type":"2","pay_amount":"0","pay_rst":"2","pay_type":"1","test_flow":"0","test_flow_flag":"0","timestamp":"1643253530","version":"2.0"}"#,
        );
        let text = content(&body);
        assert!(
            text.contains("中国20M不限速月套餐") && text.contains(r#"["89852022018041800192","#),
            "{text}"
        );
        assert_eq!(sign(&text, SECRET), "BWUXwrrEKWlv+wHOQW8Vgg+CkiA=");
    }

    /// The text of a body that is plain, read the short way.
    fn plainly(body: &str) -> Option<String> {
        let body = Object::read(body.as_bytes())?;
        let mut members: Vec<_> = body.members().collect();
        members.sort_unstable();
        plain_content(&members)
    }

    proptest! {
        #[test]
        fn the_short_way_comes_to_the_same_text(
            members in proptest::collection::vec(
                (
                    prop::sample::select(vec!["a", "b", "sign", "é", "b2", "Z", ""]),
                    prop::sample::select(vec![
                        "1", "0", "-0", "-7", "1.50", "1.0", "12345678901234567890123", "999999999999999999", "\"\"", "\"x y/é\"", "null",
                        "true", "false", "\"null\"", "\"0\"",
                    ]),
                ),
                1..6,
            )
        ) {
            let text: Vec<_> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
            let body = format!("{{{}}}", text.join(","));
            if let Some(text) = plainly(&body) {
                prop_assert_eq!(text, content(&parameters(&body)));
            }
        }
    }

    #[test]
    fn most_bodies_go_the_short_way() {
        let body = r#"{"version":"2.0","page_no":1,"pay":0,"neg":-5,"x":"","y":null,"z":true,"sign":"x","access_code":"P012345"}"#;
        let text = r#"{"access_code":"P012345","neg":-5,"page_no":1,"pay":0,"version":"2.0","z":true}"#;
        assert_eq!(plainly(body).as_deref(), Some(text));
        assert_eq!(plainly(r#"{"a":1,"a":2}"#), None);
        assert_eq!(plainly(r#"{"a":1.0}"#), None);
    }

    #[test]
    fn in_the_order_of_the_overview_it_is_another_signature() {
        let text = r#"{"version":"2.0","access_code":"P012345","timestamp":"1498723232"}"#;
        assert_eq!(sign(text, SECRET), "OHGmXvYmBJebEY7xR/yi8V0mr+c=");
    }

    #[test]
    fn nothing_empty_is_signed_and_zero_and_false_are() {
        let body =
            parameters(r#"{"g":{"z":1,"a":[]},"f":false,"e":{},"d":[],"c":null,"b":"","a":0,"h":"a/b"}"#);
        assert_eq!(content(&body), r#"{"a":0,"f":false,"g":{"z":1,"a":[]},"h":"a/b"}"#);
    }
}
