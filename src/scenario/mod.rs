//! Scenarios: what a user typed (`file`), what it means (`lower`), and what it decides for a call (`script`).

mod commit;
pub(crate) mod condition;
pub(crate) mod count;
pub(crate) mod emission;
pub(crate) mod expect;
pub(crate) mod fault;
pub(crate) mod fault_table;
pub(crate) mod file;
pub(crate) mod glob;
mod index;
pub(crate) mod library;
mod lower;
pub(crate) mod magic;
pub(crate) mod matcher;
pub(crate) mod miss;
pub(crate) mod progress;
pub(crate) mod rules;
pub(crate) mod script;
pub(crate) mod sight;
pub(crate) mod spoil;
pub(crate) mod spread;
pub(crate) mod verdict;
pub(crate) mod why;

pub(crate) use lower::{Lowered, joined, lower, lower_expect, lower_rule};
