//! Hands letters to a mail catcher on this machine, on a thread of its own, so that no exchange waits for one.
//!
//! A letter is tried once: the outbox has it anyway. The thread begins with the first letter. Dropping `Smtp` lets it go
//! without waiting: the letter on its way is finished or given up, at most a time-out later for each step of SMTP, what
//! still lies in the queue is not sent, and a process that ends does not wait either.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport};

use super::mail::{self, CannotBeSent, HOST};
use crate::session::letter::Letter;

/// Letters that wait.
const QUEUE: usize = 1_000;

/// How long each step may take: to connect, and each answer of the catcher.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The way to a mail catcher.
#[derive(Debug)]
pub(crate) struct Smtp {
    catcher: SocketAddr,
    /// Empty before the first letter; `None` in it if no thread could be made.
    post: OnceLock<Option<Post>>,
    stopped: Arc<AtomicBool>,
    /// A full queue was logged already.
    was_full: AtomicBool,
}

#[derive(Debug)]
struct Post {
    letters: SyncSender<Letter>,
    thread: JoinHandle<()>,
}

/// An address of another machine: a sandbox sends nothing there, since addresses in tests may be those of real people.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not an address of this machine: mails go to a catcher on 127.0.0.1 or [::1] only")]
pub(crate) struct NotLoopback(SocketAddr);

/// Why a letter did not arrive.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotSent {
    /// No mail can be made of it.
    #[error(transparent)]
    Letter(#[from] CannotBeSent),
    /// The catcher did not take it.
    #[error("{catcher} took no mail: {source}. Is a mail catcher listening there?")]
    Catcher {
        /// Where it should be.
        catcher: SocketAddr,
        /// What went wrong.
        source: lettre::transport::smtp::Error,
    },
}

impl Smtp {
    /// To the catcher at an address of this machine. Nothing is begun yet.
    pub(crate) fn to(catcher: SocketAddr) -> Result<Self, NotLoopback> {
        // ::ffff:127.0.0.1 is this machine too.
        if !catcher.ip().to_canonical().is_loopback() {
            return Err(NotLoopback(catcher));
        }
        let (post, stopped, was_full) = Default::default();
        Ok(Self { catcher, post, stopped, was_full })
    }

    /// Puts a letter into the queue. Never waits: if the queue is full the letter is not sent, and that is logged once.
    pub(crate) fn send(&self, letter: Letter) {
        let Some(post) = self.post.get_or_init(|| self.begin()) else { return };
        match post.letters.try_send(letter) {
            // The thread ends before the queue only by a panic, which was printed.
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(letter)) => {
                if !self.was_full.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        catcher = %self.catcher, session = letter.session, mail = letter.id,
                        "{QUEUE} mails wait for the mail catcher already: this one is not sent, and others may follow it. \
                         The outbox has them all"
                    );
                }
            }
        }
    }

    fn begin(&self) -> Option<Post> {
        let (letters, queue) = sync_channel(QUEUE);
        let (catcher, stopped) = (self.catcher, Arc::clone(&self.stopped));
        let run = move || carry(&queue, catcher, &stopped);
        match std::thread::Builder::new().name("sandbox-mail".to_owned()).spawn(run) {
            Ok(thread) => Some(Post { letters, thread }),
            Err(error) => {
                tracing::warn!(%error, "no thread to send mails: they stay in the outbox");
                None
            }
        }
    }

    /// Closes the queue; the thread, if there is one, ends by itself.
    pub(super) fn stop(&mut self) -> Option<JoinHandle<()>> {
        self.stopped.store(true, Ordering::Relaxed);
        self.post.take().flatten().map(|post| post.thread)
    }

    #[cfg(test)]
    pub(super) fn has_begun(&self) -> bool {
        self.post.get().is_some()
    }

    #[cfg(test)]
    pub(super) fn was_full(&self) -> bool {
        self.was_full.load(Ordering::Relaxed)
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        // Not joined: whoever drops a sandbox does not wait for a catcher that hangs.
        drop(self.stop());
    }
}

/// The thread: one letter after the other, in the order in which they were written.
fn carry(queue: &Receiver<Letter>, catcher: SocketAddr, stopped: &AtomicBool) {
    let mut is_failing = false;
    while let Ok(letter) = queue.recv() {
        if stopped.load(Ordering::Relaxed) {
            let left = 1 + queue.try_iter().count();
            tracing::warn!(%catcher, left, "mails that still waited are not sent: the sandbox stopped");
            return;
        }
        let sent = deliver(&letter, catcher, TIMEOUT);
        let (session, mail) = (&letter.session, letter.id);
        match &sent {
            Ok(()) => tracing::debug!(%catcher, session, mail, "mail sent"),
            // The first of a row says it all; without a catcher each order would warn again.
            Err(error @ NotSent::Catcher { .. }) if is_failing => {
                tracing::debug!(%error, session, mail, "mail not sent");
            }
            Err(error) => tracing::warn!(%error, session, mail, "mail not sent; the outbox has it"),
        }
        match sent {
            Ok(()) => is_failing = false,
            Err(NotSent::Catcher { .. }) => is_failing = true,
            // Says nothing about the catcher.
            Err(NotSent::Letter(_)) => {}
        }
    }
}

/// Sends one letter, waiting so long for each step.
pub(super) fn deliver(letter: &Letter, catcher: SocketAddr, timeout: Duration) -> Result<(), NotSent> {
    let message = mail::message(letter)?;
    // Called dangerous since it does not encrypt; the bytes do not leave this machine.
    let transport = SmtpTransport::builder_dangerous(catcher.ip().to_string())
        .port(catcher.port())
        .hello_name(ClientId::Domain(HOST.to_owned()))
        .timeout(Some(timeout))
        .build();
    match transport.send(&message) {
        Ok(_) => Ok(()),
        Err(source) => Err(NotSent::Catcher { catcher, source }),
    }
}
