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

/// A journal entry in a line: turn, time, call, answer, the rule that decided, what happens on the wire.
pub(super) fn line_of_entry(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (request, response) = (&entry["request"], &entry["response"]);
    let mut parts = vec![
        format!("{:>5}", entry["turn"].to_string()),
        text(&entry["at"]),
        format!("{} {}", text(&request["method"]), text(&request["target"])),
        response["status"].to_string(),
    ];
    if !response["code"].is_null() {
        parts.push(format!("code {}", response["code"]));
    }
    if !entry["rule"].is_null() {
        parts.push(format!("by {}", text(&entry["rule"])));
    }
    parts.extend(entry["wire"].as_array().into_iter().flatten().map(|fault| format!("[{}]", text(fault))));
    parts.join("  ")
}
