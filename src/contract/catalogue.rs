//! Everything that is served, as one immutable table: groups, endpoints with their cards, code tables, routes.

use std::collections::BTreeMap;

use http::Method;

use super::callback::{KINDS, Kind, Template};
use super::card::Card;
use super::codes::{CodeRow, CodeTable};
use super::endpoint::Endpoint;
use super::fields::FieldTable;
use super::fleet_file::{PlansFile, SimsFile};
use super::group::Group;
use super::world_file::{PackagesFile, PartnersFile, UsersFile};
use crate::document::nearest;
use crate::domain::stock::Stock;

/// Kinds of mail, as a rule's `on` names them.
pub(crate) const MAILS: [&str; 2] = ["mail/qr", "mail/code"];

/// What the fixture files hold, before and after an overlay.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fixtures {
    /// Cards by endpoint id.
    pub cards: BTreeMap<String, Card>,
    /// Code tables by group id.
    pub codes: BTreeMap<String, CodeTable>,
    /// Bodies that a scenario may answer with, by name.
    pub bodies: BTreeMap<String, String>,
    /// What callbacks look like, kind by kind.
    pub callbacks: Vec<Template>,
    /// The starting world.
    pub stock: Stock,
}

/// An embedded fixture that does not hold together. Tests read every one of them, so that users never see this.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadFixture {
    /// It is not there.
    #[error("the fixture {0} is missing")]
    Missing(String),
    /// It cannot be read.
    #[error("the fixture {0} cannot be read")]
    Unreadable(String, #[source] serde_json::Error),
    /// It contradicts another one, or the code.
    #[error("the fixture {0} does not fit: {1}")]
    Misfit(String, String),
}

/// All that is served.
pub(crate) struct Catalogue {
    /// The groups, in the portal's order.
    pub groups: Vec<Shelf>,
    /// All endpoints, group by group.
    pub endpoints: Vec<Served>,
    /// Bodies that a scenario may answer with, by name.
    pub bodies: BTreeMap<String, String>,
    /// What callbacks look like, kind by kind.
    pub callbacks: Vec<Template>,
    /// What stands before each card's path: `/fms`, or nothing.
    pub base_path: String,
    routes: matchit::Router<Vec<(Method, usize)>>,
}

/// A group and its code table.
pub(crate) struct Shelf {
    /// The group.
    pub group: &'static Group,
    /// Its codes.
    pub codes: CodeTable,
}

/// An endpoint, its card and its group.
pub(crate) struct Served {
    /// The endpoint.
    pub endpoint: &'static Endpoint,
    /// Its card.
    pub card: Card,
    /// Where it is served: the card's path behind the base path.
    pub path: String,
    /// Its fields, compiled.
    pub fields: FieldTable,
    /// Its place in the list.
    pub at: usize,
    shelf: usize,
}

/// Where a call leads.
pub(crate) enum Route<'a> {
    /// To an endpoint.
    Found(&'a Served),
    /// The path is known, with other methods.
    WrongMethod {
        /// The methods it has, for `Allow`.
        allow: String,
        /// An endpoint of that path.
        near: &'a Served,
    },
    /// The path is not known.
    UnknownPath {
        /// The endpoint with a similar path, if there is one.
        near: Option<&'a Served>,
    },
}

