//! Bodies that are no JSON, or of another shape, in good HTTP. Done before the answer is recorded: the journal shows what was sent.

use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::{Map, Value};

use super::fault::Fault;
use super::file::{Malformed, WrongType};
use crate::contract::call::Reply;

/// The page that stands in the place of JSON: a hotel's login, a proxy's excuse.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head>\n\
                    <body><h1>Please sign in to use the network</h1></body></html>\n";

/// Spoils a finished answer as the faults say; those of the wire come later.
pub(crate) fn spoil(reply: &mut Reply, faults: &[Fault]) {
    for fault in faults {
        match fault {
            Fault::Malformed(how) => {
                let body = malformed(reply.body(), *how);
                *reply.body_mut() = Bytes::from(body);
            }
            Fault::WrongType(how) => wrong_type(reply, *how),
            _ => {}
        }
    }
}

fn malformed(body: &[u8], how: Malformed) -> Vec<u8> {
    match how {
        Malformed::Cut => body[..body.len() / 2].to_vec(),
        Malformed::ExtraComma => {
            let at = body.iter().rposition(|byte| *byte == b'}').unwrap_or(body.len());
            [&body[..at], b",", &body[at..]].concat()
        }
        Malformed::WrongQuote => body.iter().map(|byte| if *byte == b'"' { b'\'' } else { *byte }).collect(),
        Malformed::TwoValues => [body, body].concat(),
        Malformed::Bom => [&b"\xef\xbb\xbf"[..], body].concat(),
        Malformed::BadUtf8 => {
            let at = body.iter().position(|byte| *byte == b'"').map_or(body.len(), |at| at + 1);
            [&body[..at], &b"\xff"[..], &body[at..]].concat()
        }
    }
}

fn wrong_type(reply: &mut Reply, how: WrongType) {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    match how {
        WrongType::HtmlPage => {
            *reply.body_mut() = Bytes::from_static(PAGE.as_bytes());
            reply.headers_mut().insert(CONTENT_TYPE, html);
            // The page is served from this machine's own origin: it may do nothing there.
            reply.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        }
        WrongType::ContentType => {
            reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        }
        WrongType::GzipFlag => {
            reply.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        WrongType::StringForNumber => reshape(reply, numbers_to_texts),
        WrongType::Null => {
            let nothing =
                |data: &mut Map<String, Value>| data.values_mut().for_each(|value| *value = Value::Null);
            reshape(reply, |body| each_data(body, nothing));
        }
        WrongType::MissingField => reshape(reply, |body| {
            each_data(body, |data| {
                if let Some(first) = data.keys().next().cloned() {
                    data.shift_remove(&first);
                }
            });
        }),
        WrongType::ExtraField => reshape(reply, |body| {
            each_data(body, |data| {
                data.insert("unexpected".to_owned(), serde_json::json!({ "new": true }));
            });
        }),
    }
}

/// Changes a body that is JSON; anything else stays.
fn reshape(reply: &mut Reply, change: impl FnOnce(&mut Value)) {
    if let Ok(mut value) = serde_json::from_slice::<Value>(reply.body()) {
        change(&mut value);
        *reply.body_mut() = Bytes::from(value.to_string());
    }
}

fn numbers_to_texts(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(list) => list.iter_mut().for_each(numbers_to_texts),
        Value::Object(object) => object.values_mut().for_each(numbers_to_texts),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// What a client reads first: `data`, each element of it if it is a list, or the whole body if there is none.
fn each_data(body: &mut Value, mut change: impl FnMut(&mut Map<String, Value>)) {
    match body.get_mut("data") {
        Some(Value::Object(data)) => change(data),
        Some(Value::Array(list)) => list.iter_mut().filter_map(Value::as_object_mut).for_each(change),
        _ => {
            if let Value::Object(whole) = body {
                change(whole);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spoilt(fault: Fault, body: &Value) -> Reply {
        let mut reply = Reply::new(Bytes::from(body.to_string()));
        spoil(&mut reply, &[fault]);
        reply
    }

    #[test]
    fn none_of_the_malformed_bodies_can_be_read() {
        use Malformed::{BadUtf8, Bom, Cut, ExtraComma, TwoValues, WrongQuote};
        let body = json!({ "code": 0, "data": { "id": 1 }, "message": "success" });
        for how in [Cut, ExtraComma, WrongQuote, TwoValues, Bom, BadUtf8] {
            let reply = spoilt(Fault::Malformed(how), &body);
            assert!(serde_json::from_slice::<Value>(reply.body()).is_err(), "{how:?}");
        }
    }

    #[test]
    fn the_wrong_shapes_are_as_the_table_says() {
        use WrongType::{ExtraField, MissingField, Null, StringForNumber};
        let read =
            |fault, body| serde_json::from_slice::<Value>(spoilt(Fault::WrongType(fault), body).body()).ok();
        let one = json!({ "code": 0, "data": { "id": 1, "name": "x" } });
        assert_eq!(
            read(StringForNumber, &one),
            Some(json!({ "code": "0", "data": { "id": "1", "name": "x" } }))
        );
        assert_eq!(read(Null, &one), Some(json!({ "code": 0, "data": { "id": null, "name": null } })));
        assert_eq!(read(MissingField, &one), Some(json!({ "code": 0, "data": { "name": "x" } })));
        let refusal = json!({ "code": 7, "data": null });
        let list = json!({ "code": 0, "data": [{ "id": 1 }, { "id": 2 }] });
        assert_eq!(read(MissingField, &list), Some(json!({ "code": 0, "data": [{}, {}] })));
        assert_eq!(read(Null, &refusal), Some(json!({ "code": null, "data": null })));
        let more = read(ExtraField, &one).unwrap_or_default();
        assert_eq!(more["data"]["unexpected"], json!({ "new": true }));
    }
}
