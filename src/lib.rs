#![doc = include_str!("../ARCHITECTURE.md")]

mod contract;
mod document;
mod domain;
mod scenario;
mod session;
mod vendor;
