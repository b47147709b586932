//! `then`: what happens after a call that a rule fired on.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::Lowering;
use crate::contract::fields::Addresses;
use crate::contract::world_file::PackageChange;
use crate::document::Where;
use crate::scenario::emission::Emission;
use crate::scenario::file::{
    ChangeSpec, EmitSpec, ObjectWord, OrderChange, Outcome, ProfileChange, ThenSpec, TokenChange, UserChange,
};
use crate::scenario::script::{Change, Then};

impl Lowering<'_> {
    pub(super) fn then(&mut self, spec: ThenSpec, on: &[usize], id: &str, pointer: &str) -> Then {
        let ThenSpec { set, expire, change, emit, advance, arm, only_if } = spec;
        let only_mails = on.iter().all(|at| *at >= self.catalogue.endpoints.len());
        if only_mails && !on.is_empty() && (expire.is_some() || change.is_some()) {
            let place = format!("{pointer}/{}", if expire.is_some() { "expire" } else { "change" });
            let help = "let a rule on the call do it, or set a state that such a rule looks at";
            self.error("not-for-mails", Where::Key, &place, "a mail changes nothing in the world", help);
        }
        let change = change.and_then(|change| self.change(&change, &format!("{pointer}/change")));
        let arm = arm.map(|rule| {
            let outer = std::mem::replace(&mut self.armed, true);
            let names_itself = rule.id.is_some();
            let mut rule = self.rule(*rule, 0, &format!("{pointer}/arm"));
            rule.label = Arc::from(format!("armed/{}", rule.id));
            if !names_itself {
                rule.id = Arc::from(format!("{id}-armed"));
                rule.label = Arc::from("armed");
            }
            self.armed = outer;
            Arc::new(rule)
        });
        Then {
            set: set.into_iter().map(|(name, value)| (name, value.into())).collect(),
            expire,
            change,
            emit: emit.and_then(|emit| self.emission(emit, on, &format!("{pointer}/emit"))),
            advance: advance.and_then(|advance| self.span(&advance, &format!("{pointer}/advance"))),
            arm,
            only_if: only_if.unwrap_or(Outcome::Succeeded),
        }
    }

    /// What is told, if it can be meant and the rule says, or its calls do, of which SIM.
    fn emission(&mut self, spec: EmitSpec, on: &[usize], pointer: &str) -> Option<Arc<Emission>> {
        let names_sim = spec.sim.is_some() || spec.order.is_some();
        if !names_sim && !on.is_empty() && !on.iter().any(|at| self.is_about_a_sim(*at)) {
            let message = "none of these calls is about a SIM, and the rule names none";
            let help = "name it by its ICCID: \"sim\": \"89860220190123456789\"";
            self.error("no-sim", Where::Value, pointer, message, help);
        }
        match Emission::read(spec) {
            Ok(emission) => Some(Arc::new(emission)),
            Err(found) => {
                for wrong in found {
                    let place = format!("{pointer}{}", wrong.pointer);
                    let is_there = self.document.has(&place);
                    let (place, part) = match (is_there, wrong.code) {
                        (false, _) => (pointer.to_owned(), Where::Value),
                        (true, "not-of-this-kind" | "one-copy") => (place, Where::Key),
                        (true, _) => (place, Where::Value),
                    };
                    self.error(wrong.code, part, &place, wrong.message, &wrong.help);
                }
                None
            }
        }
    }

    /// Whether what a rule may name here is about a SIM: a call that names one or an order for one, or a callback.
    fn is_about_a_sim(&self, at: usize) -> bool {
        match self.catalogue.endpoints.get(at) {
            Some(served) => served.fields.addresses(&[Addresses::Sim, Addresses::PlanOrder]),
            None => self.catalogue.is_callback(at),
        }
    }

    fn change(&mut self, spec: &ChangeSpec, pointer: &str) -> Option<Change> {
        let pointer = format!("{pointer}/set");
        match spec.object {
            ObjectWord::Order => self.judged::<OrderChange>(&pointer).map(|to| Change::Order(to.pay_status)),
            ObjectWord::User => self.judged::<UserChange>(&pointer).map(Change::User),
            ObjectWord::Package => {
                self.judged::<PackageChange>(&pointer).map(|change| Change::Package(Arc::new(change)))
            }
            ObjectWord::Profile => self.judged::<ProfileChange>(&pointer).map(Change::Profile),
            ObjectWord::Token => match self.judged::<TokenChange>(&pointer)? {
                TokenChange { expired: true } => Some(Change::Token),
                TokenChange { expired: false } => {
                    let message = "a token does not come back to life";
                    let place = format!("{pointer}/expired");
                    self.error("bad-value", Where::Value, &place, message, "write true, or leave it out");
                    None
                }
            },
        }
    }

    /// Fields that depend on a word beside them: judged by their own schema.
    fn judged<T: JsonSchema + DeserializeOwned>(&mut self, pointer: &str) -> Option<T> {
        match self.document.read_at(pointer) {
            Ok(found) => found,
            Err(found) => {
                self.found.extend(found);
                None
            }
        }
    }
}
