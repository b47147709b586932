//! The text of a body that is signed. What is signed is right, in whatever order and with whatever blanks the body is sent, and another
//! body, secret or signature is not; the text is JSON and says what the body says.

use serde_json::{Map, Value};

use crate::contract::fields::plain::Object;
use crate::vendor::csss::{Judged, judge_by_hand, plain_content};

const SECRET: &str = "replica-demo-secret";

type Body = Map<String, Value>;

pub(super) fn run(input: &[u8]) {
    let short_cut = std::str::from_utf8(input).ok().and_then(short_cut);
    let Ok(body) = serde_json::from_slice::<Body>(input) else {
        return assert_eq!(short_cut, None, "what is no JSON object is signed all the same");
    };
    let values = Value::Object(body.clone());
    let Judged { content, sign, .. } = judge_by_hand(&body, SECRET, Some("other"));
    assert!(short_cut.is_none_or(|text| text == content), "the short cut signs another text");
    // The last digit of a fraction, or of a number beyond 64 bits, may be another one each time that it is read.
    if has_fraction(&values) {
        return;
    }
    let Ok(read) = serde_json::from_str::<Body>(&content) else {
        panic!("what is signed is no JSON: {content}")
    };
    let is_left_out = |key: &str, value: &Value| {
        key == "sign"
            || matches!(value, Value::Null)
            || value.as_str().is_some_and(str::is_empty)
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty)
    };
    let said: Body = body
        .iter()
        .filter(|(key, value)| !is_left_out(key, value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    assert_eq!(read, said, "what is signed is not what is sent");
    assert!(read.keys().is_sorted(), "{content}");

    let mut signed = body.clone();
    signed.insert("sign".to_owned(), sign.clone().into());
    let mut backwards: Body = signed.clone().into_iter().rev().collect();
    let Ok(spread) = serde_json::to_string_pretty(&backwards) else { panic!("a body can be written") };
    let Ok(spread) = serde_json::from_str(&spread) else { panic!("a body can be read again") };
    for sent in [&signed, &backwards, &spread] {
        let judged = judge_by_hand(sent, SECRET, Some("other"));
        assert_eq!((&judged.content, &judged.sign), (&content, &sign), "the order of keys matters");
        assert_eq!(judged.sent, Some(Ok(())), "what was signed is refused");
    }
    // Under another secret, or with a field more, it is wrong.
    assert!(matches!(judge_by_hand(&signed, "another", None).sent, Some(Err(_))));
    backwards.insert("one-field-more".to_owned(), Value::from(content.len()));
    if !body.contains_key("one-field-more") {
        assert!(matches!(judge_by_hand(&backwards, SECRET, None).sent, Some(Err(_))));
    }
}

/// The text as the reader of plain bodies puts it together.
fn short_cut(body: &str) -> Option<String> {
    let body = Object::read(body.as_bytes())?;
    let mut members: Vec<_> = body.members().collect();
    members.sort_unstable();
    plain_content(&members)
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(list) => list.iter().any(has_fraction),
        Value::Object(object) => object.values().any(has_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
