//! The word that the server is to stop, as every waiting place hears it.

use tokio::sync::watch;

/// Becomes true when the server is to stop.
pub(crate) type Stop = watch::Receiver<bool>;

/// Returns once the server is to stop; also if whoever could say so is gone.
pub(super) async fn stopped(stop: &mut Stop) {
    // The guard that comes back must not live on: nothing that waits next to this could be sent to another thread.
    drop(stop.wait_for(|stopping| *stopping).await);
}
