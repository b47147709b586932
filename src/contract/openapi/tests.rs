//! A group of another kind, with texts for codes and members of its own, is written down by the same tables.

use serde_json::{Value, json};

use super::document;
use crate::contract::catalogue::{Catalogue, Fixtures};
use crate::contract::codes::{CodeRow, CodeTable};
use crate::contract::endpoint::{Act, Admit, Data, Endpoint};
use crate::contract::group::Group;
use crate::domain::user::Claim;

const SIGNED: Group = Group {
    id: "signed",
    title: "Signed APIs",
    endpoints: &[Endpoint {
        id: "signed/order",
        admit: Admit::Anyone,
        run: |_| Ok(Act::Read(Box::new(|_, _| Ok(Data::null())))),
    }],
    claim: |_, _, _, _| Claim::Nobody,
    language: crate::contract::language::asked_for,
    seal: None,
    ready: |_| {},
    envelope,
    code_of: |_| "FAILED",
    detail: |_, _, _| None,
    notification: None,
    success: "OK",
    general_error: "FAILED",
};

/// A code of four digits as a text, data only where there is some, and a member that is always the same.
fn envelope(row: &CodeRow, data: Option<&Data>, message: &str) -> Vec<u8> {
    let mut body = json!({ "version": "2", "retCode": format!("{:04}", row.code), "retMesg": message });
    if let Some(data) = data {
        let mut text = Vec::new();
        data.write(&mut text);
        body["obj"] = serde_json::from_slice(&text).expect("JSON");
    }
    body.to_string().into_bytes()
}

fn written(replies: &Value) -> Value {
    let card = json!({
        "title": "Order", "operation": "order", "method": "POST", "path": "/order", "evidence": "partial", "effect": "writes",
        "sources": ["a page"],
        "request": {
            "headers": [{ "name": "sign", "meaning": "HMAC of the rest", "evidence": "documented" }],
            "fields": [], "example": {},
        },
        "replies": replies,
        "codes": [
            { "code": "OK", "evidence": "documented", "when": "done" },
            { "code": "FAILED", "evidence": "assumed", "when": "not done" },
        ],
    });
    let row = |code: i64, name: &str| {
        json!({
            "code": code, "name": name, "texts": { "printed": null, "en": name.to_lowercase(), "zh": "" },
            "evidence": "documented", "source": "a page",
        })
    };
    let mut fixtures = Fixtures::default();
    fixtures
        .cards
        .insert("signed/order".to_owned(), serde_json::from_str(&card.to_string()).expect("a card"));
    let rows = [row(0, "OK"), row(1, "FAILED"), row(12, "LATE")];
    let rows = rows.map(|row| serde_json::from_value(row).expect("a row")).into();
    fixtures.codes.insert("signed".to_owned(), CodeTable { rows });
    document(&Catalogue::new(&[&SIGNED], fixtures, "").expect("a catalogue"))
}

#[test]
fn codes_are_texts_where_the_envelope_writes_texts() {
    let body =
        json!({ "version": "2", "retCode": "0000", "retMesg": "ok", "obj": { "plan": "DP1", "days": 3 } });
    let document = written(&json!([{ "name": "success", "evidence": "documented", "body": body }]));
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["signed_code"]["type"], "string");
    assert_eq!(schemas["signed_code"]["examples"], json!(["0000", "0001", "0012"]));
    let refusal = &schemas["signed_refusal"];
    assert_eq!(refusal["required"], json!(["version", "retCode", "retMesg"]));
    assert_eq!(refusal["properties"]["retCode"]["not"], json!({ "const": "0000" }));
    let success = &schemas["signed_order_success"]["properties"];
    assert_eq!(success["retCode"]["const"], "0000");
    assert_eq!(success["obj"]["required"], json!(["plan", "days"]));
    assert_eq!(
        success["obj"]["properties"]["days"],
        json!({ "type": "integer", "x-evidence": "documented" })
    );
    let operation = &document["paths"]["/order"]["post"];
    assert_eq!(operation["parameters"][0]["name"], "sign");
    let examples = &operation["responses"]["200"]["content"]["application/json"]["examples"];
    assert_eq!(
        examples["FAILED"]["value"],
        json!({ "version": "2", "retCode": "0001", "retMesg": "failed" })
    );
    assert_eq!(operation["x-sandbox-codes"][1]["code"], "0001");
    let reference = &operation["responses"]["404"]["$ref"];
    assert_eq!(*reference, "#/components/responses/signed_NotFound");
}

#[test]
fn an_answer_that_no_card_shows_is_open_and_says_so() {
    let document = written(&json!([]));
    let success = &document["components"]["schemas"]["signed_order_success"];
    assert_eq!(success["x-evidence"], "replica");
    assert_eq!(success["properties"]["obj"]["x-evidence"], "replica");
    assert!(success["properties"]["obj"].get("type").is_none());
    assert_eq!(success["properties"]["retCode"]["const"], "0000");
}
