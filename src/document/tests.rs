//! Documents: what is found in them, and where.

use schemars::JsonSchema;
use serde::Deserialize;

use super::sample::{File, Rule, Where as Spot};
use super::{Document, Severity, Where, draw, push};

const TEXT: &str = "{\n  \"rules\": [\n    { \"weight\": 1 },\n    { \"wieght\": 1 },\n    5\n  ],\n  \
                    \"more\": { \"a/b~\": { \"line\": 3 }, \"note\": { \"file\": \"f\" } }\n}\n";

fn document() -> Document<'static> {
    Document::parse("file.json", TEXT).unwrap()
}

#[test]
fn parts_beside_mistakes_are_read() {
    let document = document();
    let found = document.shape::<File>();
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["unknown-key", "wrong-type"]);
    let read = |pointer: &str| document.part::<Rule>(pointer, &found).is_some();
    assert_eq!(
        (0..4).map(|index| read(&format!("/rules/{index}"))).collect::<Vec<_>>(),
        [true, false, false, false]
    );
    let spot: Spot = document.part("/more/a~1b~0", &found).unwrap();
    assert_eq!(spot.line, Some(3));
    assert!(document.part::<File>("", &found).is_none());
    // A mistake within the rules does not touch what stands beside them.
    assert!(document.part::<Spot>("/more/note", &found).is_some());
}

#[test]
fn a_wrong_container_spoils_what_it_holds_and_a_warning_spoils_nothing() {
    let document = document();
    let complain = |severity, code| [document.complain(severity, code, Where::Value, "/rules", "no", None)];
    let read = |found: &[_]| document.part::<Rule>("/rules/0", found).is_some();
    assert!(!read(&complain(Severity::Error, "wrong-type")));
    assert!(read(&complain(Severity::Error, "out-of-range")));
    let warned =
        [document.complain(Severity::Warning, "never-matches", Where::Value, "/rules/0", "no", None)];
    assert!(read(&warned));
}

#[test]
fn looks_at_the_tree() {
    let document = document();
    assert_eq!((document.len("/rules"), document.len("/more"), document.len("/none")), (3, 0, 0));
    let mut pointer = "/more".to_owned();
    push(&mut pointer, "a/b~");
    assert_eq!(pointer, "/more/a~1b~0");
}

#[test]
fn complaints_of_meaning_look_like_those_of_shape() {
    let document = document();
    let complain = |place, pointer| {
        document.complain(Severity::Warning, "odd", place, pointer, "this is odd", "try\nagain".to_owned())
    };
    let found = [
        complain(Where::Key, "/more/a~1b~0/line"),
        complain(Where::Value, "/more/a~1b~0/line"),
        complain(Where::Key, "/more/a~1b~0/line/gone"),
        complain(Where::Key, "/rules/1"),
    ];
    insta::assert_snapshot!(draw(&found, TEXT), @r#"
    warning[odd]: this is odd
     --> file.json:4:5
      |
    4 |     { "wieght": 1 },
      |     ^^^^^^^^^^^^^^^
      |
      = note: at /rules/1
      = help: try
              again

    warning[odd]: this is odd
     --> file.json:7:23
      |
    7 |   "more": { "a/b~": { "line": 3 }, "note": { "file": "f" } }
      |                       ^^^^^^
      |
      = note: at /more/a~1b~0/line
      = help: try
              again

    warning[odd]: this is odd
     --> file.json:7:31
      |
    7 |   "more": { "a/b~": { "line": 3 }, "note": { "file": "f" } }
      |                               ^
      |
      = note: at /more/a~1b~0/line
      = help: try
              again

    warning[odd]: this is odd
     --> file.json:7:31
      |
    7 |   "more": { "a/b~": { "line": 3 }, "note": { "file": "f" } }
      |                               ^
      |
      = note: at /more/a~1b~0/line/gone
      = help: try
              again
    "#);
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "u32")]
struct Even;

impl TryFrom<u32> for Even {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        if number.is_multiple_of(2) { Ok(Self) } else { Err("odd") }
    }
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "schema and type disagree at \"\": odd"))]
fn a_type_that_its_schema_does_not_describe_is_noticed() {
    let document = Document::parse("file.json", "3").unwrap();
    assert_eq!(document.read::<Even>().unwrap_err()[0].code, "internal-disagreement");
}
