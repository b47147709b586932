//! Sleeps until the next session has something to do by itself, in real time, and wakes it: a payer pays, a late mail arrives.

use std::sync::Arc;
use std::time::Duration;

use super::Wire;
use super::stop::{Stop, stopped};
use crate::session::clock::real_now;

/// A day: an alarm that is further away is looked at again then, since the machine's own clock may be set meanwhile.
const LONGEST: Duration = Duration::from_hours(24);

/// Wakes sessions until the stop.
pub(super) async fn run(wire: Arc<Wire>, mut stop: Stop) {
    loop {
        let now = real_now();
        wire.registry.wake_due(now);
        let (next, changed) = wire.registry.plan().shared.alarm.next();
        let wait = next.map_or(LONGEST, |next| {
            let millis = u64::try_from(next.millis() - now.millis()).unwrap_or(0);
            Duration::from_millis(millis).min(LONGEST)
        });
        tokio::select! {
            () = sleep(wait) => {}
            () = changed => {}
            () = stopped(&mut stop) => return,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a session's clock calls for happens when real time has come to it"
)]
async fn sleep(length: Duration) {
    tokio::time::sleep(length).await;
}
