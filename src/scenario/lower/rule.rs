//! Rules: their conditions, what they decide, and whether they can ever do so.

use std::sync::Arc;

use super::Lowering;
use super::answer::Answering;
use super::fault::{Failing, deed_of};
use crate::contract::card::Effect;
use crate::document::Where;
use crate::scenario::commit::{self, Commit, Deed};
use crate::scenario::condition::{Place, Thing};
use crate::scenario::file::{AnswerSpec, BeforeWord, OnSpec, OverSpec, RuleSpec, TimesSpec, WhenSpec};
use crate::scenario::script::{Over, Per, Rule, Times};
use crate::scenario::verdict::Instead;

impl Lowering<'_> {
    pub(super) fn rules(&mut self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        for at in 0..self.document.len("/rules") {
            let pointer = format!("/rules/{at}");
            let Some(spec) = self.part::<RuleSpec>(&pointer) else {
                // Its shape is wrong somewhere; the parts that stand for themselves are judged all the same.
                self.fragments(&pointer);
                continue;
            };
            let names_itself = spec.id.is_some();
            let mut rule = self.rule(spec, at, &pointer);
            if !names_itself {
                // A given id may look like one of ours.
                let taken = |id: &str| rules.iter().any(|other| *other.id == *id);
                let ids = (at + 1..).map(|n| format!("rule-{n}"));
                rule.id = ids.into_iter().find(|id| !taken(id)).map_or(rule.id, Arc::from);
            }
            if let Some(twin) = rules.iter().position(|other| other.id == rule.id) {
                let message = format!("the id {:?} belongs to rule {} as well", &*rule.id, twin + 1);
                self.error(
                    "duplicate-id",
                    Where::Value,
                    &format!("{pointer}/id"),
                    message,
                    "give each rule its own",
                );
            }
            rules.push(rule);
        }
        if self.is_right_so_far() {
            self.warn_of_shadowed(&rules);
        }
        rules
    }

    /// Judges what can be judged of a rule whose shape is wrong.
    pub(super) fn fragments(&mut self, pointer: &str) {
        let mut endpoints = Vec::new();
        if let Some(on) = self.part::<OnSpec>(&format!("{pointer}/on")) {
            endpoints = self.select(&on, &format!("{pointer}/on"));
        }
        if let Some(when) = self.part::<WhenSpec>(&format!("{pointer}/when")) {
            self.conditions(when, &endpoints, &format!("{pointer}/when"));
        }
        if let Some(AnswerSpec::Other(answer)) = self.part::<AnswerSpec>(&format!("{pointer}/answer")) {
            self.answer(*answer, &endpoints, &format!("{pointer}/answer"));
        }
    }

    pub(super) fn rule(&mut self, spec: RuleSpec, at: usize, pointer: &str) -> Rule {
        let RuleSpec { id, on, when, over, chance, times, before, answer, fault, hold, commit, then } = spec;
        let on = self.select(&on, &format!("{pointer}/on"));
        let when = self.conditions(when.unwrap_or_default(), &on, &format!("{pointer}/when"));
        let only_watches = answer.is_none() && fault.is_none() && hold.is_none();
        if only_watches && then.is_none() {
            let help = "give it an `answer`, a `fault`, a `hold` or a `then`";
            self.error("idle-rule", Where::Value, pointer, "this rule does nothing", help);
        }
        let Failing { mut wire, window, instead } = self.faults(fault, &on, &format!("{pointer}/fault"));
        if let (Some(_), Some((_, place))) = (&answer, &instead) {
            let message = "this rule has an answer of its own, outside of its outage";
            self.error("exclusive-keys", Where::Value, place, message, "leave one of the two out");
        }
        let answer = answer.map(|answer| (answer, format!("{pointer}/answer"))).or(instead);
        wire.extend(hold.and_then(|hold| self.hold(&hold, &on, &format!("{pointer}/hold"))));
        let mut deeds: Vec<Deed> = wire.iter().map(deed_of).collect();
        // What cannot be read says nothing about `commit` either.
        let mut is_whole = true;
        let mut edit = None;
        let mut saying = None;
        let is_mail = |at: &usize| *at >= self.catalogue.endpoints.len();
        match answer {
            Some((_, place)) if on.iter().any(is_mail) => {
                let (what, help) = if on.iter().any(|at| self.catalogue.is_callback(*at)) {
                    (
                        "a callback is answered by your own server",
                        "give it a `fault`: \"lost\" or {\"delay\": \"2h\"}",
                    )
                } else {
                    ("a mail has no answer", "give it a `fault`: \"lost\", \"bounce\" or {\"delay\": \"2h\"}")
                };
                self.error("not-for-mails", Where::Key, &place, what, help);
                is_whole = false;
            }
            None => {}
            Some((AnswerSpec::Word(_), _)) => deeds.push(Deed::Default),
            Some((AnswerSpec::Other(answer), place)) => match self.answer(*answer, &on, &place) {
                Some((deed, Answering::Edit(changes))) => {
                    deeds.push(deed);
                    edit = Some(Arc::new(changes));
                }
                Some((deed, Answering::Say(words))) => {
                    deeds.push(deed);
                    saying = Some(Arc::new(words));
                }
                None => is_whole = false,
            },
        }

        let carried_out = is_whole && self.commit(commit, &deeds, &on, pointer);
        let answer = match (edit, saying) {
            (None, Some(saying)) if carried_out => Instead::HandleThenSay(saying),
            (None, Some(saying)) => Instead::Say(saying),
            (edit, _) if commit == Some(false) => Instead::Pretend(edit),
            (Some(edit), _) => Instead::Edit(edit),
            (None, None) => Instead::Handle,
        };
        let TimesSpec { skip, first, next, every, per } = times.unwrap_or_default();
        if next.is_some() && !self.armed {
            let help = "write `first`";
            let place = format!("{pointer}/times/next");
            self.error("only-armed", Where::Key, &place, "only a rule that is armed may say `next`", help);
        }
        let id = id.map_or_else(|| Arc::from(format!("rule-{}", at + 1)), |id| Arc::from(id.0));
        let over = over.and_then(|over| self.over(&over, &format!("{pointer}/over")));
        let per = self.per(per.as_deref(), &format!("{pointer}/times/per"));
        let then = then.map(|then| self.then(then, &on, &id, &format!("{pointer}/then")));
        let rule = Rule {
            key: at as u64,
            id,
            label: Arc::default(),
            on,
            window,
            when,
            over,
            chance,
            times: Times { skip: skip.unwrap_or(0), first: first.or(next), every, per },
            is_early: before == Some(BeforeWord::Admission),
            decision: (!only_watches).then_some((answer, wire)),
            then,
        };
        if rule.is_early {
            self.nobody_yet(&rule, pointer);
        }
        rule
    }

    fn over(&mut self, spec: &OverSpec, pointer: &str) -> Option<Over> {
        let per = self.per(spec.per.as_deref(), &format!("{pointer}/per"));
        let window = self.span(&spec.window, &format!("{pointer}/window"))?;
        Some(Over { limit: usize::try_from(spec.limit).unwrap_or(usize::MAX), window, per })
    }

    /// Before admission nobody is known: whatever asks who calls cannot be meant.
    fn nobody_yet(&mut self, rule: &Rule, pointer: &str) {
        let is_user = |per: Option<&Per>| per == Some(&Per::User);
        let asks = [
            ("when/user", rule.when.0.iter().any(|one| matches!(one.place, Place::Field(Thing::User, _)))),
            ("times/per", is_user(rule.times.per.as_ref())),
            ("over/per", is_user(rule.over.as_ref().and_then(|over| over.per.as_ref()))),
        ];
        for (place, _) in asks.into_iter().filter(|(_, asks)| *asks) {
            let help = "leave `before` out, or look at a header or a field of the call";
            let place = format!("{pointer}/{place}");
            self.error("nobody-yet", Where::Value, &place, "before admission nobody knows who calls", help);
        }
        if rule.on.iter().any(|at| *at >= self.catalogue.endpoints.len()) {
            let place = format!("{pointer}/before");
            let what = "neither a mail nor a callback is admitted";
            self.error("not-for-mails", Where::Key, &place, what, "leave `before` out");
        }
    }

    /// Whether the call is carried out, after the table of `commit.rs`; says so if the rule does not, or may not.
    fn commit(&mut self, said: Option<bool>, deeds: &[Deed], on: &[usize], pointer: &str) -> bool {
        let place = format!("{pointer}/commit");
        // Nothing is carried out in a mail either.
        let reads = |at: &usize| {
            self.catalogue.endpoints.get(*at).is_none_or(|served| served.card.effect == Effect::Reads)
        };
        if said.is_some() && !on.is_empty() && on.iter().all(reads) {
            let help = "leave `commit` out";
            self.error(
                "commit-forbidden",
                Where::Key,
                &place,
                "these calls only read: nothing is carried out",
                help,
            );
            return false;
        }
        let (asked, words) = commit::asked_by(deeds);
        match (asked, said) {
            (Commit::Required, None) if !on.is_empty() && on.iter().all(reads) => false,
            (Commit::Required, None) => {
                let message = format!("with {words}, the rule has to say whether the call is carried out");
                let help = "add `\"commit\": true` (it is carried out, then its answer is replaced or lost), or \
                            `\"commit\": false` (nothing is stored, no number is taken)";
                self.error("commit-missing", Where::Value, pointer, message, help);
                false
            }
            (Commit::Forbidden, Some(_)) => {
                let message = format!("with {words}, the call is always carried out");
                self.error("commit-forbidden", Where::Key, &place, message, "leave `commit` out");
                true
            }
            (_, said) => said.unwrap_or(false),
        }
    }

    /// Warns of rules that stand behind one which decides all that they could match. Only of a file that is otherwise
    /// right: the rule in front may become another one when its own mistake is mended.
    fn warn_of_shadowed(&mut self, rules: &[Rule]) {
        for (at, rule) in rules.iter().enumerate() {
            let shadows = |earlier: &&Rule| {
                earlier.decides_all() && rule.on.iter().all(|endpoint| earlier.on.contains(endpoint))
            };
            if let Some(earlier) = rules[..at].iter().find(shadows) {
                let message = format!(
                    "this rule can never match: {:?} before it decides all of these calls",
                    &*earlier.id
                );
                let help = "put it in front, or give the earlier one `when` or `times`";
                self.warning("never-matches", Where::Value, &format!("/rules/{at}"), message, help);
            }
        }
    }
}
