//! `serve`: starts the sandbox, says that it is ready, and waits until it is told to stop.

use std::io::{IsTerminal, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use linksfield_sandbox::{Builder, Coverage, Limit, Sandbox, parse_duration};

use super::announce::announce;
use super::lan;
use super::limits::Limits;
use super::port_file::PortFile;
use super::signals::Signals;
use super::until::Until;

/// The exit code for what was expected and is not met.
const UNMET: u8 = 5;

/// The port that is taken if none is named.
const PORT: u16 = 8484;

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one for each switch of the command line")]
pub(super) struct Args {
    /// The one address; port 0 is a free one [default: loopback:8484]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,

    /// Serve the vendor's paths to the LAN too, at the same port
    #[arg(long, value_parser = BoolishValueParser::new())]
    lan: bool,

    /// Name of `list scenarios`, or a file; or a,b
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    scenario: String,

    /// Same seed, same bytes [default: the scenario's, else random]
    #[arg(long)]
    seed: Option<u64>,

    /// Folder laid over the built-in codes, packages, cards
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// Read scenario files and fixtures again whenever they change
    #[arg(long, value_parser = BoolishValueParser::new())]
    watch: bool,

    /// File that holds the port from before the ready line to the end
    #[arg(long, value_name = "PATH")]
    port_file: Option<PathBuf>,

    /// Setting of the replica, see `list settings`; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, value_delimiter = ',')]
    vendor: Vec<(String, String)>,

    /// Whether the control surface is served
    #[arg(long, value_name = "on|off", default_value = "on", hide_possible_values = true)]
    control: Switch,

    /// Serve the control surface here, and only here
    #[arg(long, value_name = "ADDR:PORT")]
    control_listen: Option<SocketAddr>,

    /// Prefix of all the vendor's paths, such as /fms [default: none]
    #[arg(long, value_name = "PATH")]
    base_path: Option<String>,

    /// Pay by itself what is ordered, so long after the order
    #[arg(long, value_name = "TIME", value_parser = duration)]
    auto_pay: Option<Duration>,

    /// Mail catcher that gets every mail, such as 127.0.0.1:1025
    #[arg(long, value_name = "ADDR:PORT")]
    smtp: Option<SocketAddr>,

    /// Post what happens to SIMs there: uplink-sms=http://127.0.0.1:9100/, or *=URL
    // Neither of the two is on the one screen that `--help` may fill: the README has them, and a refused target names the second.
    #[arg(long, value_name = "KIND=URL", value_parser = key_value, hide = true)]
    callback: Vec<(String, String)>,

    /// Host, host:port or network beyond this machine that callbacks may go to
    #[arg(long, value_name = "HOST", value_delimiter = ',', hide = true)]
    callback_allow: Vec<String>,

    /// Folder in which everything is kept, so that it is there after a restart
    // Hidden for the same reason.
    #[arg(long, value_name = "DIR", hide = true)]
    data: Option<PathBuf>,

    /// Bearer token that passes on the control surface under any Host
    #[arg(long, value_name = "TOKEN", value_parser = NonEmptyStringValueParser::new())]
    control_token: Option<String>,

    /// Host name that the control surface takes too; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    allow_host: Vec<String>,

    /// Leave x-sandbox-… headers out of the vendor's answers
    #[arg(long, value_parser = BoolishValueParser::new())]
    no_trace_headers: bool,

    /// Refuse calls that name no session, or one that nobody made
    #[arg(long, value_parser = BoolishValueParser::new())]
    strict_sessions: bool,

    /// End with 5 if a session is not what its scenario expects
    #[arg(long, value_parser = BoolishValueParser::new())]
    fail_on_unmet: bool,

    /// To stderr: error, warn, info, debug, a filter
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log: String,

    /// How it is logged
    #[arg(long, value_name = "text|json", default_value = "text", hide_possible_values = true)]
    log_format: LogFormat,

    /// File that what was used is added to when it ends, see `coverage`
    #[arg(long, value_name = "FILE")]
    coverage: Option<PathBuf>,

    /// Time for what is under way after a stop
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = duration)]
    drain: Duration,

    #[command(flatten)]
    until: Until,

    #[command(flatten)]
    limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl Args {
    /// On a free port if none is named: what a server of one command is to be.
    pub(super) fn on_a_free_port(mut self) -> Self {
        self.listen.get_or_insert((Ipv4Addr::LOCALHOST, 0).into());
        self
    }

    /// How long to serve if nobody says stop.
    pub(super) fn until(&self) -> Until {
        self.until.clone()
    }
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    log(&args)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Signals are caught before anyone can know that there is somebody to send them to.
        let mut signals = Signals::new().context("cannot catch signals")?;
        let (fixtures, until, is_lan) = (args.fixtures.clone(), args.until(), args.lan);
        let (sandbox, closing) = start(args)?;
        let lan = is_lan.then(|| lan::urls(&sandbox));
        announce(&sandbox, lan.as_deref(), fixtures.as_deref())?;
        tokio::select! {
            _ = signals.next() => {}
            why = until.reached(&sandbox) => tracing::info!("{why}: the server ends"),
            asked = sandbox.ended() => anyhow::ensure!(asked, "the server ended by itself: this is a bug of the sandbox"),
        }
        closing.close(sandbox, &mut signals, 0).await
    })
}

