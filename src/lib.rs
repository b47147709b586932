#![doc = include_str!("../ARCHITECTURE.md")]

mod document;
mod domain;
