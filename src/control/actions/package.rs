//! `GET /__sandbox/sessions/{s}/packages/{key}`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::PackageView;
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/packages/{key}",
    access: Access::Guarded,
    about: "one package by its id",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(look(ask))
}

/// The package as it is now.
pub(super) fn look(ask: &Ask<'_>) -> Reply {
    let package = ask.session().look(ask.real, |world| {
        let stock = world.stock();
        let package = ask.key.parse().ok().and_then(|id: u32| stock.packages.get(&id));
        package.map(|package| PackageView::of(stock, package))
    });
    match package {
        Some(package) => reply::json(&package),
        None => unknown(ask),
    }
}

/// 404.
pub(super) fn unknown(ask: &Ask<'_>) -> Reply {
    let message = format!("no package has the id {:?}", ask.key);
    reply::error(StatusCode::NOT_FOUND, "unknown-package", &message, "GET …/packages lists them")
}
