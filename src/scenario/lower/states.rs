//! States: which of those that a rule waits for any rule can ever bring about.

use serde_json::Value;

use super::Lowering;
use crate::document::{Where, nearest, push};
use crate::scenario::condition::{Condition, Place};
use crate::scenario::script::{Rule, Then};

impl Lowering<'_> {
    /// Warns of rules that wait for a state which no rule sets; `front` rules of other files stand before the file's own. A rule
    /// that is armed could set it still, so this is no error.
    pub(super) fn warn_of_states(&mut self, rules: &[Rule], front: usize) {
        let set: Vec<(&str, &Value)> =
            rules.iter().filter_map(|rule| rule.then.as_ref()).flat_map(set_by).collect();
        for (at, rule) in rules[front..].iter().enumerate() {
            for Condition { place, matcher } in &rule.when.0 {
                let Place::State(name) = place else { continue };
                let values: Vec<&Value> =
                    set.iter().filter(|(known, _)| *known == name).map(|(_, value)| *value).collect();
                // What is not set yet is absent, and a rule may ask for that.
                if matcher.accepts(None) || values.iter().any(|value| matcher.accepts(Some(value))) {
                    continue;
                }
                let help = if values.is_empty() {
                    match nearest(name, set.iter().map(|(known, _)| *known)) {
                        Some(near) => format!("did you mean {near:?}?"),
                        None => format!("add `\"then\": {{ \"set\": {{ {name:?}: … }} }}` to a rule"),
                    }
                } else {
                    let mut values: Vec<String> = values.iter().map(ToString::to_string).collect();
                    values.dedup();
                    format!("rules set it to {}", values.join(", "))
                };
                let mut place = format!("/rules/{at}/when/state");
                push(&mut place, name);
                let message = format!("this rule can never match: no rule sets {name:?} to {matcher}");
                self.warning("never-reached", Where::Key, &place, message, &help);
            }
        }
    }
}

/// The states that a rule sets, and those that the rules set which it arms.
fn set_by(then: &Then) -> Vec<(&str, &Value)> {
    let mut all: Vec<(&str, &Value)> = then.set.iter().map(|(name, value)| (name.as_str(), value)).collect();
    if let Some(armed) = then.arm.as_ref().and_then(|rule| rule.then.as_ref()) {
        all.extend(set_by(armed));
    }
    all
}
