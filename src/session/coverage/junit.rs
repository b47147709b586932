//! A report as JUnit XML, for whatever shows test results: a suite for each kind, a case for each thing, skipped if it was not used.

use std::fmt::Write;

use super::report::{Kind, Report};

/// Writes a report.
pub(super) fn write(report: &Report) -> String {
    let suites: Vec<(Kind, usize, usize)> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let share = report.share(kind);
            (kind, share.total, share.total - share.used)
        })
        .collect();
    let sum = |part: fn(&(Kind, usize, usize)) -> usize| suites.iter().map(part).sum::<usize>();
    let (tests, skipped) = (sum(|suite| suite.1), sum(|suite| suite.2));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // A String takes whatever is written to it.
    let _ = writeln!(
        out,
        "<testsuites name=\"linksfield-sandbox coverage\" tests=\"{tests}\" failures=\"0\" errors=\"0\" skipped=\"{skipped}\">"
    );
    for (kind, tests, skipped) in suites {
        let kind_word = kind.word();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{kind_word}\" tests=\"{tests}\" failures=\"0\" errors=\"0\" skipped=\"{skipped}\">"
        );
        for item in report.of(kind) {
            let name = escaped(&item.name);
            let case = format!("    <testcase classname=\"coverage.{kind_word}\" name=\"{name}\" time=\"0\"");
            let _ = match item.count {
                0 => writeln!(out, "{case}>\n      <skipped message=\"not used\"/>\n    </testcase>"),
                _ => writeln!(out, "{case}/>"),
            };
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// A text in an attribute. What XML cannot hold at all, such as most control characters, is shown as unreadable.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::coverage::report::Item;

    #[test]
    fn each_kind_is_a_suite_and_what_was_not_used_is_skipped() {
        let item = |kind, name: &str, count| Item { kind, name: name.to_owned(), count, evidence: None };
        let items = vec![item(Kind::Endpoint, "a/b", 2), item(Kind::Rule, "x/<\"&\u{1}\n>", 0)];
        let xml = write(&Report { processes: 1, items, beside: Vec::new() });
        insta::assert_snapshot!(xml);
    }
}
