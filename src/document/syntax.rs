//! The syntax tree of a text: strict JSON with comments and trailing commas, within limits.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonc_parser::ast::{ObjectPropName, Value as Node};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::diagnostic::{Diagnostic, MOST_MISTAKES, Source, quoted};
use super::pointer::push;

/// How large a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// As large as what a person writes.
    Written,
    /// As large as what a program has recorded.
    Recorded,
}

impl Size {
    /// Longest text, in bytes.
    fn most_bytes(self) -> usize {
        match self {
            Self::Written => 1 << 20,
            Self::Recorded => 64 << 20,
        }
    }

    /// Most values in one text.
    fn most_nodes(self) -> usize {
        match self {
            Self::Written => 50_000,
            Self::Recorded => 5_000_000,
        }
    }
}

/// Deepest nesting of lists and objects.
const MOST_DEPTH: usize = 32;

/// Reads a text. Of mistakes in the grammar the first is told, for what follows cannot be trusted;
/// of other mistakes, all.
pub(super) fn parse<'a>(source: &Source<'a>, size: Size) -> Result<Node<'a>, Vec<Diagnostic>> {
    let text = source.text;
    if text.len() > size.most_bytes() {
        let message = format!("the file has {} bytes, more than {}", text.len(), size.most_bytes());
        return Err(vec![source.error("too-large", 0..0, "", message, Some("split it".to_owned()))]);
    }
    if let Some((span, message, help)) = broken_string(text) {
        return Err(vec![source.error("syntax", span, "", message, Some(help.to_owned()))]);
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options());
    let tree = parsed.map_err(|error| vec![ungrammatical(source, &error)])?.value.ok_or_else(|| {
        let message = if text.trim().is_empty() { "the file is empty" } else { "the file has only comments" };
        vec![source.error(
            "empty",
            0..0,
            "",
            message,
            Some("the least that can stand here is `{}`".to_owned()),
        )]
    })?;
    let most_nodes = size.most_nodes();
    let mut check = Check { source, pointer: String::new(), nodes: 0, most_nodes, found: Vec::new() };
    check.value(&tree, 1);
    if check.nodes > most_nodes {
        let message = format!("the file has more than {most_nodes} values");
        check.found.push(source.error("too-large", 0..0, "", message, Some("split it".to_owned())));
    }
    if check.found.is_empty() { Ok(tree) } else { Err(check.found) }
}

/// A key's text.
pub(super) fn key<'n>(name: &'n ObjectPropName<'_>) -> &'n str {
    match name {
        ObjectPropName::String(literal) => literal.value.as_ref(),
        ObjectPropName::Word(word) => word.value,
    }
}

/// Where something stands.
pub(super) fn span(thing: &impl Ranged) -> Range<usize> {
    thing.start()..thing.end()
}

/// Whether a number is written as a whole one.
pub(super) fn is_whole(number: &str) -> bool {
    !number.contains(['.', 'e', 'E'])
}

/// All fields are written out, so that a new kind of leniency does not slip in.
fn options() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_loose_object_property_names: false,
        allow_trailing_commas: true,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// The first string with a raw control character. The parser accepts line breaks in strings, and after a forgotten
/// quote it would complain about an innocent place further down.
fn broken_string(text: &str) -> Option<(Range<usize>, &'static str, &'static str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if rest.starts_with('"') {
            let start = at;
            at += 1;
            while at < bytes.len() && bytes[at] != b'"' {
                match bytes[at] {
                    b'\n' | b'\r' => {
                        let help = "close it with `\"`; a line break within a string is written `\\n`";
                        return Some((start..at, "the string is not closed on its line", help));
                    }
                    0..0x20 => {
                        let help = "a tab is written `\\t`, another control character `\\u00XX`";
                        return Some((at..at + 1, "a raw control character within a string", help));
                    }
                    b'\\' if bytes.get(at + 1).is_some_and(|next| *next >= 0x20) => at += 2,
                    _ => at += 1,
                }
            }
            at += 1;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        at = text.ceil_char_boundary(at.min(text.len()));
    }
    None
}