impl Fixtures {
    /// Reads the embedded files of these groups. `text` gives the text of a file by its place below `fixtures/`.
    pub(crate) fn read(
        groups: &[&'static Group],
        text: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Self, BadFixture> {
        fn parse<T: serde::de::DeserializeOwned>(place: &str, text: Option<&str>) -> Result<T, BadFixture> {
            let text = text.ok_or_else(|| BadFixture::Missing(place.to_owned()))?;
            serde_json::from_str(text).map_err(|error| BadFixture::Unreadable(place.to_owned(), error))
        }
        let mut fixtures = Self::default();
        for group in groups {
            let place = format!("{}/codes.json", group.id);
            let rows: Vec<CodeRow> = parse(&place, text(&place))?;
            fixtures.codes.insert(group.id.to_owned(), CodeTable { rows });
            for endpoint in group.endpoints {
                let place = format!("{}.json", endpoint.id);
                fixtures.cards.insert(endpoint.id.to_owned(), parse(&place, text(&place))?);
            }
        }
        for row in &KINDS {
            let place = format!("csss/callbacks/{}.json", row.kind.word());
            fixtures.callbacks.push(parse(&place, text(&place))?);
        }
        let stock = &mut fixtures.stock;
        let (packages, partners, users) = ("world/packages.json", "world/partners.json", "world/users.json");
        let mut misfits = parse::<PackagesFile>(packages, text(packages))?.apply(stock);
        parse::<PartnersFile>(partners, text(partners))?.apply(stock);
        misfits.extend(parse::<UsersFile>(users, text(users))?.apply(stock));
        let (plans, sims) = ("world/plans.json", "world/sims.json");
        misfits.extend(parse::<PlansFile>(plans, text(plans))?.apply(stock));
        misfits.extend(parse::<SimsFile>(sims, text(sims))?.apply(stock));
        // Those that fail by themselves are packages like all others, but can be hidden.
        let magic = "world/magic_packages.json";
        let before = (stock.packages.clone(), stock.countries.clone());
        misfits.extend(parse::<PackagesFile>(magic, text(magic))?.apply(stock));
        stock.magic = stock.packages.keys().copied().filter(|id| !before.0.contains_key(id)).collect();
        stock.magic_places =
            stock.countries.keys().copied().filter(|mcc| !before.1.contains_key(mcc)).collect();
        match misfits.first() {
            None => Ok(fixtures),
            Some(misfit) => Err(BadFixture::Misfit("world".to_owned(), format!("{misfit:?}"))),
        }
    }
}

impl Catalogue {
    /// Puts groups and fixtures together. Two endpoints with one method and path are a misfit.
    /// All of it lies below `base_path`, such as `/fms` or nothing.
    pub(crate) fn new(
        groups: &[&'static Group],
        fixtures: Fixtures,
        base_path: &str,
    ) -> Result<Self, BadFixture> {
        let Fixtures { mut cards, mut codes, bodies, callbacks, .. } = fixtures;
        let mut catalogue = Self {
            groups: Vec::new(),
            endpoints: Vec::new(),
            bodies,
            callbacks,
            base_path: base_path.to_owned(),
            routes: matchit::Router::new(),
        };
        let mut paths: BTreeMap<String, Vec<(Method, usize)>> = BTreeMap::new();
        for (shelf, group) in groups.iter().enumerate() {
            let codes = codes.remove(group.id).ok_or_else(|| BadFixture::Missing(group.id.to_owned()))?;
            catalogue.groups.push(Shelf { group, codes });
            for endpoint in group.endpoints {
                let misfit = |what: String| BadFixture::Misfit(format!("{}.json", endpoint.id), what);
                let card =
                    cards.remove(endpoint.id).ok_or_else(|| BadFixture::Missing(endpoint.id.to_owned()))?;
                let method: Method =
                    card.method.parse().map_err(|_| misfit(format!("{} is no method", card.method)))?;
                let at = catalogue.endpoints.len();
                let path = format!("{base_path}{}", card.path);
                let methods = paths.entry(path.clone()).or_default();
                if methods.iter().any(|(other, _)| *other == method) {
                    return Err(misfit(format!("{method} {} is taken by another card", card.path)));
                }
                methods.push((method, at));
                let fields = FieldTable::new(card.request.fields.clone());
                catalogue.endpoints.push(Served { endpoint, card, path, fields, at, shelf });
            }
        }
        for (path, methods) in paths {
            let inserted = catalogue.routes.insert(path.clone(), methods);
            inserted.map_err(|error| BadFixture::Misfit(path, error.to_string()))?;
        }
        Ok(catalogue)
    }

    /// Where a call leads. Paths are compared byte by byte: no slash is added, dropped or doubled, no case is folded, and
    /// nothing is decoded, as the vendor's own stack would not.
    pub(crate) fn route(&self, method: &Method, path: &str) -> Route<'_> {
        let Ok(found) = self.routes.at(path) else {
            let paths = self.endpoints.iter().map(|served| served.path.as_str());
            let near = nearest(path, paths).and_then(|near| self.endpoints.iter().find(|e| e.path == near));
            return Route::UnknownPath { near };
        };
        let methods = found.value;
        match methods.iter().find(|(known, _)| known == method) {
            Some((_, at)) => Route::Found(&self.endpoints[*at]),
            None => Route::WrongMethod {
                allow: methods.iter().map(|(known, _)| known.as_str()).collect::<Vec<_>>().join(", "),
                near: &self.endpoints[methods[0].1],
            },
        }
    }

    /// The group of an endpoint, with its codes.
    pub(crate) fn shelf(&self, served: &Served) -> &Shelf {
        &self.groups[served.shelf]
    }

    /// How many places a rule can name: all endpoints, then all kinds of mail, then all kinds of callback.
    pub(crate) fn places(&self) -> usize {
        self.endpoints.len() + MAILS.len() + KINDS.len()
    }

    /// The place of a kind of callback.
    pub(crate) fn callback_place(&self, kind: Kind) -> usize {
        self.endpoints.len() + MAILS.len() + kind.at()
    }

    /// Whether a place is that of a callback.
    pub(crate) fn is_callback(&self, place: usize) -> bool {
        place >= self.endpoints.len() + MAILS.len()
    }

    /// The place of a kind of mail, such as `qr`.
    pub(crate) fn mail_place(&self, kind: &str) -> usize {
        let at = MAILS.iter().position(|mail| mail.strip_prefix("mail/") == Some(kind));
        self.endpoints.len() + at.unwrap_or(0)
    }

    /// What a place is called: an endpoint's id, `mail/qr`, or `callback/uplink-sms`.
    pub(crate) fn place_name(&self, place: usize) -> &'static str {
        match self.endpoints.get(place) {
            Some(served) => served.endpoint.id,
            None => {
                let at = place - self.endpoints.len();
                let callback = || Some(KINDS.get(at.checked_sub(MAILS.len())?)?.place);
                MAILS.get(at).copied().or_else(callback).unwrap_or_default()
            }
        }
    }

    /// The newest version of an operation: the last one that the group lists.
    pub(crate) fn newest(&self, operation: &str) -> Option<&Served> {
        self.endpoints.iter().rev().find(|served| served.card.operation == operation)
    }
}

impl Shelf {
    /// The row with this name. Names come from our own code and from fixtures that were checked at the start; should one
    /// be gone all the same, the general error is the honest answer.
    pub(crate) fn row(&self, name: &str) -> &CodeRow {
        let codes = &self.codes;
        codes.by_name(name).or_else(|| codes.by_name(self.group.general_error)).unwrap_or(&codes.rows[0])
    }
}
