//! A session over a group that no vendor has: what the spine does whatever an endpoint does.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::clock::real_now;
use super::core::{Opening, Shared, Trace};
use super::coverage::total::Total;
use super::journal::Bounds;
use super::session::Session;
use crate::contract::call::Call;
use crate::contract::catalogue::{Catalogue, Fixtures};
use crate::contract::codes::CodeTable;
use crate::contract::endpoint::{Act, Admit, Data, Endpoint};
use crate::contract::group::Group;
use crate::document::Document;
use crate::domain::dice::Seed;
use crate::domain::stock::Stock;
use crate::domain::user::Claim;
use crate::scenario::library::Library;
use crate::scenario::lower;
use crate::scenario::magic::Magic;

const GROUP: Group = Group {
    id: "test",
    title: "Test",
    endpoints: &[
        Endpoint {
            id: "test/look",
            admit: Admit::Anyone,
            run: |_| Ok(Act::Read(Box::new(|_, _| Ok(Data::new(1))))),
        },
        Endpoint { id: "test/panic_outside", admit: Admit::Anyone, run: |_| panic!("outside of the lock") },
        Endpoint {
            id: "test/panic_inside",
            admit: Admit::Anyone,
            run: |_| Ok(Act::Write(Box::new(|_, _| panic!("inside of the lock")))),
        },
    ],
    claim: |_, _, _, _| Claim::Nobody,
    language: crate::contract::language::asked_for,
    seal: None,
    ready: |_| {},
    envelope: |row, data, message| {
        let mut written = b"null".to_vec();
        if let Some(data) = data {
            written.clear();
            data.write(&mut written);
        }
        format!("[{},{},{message:?}]", row.code, String::from_utf8_lossy(&written)).into_bytes()
    },
    code_of: |_| "BAD",
    notification: None,
    detail: |_, _, _| None,
    success: "GOOD",
    general_error: "BAD",
};

fn session(rules: Value) -> Arc<Session> {
    let mut fixtures = Fixtures::default();
    for name in ["look", "panic_outside", "panic_inside"] {
        let effect = if name == "look" { "reads" } else { "writes" };
        let card = json!({
            "title": name, "operation": name, "method": "POST", "path": format!("/{name}"), "evidence": "replica",
            "effect": effect, "sources": [], "request": { "headers": [], "fields": [], "example": {} },
            "replies": [], "codes": [],
        });
        let card = serde_json::from_str(&card.to_string()).expect("a card");
        fixtures.cards.insert(format!("test/{name}"), card);
    }
    let row = |code: i64, name: &str| {
        json!({ "code": code, "name": name, "texts": { "printed": null, "en": name, "zh": name },
            "evidence": "assumed", "source": "a test" })
    };
    let rows = serde_json::from_value(json!([row(0, "GOOD"), row(1, "BAD")])).expect("rows");
    fixtures.codes.insert("test".to_owned(), CodeTable { rows });
    let catalogue = Catalogue::new(&[&GROUP], fixtures, "").expect("a catalogue");
    let text = json!({ "format": 1, "scenario": "test", "rules": rules }).to_string();
    let document = Document::parse("test.json", &text).expect("JSON");
    let magic = Magic::read("[]").expect("a table");
    let coverage = Arc::new(Total::new(&catalogue, &magic));
    let lowered = lower(&document, &catalogue, &Arc::new(Stock::default()), &Library::default())
        .map_err(|found| format!("{found:?}"));
    let opening = Opening {
        name: "test".to_owned(),
        seed: Seed(1),
        catalogue: Arc::new(catalogue),
        script: Arc::new(lowered.expect("a scenario").script),
        trace: Trace::Headers,
        journal: Bounds::default(),
        order_limit: 10,
        epoch: 1,
        shared: Shared {
            magic: Arc::new(magic),
            coverage,
            census: Arc::default(),
            archive: Arc::default(),
            alarm: Arc::default(),
            post: None,
            outlet: None,
            auto_pay: None,
            store: None,
        },
        restored: None,
    };
    Session::open(opening, real_now())
}

fn post(session: &Session, path: &str) -> (u16, String) {
    let call = Call::from(http::Request::post(path).body(Bytes::new()).expect("a call"));
    let reply = session.exchange(&call, real_now()).reply;
    (reply.status().as_u16(), String::from_utf8_lossy(reply.body()).into_owned())
}

#[test]
fn a_panic_is_a_500_that_says_it_is_our_bug_and_the_next_call_works() {
    let session = session(json!([]));
    for path in ["/panic_outside", "/panic_inside"] {
        let (status, text) = post(&session, path);
        assert_eq!(status, 500);
        assert!(text.contains("our bug"), "{text}");
        assert_eq!(post(&session, "/look"), (200, "[0,1,\"GOOD\"]".to_owned()));
    }
}

#[test]
fn a_rule_keeps_the_act_from_being_carried_out() {
    let session = session(json!([{ "on": "panic_inside", "answer": { "code": "BAD" } }]));
    assert_eq!(post(&session, "/panic_inside"), (200, "[1,null,\"BAD\"]".to_owned()));
}

#[test]
fn calls_that_only_read_cannot_be_asked_whether_they_were_carried_out() {
    // Where a rule names reading and writing calls alike, `commit` concerns the writing ones.
    let answer = json!({ "http": { "status": 503 } });
    let wide = session(json!([{ "on": "*", "answer": answer, "commit": false }]));
    assert_eq!(post(&wide, "/look").0, 503);
    let narrow = session(json!([{ "on": "look", "answer": answer }]));
    assert_eq!(post(&narrow, "/look").0, 503);
}
