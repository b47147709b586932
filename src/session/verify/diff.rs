//! What was not met, for a person: one block a row, `-` what was expected, `+` what was found, then what is nearest.

use std::fmt;

use super::{Findings, Near, Row, State, Thing};

/// A long row or request is cut.
const WIDTH: usize = 160;

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.summary())?;
        for row in self.broken() {
            write!(f, "\n\n{row}")?;
        }
        if !self.unused_rules.is_empty() {
            write!(f, "\n\nrules that never fired: {}", self.unused_rules.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, row, state, expected, found, nearest, .. } = self;
        let unknown = if *state == State::Unknown { "  (unknown)" } else { "" };
        writeln!(f, "{pointer}  {}{unknown}", clipped(&row.to_string()))?;
        write!(f, "  - {expected}\n  + {found}")?;
        if let Some(first) = nearest.first() {
            let title = if first.misses.is_empty() { "these count" } else { "nearest" };
            write!(f, "\n  {title}:")?;
        }
        for near in nearest {
            write!(f, "\n    {near}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Thing::Call { turn, request, status, code, .. } => {
                let outcome =
                    code.as_ref().map_or_else(|| format!("status {status}"), |code| format!("code {code}"));
                write!(f, "turn {turn}  {}  {outcome}", clipped(request))?;
            }
            Thing::Order { order } => write!(f, "order {order}")?,
            Thing::Mail { mail } => write!(f, "mail {mail}")?,
            Thing::Delivery { delivery } => write!(f, "delivery {delivery}")?,
        }
        for miss in &self.misses {
            write!(f, "\n      {}: wanted {}, got {}", miss.place, miss.wanted, miss.got)?;
        }
        Ok(())
    }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