fn ungrammatical(source: &Source<'_>, error: &ParseError) -> Diagnostic {
    use ParseErrorKind as Kind;
    let text = source.text;
    let mut span = error.range().start..error.range().end;
    let mut code = "syntax";
    let mut message = error.kind().to_string();
    if let Some(first) = message.get(..1) {
        message.replace_range(..1, &first.to_lowercase());
    }
    let help = match error.kind() {
        Kind::ExpectedComma
            if text[..span.start].ends_with('0') && starts_with_digit(&text[span.start..]) =>
        {
            Some("a number has no leading zeros; digits that are a name, such as an ICCID, stand in quotes")
        }
        Kind::ExpectedComma => Some("put a comma between this value and the next"),
        Kind::ExpectedStringObjectProperty => Some("a key stands in double quotes"),
        Kind::ExpectedColonAfterObjectKey => Some("a key is followed by `:` and its value"),
        Kind::SingleQuotedStringsNotAllowed => Some("use double quotes"),
        Kind::MultipleRootJsonValues => Some("one file holds one value; is a bracket closed too early?"),
        Kind::UnterminatedObject => Some("a `}` is missing for this `{`"),
        Kind::UnterminatedArray => Some("a `]` is missing for this `[`"),
        Kind::UnterminatedCommentBlock => Some("a `*/` is missing for this `/*`"),
        Kind::BareDecimalPointNumbersNotAllowed => Some("write `0.5` or `5.0`"),
        Kind::HexadecimalNumbersNotAllowed => Some("write the number in decimal"),
        Kind::UnaryPlusNumbersNotAllowed => Some("leave the `+` out"),
        Kind::UnexpectedToken | Kind::UnexpectedWord => Some(
            "a value is a string in double quotes, a number, `true`, `false`, `null`, a list or an object",
        ),
        Kind::UnexpectedComma | Kind::UnexpectedTokenInObject => Some("is there a comma too many?"),
        Kind::NestingDepthExceeded => {
            code = "too-deep";
            message = too_deep();
            None
        }
        _ => None,
    };
    if matches!(error.kind(), Kind::UnterminatedObject | Kind::UnterminatedArray) {
        span.end = (span.start + 1).min(text.len());
    }
    source.error(code, span, "", message, help.map(str::to_owned))
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_digit())
}

fn too_deep() -> String {
    format!("lists and objects are nested more than {MOST_DEPTH} deep")
}

/// What the grammar lets through.
struct Check<'s, 'a> {
    source: &'s Source<'a>,
    pointer: String,
    nodes: usize,
    most_nodes: usize,
    found: Vec<Diagnostic>,
}

impl Check<'_, '_> {
    fn value(&mut self, node: &Node<'_>, depth: usize) {
        self.nodes += 1;
        if self.nodes > self.most_nodes {
            return;
        }
        match node {
            Node::NumberLit(number) => self.number(number.value, span(number)),
            Node::Array(_) | Node::Object(_) if depth > MOST_DEPTH => {
                self.report("too-deep", node.start()..node.start() + 1, too_deep(), None);
            }
            Node::Array(list) => {
                for (index, element) in list.elements.iter().enumerate() {
                    self.under(&index.to_string(), |check| check.value(element, depth + 1));
                }
            }
            Node::Object(object) => {
                let mut seen = BTreeMap::new();
                for property in &object.properties {
                    let key = key(&property.name);
                    self.under(key, |check| {
                        if let Some(first) = seen.get(key) {
                            let (line, _) = check.source.position(*first);
                            let message = format!("the key {} stands here a second time", quoted(key));
                            let help = format!("it stands in line {line} already; keep one of the two");
                            check.report("duplicate-key", span(&property.name), message, Some(help));
                        } else {
                            seen.insert(key, property.name.start());
                        }
                        check.value(&property.value, depth + 1);
                    });
                }
            }
            Node::StringLit(_) | Node::BooleanLit(_) | Node::NullKeyword(_) => {}
        }
    }

    fn number(&mut self, number: &str, span: Range<usize>) {
        let fits = if is_whole(number) {
            number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok()
        } else {
            number.parse::<f64>().is_ok_and(f64::is_finite)
        };
        if !fits {
            let message = format!("the number {} is too large to be kept exactly", quoted(number));
            let help = is_whole(number).then(|| {
                format!(
                    "put digits that are a name, such as an ICCID, in quotes: \"{}\"",
                    number.trim_matches('-')
                )
            });
            self.report("number-not-finite", span, message, help);
        }
    }

    fn under(&mut self, token: &str, inside: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        push(&mut self.pointer, token);
        inside(self);
        self.pointer.truncate(length);
    }

