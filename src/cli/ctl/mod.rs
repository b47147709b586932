//! `ctl`: steers a running server from the command line. Everything here is the control API's; nothing is known twice.

mod server;
mod show;
mod sims;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use linksfield_sandbox::{line_of_entry, nearest};
use serde_json::{Value, json};

use server::Server;
use show::{say, table};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Base URL of the server
    #[arg(
        long,
        global = true,
        default_value = "http://127.0.0.1:8484",
        hide_env = true,
        env = "LINKSFIELD_SANDBOX_URL"
    )]
    url: String,

    /// Session that is steered
    #[arg(long, global = true, value_name = "NAME", default_value = "default")]
    session: String,

    /// Bearer token, if the server asks for one
    #[arg(long, global = true, value_name = "TOKEN")]
    control_token: Option<String>,

    /// Print what the control API answers, as JSON
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fail the next calls: `fail pre-order lost-answer`, `fail webhook 10009 --times 3`, `fail poll 3s`
    Fail {
        /// Which calls: an operation word, an id, a path, a glob
        on: String,
        /// A code by name or number, a length of time, `lost-answer` (the call is carried out, its answer lost), or a fault as a
        /// scenario writes it
        what: String,
        /// How many of them
        #[arg(long, default_value_t = 1)]
        times: u64,
        /// Whether the call is carried out before its answer is replaced or lost
        #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "true|false", hide_possible_values = true)]
        commit: Option<bool>,
    },
    /// Tell why a turn came out so: `why last`, `why 12`
    Why {
        /// The number in x-sandbox-turn, or `last`
        #[arg(default_value = "last")]
        turn: String,
    },
    /// Move the clock forward: `advance 61m`
    Advance {
        /// How far
        by: String,
        /// Go from one try of a callback to the next, and wait for what the receiver answers
        #[arg(long)]
        deliver: bool,
    },
    /// Play the partner's server: `pay 1055293`, `pay 1055293 --outcome fail`
    Pay {
        /// Id or number of the order
        order: String,
        /// What is reported
        #[arg(long, default_value = "succeed", value_name = "succeed|fail", hide_possible_values = true)]
        outcome: Outcome,
        /// Another amount than the order's
        #[arg(long)]
        amount: Option<f64>,
        /// How many times it is reported
        #[arg(long)]
        copies: Option<u32>,
        /// How much later, on the session's clock
        #[arg(long, value_name = "TIME")]
        after: Option<String>,
        /// Report the opposite as well, last
        #[arg(long)]
        contrary: bool,
    },
    /// Take another scenario: a name of `list scenarios`, several as a,b, or a file
    Use {
        /// Name or file
        scenario: String,
        /// Keep the world as it is; only rules, settings and expectations change
        #[arg(long)]
        keep: bool,
    },
    /// Begin anew with the current scenario
    Reset,
    /// Check what the scenario expects; ends with 5 if it is not met
    Verify {
        /// Other expectations: a file with `{ "expect": [ … ] }`
        file: Option<PathBuf>,
    },
    /// Show the orders
    Orders,
    /// Show the mails
    Outbox,
    #[command(flatten)]
    Sims(sims::Command),
    /// Show what is asked and answered, as it happens
    Tail,
    /// Write the session as one file that `replay` makes happen again; without FILE, on stdout
    Record {
        /// Where to
        file: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Outcome {
    Succeed,
    Fail,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let server = Server::new(&args.url, &args.session, args.control_token)?;
    let shown = |answer: &Value, human: &dyn Fn(&Value) -> anyhow::Result<()>| {
        if args.json { say(&answer.to_string()) } else { human(answer) }
    };
    match args.command {
        Command::Fail { on, what, times, commit } => {
            // The one word here that no scenario knows, so the server cannot tell that it was meant.
            if what != LOST_ANSWER && nearest(&what, [LOST_ANSWER].into_iter()).is_some() {
                anyhow::bail!("no fault is called {what:?}\n  help: did you mean {LOST_ANSWER:?}?");
            }
            let answer = server.post("fail-next", &failure(&on, &what, times, commit)).map_err(in_options)?;
            shown(&answer, &|answer| say(&format!("armed as {}", text(&answer["id"]))))?;
        }
        Command::Why { turn } => {
            let answer = server.get(&format!("journal/{turn}/why"))?;
            shown(&answer, &|answer| say(&text(&answer["text"])))?;
        }
        Command::Advance { by, deliver } => {
            let mut body = json!({ "by": by });
            if deliver {
                body["deliver"] = "wait".into();
            }
            let answer = server.post("clock/advance", &body)?;
            shown(&answer, &|answer| {
                let fired = answer["fired"].as_array().cloned().unwrap_or_default();
                table(&fired, &["at", "kind", "key"])?;
                say(&format!("the clock shows {}", text(&answer["now"])))
            })?;
        }
        Command::Pay { order, outcome, amount, copies, after, contrary } => {
            let body = payment(outcome, amount, copies, after, contrary);
            let answer = server.post(&format!("orders/{order}/pay"), &body)?;
            shown(&answer, &|answer| {
                for one in answer["answers"].as_array().into_iter().flatten() {
                    say(&format!("turn {}: code {}", one["turn"], one["code"]))?;
                }
                for at in answer["later"].as_array().into_iter().flatten() {
                    say(&format!("at {}", text(at)))?;
                }
                Ok(())
            })?;
        }
        Command::Use { scenario, keep } => {
            let answer = server.put("scenario", &chosen(&scenario, keep)?)?;
            shown(&answer, &|answer| {
                say(&format!(
                    "the scenario is {}, the world {}",
                    text(&answer["name"]),
                    text(&answer["world"])
                ))?;
                let left: Vec<String> =
                    answer["notTaken"].as_array().into_iter().flatten().map(text).collect();
                if left.is_empty() { Ok(()) } else { say(&format!("not taken: {}", left.join(", "))) }
            })?;
        }
        Command::Reset => {
            let answer = server.post("reset", &json!({}))?;
            shown(&answer, &|_| say("a new epoch has begun"))?;
        }
        Command::Verify { file } => {
            let read = |file: PathBuf| {
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
            };
            let (is_met, answer) = server.verify(file.map(read).transpose()?.unwrap_or_default())?;
            let printed = shown(&answer, &|answer| verified(is_met, answer));
            // Whether anybody reads it or not: what is not met is not met.
            if !is_met {
                return Ok(ExitCode::from(5));
            }
            printed?;
        }
        Command::Orders => {
            let answer = server.get("orders")?;
            let columns = ["id", "orderNo", "payStatus", "amount", "currency", "mailTo", "createdAt"];
            shown(&answer, &|answer| table(&list(answer, "orders"), &columns))?;
        }
        Command::Outbox => {
            let answer = server.get("outbox")?;
            let columns = ["id", "kind", "to", "state", "orderId", "writtenAt"];
            shown(&answer, &|answer| table(&list(answer, "mails"), &columns))?;
        }
        Command::Sims(command) => {
            let (answer, human) = command.ask(&server)?;
            shown(&answer, &human)?;
        }
        Command::Tail => tail(&server, args.json)?,
        Command::Record { file } => {
            let text = server.text("scenario?as=recorded")?;
            match file {
                None => write!(std::io::stdout(), "{text}")?,
                Some(file) => {
                    std::fs::write(&file, text)
                        .with_context(|| format!("cannot write {}", file.display()))?;
                    let name = file.display();
                    say(&format!(
                        "{name} is written; linksfield-sandbox replay {name} makes it happen again"
                    ))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What `orders/{key}/pay` takes.
fn payment(
    outcome: Outcome,
    amount: Option<f64>,
    copies: Option<u32>,
    after: Option<String>,
    contrary: bool,
) -> Value {
    let outcome = match outcome {
        Outcome::Succeed => "succeed",
        Outcome::Fail => "fail",
    };
    let mut body = json!({ "outcome": outcome, "contrary": contrary });
    let some = [
        ("amount", amount.map(Value::from)),
        ("copies", copies.map(Value::from)),
        ("after", after.map(Value::from)),
    ];
    for (name, value) in some {
        if let Some(value) = value {
            body[name] = value;
        }
    }
    body
}

/// The call is carried out, and its answer lost.
const LOST_ANSWER: &str = "lost-answer";

/// An error of the control API, its remedy in the words of this command.
fn in_options(error: anyhow::Error) -> anyhow::Error {
    let text = error.to_string();
    let told = text
        .replace("`\"commit\": true`", "`--commit true`")
        .replace("`\"commit\": false`", "`--commit false`");
    if told == text { error } else { anyhow::anyhow!(told) }
}

/// What `fail-next` takes. A length of time is a delay, what begins with a brace is a fault, a small word a fault as well.
fn failure(on: &str, what: &str, times: u64, commit: Option<bool>) -> Value {
    let mut body = json!({ "on": on, "times": times });
    let is_code = what.parse::<i64>().is_ok()
        || what.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
    if is_code {
        body["code"] = what.parse::<i64>().map_or_else(|_| Value::from(what), Value::from);
    } else if what == LOST_ANSWER {
        body["fault"] = "lost".into();
        body["commit"] = true.into();
    } else if linksfield_sandbox::parse_duration(what).is_some() {
        body["fault"] = json!({ "delay": what });
    } else {
        body["fault"] = serde_json::from_str(what).unwrap_or_else(|_| Value::from(what));
    }
    if let Some(commit) = commit {
        body["commit"] = commit.into();
    }
    body
}

/// What the control API takes as another scenario. It reads comments itself, so a file is sent as it stands.
fn chosen(scenario: &str, keep: bool) -> anyhow::Result<String> {
    let world = if keep { "keep" } else { "fresh" };
    let names_a_file = scenario.contains(['/', '\\']) || Path::new(scenario).extension().is_some();
    if names_a_file {
        let text = std::fs::read_to_string(scenario).with_context(|| format!("cannot read {scenario}"))?;
        return Ok(format!("{{ \"world\": \"{world}\", \"document\": {text}\n}}"));
    }
    Ok(json!({ "name": scenario, "world": world }).to_string())
}

/// What came of expectations: row by row if all is well, else the diff.
fn verified(is_met: bool, answer: &Value) -> anyhow::Result<()> {
    if !is_met {
        return say(&text(&answer["diff"]));
    }
    table(&list(answer, "rows"), &["state", "pointer", "expected", "found"])?;
    let unused: Vec<String> = list(answer, "unusedRules").iter().map(text).collect();
    if unused.is_empty() { Ok(()) } else { say(&format!("rules that never fired: {}", unused.join(", "))) }
}

/// Waits for the next entries again and again; Ctrl-C ends it.
fn tail(server: &Server, as_json: bool) -> anyhow::Result<()> {
    let mut last = list(&server.get("journal?last=1")?, "entries").pop().map_or(0, |entry| turn(&entry));
    loop {
        let answer = server.get(&format!("journal?since={last}&wait=5s"))?;
        for entry in list(&answer, "entries") {
            last = last.max(turn(&entry));
            say(&if as_json { entry.to_string() } else { line_of_entry(&entry) })?;
        }
    }
}

fn turn(entry: &Value) -> u64 {
    entry["turn"].as_u64().unwrap_or(0)
}

fn list(answer: &Value, name: &str) -> Vec<Value> {
    answer[name].as_array().cloned().unwrap_or_default()
}

/// A text as it is, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
