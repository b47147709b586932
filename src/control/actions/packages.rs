//! `GET /__sandbox/sessions/{s}/packages`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::PackageView;
use serde::Serialize;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/packages",
    access: Access::Guarded,
    about: "the catalogue of a session",
    run,
};

#[derive(Serialize)]
struct Packages {
    packages: Vec<PackageView>,
}

fn run(ask: &Ask<'_>) -> Said {
    let packages = ask.session().look(ask.real, |world| {
        let stock = world.stock();
        stock.packages.values().map(|package| PackageView::of(stock, package)).collect()
    });
    Said::Now(reply::json(&Packages { packages }))
}
