//! A report for a terminal: all things with their counts, then how much of each kind was used, which is what stays in view.

use std::fmt::Write;

use super::report::{Item, Kind, Report};

/// Writes a report.
pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    for kind in Kind::ALL {
        let items: Vec<&Item> = report.of(kind).collect();
        list(&mut out, kind.word(), &items);
        let beside: Vec<&Item> = report.beside.iter().filter(|item| item.kind == kind).collect();
        list(&mut out, &format!("{}, beside what is listed", kind.word()), &beside);
    }
    // A String takes whatever is written to it.
    let _ = writeln!(out, "{:10}{:>6}{:>6}{:>6}", "kind", "used", "of", "%");
    for kind in Kind::ALL {
        let share = report.share(kind);
        let percent = if share.total == 0 { "-".to_owned() } else { share.percent.to_string() };
        let _ = writeln!(out, "{:10}{:>6}{:>6}{percent:>6}", kind.word(), share.used, share.total);
    }
    out
}

/// Things with their counts under a title; a dash is one that was not used.
fn list(out: &mut String, title: &str, items: &[&Item]) {
    if items.is_empty() {
        return;
    }
    let width = items.iter().map(|item| item.count.to_string().len()).max().unwrap_or(1);
    let _ = writeln!(out, "{title}");
    for Item { name, count, evidence, .. } in items {
        let count = if *count == 0 { "-".to_owned() } else { count.to_string() };
        let evidence = evidence.as_deref().map(|word| format!("  ({word})")).unwrap_or_default();
        let _ = writeln!(out, "  {count:>width$}  {name}{evidence}");
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stand_below_all_that_was_counted() {
        let item = |kind, name: &str, count, evidence: Option<&str>| Item {
            kind,
            name: name.to_owned(),
            count,
            evidence: evidence.map(str::to_owned),
        };
        let items = vec![
            item(Kind::Endpoint, "a/b", 12, Some("partial")),
            item(Kind::Endpoint, "a/c", 0, Some("replica")),
            item(Kind::Edge, "waiting → paid", 1, None),
        ];
        let beside = vec![item(Kind::Endpoint, "no endpoint, status 404", 3, None)];
        insta::assert_snapshot!(write(&Report { processes: 1, items, beside }));
    }
}
