//! Rounds of load, first on the bare server and then on ours.

use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::Outcome;
use crate::bare;
use crate::client::{Client, Next};
use crate::cores::Cores;
use crate::cpu::cpu_of;
use crate::server::Server;
use crate::work::Work;

/// Long enough for connections, caches and the allocator to settle.
const WARM_UP: Duration = Duration::from_millis(300);

/// What the bare server must imitate of an answer of ours.
pub(crate) struct Shape {
    pub(crate) length: usize,
    pub(crate) content_type: String,
}

pub(crate) fn shape_of_our_answer(work: &Work) -> Outcome<Shape> {
    let ours = work.serve()?;
    Client::connect(ours.server.address, 1, work)?.ask(|answer| {
        Ok(Shape {
            length: answer.body.len(),
            content_type: answer.content_type().ok_or("our answer has no content type")?.to_owned(),
        })
    })
}

/// Two rounds, one right after the other, so that both meet the machine in the same mood.
pub(crate) struct Pair {
    pub(crate) bare: Round,
    pub(crate) ours: Round,
}

impl Pair {
    pub(crate) fn ratio(&self) -> f64 {
        self.ours.per_second() / self.bare.per_second()
    }
}

/// What one server did in one round.
pub(crate) struct Round {
    pub(crate) answers: u64,
    pub(crate) took: Duration,
    /// Half of the answers came within this.
    pub(crate) p50: Duration,
    /// 99 of 100 did.
    pub(crate) p99: Duration,
    pub(crate) server_cpu: Duration,
    /// How long the client had something to do.
    pub(crate) client_busy: Duration,
    pub(crate) idle_kib: u64,
    pub(crate) after_kib: u64,
}

impl Round {
    pub(crate) fn per_second(&self) -> f64 {
        real(self.answers) / self.took.as_secs_f64()
    }

    pub(crate) fn server_micros_per_request(&self) -> f64 {
        self.server_cpu.as_secs_f64() * 1e6 / real(self.answers)
    }

    /// How busy the server kept its core. Well below 100, it had to wait for requests.
    pub(crate) fn server_percent(&self) -> f64 {
        100.0 * self.server_cpu.as_secs_f64() / self.took.as_secs_f64()
    }

    pub(crate) fn client_percent(&self) -> f64 {
        100.0 * self.client_busy.as_secs_f64() / self.took.as_secs_f64()
    }

    /// Whether it was rather the client that could not go faster.
    pub(crate) fn client_was_the_limit(&self) -> bool {
        self.client_percent() > 90.0
    }

    /// Whether the figures tell of something else than these two programs.
    pub(crate) fn nobody_was_busy(&self) -> bool {
        self.server_percent() < 90.0 && !self.client_was_the_limit()
    }

    pub(crate) fn p50_micros(&self) -> f64 {
        self.p50.as_secs_f64() * 1e6
    }

    pub(crate) fn p99_micros(&self) -> f64 {
        self.p99.as_secs_f64() * 1e6
    }

    pub(crate) fn idle_mib(&self) -> f64 {
        real(self.idle_kib) / 1024.0
    }

    pub(crate) fn after_mib(&self) -> f64 {
        real(self.after_kib) / 1024.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// How a round is made.
#[derive(Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) cores: &'a Cores,
    /// After a warm-up.
    pub(crate) length: Duration,
    pub(crate) connections: usize,
}

pub(crate) fn pair(way: Way<'_>, work: &Work, shape: &Shape) -> Outcome<Pair> {
    let mut command = Command::new(env::current_exe()?);
    command.args([bare::FLAG, &shape.length.to_string(), &shape.content_type, work.good]);
    let bare = Server::start(command)?;
    let bare = round(&bare, way, work).map_err(|error| format!("bare server: {error}"))?;
    let ours = work.serve()?;
    let ours = round(&ours.server, way, work).map_err(|error| format!("our server: {error}"))?;
    Ok(Pair { bare, ours })
}

/// A round on a thread of its own: only that thread is pinned to the client's core, and no server that is
/// started later inherits the pin.
fn round(server: &Server, way: Way<'_>, work: &Work) -> Outcome<Round> {
    thread::scope(|scope| {
        let client = scope.spawn(|| {
            way.cores.take_client()?;
            way.cores.take_server(server)?;
            measure(server, way, work)
        });
        client.join().map_err(|_| "the client panicked")?
    })
}

fn measure(server: &Server, way: Way<'_>, work: &Work) -> Outcome<Round> {
    let idle_kib = server.resident_kib()?;
    let mut client = Client::connect(server.address, way.connections, work)?;
    // The disk answers on either core, and would wait for its turn beside a client that never sleeps.
    if matches!(way.cores, Cores::Apart { .. }) && !work.is_on_disk() {
        client.stay_awake();
    }
    client.send_on_first(way.connections)?;
    keep_asking(&mut client, WARM_UP)?;

    // The load does not pause for the readings, so neither edge of the round is idle.
    let before = Reading::take(server, &client)?;
    let mut times = keep_asking(&mut client, way.length)?;
    let after = Reading::take(server, &client)?;
    let after_kib = server.resident_kib()?;
    // Among many connections one that is never answered again would not be missed until here.
    take_what_is_under_way(&mut client, way.connections)?;
    times.sort_unstable();
    let answers = times.len().try_into()?;
    let took = after.at - before.at;
    Ok(Round {
        answers,
        p50: share(&times, 50),
        p99: share(&times, 99),
        took,
        server_cpu: after.server_cpu.saturating_sub(before.server_cpu),
        client_busy: took.saturating_sub(after.client_waited.saturating_sub(before.client_waited)),
        idle_kib,
        after_kib,
    })
}

struct Reading {
    at: Instant,
    server_cpu: Duration,
    client_waited: Duration,
}

impl Reading {
    fn take(server: &Server, client: &Client) -> Outcome<Self> {
        Ok(Self { server_cpu: cpu_of(server)?, client_waited: client.waited(), at: Instant::now() })
    }
}

/// How long each answer took that came in this time.
fn keep_asking(client: &mut Client, length: Duration) -> Outcome<Vec<Duration>> {
    let started = Instant::now();
    let mut times = Vec::new();
    while started.elapsed() < length {
        client.turn(|_, answer| {
            times.push(answer.took);
            Ok(Next::Send)
        })?;
    }
    Ok(times)
}

/// What so many percent of these sorted times do not exceed.
fn share(times: &[Duration], percent: usize) -> Duration {
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}

fn take_what_is_under_way(client: &mut Client, mut requests: usize) -> Outcome<()> {
    while requests > 0 {
        client.turn(|_, _| {
            requests -= 1;
            Ok(Next::Rest)
        })?;
    }
    Ok(())
}
