//! What is said behind a code's own text about SIMs, plans and their orders. All of it is ours.

use crate::domain::language::Language;
use crate::domain::sim::refusal::SimRefusal;

/// The sentence; `None` where the code's text says it all.
pub(super) fn of(refusal: &SimRefusal, language: Language) -> Option<String> {
    let chinese = language == Language::Chinese;
    let pick = |en: String, zh: String| Some(if chinese { zh } else { en });
    match refusal {
        SimRefusal::UnknownSim { asked } => {
            pick(format!("no SIM has the ICCID {asked:?}"), format!("不存在 ICCID 为 {asked:?} 的 SIM 卡"))
        }
        SimRefusal::SimOfAnotherPartner { asked } | SimRefusal::PlanOrderOfAnotherPartner { asked } => {
            pick(format!("{asked} is another partner's"), format!("{asked} 属于其他合作方"))
        }
        SimRefusal::UnknownPlan { asked, example } => {
            let (en, zh) = example.as_ref().map_or_else(Default::default, |code| {
                (format!("; one that is sold to you is {code}"), format!("；例如 {code}"))
            });
            pick(format!("no plan has the code {asked:?}{en}"), format!("不存在编号为 {asked:?} 的套餐{zh}"))
        }
        SimRefusal::PlanNotSold { plan } => pick(format!("plan {plan}"), format!("套餐 {plan}")),
        SimRefusal::WrongPlanKind { plan, is } => pick(
            format!("package_type of plan {plan} is \"{is}\""),
            format!("套餐 {plan} 的 package_type 为 \"{is}\""),
        ),
        SimRefusal::UnknownPlanOrder { asked } => {
            pick(format!("no order has the id {asked:?}"), format!("不存在编号为 {asked:?} 的订单"))
        }
        SimRefusal::WrongStatus { order, is, act } => pick(
            format!("order {order} is {}, so that one cannot {} it", is.word(), act.word()),
            format!("订单 {order} 当前状态为 {}，无法执行 {}", is.word(), act.word()),
        ),
        SimRefusal::NothingTo { act, sim } => pick(
            format!("SIM {sim} has no order that one could {}", act.word()),
            format!("SIM 卡 {sim} 没有可执行 {} 的订单", act.word()),
        ),
        SimRefusal::WrongPeriods { asked, min, max } => pick(
            format!("got {asked}, expected a whole number from {min} to {max}"),
            format!("收到 {asked}，应为 {min} 到 {max} 的整数"),
        ),
        SimRefusal::CyclesBegun { left } => {
            pick(format!("only {left} cycles have not begun yet"), format!("尚未开始的周期只有 {left} 个"))
        }
        SimRefusal::SimTerminated { sim } => pick(format!("SIM {sim}"), format!("SIM 卡 {sim}")),
        SimRefusal::NotOta { what } => {
            pick(format!("{what} is not for loading over the air"), format!("{what} 不支持 OTA"))
        }
        SimRefusal::NoSms { sim, life } => pick(
            format!("SIM {sim} is {} and takes or sends no texts", life.word()),
            format!("SIM 卡 {sim}（{}）不支持短信", life.word()),
        ),
        SimRefusal::OutsideWindow { sim, last } => {
            let en =
                last.map_or_else(|| "there was none".to_owned(), |at| format!("the last one was at {at}"));
            let zh = last.map_or_else(|| "从未下发".to_owned(), |at| format!("上次下发时间为 {at}"));
            pick(format!("SIM {sim}: {en}"), format!("SIM 卡 {sim}：{zh}"))
        }
        SimRefusal::WrongDates { earliest, latest } => {
            let day =
                |day: &crate::domain::moment::Day| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
            let (earliest, latest) = (day(earliest), day(latest));
            pick(
                format!("expected two dates in order, from {earliest} to {latest} (UTC+8)"),
                format!("应为 {earliest} 至 {latest}（UTC+8）之间的起止日期"),
            )
        }
        SimRefusal::WrongText { longest } => pick(
            format!("expected a text of 1 to {longest} characters"),
            format!("应为 1 到 {longest} 个字符"),
        ),
        SimRefusal::ListTooLong { named, limit } => pick(
            format!("{named} SIMs are named, expected 1 to {limit}"),
            format!("包含 {named} 张 SIM 卡，应为 1 到 {limit} 张"),
        ),
        SimRefusal::NamedTwice { sim } => {
            pick(format!("SIM {sim} is named twice"), format!("SIM 卡 {sim} 重复出现"))
        }
        SimRefusal::OthersRefused => pick(
            "another SIM of the list was refused, so nothing was ordered (--vendor bulkOrder=partial)"
                .to_owned(),
            "列表中有其他 SIM 卡不满足条件，未创建任何订单".to_owned(),
        ),
        SimRefusal::BadPage { number, size } => pick(
            format!("page_no {number}, page_size {size}: expected a page from 1 on, of 1 to 100 entries"),
            format!("page_no {number}、page_size {size}：页码应从 1 开始，每页 1 到 100 条"),
        ),
        SimRefusal::Full { of, limit } => pick(
            format!("a session keeps at most {limit} {of}; reset it"),
            format!("每个会话最多保存 {limit} 个 {of}；请重置会话"),
        ),
    }
}
