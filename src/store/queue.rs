//! What is to be written, in its order, and who waits for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, Thread};

use parking_lot::{Condvar, Mutex};

/// A table of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// What the folder is.
    Folder,
    /// Names that are gone.
    Gone,
    /// What one life of a session is made of; dropped whole.
    Space(u64),
}

/// Sees rows one by one: key and value, or that there is none any more.
pub(crate) type See<'s> = &'s mut dyn FnMut(&[u8], Option<&[u8]>);

/// Tells rows to whoever sees them. Called by the thread that writes.
pub(crate) type Feed = Box<dyn FnOnce(See<'_>) + Send>;

/// Changes that are there wholly or not at all.
#[derive(Default)]
pub(crate) struct Batch(pub(super) Vec<Change>);

pub(super) enum Change {
    Rows(Table, Feed),
    Drop(u64),
}

impl Batch {
    /// These rows of a table.
    pub(crate) fn rows(&mut self, table: Table, feed: Feed) {
        self.0.push(Change::Rows(table, feed));
    }

    /// One row of a table.
    pub(crate) fn row(&mut self, table: Table, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.rows(table, Box::new(move |see| see(&key, value.as_deref())));
    }

    /// A space goes, with all of its rows.
    pub(crate) fn drop_space(&mut self, space: u64) {
        self.0.push(Change::Drop(space));
    }

    /// Whether it changes nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Why nothing is written any more: the first error, whatever came of it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It could not be written.
    Failed(Arc<str>),
    /// Whoever wrote it was asked to stop.
    Closed,
}

/// What is to be done once everything before it is on disk.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// The way to the disk. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store(pub(super) Arc<Shared>);

pub(super) struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    /// The number of the last batch that is on disk.
    written: AtomicU64,
    waiting: Mutex<Vec<(u64, Waker)>>,
    trouble: OnceLock<Trouble>,
    next_space: AtomicU64,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Queue {
    batches: Vec<Batch>,
    /// The number of the last batch that was ever put in.
    last: u64,
    jobs: Vec<Job>,
    is_closed: bool,
}

/// What the writer takes at a time.
pub(super) struct Group {
    pub(super) batches: Vec<Batch>,
    pub(super) jobs: Vec<Job>,
    /// The number of the last of its batches.
    pub(super) last: u64,
}

impl Store {
    /// An empty queue; spaces are numbered from this one on.
    pub(super) fn new(next_space: u64) -> Self {
        Self(Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            written: AtomicU64::new(0),
            waiting: Mutex::default(),
            trouble: OnceLock::new(),
            next_space: AtomicU64::new(next_space),
            thread: Mutex::new(None),
        }))
    }

    pub(super) fn is_written_by(&self, thread: JoinHandle<()>) {
        *self.0.thread.lock() = Some(thread);
    }

    /// A number that no space has had.
    pub(crate) fn new_space(&self) -> u64 {
        self.0.next_space.fetch_add(1, Ordering::Relaxed)
    }

    /// Puts a batch in; its number. It never waits: whoever wants to know that it is on disk waits for the number.
    pub(crate) fn put(&self, batch: Batch) -> u64 {
        let mut queue = self.0.queue.lock();
        queue.last += 1;
        let number = queue.last;
        // What came to nothing is not collected either.
        if self.trouble().is_none() {
            queue.batches.push(batch);
            drop(queue);
            self.0.filled.notify_one();
        }
        number
    }

    /// Does something once all that was put in so far is on disk; never, if that fails.
    pub(crate) fn afterwards(&self, job: impl FnOnce() + Send + 'static) {
        if self.trouble().is_none() {
            self.0.queue.lock().jobs.push(Box::new(job));
            self.0.filled.notify_one();
        }
    }

    /// The number of the last batch that was put in.
    pub(crate) fn last(&self) -> u64 {
        self.0.queue.lock().last
    }

    /// Waits until a batch and all before it are on disk; `None` if they are.
    pub(crate) fn written(&self, number: u64) -> Option<Written> {
        (number > self.0.written.load(Ordering::Acquire)).then(|| Written { store: self.clone(), number })
    }

    /// Why nothing is written any more.
    pub(crate) fn trouble(&self) -> Option<&Trouble> {
        self.0.trouble.get()
    }

    /// Writes what is waiting, and nothing that comes later.
    pub(crate) fn close(&self) {
        self.0.queue.lock().is_closed = true;
        self.0.filled.notify_one();
        if let Some(thread) = self.0.thread.lock().take()
            && thread.join().is_err()
        {
            self.fail("the thread that writes has panicked, which is a bug of the sandbox");
        }
    }

    /// What waits to be written, as soon as there is something; `None` once it is closed and empty.
    pub(super) fn take(&self) -> Option<Group> {
        let mut queue = self.0.queue.lock();
        loop {
            if !queue.batches.is_empty() || !queue.jobs.is_empty() {
                let (batches, jobs) = (std::mem::take(&mut queue.batches), std::mem::take(&mut queue.jobs));
                return Some(Group { batches, jobs, last: queue.last });
            }
            if queue.is_closed {
                // Under the queue's lock: whoever puts something in later finds that it is over.
                let _ = self.0.trouble.set(Trouble::Closed);
                return None;
            }
            self.0.filled.wait(&mut queue);
        }
    }

    /// All batches up to this one are on disk.
    pub(super) fn reached(&self, number: u64) {
        self.0.written.store(number, Ordering::Release);
        let mut waiting = self.0.waiting.lock();
        let due: Vec<Waker> =
            waiting.extract_if(.., |(of, _)| *of <= number).map(|(_, waker)| waker).collect();
        drop(waiting);
        due.into_iter().for_each(Waker::wake);
    }

    /// Nothing is written any more. The first word counts.
    pub(super) fn fail(&self, why: &str) {
        {
            let mut queue = self.0.queue.lock();
            if self.0.trouble.set(Trouble::Failed(why.into())).is_ok() {
                tracing::error!("nothing more is kept: {why}");
            }
            queue.batches.clear();
            queue.jobs.clear();
        }
        let waiting = std::mem::take(&mut *self.0.waiting.lock());
        for (_, waker) in waiting {
            waker.wake();
        }
    }
}

/// Ready once a batch and all before it are on disk, or never will be.
pub(crate) struct Written {
    store: Store,
    number: u64,
}

impl Written {
    fn look(&self) -> Option<Result<(), Trouble>> {
        let shared = &self.store.0;
        if self.number <= shared.written.load(Ordering::Acquire) {
            return Some(Ok(()));
        }
        shared.trouble.get().map(|trouble| Err(trouble.clone()))
    }

    /// Waits with the whole thread.
    pub(crate) fn wait(self) -> Result<(), Trouble> {
        let mut this = self;
        let waker = Waker::from(Arc::new(Parked(std::thread::current())));
        let mut cx = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut this).poll(&mut cx) {
                Poll::Ready(written) => return written,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

impl Future for Written {
    type Output = Result<(), Trouble>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(written) = self.look() {
            return Poll::Ready(written);
        }
        self.store.0.waiting.lock().push((self.number, cx.waker().clone()));
        // It may have been written between the first look and the entry in the list.
        self.look().map_or(Poll::Pending, Poll::Ready)
    }
}

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Written").field(&self.number).finish()
    }
}

struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
