//! From what was typed to what it means. Mistakes of shape and of meaning are collected in one go: each part that has
//! its shape is judged for meaning, whatever is wrong elsewhere.

mod answer;
mod expect;
mod fault;
mod plan;
mod rule;
mod selector;
mod then;
mod when;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::expect::Expectation;
use super::file::{
    ClockMode, ClockSpec, Duration, ExpectFile, NumbersSpec, PayOutcome, PayerSpec, RuleSpec, ScenarioFile,
    VendorSpec, WorldSpec,
};
use super::script::{Rule, Script};
use crate::contract::catalogue::Catalogue;
use crate::contract::generate::fill;
use crate::document::{Diagnostic, Document, Severity, Where};
use crate::domain::ids::Sequence;
use crate::domain::moment::{Moment, Span};
use crate::domain::order::Numbers;
use crate::domain::payment::Payer;
use crate::domain::policy::{BadSetting, Policy};
use crate::domain::profile::Supply;
use crate::domain::stage::Report;
use crate::domain::stock::Stock;

/// A scenario that can run, and what is odd about it.
pub(crate) struct Lowered {
    /// Its meaning.
    pub script: Script,
    /// Warnings: nothing that keeps it from running.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a scenario, or says all that is wrong with it.
pub(crate) fn lower(
    document: &Document<'_>,
    catalogue: &Catalogue,
    stock: &Arc<Stock>,
) -> Result<Lowered, Vec<Diagnostic>> {
    let mut lowering = Lowering {
        document,
        catalogue,
        shape: document.shape::<ScenarioFile>(),
        found: Vec::new(),
        armed: false,
    };
    let script = lowering.whole(stock);
    let Lowering { shape, mut found, .. } = lowering;
    found.extend(shape);
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    if found.iter().any(|diagnostic| matches!(diagnostic.severity, Severity::Error)) {
        Err(found)
    } else {
        Ok(Lowered { script, warnings: found })
    }
}

/// Reads one rule, as the control surface arms it; `id` is its id if it names none.
pub(crate) fn lower_rule(
    document: &Document<'_>,
    catalogue: &Catalogue,
    id: &str,
) -> Result<Rule, Vec<Diagnostic>> {
    let mut lowering =
        Lowering { document, catalogue, shape: document.shape::<RuleSpec>(), found: Vec::new(), armed: true };
    let rule = match lowering.part::<RuleSpec>("") {
        Some(spec) => {
            let names_itself = spec.id.is_some();
            let mut rule = lowering.rule(spec, 0, "");
            if names_itself {
                rule.label = Arc::from(format!("armed/{}", rule.id));
            } else {
                rule.id = Arc::from(id);
                // Ids of ours are without number: all such rules are told of as one.
                rule.label = Arc::from("armed");
            }
            Some(rule)
        }
        None => {
            lowering.fragments("");
            None
        }
    };
    let Lowering { shape, mut found, .. } = lowering;
    found.extend(shape);
    found.retain(|diagnostic| matches!(diagnostic.severity, Severity::Error));
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    rule.filter(|_| found.is_empty()).ok_or(found)
}

/// Reads expectations by themselves, as the control surface takes them; `None` if there are none to read.
pub(crate) fn lower_expect(
    document: &Document<'_>,
    catalogue: &Catalogue,
) -> Result<Option<Vec<Expectation>>, Vec<Diagnostic>> {
    let shape = document.shape::<ExpectFile>();
    let mut lowering = Lowering { document, catalogue, shape, found: Vec::new(), armed: false };
    let is_there = document.has("/expect");
    let expectations = lowering.expectations();
    let Lowering { shape, mut found, .. } = lowering;
    found.extend(shape);
    found.retain(|diagnostic| matches!(diagnostic.severity, Severity::Error));
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    if found.is_empty() { Ok(is_there.then_some(expectations)) } else { Err(found) }
}

struct Lowering<'a> {
    document: &'a Document<'a>,
    catalogue: &'a Catalogue,
    shape: Vec<Diagnostic>,
    found: Vec<Diagnostic>,
    /// Whether it reads a rule that is armed, not one of a file.
    armed: bool,
}

