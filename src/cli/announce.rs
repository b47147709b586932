//! What a server says once it is ready: the one line that a parent process reads, or a banner for a person.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use linksfield_sandbox::{Listing, Sandbox};

/// The one line that a parent process reads, or, on a terminal, a banner for a person.
pub(super) fn announce(sandbox: &Sandbox, fixtures: Option<PathBuf>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let seed = sandbox.default_session().seed();
    if out.is_terminal() {
        let listing = Listing::read(fixtures.as_deref())?;
        let (url, scenario) = (sandbox.url(), sandbox.scenario());
        writeln!(out, "linksfield-sandbox {} answers at {url}", env!("CARGO_PKG_VERSION"))?;
        let note = listing.scenarios.iter().find(|line| line.name == scenario).map_or("", |line| &line.note);
        writeln!(out, "  scenario  {scenario}  {note}")?;
        writeln!(out, "  seed      {seed}")?;
        if let Some(control) = sandbox.control_url() {
            writeln!(out, "  control   {control}/sessions/default/journal")?;
        }
        let session = sandbox.default_session();
        if let Some(user) = session.demo_user() {
            let word = |text: Option<String>| text.unwrap_or_else(|| "(none)".to_owned());
            let (password, passwd) = (word(user.password), word(user.passwd));
            writeln!(out, "  demo user {}  partner {}", user.email, user.partner_code)?;
            writeln!(out, "  password  {password}  sent as {passwd}")?;
        }
        if let Some(token) = session.token() {
            writeln!(out, "  token     {token}")?;
        }
        if let Some(newest) = listing.newest("pre-order") {
            let example = newest.example.replace('\'', "'\\''");
            writeln!(
                out,
                "\n  curl -s {url}{} -H 'Content-Type: application/json' -d '{example}'",
                newest.path
            )?;
        }
        writeln!(out, "\nCtrl-C stops it.")?;
    } else {
        let ready = serde_json::json!({
            "event": "ready",
            "contract": 1,
            "version": env!("CARGO_PKG_VERSION"),
            "generator": Sandbox::generator(),
            "pid": std::process::id(),
            "url": sandbox.url(),
            "control": sandbox.control_url(),
            "seed": seed,
            "scenario": sandbox.scenario(),
        });
        writeln!(out, "{ready}")?;
    }
    out.flush()?;
    Ok(())
}
