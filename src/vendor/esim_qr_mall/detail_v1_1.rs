//! detail v1.1: `GET /v1.1/package/detail`

use super::items::PackageDetail;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::{Refusal, Wanted};

/// All that there is to know of one package.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let mut reading = visit.read()?;
    let language = visit.language;
    Ok(Act::Read(Box::new(move |world, _| {
        let stock = world.stock();
        if let Some(id) = reading.integer("id") {
            match u32::try_from(id).ok().and_then(|id| stock.packages.get(&id)) {
                Some(package) => return Ok(Data::new(PackageDetail::of(package, stock, language))),
                None => {
                    let example = stock.packages.keys().next().copied().unwrap_or(0);
                    reading.complain("id", Wanted::KnownPackage { example });
                }
            }
        }
        Err(Refusal::BadFields(reading.into_complaints()))
    })))
}
