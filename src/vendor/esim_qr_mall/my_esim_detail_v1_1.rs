//! My eSIM Detail: `POST /v1.1/order/myEsimDetail`. The page's answer could not be read: its shape is ours.

use std::sync::Arc;

use serde::Serialize;

use super::format::{Written, order_time};
use super::orders::{own_order, package_name};
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::order::Order;
use crate::domain::refusal::Refusal;

/// The eSIM of a paid order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EsimDetail {
    order_id: u32,
    order_no: Written<21>,
    order_time: Written<28>,
    package_code: String,
    package_name: Arc<str>,
    order_pay_status: u8,
    iccid: String,
    qr_code: String,
    /// What a phone has made of it: `released`, `downloaded`, `installed`, `enabled`, `disabled`, `deleted`.
    profile_status: &'static str,
    /// What was bought for it later, oldest first.
    top_ups: Vec<TopUp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TopUp {
    order_id: u32,
    order_no: Written<21>,
    package_code: String,
    package_name: Arc<str>,
}

/// Shows the eSIM; an order that is not paid has none.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let reading = visit.read()?;
    if !reading.is_clean() {
        return Err(Refusal::BadFields(reading.into_complaints()));
    }
    let language = visit.language;
    Ok(Act::Read(Box::new(move |world, desk| {
        let at = own_order(world, desk, &reading)?;
        let no_esim = |stage| Refusal::NoEsim {
            asked: reading.text("orderId").unwrap_or_default().into_owned(),
            stage,
        };
        let order = world.order_at(at).ok_or_else(|| no_esim(None))?;
        let is_shown = order.stage.pay_status().number() == 1;
        let profile = world.profile_of(order).filter(|_| is_shown);
        let profile = profile.ok_or_else(|| no_esim(Some(order.stage.word())))?;
        let code = |order: &Order| {
            world.stock().packages.get(&order.package).map(|package| package.code.clone()).unwrap_or_default()
        };
        let top_up = |order: &Order| TopUp {
            order_id: order.id,
            order_no: Written(order.number.text()),
            package_code: code(order),
            package_name: package_name(world, order, language),
        };
        Ok(Data::new(EsimDetail {
            order_id: order.id,
            order_no: Written(order.number.text()),
            order_time: order_time(order.created),
            package_code: code(order),
            package_name: package_name(world, order, language),
            order_pay_status: order.stage.pay_status().number(),
            iccid: world.profile_iccid(profile),
            qr_code: world.profile_qr_text(profile),
            profile_status: world.pool().installation(profile).word(),
            top_ups: world.top_ups_of(at).map(top_up).collect(),
        }))
    })))
}
