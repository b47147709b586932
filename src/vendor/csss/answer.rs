//! What the answers of the group have in common: `sign` beside the data, pages, and moments at UTC+8.

use serde::Serialize;
use serde_json::Value;

use super::request::Request;
use super::signing;
use crate::contract::endpoint::{Data, Desk};
use crate::domain::moment::{Moment, Zone};
use crate::domain::signature::AnswerSign;
use crate::domain::sim::page::Paged;
use crate::domain::world::World;

/// Data with a `sign` before it.
#[derive(Serialize)]
struct Signed<T> {
    sign: Option<String>,
    #[serde(flatten)]
    data: T,
}

/// Data with its `sign` before it.
pub(super) fn signed<T: Serialize + Send + 'static>(
    world: &World,
    desk: &Desk<'_>,
    request: &Request<'_>,
    data: T,
) -> Data {
    Data::new(Signed { sign: sign(world, desk, request, &data), data })
}

/// What `sign` holds beside data: the one place that decides. What it covers at the vendor's is not known.
pub(super) fn sign(
    world: &World,
    desk: &Desk<'_>,
    request: &Request<'_>,
    data: &impl Serialize,
) -> Option<String> {
    match world.policy().answer_sign {
        AnswerSign::Null => None,
        AnswerSign::Echo => request.sign(),
        AnswerSign::Sign => {
            let secret = world.stock().partners.get(&*desk.caller.partner)?.secret.as_deref()?;
            let Ok(Value::Object(data)) = serde_json::to_value(data) else { return None };
            Some(signing::sign(&signing::content(&data), secret))
        }
    }
}

/// Where a list stands: as the page of orders prints it.
#[derive(Serialize)]
pub(super) struct PageInfo {
    cur_page_no: i64,
    page_size: i64,
    total_count: usize,
    total_pages: usize,
}

impl PageInfo {
    /// That of a call's page.
    pub(super) fn of<T>(request: &Request<'_>, paged: &Paged<T>) -> Self {
        Self {
            cur_page_no: request.integer("page_no").unwrap_or(1),
            page_size: request.integer("page_size").unwrap_or(10),
            total_count: paged.total,
            total_pages: paged.pages,
        }
    }
}

/// `2023-12-31 23:59:59` at UTC+8.
pub(super) fn local(moment: Moment) -> String {
    let at = moment.civil(Zone::China);
    let [hour, minute, second] = at.time;
    format!("{} {hour:02}:{minute:02}:{second:02}", at.day)
}
