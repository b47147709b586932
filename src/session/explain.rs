//! What would come of a call, without anything coming of it: the spine runs over a copy of what stands under the lock.

use std::sync::Arc;

use super::backlog::Backlog;
use super::journal::Exchange;
use super::mishap;
use super::render::Rendered;
use super::session::Session;
use super::turn::Delivery;
use crate::contract::call::Call;
use crate::contract::catalogue::Route;
use crate::contract::fields::Notes;
use crate::domain::moment::Moment;
use crate::scenario::verdict::Verdict;

impl Session {
    /// The answer that a call would get now, and the record that the journal would keep of it. Nothing is stored, counted or taken;
    /// only time passes, as it does for whoever looks.
    pub(crate) fn explain(&self, call: &Call, real: Moment) -> (Delivery, Arc<Exchange>) {
        let route = self.catalogue.route(call.method(), call.uri().path());
        let mut backlog = Backlog::default();
        // Rules are changed under the same lock: these belong to this copy.
        let (mut copy, rules) = {
            let core = self.now(real, &mut backlog);
            (core.copy(), Arc::clone(&self.rules.read()))
        };
        self.work_off(backlog);
        let Route::Found(served) = route else {
            copy.turn += 1;
            let (reply, code) = mishap::nowhere(&self.catalogue, call, &route);
            let rendered = Rendered::plain(reply, Some(code));
            let turn = copy.turn(Verdict::default(), None);
            let (delivery, (_, exchange)) = self.record(call, None, turn, rendered, Notes::default());
            return (delivery, exchange);
        };
        let prepared = self.prepare(call, served, &rules);
        let (shelf, language) = (prepared.shelf, prepared.language);
        let probe = rules.probe(served.at, call);
        // What would follow stays in a backlog that nobody works off.
        let (turn, notes) = self.carry_out(&mut copy, prepared, &rules, &probe, &mut Backlog::default());
        let rendered = self.render(served, shelf, language, &turn);
        let (delivery, (_, exchange)) = self.record(call, Some(served), turn, rendered, notes);
        (delivery, exchange)
    }
}
