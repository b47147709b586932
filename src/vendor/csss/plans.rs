//! The plans that are sold to a partner, as two calls list them. All of the shape is ours.

use std::sync::Arc;

use serde::Serialize;

use super::answer::{PageInfo, signed};
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::money::Money;
use crate::domain::refusal::Refusal;
use crate::domain::sim::plan::Plan;

/// Lists them, page by page.
pub(super) fn list<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let paged = world.plans_of(&desk.caller.partner, request.page()?);
        let package_list = paged.items.iter().map(|plan| PlanItem::of(plan)).collect();
        let data = Plans { page: PageInfo::of(&request, &paged), package_list };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Plans {
    page: PageInfo,
    package_list: Vec<PlanItem>,
}

/// Names stay Chinese whatever the language: only messages change.
#[derive(Serialize)]
struct PlanItem {
    package_code: Arc<str>,
    package_name: Arc<str>,
    package_type: String,
    flow: String,
    price: Money,
    currency: Arc<str>,
    is_ota: &'static str,
    mcc: Vec<String>,
}

impl PlanItem {
    fn of(plan: &Plan) -> Self {
        Self {
            package_code: Arc::clone(&plan.code),
            package_name: Arc::clone(&plan.name.zh),
            package_type: plan.kind.number().to_string(),
            flow: plan.quota.to_string(),
            price: plan.price,
            currency: Arc::clone(&plan.currency),
            is_ota: if plan.is_ota { "1" } else { "0" },
            mcc: plan.countries.iter().map(u16::to_string).collect(),
        }
    }
}
