//! One mistake in a file, and the one function that draws it with line and caret.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use super::mask::without_passwords;

/// Columns a drawn block may take; longer source lines are cut around the mistake.
const WIDTH: usize = 140;

/// How many characters carets may underline: of a whole object on one line its beginning is enough.
const CARETS: usize = 80;

/// Most mistakes told of one file: who has more has one cause, or feeds us garbage.
pub(super) const MOST_MISTAKES: usize = 1_000;

/// One mistake in a file that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Diagnostic {
    /// Whether the file can be used all the same.
    pub severity: Severity,
    /// A stable name of the kind of mistake, in kebab-case, such as `unknown-key`.
    pub code: &'static str,
    /// What the file is called.
    pub file: String,
    /// Where it stands, in bytes of the text without its byte order mark.
    pub span: Range<usize>,
    /// Line of the span's start, from 1.
    pub line: usize,
    /// Column of the span's start, from 1, in characters.
    pub column: usize,
    /// JSON pointer of the value concerned; the root's is empty.
    pub pointer: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it. May have several lines.
    pub help: Option<String>,
}

/// How bad a mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// The file, or the part concerned, cannot be used.
    Error,
    /// It can be used, but probably does not do what was meant.
    Warning,
}

/// A named text that knows where its lines start.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) name: String,
    /// Without its byte order mark.
    pub(super) text: &'a str,
    /// Byte offset of each line's start.
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(name: &str, text: &'a str) -> Self {
        let text = without_mark(text);
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { name: name.to_owned(), text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column, both from 1, of a byte offset.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        (line, self.text[self.starts[line - 1]..offset].chars().count() + 1)
    }

    /// A mistake at `span`.
    pub(super) fn error(
        &self,
        code: &'static str,
        span: Range<usize>,
        pointer: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Diagnostic {
        let (line, column) = self.position(span.start);
        Diagnostic {
            severity: Severity::Error,
            code,
            file: self.name.clone(),
            span,
            line,
            column,
            pointer: pointer.to_owned(),
            message: message.into(),
            help,
        }
    }
}

/// Draws diagnostics about one text in the order of their places, a block for each, in the look of rustc.
/// Without colours, without any control character of the file, and without its passwords: what is drawn may end in a log.
pub(crate) fn draw(diagnostics: &[Diagnostic], text: &str) -> String {
    let text = &*without_passwords(without_mark(text));
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    let blocks: Vec<String> = sorted.into_iter().map(|diagnostic| block(diagnostic, text)).collect();
    blocks.join("\n\n")
}

/// The file's words in backticks, short and on one line, to be quoted in a message.
pub(crate) fn quoted(words: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = words.chars().take(MOST).map(visible).collect();
    if words.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn block(diagnostic: &Diagnostic, text: &str) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code);
    // A file without a character has no line to show.
    let snippet = (!text.is_empty()).then(|| {
        let (line, carets) = shown(&diagnostic.span, text);
        Snippet::source(line).line_start(diagnostic.line).annotation(AnnotationKind::Primary.span(carets))
    });
    let mut group = title.elements(snippet);
    if !diagnostic.pointer.is_empty() {
        group = group.element(Level::NOTE.message(clean(&format!("at {}", diagnostic.pointer))));
    }
    if let Some(help) = &diagnostic.help {
        let lines: Vec<String> = help.lines().map(clean).collect();
        group = group.element(Level::HELP.message(lines.join("\n")));
    }
    let drawn = Renderer::plain().term_width(WIDTH).render(&[group]);
    // The renderer sees only a piece of a long line, and would count columns from there.
    let Diagnostic { line, column, .. } = diagnostic;
    let indent = line.to_string().len();
    let place = format!("{:indent$}--> {}:{line}:{column}", "", clean(&diagnostic.file));
    let mut lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.insert(1, &place);
    lines.join("\n")
}

/// The line where the span starts, made visible, and the carets' place in it. Of a long line only the neighbourhood,
/// so that a thousand mistakes in a file without line breaks are drawn in no time.
fn shown(span: &Range<usize>, text: &str) -> (String, Range<usize>) {
    let start = floor(text, span.start);
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = floor(text, span.end).clamp(start, last);
    let near = text[first..start].char_indices().rev().take(3 * WIDTH).last();
    let before = clean(&text[near.map_or(start, |(at, _)| first + at)..start]);
    let marked: String = text[start..end].trim_end_matches('\r').chars().take(CARETS).map(visible).collect();
    let carets = before.len()..before.len() + marked.len();
    let rest = text[start..last].trim_end_matches('\r').chars().take(3 * WIDTH).map(visible);
    (before.chars().chain(rest).collect(), carets)
}