impl Lowering<'_> {
    fn whole(&mut self, stock: &Arc<Stock>) -> Script {
        let clock = self.part::<ClockSpec>("/clock");
        let start = clock.as_ref().and_then(|clock| clock.start.as_deref()).and_then(|text| {
            let start = Moment::parse(text);
            if start.is_none() {
                let help = "RFC 3339 from 1970 to 9999, such as 2022-12-05T03:14:50.958Z";
                self.error(
                    "bad-moment",
                    Where::Value,
                    "/clock/start",
                    format!("{text:?} is no moment"),
                    help,
                );
            }
            start
        });
        let mut policy = Policy::default();
        for (key, value) in self.part::<VendorSpec>("/vendor").unwrap_or_default().0 {
            if let Err(BadSetting::UnknownValue(setting)) = policy.set(&key, &value.text()) {
                // The schema is made from the same table: only what is longer than the calendar gets here.
                let message = format!("{key} cannot be {}", value.text());
                self.error(
                    "bad-duration",
                    Where::Value,
                    &format!("/vendor/{key}"),
                    message,
                    &setting.takes(),
                );
            }
        }
        let numbers = self.part::<NumbersSpec>("/numbers").map(|numbers| {
            let step = numbers.step.unwrap_or(1);
            Numbers {
                serials: Sequence::pinned(numbers.order_serial, step),
                ids: Sequence::pinned(numbers.order_id, step),
            }
        });
        let (stock, supply) = self.world(stock);
        let name: String = self.part("/scenario").unwrap_or_default();
        let mut rules = self.rules();
        for rule in &mut rules {
            rule.label = Arc::from(format!("{name}/{}", rule.id));
        }
        Script {
            name,
            note: self.part("/note"),
            seed: self.part("/seed"),
            start,
            clock: clock.and_then(|clock| clock.mode).unwrap_or(ClockMode::Real),
            policy,
            payer: self.payer(),
            numbers,
            stock,
            supply,
            changes_world: self.part::<WorldSpec>("/world").is_some(),
            rules: rules.into_iter().map(Arc::new).collect(),
            calls: self.calls(),
            expect: self.expectations(),
        }
    }

    /// The starting world: the shared stock itself, unless the scenario changes it.
    fn world(&mut self, stock: &Arc<Stock>) -> (Arc<Stock>, Supply) {
        let mut stock = Arc::clone(stock);
        let Some(world) = self.part::<WorldSpec>("/world") else {
            return (stock, Supply::Unbounded);
        };
        if let Some(generate) = world.generate {
            // Never by the session's seed: one file means the same people in every session, and they can share one stock.
            fill(Arc::make_mut(&mut stock), generate, self.part("/seed"));
        }
        for (at, patch) in world.packages.into_iter().enumerate() {
            for misfit in patch.apply(Arc::make_mut(&mut stock)) {
                let misfit = misfit.below(&format!("/world/packages/{at}"));
                self.error("does-not-fit", Where::Value, &misfit.pointer, misfit.message, &misfit.help);
            }
        }
        world.partners.into_iter().for_each(|partner| partner.apply(Arc::make_mut(&mut stock)));
        world.users.into_iter().for_each(|user| user.apply(Arc::make_mut(&mut stock)));
        if world.magic_packages == Some(false) {
            Arc::make_mut(&mut stock).hide_magic();
        }
        let free = world.profiles.and_then(|profiles| profiles.free);
        (stock, free.map_or(Supply::Unbounded, Supply::Free))
    }

    fn payer(&mut self) -> Option<Payer> {
        let PayerSpec { after, outcome } = self.part("/payer")?;
        let report = match outcome.unwrap_or(PayOutcome::Succeed) {
            PayOutcome::Succeed => Report::Succeeded,
            PayOutcome::Fail => Report::Failed,
        };
        Some(Payer { after: self.span(&after, "/payer/after")?, report })
    }

    fn is_right_so_far(&self) -> bool {
        let is_error = |found: &&Diagnostic| matches!(found.severity, Severity::Error);
        !self.shape.iter().chain(&self.found).any(|found| is_error(&found))
    }

    /// A part that has its shape; `None` if it is absent or something is wrong with its shape.
    fn part<T: JsonSchema + DeserializeOwned>(&self, pointer: &str) -> Option<T> {
        self.document.part(pointer, &self.shape)
    }

    /// A length of time whose shape is right; it may still be longer than the calendar.
    fn span(&mut self, duration: &Duration, pointer: &str) -> Option<Span> {
        let span = Span::parse(&duration.0);
        if span.is_none() {
            let help = "the calendar ends with the year 9999";
            self.error("bad-duration", Where::Value, pointer, format!("{} is too long", duration.0), help);
        }
        span
    }

    fn error(
        &mut self,
        code: &'static str,
        place: Where,
        pointer: &str,
        message: impl Into<String>,
        help: &str,
    ) {
        self.complain(Severity::Error, code, place, pointer, message.into(), help);
    }

    fn warning(
        &mut self,
        code: &'static str,
        place: Where,
        pointer: &str,
        message: impl Into<String>,
        help: &str,
    ) {
        self.complain(Severity::Warning, code, place, pointer, message.into(), help);
    }

    fn complain(
        &mut self,
        severity: Severity,
        code: &'static str,
        place: Where,
        pointer: &str,
        message: String,
        help: &str,
    ) {
        let help = Some(help.to_owned()).filter(|help| !help.is_empty());
        self.found.push(self.document.complain(severity, code, place, pointer, message, help));
    }
}
