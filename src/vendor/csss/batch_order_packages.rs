//! Bulk order: `POST /package/batchOrderPackages`

use serde::Serialize;

use super::codes::{DEVICE_NOT_ORDERED, SUCCESS, detail_of, of};
use super::items::Ordered;
use super::request::Request;
use crate::contract::codes::CodeTable;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::language::Language;
use crate::domain::policy::Messages;
use crate::domain::refusal::Refusal;
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::world::World;

/// Makes an order of one plan for each of many SIMs. The page shows no `sign` here.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    let codes = visit.codes;
    Ok(Act::Write(Box::new(move |world, desk| {
        let (devices, plan) = (request.texts("deviceList"), request.text("package_code"));
        let results = world.order_plans(&desk.caller.partner, &devices, &request.wish(&plan))?;
        let is_ordered = results.iter().any(Result::is_ok);
        let rows = devices.iter().zip(&results).map(|(device, result)| Row::of(world, codes, device, result));
        let data = Data::new(Bulk { device_order: rows.collect() });
        Ok(if is_ordered { data } else { data.refused(DEVICE_NOT_ORDERED) })
    })))
}

#[derive(Serialize)]
struct Bulk {
    device_order: Vec<Row>,
}

/// What became of one device; in English whatever the language, as the page prints it.
#[derive(Serialize)]
struct Row {
    error: String,
    #[serde(rename = "errorMsg")]
    error_msg: String,
    order_id: Option<String>,
    device_id: String,
    order_start_date: Option<String>,
    order_expire_date: Option<String>,
}

impl Row {
    fn of(
        world: &World,
        codes: &CodeTable,
        device: &str,
        result: &Result<PlanOrderOrdinal, Refusal>,
    ) -> Self {
        let (name, detail, ordered) = match result {
            Ok(order) => (SUCCESS, None, Some(Ordered::of(world, *order))),
            Err(refusal) => (of(refusal), detail_of(refusal, Language::English), None),
        };
        let row = codes.by_name(name);
        let text = row.map_or(name, |row| row.text(Language::English, Messages::Translated));
        let (order_id, order_start_date, order_expire_date) = match ordered {
            Some(Ordered { order_id, order_start_date, order_expire_date }) => {
                (Some(order_id), order_start_date, order_expire_date)
            }
            None => (None, None, None),
        };
        Self {
            error: row.map(|row| row.code.to_string()).unwrap_or_default(),
            error_msg: detail.map_or_else(|| text.to_owned(), |detail| format!("{text}: {detail}")),
            order_id,
            device_id: device.to_owned(),
            order_start_date,
            order_expire_date,
        }
    }
}