    fn report(&mut self, code: &'static str, span: Range<usize>, message: String, help: Option<String>) {
        if self.found.len() < MOST_MISTAKES {
            self.found.push(self.source.error(code, span, &self.pointer, message, help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, draw};

    fn check(text: &str) -> String {
        Document::parse("file.json", text).map_or_else(|found| draw(&found, text), |_| "fine".to_owned())
    }

    #[test]
    fn comments_and_trailing_commas_are_fine() {
        let text = "\u{feff}// why\r\n{ /* \" */ \"a\": [1, -0, 1e3, \"\\ud83d\\ude00 \\\\\", ], }\r\n";
        assert_eq!(check(text), "fine");
    }

    #[test]
    fn other_leniency_is_not() {
        for text in [
            "{a: 1}",
            "{'a': 1}",
            "{\"a\": 1 \"b\": 2}",
            "[0x1F]",
            "[+1]",
            "[.5]",
            "[5.]",
            "[NaN]",
            "[\"\\x41\"]",
        ] {
            assert!(check(text).starts_with("error[syntax]"), "{text}");
        }
    }

    #[test]
    fn a_forgotten_comma() {
        insta::assert_snapshot!(check("{\r\n  \"a\": 1\r\n  \"b\": 2\r\n}\r\n"), @r#"
        error[syntax]: expected comma
         --> file.json:2:9
          |
        2 |   "a": 1
          |         ^
          |
          = help: put a comma between this value and the next
        "#);
    }

    #[test]
    fn a_forgotten_brace_or_quote() {
        insta::assert_snapshot!(check("{\n  \"a\": [1, 2],\n"), @r#"
        error[syntax]: unterminated object
         --> file.json:1:1
          |
        1 | {
          | ^
          |
          = help: a `}` is missing for this `{`
        "#);
        insta::assert_snapshot!(check("{\n  \"a\": \"x,\n  \"b\": \"y\"\n}\n"), @r#"
        error[syntax]: the string is not closed on its line
         --> file.json:2:8
          |
        2 |   "a": "x,
          |        ^^^
          |
          = help: close it with `"`; a line break within a string is written `\n`
        "#);
        insta::assert_snapshot!(check("{ \"a\": \"x\ty\" }"), @r#"
        error[syntax]: a raw control character within a string
         --> file.json:1:10
          |
        1 | { "a": "x y" }
          |          ^
          |
          = help: a tab is written `\t`, another control character `\u00XX`
        "#);
    }

    #[test]
    fn nothing_to_read() {
        insta::assert_snapshot!(check(""), @r#"
        error[empty]: the file is empty
         --> file.json:1:1
         |
         = help: the least that can stand here is `{}`
        "#);
        insta::assert_snapshot!(check("// later\n"), @r#"
        error[empty]: the file has only comments
         --> file.json:1:1
          |
        1 | // later
          | ^
          |
          = help: the least that can stand here is `{}`
        "#);
    }

    #[test]
    fn numbers_that_cannot_be_kept() {
        insta::assert_snapshot!(check("[1e999,\n 89852000000000000001,\n 007]"), @r#"
        error[syntax]: expected comma
         --> file.json:3:3
          |
        3 |  007]
          |   ^
          |
          = help: a number has no leading zeros; digits that are a name, such as an ICCID, stand in quotes
        "#);
        insta::assert_snapshot!(check("[1e999,\n 89852000000000000001, 18446744073709551615]"), @r#"
        error[number-not-finite]: the number `1e999` is too large to be kept exactly
         --> file.json:1:2
          |
        1 | [1e999,
          |  ^^^^^
          |
          = note: at /0

        error[number-not-finite]: the number `89852000000000000001` is too large to be kept exactly
         --> file.json:2:2
          |
        2 |  89852000000000000001, 18446744073709551615]
          |  ^^^^^^^^^^^^^^^^^^^^
          |
          = note: at /1
          = help: put digits that are a name, such as an ICCID, in quotes: "89852000000000000001"
        "#);
    }

    #[test]
    fn a_key_twice() {
        insta::assert_snapshot!(check("{\n  \"a/b\": 1,\n  \"c\": {\"a/b\": 1},\n  \"a\\/b\": 2\n}"), @r#"
        error[duplicate-key]: the key `a/b` stands here a second time
         --> file.json:4:3
          |
        4 |   "a\/b": 2
          |   ^^^^^^
          |
          = note: at /a~1b
          = help: it stands in line 2 already; keep one of the two
        "#);
    }

    #[test]
    fn limits() {
        assert_eq!(check(&format!("{}{}", "[".repeat(32), "]".repeat(32))), "fine");
        for depth in [33, 600] {
            let drawn = check(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
            assert!(drawn.starts_with("error[too-deep]"), "{drawn}");
        }
        assert_eq!(check(&format!("[{}]", "1,".repeat(49_999))), "fine");
        assert!(check(&format!("[{}]", "1,".repeat(50_000))).starts_with("error[too-large]"));
        assert!(check(&" ".repeat((1 << 20) + 1)).starts_with("error[too-large]"));
    }
}
