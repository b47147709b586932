//! A session that lives as long as a test: named after it, verified at its end, and explaining itself if the test fails.

use std::sync::OnceLock;

use parking_lot::Mutex;

use super::error::Error;
use super::handle::SessionHandle;
use super::options::SessionOptions;
use super::server::Sandbox;

/// A session of one test. When it is dropped, it is held to all that [`expects`](Self::expects) was told
/// and to what its scenario expects, if you wrote that, and is gone. What is not met is a panic that shows the difference and the last calls; if
/// the test has failed already, it prints the last calls, for the test's captured output.
///
/// [`test_session!`](crate::test_session) makes one.
#[must_use = "a session of a test ends when it is dropped: keep it in a variable"]
#[derive(Debug)]
pub struct TestSession {
    session: SessionHandle,
    expected: Mutex<Vec<String>>,
    is_verified: bool,
}

impl std::ops::Deref for TestSession {
    type Target = SessionHandle;

    fn deref(&self) -> &SessionHandle {
        &self.session
    }
}

impl TestSession {
    /// What the session has to come to, written as in a scenario's `expect`; looked at when the session is dropped. Panics
    /// at once if it cannot be read.
    #[track_caller]
    pub fn expects(&self, rows: &str) {
        if let Err(error) = self.session.can_expect(rows) {
            panic!("{error}");
        }
        self.expected.lock().push(rows.to_owned());
    }

    /// Is not held to anything at its end: for a test that uses a scenario of yours for something else.
    pub fn unverified(mut self) -> Self {
        self.is_verified = false;
        self
    }

    fn hold(&self) -> Result<(), Error> {
        if !self.is_verified {
            return Ok(());
        }
        if self.session.has_scenario_of_its_user() {
            self.session.verify()?;
        }
        self.expected.lock().iter().try_for_each(|rows| self.session.verify_that(rows))
    }
}

impl Drop for TestSession {
    fn drop(&mut self) {
        let has_failed = std::thread::panicking();
        let held = if has_failed { Ok(()) } else { self.hold() };
        let excerpt = (has_failed || held.is_err()).then(|| self.session.excerpt());
        self.session.clone().drop_session();
        match (held, excerpt) {
            (Err(error), Some(excerpt)) => panic!("{error}\n\n{excerpt}"),
            #[expect(clippy::print_stderr, reason = "only the macro's output is captured with the test's")]
            (Ok(()), Some(excerpt)) => eprintln!("{excerpt}"),
            _ => {}
        }
    }
}

impl Sandbox {
    /// The sandbox that the tests of a process share, started on a free port when it is first asked for; each of its sessions is
    /// a world of its own. It ends with the process. For one with options, keep a `LazyLock<Sandbox>` of your own.
    ///
    /// # Panics
    ///
    /// If it cannot start.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Sandbox> = OnceLock::new();
        SHARED.get_or_init(|| match Self::builder().start_blocking() {
            Ok(sandbox) => sandbox,
            Err(error) => panic!("the shared sandbox does not start: {error}"),
        })
    }

    /// A session for one test, which [`TestSession`] describes. Panics if a session of that name is live: two tests of one name
    /// would share a world.
    #[track_caller]
    pub fn test_session(&self, options: SessionOptions) -> TestSession {
        match self.session_with(options.only_new()) {
            Ok(session) => TestSession { session, expected: Mutex::default(), is_verified: true },
            Err(error) => panic!("{error}"),
        }
    }
}

/// The name of the function in which `here` stands, without its crate: what [`test_name!`](crate::test_name) is made of.
#[doc(hidden)]
pub fn name_of_function<T>(_: T) -> String {
    let path = std::any::type_name::<T>();
    let names: Vec<&str> = path.split("::").filter(|name| !name.starts_with('{')).collect();
    // First the crate, last the function `here`.
    names[1..names.len() - 1].join("::")
}
