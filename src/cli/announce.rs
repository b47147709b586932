//! What a server says once it is ready: the one line that a parent process reads, or a banner for a person.

use std::io::{IsTerminal, Write};
use std::path::Path;

use linksfield_sandbox::{Listing, QrCode, Sandbox};

/// Says it on stdout. `lan` holds the URLs for other machines, if they are served.
pub(super) fn announce(
    sandbox: &Sandbox,
    lan: Option<&[String]>,
    fixtures: Option<&Path>,
) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if out.is_terminal() {
        // Light modules on a dark ground are no code to a camera if the terminal's ground is light: colours say both.
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let draw: fn(&QrCode) -> String = if is_plain { QrCode::terminal } else { QrCode::coloured };
        banner(&mut out, sandbox, lan, draw, fixtures)?;
    } else {
        let mut ready = serde_json::json!({
            "event": "ready",
            "contract": 1,
            "version": env!("CARGO_PKG_VERSION"),
            "generator": Sandbox::generator(),
            "pid": std::process::id(),
            "url": sandbox.url(),
            "control": sandbox.control_url(),
            "seed": sandbox.default_session().seed(),
            "scenario": sandbox.scenario(),
        });
        if let Some(lan) = lan {
            ready["lan"] = lan.into();
        }
        writeln!(out, "{ready}")?;
    }
    out.flush()?;
    Ok(())
}

fn banner(
    out: &mut impl Write,
    sandbox: &Sandbox,
    lan: Option<&[String]>,
    draw: fn(&QrCode) -> String,
    fixtures: Option<&Path>,
) -> anyhow::Result<()> {
    let listing = Listing::read(fixtures)?;
    let (url, scenario) = (sandbox.url(), sandbox.scenario());
    writeln!(out, "linksfield-sandbox {} answers at {url}", env!("CARGO_PKG_VERSION"))?;
    let note = listing.scenarios.iter().find(|line| line.name == scenario).map_or("", |line| &line.note);
    let session = sandbox.default_session();
    writeln!(out, "  scenario  {scenario}  {note}")?;
    writeln!(out, "  seed      {}", session.seed())?;
    if let Some(control) = sandbox.control_url() {
        writeln!(out, "  control   {control}/sessions/default/journal")?;
    }
    if let Some(user) = session.demo_user() {
        let word = |text: Option<String>| text.unwrap_or_else(|| "(none)".to_owned());
        let (password, passwd) = (word(user.password), word(user.passwd));
        writeln!(out, "  demo user {}  partner {}", user.email, user.partner_code)?;
        writeln!(out, "  password  {password}  sent as {passwd}")?;
    }
    if let Some(token) = session.token() {
        writeln!(out, "  token     {token}")?;
    }
    for url in lan.unwrap_or_default() {
        writeln!(out, "  LAN       {url}")?;
        if let Some(code) = QrCode::of(url.as_str()) {
            write!(out, "{}", draw(&code))?;
        }
    }
    if lan.is_some_and(<[String]>::is_empty) {
        writeln!(out, "  LAN       this machine has no address there")?;
    }
    if let Some(newest) = listing.newest("pre-order") {
        let example = newest.example.replace('\'', "'\\''");
        writeln!(out, "\n  curl -s {url}{} -H 'Content-Type: application/json' -d '{example}'", newest.path)?;
    }
    writeln!(out, "\nCtrl-C stops it.")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sandbox: &Sandbox, lan: Option<&[String]>) -> String {
        let mut out = Vec::new();
        banner(&mut out, sandbox, lan, QrCode::terminal, None).expect("it is written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_person_is_told_each_address_in_the_lan_with_its_code() {
        let sandbox = Sandbox::builder().seed(7).start_blocking().expect("the sandbox starts");
        let urls = ["http://192.0.2.4:8484".to_owned(), "http://[2001:db8::4]:8484".to_owned()];
        let text = shown(&sandbox, Some(&urls));
        for url in &urls {
            let code = QrCode::of(url.as_str()).expect("short enough").terminal();
            assert!(text.contains(&format!("  LAN       {url}\n{code}")), "{text}");
        }
        assert!(text.contains(&format!("answers at {}\n", sandbox.url())), "{text}");
        assert!(!shown(&sandbox, None).contains("LAN"));
        assert!(shown(&sandbox, Some(&[])).contains("no address there"));
    }
}
