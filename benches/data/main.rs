//! What `serve --data` costs: pre-orders over 64 connections with a folder and without, beside the disk's own fsync; and how long a start
//! takes with 200,000 orders, after a kill.
//!
//! `cargo bench --bench data` takes about a minute. Figures are wall clock; an answer that is no order fails the run.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
#![allow(clippy::print_stdout, missing_docs)]

#[path = "../shared/pre_order.rs"]
mod pre_order;

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const CONNECTIONS: usize = 64;
/// The bar: so much of the rate without a folder, or 64 calls per fsync if that is less.
const BAR: f64 = 0.30;

fn main() -> Outcome<()> {
    // `cargo test --all-targets` runs this too: then a few are enough to see that it works.
    let (time, rounds, orders) = if cfg!(debug_assertions) {
        (Duration::from_millis(200), 1, 500)
    } else {
        (Duration::from_secs(3), 3, 200_000)
    };
    let place = tempfile::tempdir_in(".")?;
    let fsync = fsync(place.path())?;
    println!("fsync of 4 KiB: median {:.2} ms", fsync * 1_000.0);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        without.push(rate(&Server::start(None)?, Stop::After(time))?);
        with.push(rate(&Server::start(Some(&place.path().join(round.to_string())))?, Stop::After(time))?);
    }
    let (without, with) = (median(&mut without), median(&mut with));
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let by_disk = CONNECTIONS as f64 / fsync;
    let bar = (without * BAR).min(by_disk);
    println!(
        "{CONNECTIONS} connections, pre-orders a second: {without:.0} without, {with:.0} with --data ({:.2}); bar {bar:.0}: {}",
        with / without,
        if with >= bar { "kept" } else { "MISSED" }
    );
    let folder = place.path().join("many");
    let server = Server::start(Some(&folder))?;
    rate(&server, Stop::AtOrders(orders))?;
    drop(server);
    let size = std::fs::metadata(folder.join("sandbox.redb"))?.len();
    for what in ["a kill", "another kill"] {
        let begun = Instant::now();
        let server = Server::start(Some(&folder))?;
        let took = begun.elapsed();
        println!(
            "start with {orders} orders after {what}: {:.2} s, file of {} MiB",
            took.as_secs_f64(),
            size >> 20
        );
        drop(server);
    }
    Ok(())
}

/// The median time of a small write and its fsync.
fn fsync(place: &Path) -> Outcome<f64> {
    let mut file = File::create(place.join("fsync"))?;
    let mut seconds = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    Ok(median(&mut seconds))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[derive(Clone, Copy)]
enum Stop {
    After(Duration),
    AtOrders(usize),
}

/// Pre-orders a second, over all connections.
fn rate(server: &Server, stop: Stop) -> Outcome<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let made = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    runtime.block_on(async {
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            clients.spawn(order(server.address.clone(), server.call.clone(), begun, stop, Arc::clone(&made)));
        }
        while let Some(ended) = clients.join_next().await {
            ended??;
        }
        Outcome::Ok(())
    })?;
    #[expect(clippy::cast_precision_loss, reason = "orders of a few seconds")]
    let made = made.load(Ordering::Relaxed) as f64;
    Ok(made / begun.elapsed().as_secs_f64())
}

async fn order(
    address: String,
    call: String,
    begun: Instant,
    stop: Stop,
    made: Arc<AtomicUsize>,
) -> Outcome<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut piece = vec![0; 16 << 10];
    loop {
        let is_over = match stop {
            Stop::After(time) => begun.elapsed() >= time,
            Stop::AtOrders(count) => made.load(Ordering::Relaxed) >= count,
        };
        if is_over {
            return Ok(());
        }
        stream.write_all(call.as_bytes()).await?;
        let mut filled = 0;
        // An answer is a head and a JSON object that ends it.
        while filled == 0 || piece[filled - 1] != b'}' {
            let count = stream.read(&mut piece[filled..]).await?;
            if count == 0 {
                return Err("the connection ended".into());
            }
            filled += count;
        }
        let text = String::from_utf8_lossy(&piece[..filled]);
        if !text.contains(pre_order::GOOD) {
            return Err(format!("no order: {text}").into());
        }
        made.fetch_add(1, Ordering::Relaxed);
    }
}

/// A server, killed when it is dropped.
struct Server {
    child: Child,
    address: String,
    call: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(folder: Option<&Path>) -> Outcome<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linksfield-sandbox"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--seed", "7"]);
        if let Some(folder) = folder {
            command.arg("--data").arg(folder);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line)?;
        let address = ready["url"].as_str().ok_or("no url")?.trim_start_matches("http://").to_owned();
        let (path, headers, body) = (pre_order::PATH, pre_order::HEADERS, pre_order::BODY);
        let call = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        Ok(Self { child, address, call })
    }
}
