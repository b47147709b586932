//! From what was typed to what it means. Mistakes of shape and of meaning are collected in one go: each part that has
//! its shape is judged for meaning, whatever is wrong elsewhere.

mod answer;
mod expect;
mod fault;
mod parts;
mod plan;
mod rule;
mod selector;
mod states;
mod then;
mod uses;
mod when;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::expect::Expectation;
use super::file::{
    ClockMode, ClockSpec, Duration, ExpectFile, Name, NumbersSpec, PayOutcome, PayerSpec, RuleSpec,
    ScenarioFile, VendorSpec, WorldSpec,
};
use super::library::Library;
use super::script::{Rule, Script};
use crate::contract::callback::{Kind, STAND_IN};
use crate::contract::catalogue::Catalogue;
use crate::contract::generate::fill;
use crate::document::{Diagnostic, Document, Severity, Where, push};
use crate::domain::ids::Sequence;
use crate::domain::moment::{Moment, Span};
use crate::domain::order::Numbers;
use crate::domain::payment::Payer;
use crate::domain::policy::Policy;
use crate::domain::profile::Supply;
use crate::domain::settings::BadSetting;
use crate::domain::stage::Report;
use crate::domain::stock::Stock;
use parts::Parts;
use uses::Chain;

/// A scenario that can run, and what is odd about it.
pub(crate) struct Lowered {
    /// Its meaning.
    pub script: Script,
    /// Warnings: nothing that keeps it from running.
    pub warnings: Vec<Diagnostic>,
    /// The bodies that its rules answer with.
    pub fixtures: BTreeSet<String>,
}

/// Reads a scenario, or says all that is wrong with it. `library` has what it may put in front.
pub(crate) fn lower(
    document: &Document<'_>,
    catalogue: &Catalogue,
    stock: &Arc<Stock>,
    library: &Library,
) -> Result<Lowered, Vec<Diagnostic>> {
    // Only what the library has can come back to itself: a document that is sent may extend the scenario whose name it says.
    let name = document.part("/scenario", &[]).map(|Name(name)| name);
    let name = name.filter(|name| library.find(name).is_some_and(|entry| entry.file == document.name()));
    let chain = name.as_deref().map(|name| Chain { name, before: None });
    let mut lowered =
        lower_within(document, catalogue, stock, library, chain.as_ref()).map(Parts::lowered)?;
    lowered.script.is_recorded = document.has("/recorded");
    document.text().clone_into(&mut lowered.script.source.text);
    Ok(lowered)
}

/// The text of a scenario that is nothing but these, one put in front of the other.
pub(crate) fn joined(names: &[&str]) -> String {
    serde_json::json!({ "format": 1, "scenario": "joined", "uses": names }).to_string()
}

fn lower_within(
    document: &Document<'_>,
    catalogue: &Catalogue,
    stock: &Arc<Stock>,
    library: &Library,
    chain: Option<&Chain<'_>>,
) -> Result<(Parts, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut lowering = Lowering {
        document,
        catalogue,
        shape: document.shape::<ScenarioFile>(),
        found: Vec::new(),
        armed: false,
        fixtures: BTreeSet::new(),
    };
    let front = lowering.front(stock, library, chain);
    let places = front.places();
    let parts = lowering.whole(front.parts);
    if lowering.is_right_so_far() {
        lowering.warn_of_joined(&parts.rules, &places);
        lowering.warn_of_states(&parts.rules, places.len());
    }
    let Lowering { shape, mut found, .. } = lowering;
    found.extend(shape);
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    if found.iter().any(|diagnostic| matches!(diagnostic.severity, Severity::Error)) {
        Err(found)
    } else {
        Ok((parts, found))
    }
}

/// Reads one rule, as the control surface arms it; `id` is its id if it names none.
pub(crate) fn lower_rule(
    document: &Document<'_>,
    catalogue: &Catalogue,
    id: &str,
) -> Result<Rule, Vec<Diagnostic>> {
    let mut lowering = Lowering {
        document,
        catalogue,
        shape: document.shape::<RuleSpec>(),
        found: Vec::new(),
        armed: true,
        fixtures: BTreeSet::new(),
    };
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
    let mut lowering =
        Lowering { document, catalogue, shape, found: Vec::new(), armed: false, fixtures: BTreeSet::new() };
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
    /// The bodies that rules answer with.
    fixtures: BTreeSet<String>,
}

