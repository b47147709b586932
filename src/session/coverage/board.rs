//! Where each counter stands: a block for each endpoint by codes, and one for faults, magic values and steps of orders. Made once in
//! a process.

use crate::contract::catalogue::{Catalogue, Shelf};
use crate::contract::code::Code;
use crate::domain::stage::EDGES;
use crate::scenario::fault::Fault;
use crate::scenario::magic::Magic;

/// The places of all counters.
#[derive(Debug)]
pub(super) struct Board {
    endpoints: usize,
    /// Counters of an endpoint: the rows of the longest code table, another code, none.
    stride: usize,
    magic: usize,
}

impl Board {
    /// A board for all that is served.
    pub(super) fn new(catalogue: &Catalogue, magic: &Magic) -> Self {
        let rows = catalogue.groups.iter().map(|shelf| shelf.codes.rows.len()).max().unwrap_or(0);
        Self { endpoints: catalogue.endpoints.len(), stride: rows + 2, magic: magic.rows().len() }
    }

    /// How many counters there are.
    pub(super) fn len(&self) -> usize {
        self.edge(EDGES.len())
    }

    /// How many blocks there are: one for each endpoint, and the last one.
    pub(super) fn blocks(&self) -> usize {
        self.endpoints + 1
    }

    /// The block of all that is no endpoint.
    pub(super) fn last_block(&self) -> usize {
        self.endpoints
    }

    /// The counters of a block.
    pub(super) fn block(&self, block: usize) -> std::ops::Range<usize> {
        let end = if block < self.endpoints { self.row(block + 1, 0) } else { self.len() };
        self.row(block, 0)..end
    }

    /// The place of an answer in its endpoint's block, by its code.
    pub(super) fn answer(&self, shelf: &Shelf, code: Option<&Code>) -> usize {
        match code {
            None => self.without_code(0),
            Some(code) => {
                let row = shelf.codes.rows.iter().position(|row| row.code == *code);
                row.unwrap_or_else(|| self.other_code(0))
            }
        }
    }

    /// The counter of a row of the endpoint's code table.
    pub(super) fn row(&self, endpoint: usize, row: usize) -> usize {
        endpoint * self.stride + row
    }

    /// The counter of codes that the table does not have.
    pub(super) fn other_code(&self, endpoint: usize) -> usize {
        self.row(endpoint, self.stride - 2)
    }

    /// The counter of answers without a code.
    pub(super) fn without_code(&self, endpoint: usize) -> usize {
        self.row(endpoint, self.stride - 1)
    }

    /// The counter of a fault, by its place among the names.
    pub(super) fn fault(&self, name: usize) -> usize {
        self.endpoints * self.stride + name
    }

    /// The counter of a magic value, by its row.
    pub(super) fn magic(&self, row: usize) -> usize {
        self.fault(Fault::NAMES.len()) + row
    }

    /// The counter of a step that orders take.
    pub(super) fn edge(&self, edge: usize) -> usize {
        self.magic(self.magic) + edge
    }
}
