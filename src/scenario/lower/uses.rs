//! `uses`: other scenarios, put in front.

use std::sync::Arc;

use super::parts::Parts;
use super::{Lowering, lower_within};
use crate::document::{Diagnostic, Document, Severity, Where};
use crate::domain::stock::Stock;
use crate::scenario::file::Name;
use crate::scenario::library::Library;
use crate::scenario::script::Rule;

/// The scenarios that are being read, the innermost first: what is met in it again is a circle.
pub(super) struct Chain<'c> {
    pub(super) name: &'c str,
    pub(super) before: Option<&'c Chain<'c>>,
}

/// What stands in front of a file.
pub(super) struct Front {
    pub(super) parts: Parts,
    /// How many rules each scenario in front has, and where it is named.
    counts: Vec<(usize, usize)>,
}

impl Front {
    /// Of each rule in front, which of the names in `uses` brought it.
    pub(super) fn places(&self) -> Vec<usize> {
        self.counts.iter().flat_map(|(at, rules)| std::iter::repeat_n(*at, *rules)).collect()
    }
}

impl Chain<'_> {
    /// How a name comes back to itself, in words; `None` if it is new.
    fn circle(&self, name: &str) -> Option<String> {
        let mut way = vec![self.name];
        let mut link = self;
        while link.name != name {
            link = link.before?;
            way.push(link.name);
        }
        way.reverse();
        Some(format!("{} uses {name}", way.join(" uses ")))
    }
}

impl Lowering<'_> {
    /// Reads what the file puts in front, each on the stock that the one before it left.
    pub(super) fn front(
        &mut self,
        stock: &Arc<Stock>,
        library: &Library,
        chain: Option<&Chain<'_>>,
    ) -> Front {
        let mut front = Front { parts: Parts::on(stock), counts: Vec::new() };
        for at in 0..self.document.len("/uses") {
            let place = format!("/uses/{at}");
            let Some(Name(name)) = self.part(&place) else { continue };
            if let Some(circle) = chain.and_then(|chain| chain.circle(&name)) {
                let message = format!("{circle}: that never ends");
                self.error("circular-use", Where::Value, &place, message, "leave it out of `uses`");
                continue;
            }
            if front.parts.made_of.contains(&name) {
                let message = format!("{name:?} stands in front already");
                let help =
                    "each may stand there once: leave it out, or leave out the other scenario that uses it";
                self.error("duplicate-use", Where::Value, &place, message, help);
                continue;
            }
            let Some(entry) = library.find(&name) else {
                let message = format!("no scenario is called {name:?}");
                self.error("unknown-scenario", Where::Value, &place, message, &library.help(&name));
                continue;
            };
            let inner = Chain { name: &name, before: chain };
            let lowered = Document::parse(&entry.file, &entry.text).and_then(|document| {
                lower_within(&document, self.catalogue, &front.parts.stock, library, Some(&inner))
            });
            match lowered {
                Ok((mut parts, _)) => {
                    let twin = parts.made_of.iter().find(|name| front.parts.made_of.contains(name)).cloned();
                    if let Some(twin) = twin {
                        let message = format!("{name:?} uses {twin:?}, which stands in front already");
                        let help = format!("each may stand there once: leave {twin:?} or {name:?} out");
                        self.error("duplicate-use", Where::Value, &place, message, &help);
                        continue;
                    }
                    for rule in &mut parts.rules {
                        rule.id = Arc::from(format!("{name}/{}", rule.id));
                    }
                    parts.made_of.push(name);
                    front.counts.push((at, parts.rules.len()));
                    front.parts = front.parts.then(parts);
                }
                Err(found) => self.tell_of_broken(&name, &found, &place),
            }
        }
        front
    }

    /// Every mistake of another file, at the place where it is used.
    fn tell_of_broken(&mut self, name: &str, found: &[Diagnostic], place: &str) {
        for one in found.iter().filter(|one| matches!(one.severity, Severity::Error)) {
            let Diagnostic { file, line, column, message, .. } = one;
            let message = format!("{name:?} cannot be put in front: {file}:{line}:{column}: {message}");
            let help = one.help.clone().unwrap_or_default();
            self.error("broken-use", Where::Value, place, message, &help);
        }
    }

    /// Warns of rules that can never match, since one of another file decides all of their calls before them. `places` has,
    /// for each rule in front, which of the names brought it.
    pub(super) fn warn_of_joined(&mut self, rules: &[Rule], places: &[usize]) {
        if places.is_empty() {
            return;
        }
        for (at, rule) in rules.iter().enumerate() {
            let of_another = |front: usize| places.get(front) != places.get(at);
            let shadows = |(front, earlier): &(usize, &Rule)| {
                of_another(*front)
                    && earlier.decides_all()
                    && rule.on.iter().all(|endpoint| earlier.on.contains(endpoint))
            };
            let earlier = rules[..at].iter().enumerate().find(shadows);
            let Some((_, earlier)) = earlier else { continue };
            let (place, help) = match places.get(at) {
                Some(using) => (format!("/uses/{using}"), "name them the other way round"),
                None => (format!("/rules/{}", at - places.len()), "leave the other scenario out of `uses`"),
            };
            if self.found.iter().any(|one| one.code == "never-matches" && one.pointer == place) {
                continue;
            }
            let message = format!(
                "the rule {:?} can never match: {:?} before it decides all of these calls",
                &*rule.id, &*earlier.id
            );
            self.warning("never-matches", Where::Value, &place, message, help);
        }
    }
}
