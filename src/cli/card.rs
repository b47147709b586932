//! `card`: the overlay file of an endpoint, for whoever knows more of it than we do.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use linksfield_sandbox::{EndpointLine, Listing, nearest};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The endpoint's id, see `list endpoints`
    id: String,

    /// Folder to write it into, as `--fixtures` takes it; without it, it is printed
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let endpoints = Listing::read(None)?.endpoints;
    let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.id == args.id) else {
        let near = nearest(&args.id, endpoints.iter().map(|endpoint| endpoint.id.as_str()));
        let hint =
            near.map_or("`list endpoints` shows them".to_owned(), |near| format!("did you mean {near}?"));
        bail!("no endpoint is called {}: {hint}", args.id);
    };
    let text = overlay(endpoint)?;
    let Some(folder) = &args.write else {
        write!(std::io::stdout(), "{text}")?;
        return Ok(ExitCode::SUCCESS);
    };
    let path = folder.join(format!("{}.json", endpoint.id));
    if path.exists() {
        bail!("{} is there already; it may hold what somebody has found out", path.display());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(
        std::io::stdout(),
        "{}: paste the true body, then start with --fixtures {}",
        path.display(),
        folder.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

fn overlay(endpoint: &EndpointLine) -> anyhow::Result<String> {
    let reply = endpoint.replies.first().context("the card has no reply")?;
    let body: serde_json::Value = serde_json::from_str(&reply.meaning)?;
    let body = serde_json::to_string_pretty(&body)?.replace('\n', "\n  ");
    let text = |value: &str| serde_json::Value::from(value).to_string();
    Ok(format!(
        "// {} ({}): {}\n// Whatever stands here replaces what the sandbox knows. Take out what you do not know better.\n{{\n  \
         \"method\": {},\n  \"path\": {},\n  // documented, partial or replica: how well do you know it?\n  \
         \"evidence\": {},\n  \"sources\": [\"seen on the vendor's server\"],\n  // The body of a success, as you saw it: \
         every call that succeeds is answered with it.\n  \"pasted\": {body}\n}}\n",
        endpoint.id,
        endpoint.group,
        endpoint.title,
        text(&endpoint.method),
        text(&endpoint.path),
        text(endpoint.evidence),
    ))
}
