//! What follows from what happened: what becomes of a mail, and a payment that is due. Time passes here and nowhere else, so that
//! everything that was due on the way has been seen to before anybody looks.

use http::HeaderMap;

use super::backlog::Backlog;
use super::callbacks::emission_is_due;
use super::core::Core;
use super::decide::{Concern, Question, follow_up};
use super::keeping::Hold;
use super::session::Session;
use crate::contract::call::{Call, InTheNameOf};
use crate::contract::catalogue::Served;
use crate::contract::code::Code;
use crate::domain::mail::{About, MailOrdinal};
use crate::domain::moment::Moment;
use crate::domain::order::OrderOrdinal;
use crate::domain::payment::Due;
use crate::domain::world::{Advanced, Notice, What};
use crate::scenario::fault::Fault;
use crate::scenario::magic::{Clues, Effect};
use crate::scenario::rules::Stage;
use crate::scenario::sight::Probe;
use crate::scenario::verdict::Verdict;

impl Session {
    /// The lock, after time has passed until the real moment. What came of that waits in the backlog until the lock is gone.
    pub(super) fn now(&self, real: Moment, backlog: &mut Backlog) -> Hold<'_> {
        backlog.real = real;
        let mut core = self.hold();
        // Where nothing can be kept any more, nothing happens any more.
        if self.trouble().is_some() {
            return core;
        }
        let elsewhere = core.counted.elsewhere();
        core.world.orders_elsewhere(elsewhere);
        let now = core.clock.now(real);
        self.pass_time(&mut core, now, backlog);
        core
    }

    /// Lets time pass, and sees to what happens on the way, in its order.
    pub(super) fn pass_time(&self, core: &mut Core, now: Moment, backlog: &mut Backlog) {
        loop {
            match core.world.advance_to(now) {
                Advanced::There => break,
                Advanced::Noticed => self.attend(core, backlog),
                Advanced::Pay(due) => {
                    self.report_payment(core, due, backlog);
                    self.attend(core, backlog);
                }
            }
        }
        self.count_steps(core);
        backlog.fired(core, self.shared.post.is_some());
    }

    /// Sees to what the world has noticed.
    pub(super) fn attend(&self, core: &mut Core, backlog: &mut Backlog) {
        while let Some(notice) = core.world.next_notice() {
            match notice {
                Notice::Written(mail) => self.send(core, mail, backlog),
                Notice::Sim(event) => self.call_back(core, event, backlog),
                Notice::Callback(id) => self.callback_is_due(core, id, backlog),
                Notice::Emission(number) => emission_is_due(core, number),
            }
        }
        core.count_orders();
        self.count_steps(core);
    }

    /// Counts the steps that orders took.
    fn count_steps(&self, core: &mut Core) {
        if let Some(steps) = core.world.take_steps() {
            self.tally.stepped(&steps);
        }
    }

    /// Decides what becomes of a mail: rules name it `mail/qr` or `mail/code`.
    fn send(&self, core: &mut Core, mail: MailOrdinal, backlog: &mut Backlog) {
        let Some(written) = core.world.mail(mail) else { return };
        let to = core.world.text(written.to).to_owned();
        let (order, clues) = match written.about {
            About::Qr(order) => (Some(order), clues_of_order(core, order)),
            About::Code(_) => {
                (None, Clues { mails: [core.world.text(written.to), "", "", ""], ..Clues::default() })
            }
        };
        let place = self.catalogue.mail_place(written.about.word());
        let magic: Vec<_> = self
            .shared
            .magic
            .effects(&clues, &self.catalogue)
            .into_iter()
            .filter_map(
                |(row, effect)| if let Effect::Rule(rule) = effect { Some((row, rule)) } else { None },
            )
            .collect();
        // The rules of this moment: they are changed under the same lock.
        let rules = self.rules.read().clone();
        let nothing = HeaderMap::new();
        let package = order.and_then(|order| core.world.order_at(order)).map(|order| order.package);
        let about = Concern { order, user: Some(&to), package, ..Concern::default() };
        let probe = Probe::of_mail(place, &nothing);
        let turn = u64::from(mail.0);
        let asked = Question { stage: Stage::Admitted, probe: &probe, about, magic: &magic, turn };
        let mut verdict = Verdict::default();
        self.decide(core, &rules, &asked, &mut verdict);
        follow_up(core, &mut verdict, true, about, backlog);
        self.tally.decided(&verdict);
        match verdict.wire.first() {
            Some(Fault::Lost | Fault::Cut(..)) => core.world.lose_mail(mail),
            Some(Fault::Bounce) => core.world.bounce_mail(mail),
            Some(Fault::Delay(span)) => core.world.delay_mail(mail, *span),
            // Nothing else can be said of a mail.
            _ => {
                core.world.deliver_mail(mail);
                if self.shared.post.is_some() {
                    backlog.deliver(core, mail);
                }
            }
        }
    }

    /// Plays the partner's server: reports a payment through the same door as a client, so that rules see it and the journal
    /// shows it.
    pub(super) fn report_payment(&self, core: &mut Core, due: Due, backlog: &mut Backlog) -> Option<Code> {
        let (call, served) = self.notification(core, due)?;
        let rules = self.rules.read().clone();
        let prepared = self.prepare(&call, served, &rules);
        let probe = rules.probe(served.at, &call);
        let (shelf, language) = (prepared.shelf, prepared.language);
        let (turn, mut notes) = self.carry_out(core, prepared, &rules, &probe, backlog);
        notes.add("sent by the sandbox itself, in the place of a partner's server");
        let rendered = self.render(served, shelf, language, &turn);
        let code = rendered.code.clone();
        self.count(Some(served), &turn, &rendered);
        backlog.exchanges.push(self.record(&call, Some(served), turn, rendered, notes).1);
        code
    }

    /// A payment notification as a partner's server would send it.
    fn notification(&self, core: &Core, due: Due) -> Option<(Call, &Served)> {
        let (endpoint, write) = self.catalogue.groups.iter().find_map(|shelf| shelf.group.notification)?;
        let served = self.catalogue.endpoints.iter().find(|served| served.endpoint.id == endpoint)?;
        let buyer = core.world.order_at(due.order).map(|order| core.world.text(order.buyer).into())?;
        let body = write(&core.world, due)?;
        let call = http::Request::builder()
            .method(served.card.method.as_str())
            .uri(served.path.as_str())
            .header(http::header::CONTENT_TYPE, "application/json")
            // Even a strict shop has to let it in.
            .extension(InTheNameOf(buyer))
            .body(bytes::Bytes::from(body))
            .ok()?;
        Some((call.into(), served))
    }

    /// What fired until now, for whoever moved the clock.
    pub(super) fn is_mail(what: What) -> Option<MailOrdinal> {
        if let What::MailDelivered(mail) = what { Some(mail) } else { None }
    }
}

/// Where triggers may stand in an order.
fn clues_of_order(core: &Core, order: OrderOrdinal) -> Clues<'_> {
    match core.world.order_at(order) {
        None => Clues::default(),
        Some(order) => Clues {
            mails: [core.world.text(order.mail_to), core.world.text(order.buyer), "", ""],
            package: Some(order.package).filter(|package| core.world.stock().magic.contains(package)),
            ..Clues::default()
        },
    }
}