/// A place in the text not after `offset`, for a span that belongs to another version of it.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

fn clean(words: &str) -> String {
    words.chars().map(visible).collect()
}

/// A stand-in for what a terminal would obey instead of showing, one character for one.
fn visible(letter: char) -> char {
    match letter {
        '\t' | '\n' => ' ',
        // Marks that turn the direction of what follows can hide words from a reader.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
            '\u{fffd}'
        }
        _ if letter.is_control() => '\u{fffd}',
        _ => letter,
    }
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, Severity, Source, draw};

    fn mistake(text: &str, word: &str) -> Diagnostic {
        let source = Source::new("file.json", text);
        let start = source.text.find(word).unwrap();
        source.error("unknown-key", start..start + word.len(), "/a", "unknown key", None)
    }

    #[test]
    fn sorts_by_place_and_shows_help_in_lines() {
        let text = "{\n  \"a\": 1,\n  \"b\": 2\n}\n";
        let mut late = mistake(text, "\"b\"");
        late.severity = Severity::Warning;
        late.help = Some("write\n  \"c\": 2".to_owned());
        insta::assert_snapshot!(draw(&[late, mistake(text, "\"a\"")], text), @r#"
        error[unknown-key]: unknown key
         --> file.json:2:3
          |
        2 |   "a": 1,
          |   ^^^
          |
          = note: at /a

        warning[unknown-key]: unknown key
         --> file.json:3:3
          |
        3 |   "b": 2
          |   ^^^
          |
          = note: at /a
          = help: write
                    "c": 2
        "#);
    }

    #[test]
    fn columns_count_characters() {
        let text = "\u{feff}{ \"größe\": \"日本\", \"x\": 1 }\r\n";
        let found = mistake(text, "\"x\"");
        assert_eq!((found.line, found.column), (1, 18));
        insta::assert_snapshot!(draw(&[found], text), @r#"
        error[unknown-key]: unknown key
         --> file.json:1:18
          |
        1 | { "größe": "日本", "x": 1 }
          |                    ^^^
          |
          = note: at /a
        "#);
    }

    #[test]
    fn cuts_long_lines_around_the_mistake() {
        let filler = "\"k\": [1, 2, 3], ".repeat(40);
        let text = format!("{{ {filler}\"x\": 1, {filler} }}");
        insta::assert_snapshot!(draw(&[mistake(&text, "\"x\"")], &text), @r#"
        error[unknown-key]: unknown key
         --> file.json:1:643
          |
        1 | ...k": [1, 2, 3], "k": [1, 2, 3], "k": [1, 2, 3], "k": [1, 2, 3], "x": 1, "k": [1, 2, 3], "k": [1, 2, 3], "k": [1, 2, 3], "k": [1, 2,...
          |                                                                   ^^^
          |
          = note: at /a
        "#);
    }

    #[test]
    fn keeps_escapes_of_the_file_from_the_terminal() {
        let text = "{ \"a\u{1b}[31m\u{202e}\t\": 1 }";
        let mut found = mistake(text, "\"a");
        found.message = "unknown key \u{1b}[2J".to_owned();
        found.help = Some("\u{9b}31m".to_owned());
        found.pointer = "/a\u{7}".to_owned();
        let drawn = draw(&[found], text);
        assert!(!drawn.chars().any(|letter| letter.is_control() && letter != '\n'), "{drawn:?}");
        insta::assert_snapshot!(drawn, @r#"
        error[unknown-key]: unknown key �[2J
         --> file.json:1:3
          |
        1 | { "a�[31m� ": 1 }
          |   ^^
          |
          = note: at /a�
          = help: �31m
        "#);
    }

    #[test]
    fn draws_a_span_of_another_text_without_panic() {
        let found = mistake("{ \"a\": 1, \"b\": 2 }", "\"b\"");
        assert!(draw(std::slice::from_ref(&found), "é").contains("file.json"));
        assert!(draw(&[found], "").contains("file.json:1:11"));
    }
}
