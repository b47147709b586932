//! Coverage: what of all that is served, listed and possible was used, in a session and in the process. Counted where it happens,
//! so that a journal which drops entries takes nothing from it; a call that meets neither rule nor fault costs one addition.

mod board;
mod junit;
pub(crate) mod report;
mod table;
pub(crate) mod tally;
pub(crate) mod total;

use super::render::Rendered;
use super::session::Session;
use super::turn::Turn;
use crate::contract::catalogue::Served;
use report::Report;

impl Session {
    /// Counts a turn that is going to be answered.
    pub(super) fn count(&self, served: Option<&Served>, turn: &Turn, rendered: &Rendered) {
        match served {
            Some(served) => {
                self.tally.called(self.catalogue.shelf(served), served.at, rendered.code.as_ref());
                self.tally.decided(&turn.verdict);
            }
            None => self.tally.strayed(rendered.reply.status()),
        }
    }

    /// What was used in it since it was made; a reset goes on counting.
    pub(crate) fn coverage(&self) -> Report {
        Report::new(&self.tally.counts(), &self.catalogue, &self.shared.magic)
    }
}