impl Lowering<'_> {
    /// What stands in front, and the file's own parts over it.
    fn whole(&mut self, front: Parts) -> Parts {
        let clock = self.clock();
        let mut vendor = Vec::new();
        for (key, value) in self.part::<VendorSpec>("/vendor").unwrap_or_default().0 {
            match Policy::default().set(&key, &value.text()) {
                Err(BadSetting::UnknownValue(setting)) => {
                    // The schema is made from the same table: only what is longer than the calendar gets here.
                    let message = format!("{key} cannot be {}", value.text());
                    let place = format!("/vendor/{key}");
                    self.error("bad-duration", Where::Value, &place, message, &setting.takes());
                }
                _ => vendor.push((key, value.text())),
            }
        }
        let numbers = self.part::<NumbersSpec>("/numbers").map(|numbers| {
            let step = numbers.step.unwrap_or(1);
            Numbers {
                serials: Sequence::pinned(numbers.order_serial, step),
                ids: Sequence::pinned(numbers.order_id, step),
            }
        });
        let (stock, supply) = self.world(&front.stock);
        let name: String = self.part("/scenario").unwrap_or_default();
        let mut rules = self.rules();
        for rule in &mut rules {
            rule.label = Arc::from(format!("{name}/{}", rule.id));
        }
        let own = Parts {
            name,
            note: self.part("/note"),
            made_of: Vec::new(),
            seed: self.part("/seed"),
            clock,
            vendor,
            payer: self.payer(),
            numbers,
            stock,
            supply,
            callbacks: self.callbacks(),
            changes_world: self.part::<WorldSpec>("/world").is_some(),
            rules,
            calls: self.calls(),
            expect: self.expectations(),
            fixtures: std::mem::take(&mut self.fixtures),
        };
        front.then(own)
    }

    /// The clock, if the file says anything of it.
    fn clock(&mut self) -> Option<(Option<Moment>, ClockMode)> {
        let clock = self.part::<ClockSpec>("/clock")?;
        let start = clock.start.as_deref().and_then(|text| {
            let start = Moment::parse(text);
            if start.is_none() {
                let help = "RFC 3339 from 1970 to 9999, such as 2022-12-05T03:14:50.958Z";
                let message = format!("{text:?} is no moment");
                self.error("bad-moment", Where::Value, "/clock/start", message, help);
            }
            start
        });
        Some((start, clock.mode.unwrap_or(ClockMode::Real)))
    }

    /// The starting world: the stock itself, unless the scenario changes it; and its profiles, if it says anything of them.
    fn world(&mut self, stock: &Arc<Stock>) -> (Arc<Stock>, Option<Supply>) {
        let mut stock = Arc::clone(stock);
        let Some(world) = self.part::<WorldSpec>("/world") else {
            return (stock, None);
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
        let mut misfits = Vec::new();
        for (at, plan) in world.plans.into_iter().enumerate() {
            let found = plan.apply(Arc::make_mut(&mut stock));
            misfits.extend(found.into_iter().map(|misfit| misfit.below(&format!("/world/plans/{at}"))));
        }
        for (at, sim) in world.sims.into_iter().enumerate() {
            let found = sim.apply(Arc::make_mut(&mut stock));
            misfits.extend(found.into_iter().map(|misfit| misfit.below(&format!("/world/sims/{at}"))));
        }
        for misfit in misfits {
            self.error("does-not-fit", Where::Value, &misfit.pointer, misfit.message, &misfit.help);
        }
        if world.magic_packages == Some(false) {
            Arc::make_mut(&mut stock).hide_magic();
        }
        let supply = world.profiles.map(|profiles| profiles.free.map_or(Supply::Unbounded, Supply::Free));
        (stock, supply)
    }

    /// Where callbacks go, if the file says anything of it. What an address may be is judged when it is connected to.
    fn callbacks(&mut self) -> Option<Vec<(String, String)>> {
        let targets = self.part::<BTreeMap<String, String>>("/world/callbacks")?;
        for (kind, target) in &targets {
            let mut place = "/world/callbacks".to_owned();
            push(&mut place, kind);
            if kind != "*" && Kind::named(kind).is_none() {
                let help = format!("there are {}, and * for all of them", Kind::words());
                let message = format!("no callback is called {kind:?}");
                self.error("unknown-callback", Where::Key, &place, message, &help);
            }
            if target != STAND_IN && !target.starts_with("http://") {
                let help =
                    "http://127.0.0.1:9100/hook, or stand-in for a server that the sandbox plays itself";
                let message = format!("callbacks cannot go to {target:?}");
                self.error("bad-target", Where::Value, &place, message, help);
            }
        }
        Some(targets.into_iter().collect())
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
