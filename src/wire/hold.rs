//! Waiting for other calls, in real time, before a call is carried out.

use std::sync::Arc;
use std::time::Duration;

use super::deliver::Cancelled;
use super::limits::Limits;
use super::stop::{Stop, stopped};
use crate::contract::call::Call;
use crate::contract::fields::Notes;
use crate::session::gathering::Seat;
use crate::session::session::Session;

/// Returns once the call is the next one; it then carries what the rules and the journal have to know.
pub(super) async fn wait(
    mut seat: Seat,
    session: &Arc<Session>,
    call: &mut Call,
    limits: &Limits,
    stop: &Stop,
) -> Result<Seat, Cancelled> {
    let mut stop = stop.clone();
    let longest = Duration::from_millis(seat.longest().millis()).min(limits.held_time);
    let mut time = std::pin::pin!(sleep(longest));
    let mut is_over = false;
    loop {
        // Taken before the look: what changes in between rings it.
        let change = seat.next_change();
        if seat.is_next() {
            break;
        }
        tokio::select! {
            () = change => {}
            () = &mut time, if !is_over => {
                is_over = true;
                session.let_go(&seat);
            }
            () = &mut seat.epoch_over => return Err(Cancelled),
            () = stopped(&mut stop) => return Err(Cancelled),
        }
    }
    let (waited, note) = seat.waited();
    call.extensions_mut().insert(waited);
    call.extensions_mut().get_or_insert_default::<Notes>().add(note);
    Ok(seat)
}

#[expect(clippy::disallowed_methods, reason = "calls wait for each other in real time")]
async fn sleep(length: Duration) {
    tokio::time::sleep(length).await;
}
