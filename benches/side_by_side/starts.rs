//! Cold starts: what a test suite waits for that starts the sandbox for itself.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use crate::Outcome;
use crate::client::Client;
use crate::server::{Server, our_binary};
use crate::work::Work;

pub(crate) struct Starts {
    pub(crate) millis: Vec<f64>,
    pub(crate) binary: PathBuf,
    pub(crate) bytes: usize,
    /// Without its symbol table, as the release build is and the bench build is not.
    pub(crate) stripped: bool,
}

pub(crate) fn measure(times: usize) -> Outcome<Starts> {
    let millis = (0..times).map(|_| once()).collect::<Outcome<_>>()?;
    let binary = our_binary();
    let content = fs::read(&binary)?;
    Ok(Starts { millis, binary, bytes: content.len(), stripped: !has_symbols(&content) })
}

/// From just before the process is started to its first good answer.
fn once() -> Outcome<f64> {
    let before = Instant::now();
    let server = Server::ours(&[])?;
    Client::connect(server.address, 1, &Work::pre_orders())?
        .ask(|_| Ok(before.elapsed().as_secs_f64() * 1000.0))
}

/// Whether one of the sections of a 64-bit little-endian ELF file is a symbol table.
fn has_symbols(elf: &[u8]) -> bool {
    const SYMBOL_TABLE: [u8; 4] = 2_u32.to_le_bytes();
    let table = || {
        let start = u64::from_le_bytes(*elf.get(0x28..)?.first_chunk()?);
        let size = u16::from_le_bytes(*elf.get(0x3a..)?.first_chunk()?);
        let sections = elf.get(usize::try_from(start).ok()?..)?;
        Some(sections.chunks_exact(size.max(8).into()))
    };
    table().is_some_and(|mut sections| sections.any(|section| section[4..8] == SYMBOL_TABLE))
}
