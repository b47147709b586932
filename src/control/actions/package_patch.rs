//! `PATCH /__sandbox/sessions/{s}/packages/{key}`

use http::Method;

use crate::contract::call::Reply;
use crate::contract::world_file::PackageChange;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::package;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::world::World;

pub(super) const ACTION: Action = Action {
    method: Method::PATCH,
    path: "sessions/{s}/packages/{key}",
    access: Access::Guarded,
    about: "changes a package of this session: price, name, periods, …",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(patch(ask).unwrap_or_else(|refused| refused))
}

fn patch(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let known =
        |world: &World| ask.key.parse().ok().filter(|id: &u32| world.stock().packages.contains_key(id));
    let id = ask.session().look(ask.real, known).ok_or_else(|| package::unknown(ask))?;
    let patch: PackageChange = ask.body()?;
    let misfits =
        ask.session().change(ask.real, |world| patch.of_package(id).apply(world.stock_to_change(id)));
    if misfits.is_empty() { Ok(package::look(ask)) } else { Err(reply::misfits(&misfits)) }
}
