//! What the control API answers, for a person.

use std::io::Write;

use serde_json::Value;

/// Prints a line.
pub(super) fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Objects as a table, one a line, columns as wide as their widest cell.
pub(super) fn table(rows: &[Value], columns: &[&str]) -> anyhow::Result<()> {
    let cell = |row: &Value, column: &str| match &row[column] {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or(0).max(column.len())
        })
        .collect();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    if rows.is_empty() {
        return say("none");
    }
    say(&line(columns.iter().map(ToString::to_string).collect()))?;
    for row in rows {
        say(&line(columns.iter().map(|column| cell(row, column)).collect()))?;
    }
    Ok(())
}