/// What is to be done at a server's end.
pub(super) struct Closing {
    coverage: Option<PathBuf>,
    is_gated: bool,
    port_file: Option<PortFile>,
}

/// Starts the server, and says what is to be done at its end.
pub(super) fn start(args: Args) -> anyhow::Result<(Sandbox, Closing)> {
    let (coverage, is_gated, port_file) = (args.coverage.clone(), args.fail_on_unmet, args.port_file.clone());
    // A file that cannot be added to is found out before anything is tested, not afterwards.
    coverage.as_deref().map_or(Ok(()), Coverage::can_add_to)?;
    let sandbox = builder(args).start_blocking()?;
    let port = sandbox.addresses()[0].port();
    let port_file = port_file.map(|path| PortFile::write(path, port)).transpose()?;
    Ok((sandbox, Closing { coverage, is_gated, port_file }))
}

impl Closing {
    /// Stops the server; the code to end with, which is this one unless it is 0 and what was expected is not met.
    pub(super) async fn close(
        self,
        sandbox: Sandbox,
        signals: &mut Signals,
        code: u8,
    ) -> anyhow::Result<ExitCode> {
        let Self { coverage, is_gated, port_file } = self;
        let unmet = if code == 0 { UNMET } else { code };
        // Nobody is to find a server that takes no more calls.
        drop(port_file);
        let so_far = sandbox.coverage();
        let stopped = tokio::task::spawn_blocking(move || sandbox.finish());
        let finished = tokio::select! {
            finished = stopped => finished?,
            // A second signal does not wait for answers that are under way; a gate that nobody has passed is not open.
            _ = signals.next() => {
                save(&so_far, coverage.as_deref())?;
                std::process::exit(i32::from(if is_gated { unmet } else { code }))
            }
        };
        save(&finished.coverage(), coverage.as_deref())?;
        let kept = if is_gated { finished.verify() } else { Ok(()) };
        match kept {
            Ok(()) => Ok(ExitCode::from(code)),
            Err(error) => {
                // Whether anybody reads it or not, the gate stays shut.
                let _ = writeln!(std::io::stderr(), "{error}");
                Ok(ExitCode::from(unmet))
            }
        }
    }
}

/// Adds what was used to the file, if one is named.
fn save(used: &Coverage, file: Option<&Path>) -> anyhow::Result<()> {
    Ok(file.map_or(Ok(()), |file| used.add_to(file))?)
}

fn builder(args: Args) -> Builder {
    let mut builder = Sandbox::builder().scenario(args.scenario).limit(Limit::Drain(args.drain));
    builder = args.limits.set(builder);
    builder = match args.listen {
        Some(address) => builder.listen(address),
        None => {
            builder.listen((Ipv4Addr::LOCALHOST, PORT).into()).listen_too((Ipv6Addr::LOCALHOST, PORT).into())
        }
    };
    if args.lan {
        builder = builder.lan();
    }
    if let Some(address) = args.control_listen {
        builder = builder.control_listen(address);
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    if let Some(folder) = args.fixtures {
        builder = builder.fixtures(folder);
    }
    if let Some(folder) = args.data {
        builder = builder.data(folder);
    }
    if args.control == Switch::Off {
        builder = builder.without_control();
    }
    if let Some(token) = args.control_token {
        builder = builder.control_token(token);
    }
    if let Some(path) = args.base_path {
        builder = builder.base_path(path);
    }
    if let Some(after) = args.auto_pay {
        builder = builder.auto_pay(after);
    }
    if let Some(catcher) = args.smtp {
        builder = builder.smtp(catcher);
    }
    builder = args.callback.into_iter().fold(builder, |builder, (kind, url)| builder.callback(kind, url));
    builder = args.callback_allow.into_iter().fold(builder, Builder::callback_allow);
    if args.fail_on_unmet {
        builder = builder.verify_sessions();
    }
    if args.watch {
        builder = builder.watch();
    }
    if args.strict_sessions {
        builder = builder.strict_sessions();
    }
    if args.no_trace_headers {
        builder = builder.without_trace_headers();
    }
    builder = args.vendor.into_iter().fold(builder, |builder, (key, value)| builder.vendor(key, value));
    args.allow_host.into_iter().fold(builder, Builder::allow_host)
}

/// Begins to log on stderr, as the options say.
pub(super) fn log(args: &Args) -> anyhow::Result<()> {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(&args.log).with_context(|| format!("--log {} is no filter", args.log))?;
    let colours =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match args.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE, such as auth=strict")?;
    Ok((key.to_owned(), value.to_owned()))
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text)
        .ok_or_else(|| "write a whole number and ms, s, m, h or d, such as 500ms or 2s".to_owned())
}
