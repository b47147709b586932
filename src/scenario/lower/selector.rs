//! `on`: which endpoints a selector names.

use super::Lowering;
use crate::contract::callback::KINDS;
use crate::contract::catalogue::{Catalogue, MAILS};
use crate::document::{Where, nearest};
use crate::scenario::file::OnSpec;
use crate::scenario::glob;

impl Lowering<'_> {
    /// The endpoints that `on` names, by place, without twins. What names nothing is an error.
    pub(super) fn select(&mut self, on: &OnSpec, pointer: &str) -> Vec<usize> {
        let mut endpoints = Vec::new();
        match on {
            OnSpec::One(selector) => endpoints = self.select_one(selector, pointer),
            OnSpec::Several(selectors) => {
                for (at, selector) in selectors.iter().enumerate() {
                    endpoints.extend(self.select_one(selector, &format!("{pointer}/{at}")));
                }
            }
        }
        endpoints.sort_unstable();
        endpoints.dedup();
        endpoints
    }

    /// The same where only calls make sense: a client sends no mails.
    pub(super) fn select_calls(&mut self, on: &OnSpec, pointer: &str) -> Vec<usize> {
        let mut places = self.select(on, pointer);
        let before = places.len();
        places.retain(|place| *place < self.catalogue.endpoints.len());
        if places.len() < before {
            let help = "`expect` counts mails with `\"mails\": {\"kind\": \"qr\"}`, callbacks with `\"deliveries\": {…}`";
            let message = "neither a mail nor a callback is a call of a client";
            self.error("no-call", Where::Value, pointer, message, help);
        }
        places
    }

    fn select_one(&mut self, selector: &str, pointer: &str) -> Vec<usize> {
        let found = resolve(self.catalogue, selector);
        if found.is_empty() {
            let known = words(self.catalogue);
            let help = match nearest(selector, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => {
                    let words = operations(self.catalogue).join(", ");
                    format!("known words are {words}; ids and paths will do too, see `list endpoints`")
                }
            };
            self.error(
                "unknown-endpoint",
                Where::Value,
                pointer,
                format!("no endpoint is called {selector:?}"),
                &help,
            );
        }
        found
    }
}

/// An endpoint id, a path (with or without its method), an operation word, or a glob over ids and paths.
fn resolve(catalogue: &Catalogue, selector: &str) -> Vec<usize> {
    // A glob over calls does not mean mails: whoever says `*` thinks of answers.
    if selector.starts_with("mail/") {
        let hit = |mail: &&&str| {
            if selector.contains('*') { glob::matches(selector, mail) } else { ***mail == *selector }
        };
        let kinds = MAILS.iter().filter(hit).filter_map(|mail| mail.strip_prefix("mail/"));
        return kinds.map(|kind| catalogue.mail_place(kind)).collect();
    }
    if selector.starts_with("callback/") {
        let kinds = KINDS.iter().filter(|row| {
            if selector.contains('*') { glob::matches(selector, row.place) } else { row.place == selector }
        });
        return kinds.map(|row| catalogue.callback_place(row.kind)).collect();
    }
    let (method, path) = match selector.split_once(' ') {
        Some((method, path)) => (Some(method), path.trim_start()),
        None => (None, selector),
    };
    let matches = catalogue.endpoints.iter().filter(|served| {
        let card = &served.card;
        if method.is_some_and(|method| method != card.method) {
            return false;
        }
        if path.contains('*') {
            return glob::matches(path, served.endpoint.id) || glob::matches(path, &card.path);
        }
        path == card.path || (method.is_none() && (path == served.endpoint.id || path == card.operation))
    });
    matches.map(|served| served.at).collect()
}

/// The words for all versions of a call, the kinds of mail, and those of callbacks.
fn operations(catalogue: &Catalogue) -> Vec<String> {
    let operations = catalogue.endpoints.iter().map(|served| served.card.operation.clone());
    let mut all: Vec<String> = operations
        .chain(MAILS.iter().map(ToString::to_string))
        .chain(KINDS.iter().map(|row| row.place.to_owned()))
        .collect();
    all.dedup();
    all
}

/// All words that name something.
fn words(catalogue: &Catalogue) -> Vec<String> {
    let each = catalogue.endpoints.iter();
    let ids = each.clone().map(|served| served.endpoint.id.to_owned());
    let paths = each.map(|served| served.card.path.clone());
    operations(catalogue).into_iter().chain(ids).chain(paths).collect()
}
