//! A scenario file as somebody typed it: read, judged, drawn, put in style. Every mistake has a place in the text; style is reached in one
//! step and changes no meaning.

use std::cell::OnceCell;

use super::dispatch::Bench;
use crate::document::{Diagnostic, Document, draw};
use crate::scenario::{lower, lower_expect, lower_rule};

const NAME: &str = "fuzzed.json";

thread_local! {
    static BENCH: OnceCell<Bench> = const { OnceCell::new() };
}

pub(super) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let document = match Document::parse(NAME, text) {
        Ok(document) => document,
        Err(found) => return are_told(&found, text),
    };
    BENCH.with(|bench| {
        let loaded = bench.get_or_init(Bench::new).loaded();
        let stock = &loaded.stock;
        match lower(&document, &loaded.catalogue, stock, &loaded.library) {
            Ok(lowered) => are_placed(&lowered.warnings, text),
            Err(found) => are_told(&found, text),
        }
        // The same text as a rule that somebody arms, and as expectations.
        if let Err(found) = lower_rule(&document, &loaded.catalogue, "armed-1") {
            are_told(&found, text);
        }
        if let Err(found) = lower_expect(&document, &loaded.catalogue) {
            are_told(&found, text);
        }
    });
    #[cfg(any(feature = "cli", feature = "fuzzing"))]
    keeps_its_meaning(text);
}

/// There are some, and each can be shown.
fn are_told(found: &[Diagnostic], text: &str) {
    assert!(!found.is_empty(), "refused without a word");
    are_placed(found, text);
}

fn are_placed(found: &[Diagnostic], text: &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for one in found.iter().filter(|one| one.file == NAME) {
        let before = text.get(..one.span.start);
        let lines = before.map(|before| before.matches('\n').count() + 1);
        assert!(text.get(one.span.clone()).is_some(), "{one:?} is not in the text");
        assert_eq!(lines, Some(one.line), "{one:?}");
        assert!(one.column > 0 && !one.message.is_empty(), "{one:?}");
    }
    let drawn = draw(found, text);
    let is_safe = |c: char| c == '\n' || !c.is_control();
    assert!(drawn.chars().all(is_safe), "a control character of the file was drawn: {drawn:?}");
}

#[cfg(any(feature = "cli", feature = "fuzzing"))]
fn keeps_its_meaning(text: &str) {
    let Ok(Some(styled)) = super::style::styled(text) else { return };
    let again = super::style::styled(&styled);
    assert!(matches!(again, Ok(None)), "style is not reached in one step: {again:?}");
    let meaning = |text: &str| {
        Document::parse(NAME, text).ok().and_then(|document| document.read::<serde_json::Value>().ok())
    };
    assert_eq!(meaning(&styled), meaning(text), "style changed the meaning");
}
