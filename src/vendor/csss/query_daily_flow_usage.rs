//! Daily usage: `POST /flow/queryDailyFlowUsage` (a path of ours)

use serde::Serialize;

use super::answer::signed;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::sim::calendar::LocalDay;

/// How many days are told of if the first one is not named.
const DAYS: i64 = 7;

/// Tells what a SIM used on each day at UTC+8.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let (request, [from, to]) = Request::read(visit)?.with_dates(["start_date", "end_date"])?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let to = to.unwrap_or_else(|| LocalDay::of(world.now()).date());
        let from = from.unwrap_or_else(|| LocalDay::on(to).plus(1 - DAYS).date());
        let device_id = request.text("device_id").into_owned();
        let days = world.daily_usage(&desk.caller.partner, &device_id, from, to)?;
        let daily_usage =
            days.into_iter().map(|(day, used)| Daily { date: day.to_string(), flow: used.to_string() });
        let data = Days { device_id, daily_usage: daily_usage.collect() };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Days {
    device_id: String,
    daily_usage: Vec<Daily>,
}

#[derive(Serialize)]
struct Daily {
    date: String,
    flow: String,
}
