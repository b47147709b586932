//! Invented people, partners and catalogue entries, so that lists, pages and searches can be tried at size.
//!
//! All is f(seed, kind, ordinal), so that a larger number keeps what a smaller one gave. Of the crate `fake` only the
//! lists of names are taken: its own draws depend on how the random crates map words to numbers, ours do not.

mod offer;
mod packages;
mod partners;
mod people;
mod places;
mod prices;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::dice::Seed;
use crate::domain::sim::batch::{Batch, Mix};
use crate::domain::stock::Stock;

/// How many invented entries the world has beside those of the fixtures.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GenerateSpec {
    /// So many accounts, spread over all partners.
    #[schemars(range(max = 100_000))]
    pub users: Option<u32>,
    /// So many packages, with ids from 2000000 on.
    #[schemars(range(max = 10_000))]
    pub packages: Option<u32>,
    /// So many partners.
    #[schemars(range(max = 1000))]
    pub partners: Option<u32>,
    /// So many SIMs with a plan in use, spread over the partners that have a secret.
    #[schemars(range(max = 100_000))]
    pub sims: Option<u32>,
    /// Same seed, same entries; without it the scenario's seed, else 0.
    pub seed: Option<u64>,
}

/// Adds invented entries to the stock, and replaces none that is there. Same stock and same seed, same entries, on every machine and in every release.
pub(crate) fn fill(stock: &mut Stock, wanted: GenerateSpec, scenario_seed: Option<u64>) {
    let seed = Seed(wanted.seed.or(scenario_seed).unwrap_or(0));
    packages::fill(stock, wanted.packages.unwrap_or(0), seed);
    // Before the people, who belong to them.
    partners::fill(stock, wanted.partners.unwrap_or(0), seed);
    people::fill(stock, wanted.users.unwrap_or(0), seed);
    if let Some(count) = wanted.sims.filter(|count| *count > 0) {
        add_sims(stock, count, seed, Mix::Running);
    }
}

/// Adds SIMs of the partners that have a secret. They are made when a session first looks at its SIMs.
pub(super) fn add_sims(stock: &mut Stock, count: u32, seed: Seed, mix: Mix) {
    let signing = stock.partners.values().filter(|partner| partner.secret.is_some());
    let partners = signing.map(|partner| partner.code.as_str().into()).collect();
    Arc::make_mut(&mut stock.fleet).add_batch(Batch { count, seed, partners, mix });
}

/// The first of a circle of `size` values, from `start` on, that is free; `None` if all are taken.
fn first_free(
    start: u32,
    size: u32,
    value: impl Fn(u32) -> String,
    is_taken: impl Fn(&str) -> bool,
) -> Option<String> {
    (0..size).map(|step| value((start + step) % size)).find(|value| !is_taken(value))
}
