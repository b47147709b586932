//! The texts behind bad input, in English and Chinese. All of them are ours: the vendor prints none.

use crate::document::nearest;
use crate::domain::language::Language;
use crate::domain::payment::Unit;
use crate::domain::refusal::{
    BodyFault, Complaint, CurrencyKey, Mismatch, OrderFault, PriceFault, Refusal, TokenFault, Wanted,
    WrongPart,
};

/// `periodNum: got 13, expected a whole number from 1 to 12; id: missing, expected …`.
pub(crate) fn complaints(all: &[Complaint], language: Language) -> String {
    let (got, between) = if language == Language::Chinese { ("：", "；") } else { (": ", "; ") };
    let each = all.iter().map(|complaint| {
        let wanted = wanted(&complaint.wanted, complaint.sent.as_deref(), language);
        let field = &complaint.field;
        match (&complaint.sent, language) {
            (Some(sent), Language::Chinese) => format!("{field}{got}收到 {sent}，应为{wanted}"),
            (None, Language::Chinese) => format!("{field}{got}缺失，应为{wanted}"),
            (Some(sent), _) => format!("{field}{got}got {sent}, expected {wanted}"),
            (None, _) => format!("{field}{got}missing, expected {wanted}"),
        }
    });
    each.collect::<Vec<_>>().join(between)
}

/// What would do instead of what was sent.
fn wanted(wanted: &Wanted, sent: Option<&str>, language: Language) -> String {
    let chinese = language == Language::Chinese;
    let pick = |en: &str, zh: &str| if chinese { zh.to_owned() } else { en.to_owned() };
    match wanted {
        Wanted::Integer { min, max } => match (min, max, chinese) {
            (Some(min), Some(max), false) => format!("a whole number from {min} to {max}"),
            (Some(min), Some(max), true) => format!("{min} 到 {max} 的整数"),
            (Some(min), None, false) => format!("a whole number of at least {min}"),
            (Some(min), None, true) => format!("不小于 {min} 的整数"),
            (None, Some(max), false) => format!("a whole number of at most {max}"),
            (None, Some(max), true) => format!("不大于 {max} 的整数"),
            (None, None, _) => pick("a whole number", "整数"),
        },
        Wanted::Number => pick("a finite number", "有限的数字"),
        Wanted::Text { longest: None } => pick("a text that is not empty", "非空字符串"),
        Wanted::Text { longest: Some(longest) } if chinese => {
            format!("非空且不超过 {longest} 个字符的字符串")
        }
        Wanted::Text { longest: Some(longest) } => format!("a text of 1 to {longest} characters"),
        Wanted::Texts { longest } => {
            let longest = longest.unwrap_or(64);
            pick(
                &format!("a list of texts of at most {longest} characters"),
                &format!("每项不超过 {longest} 个字符的字符串列表"),
            )
        }
        Wanted::Date => pick("a date such as \"2022-01-31\"", "日期，例如 \"2022-01-31\""),
        Wanted::TextOrNumber => pick("a text that is not empty, or a number", "非空字符串或数字"),
        Wanted::Email => pick("an e-mail address", "电子邮件地址"),
        Wanted::This { or } if chinese => format!("非空值（或改填 {or}）"),
        Wanted::This { or } => format!("this field or {or}"),
        Wanted::KnownPackage { example } if chinese => format!("本沙盒目录中的套餐 id，例如 {example}"),
        Wanted::KnownPackage { example } => {
            format!("the id of a package of this sandbox's catalogue, such as {example}")
        }
        Wanted::KnownCode => {
            pick("the code of a package of this sandbox's catalogue", "本沙盒目录中的套餐编号")
        }
        Wanted::CodeOfPackage { package, code } if chinese => format!("\"{code}\"（套餐 {package} 的编号）"),
        Wanted::CodeOfPackage { package, code } => format!("\"{code}\" (the code of package {package})"),
        Wanted::SoldCurrency { sold, by } => {
            let each = sold.iter().map(|(abbr, id)| match by {
                CurrencyKey::Abbreviation => format!("\"{abbr}\""),
                CurrencyKey::Id => format!("{id} ({abbr})"),
            });
            let list = each.collect::<Vec<_>>().join(", ");
            if chinese {
                format!("可售币种之一：{list}")
            } else {
                format!("a currency that is sold: {list}")
            }
        }
        Wanted::IdOfCurrency { currency, id } if chinese => format!("{id}（\"{currency}\" 的 id）"),
        Wanted::IdOfCurrency { currency, id } => format!("{id} (the id of \"{currency}\", sent beside it)"),
        Wanted::TopUpPackage { example } if chinese => format!("覆盖该 eSIM 所在国家的套餐，例如 {example}"),
        Wanted::TopUpPackage { example } => {
            format!("a package that covers a country of the eSIM's, such as {example}")
        }
        Wanted::OneOf(words) => {
            let list = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
            if chinese { format!("{list} 之一") } else { format!("one of {list}") }
        }
        Wanted::Amount => pick("an amount such as \"100\" or \"4.99\"", "金额，例如 \"100\" 或 \"4.99\""),
        Wanted::KnownPartner => pick(
            "the code of a partner that the sandbox knows (auth is strict)",
            "沙盒已登记的合作方代码（auth 为 strict）",
        ),
        Wanted::CountryCode { near } => {
            let each = near.iter().map(|(mcc, name)| {
                if chinese { format!("{mcc}（{}）", name.zh) } else { format!("{mcc} ({})", name.en) }
            });
            let list = each.collect::<Vec<_>>().join(if chinese { "、" } else { ", " });
            if chinese {
                format!("本沙盒目录中国家或地区的移动国家代码，例如 {list}")
            } else {
                format!("the mobile country code of a country of this sandbox's catalogue, such as {list}")
            }
        }
        Wanted::CountryName { known } => {
            let meant = nearest(sent.unwrap_or_default().trim_matches('"'), known.iter().map(|name| &**name));
            let example = meant.or_else(|| known.first().map(|name| &**name)).unwrap_or_default();
            if chinese {
                format!("本沙盒目录中国家或地区的英文名，例如 \"{example}\"")
            } else {
                format!("the English name of a country of this sandbox's catalogue, such as \"{example}\"")
            }
        }
        Wanted::Continent { known } => {
            let list = known.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(", ");
            if chinese {
                format!("大洲代码之一：{list}")
            } else {
                format!("the code of a continent: {list}")
            }
        }
    }
}

/// What is wrong with a body as a whole; `sample` is what the card says about a missing comma.
pub(crate) fn body_fault(fault: &BodyFault, sample: Option<&str>, language: Language) -> String {
    let chinese = language == Language::Chinese;
    match fault {
        BodyFault::Empty if chinese => "请求体为空，应为 JSON 对象".to_owned(),
        BodyFault::Empty => "the body is empty, expected a JSON object".to_owned(),
        BodyFault::NotAnObject(kind) if chinese => format!("请求体应为 JSON 对象（收到：{kind}）"),
        BodyFault::NotAnObject(kind) => format!("the body is {kind}, expected a JSON object"),
        BodyFault::TooDeep { limit } if chinese => format!("请求体嵌套超过 {limit} 层"),
        BodyFault::TooDeep { limit } => format!("the body is nested deeper than {limit} levels"),
        BodyFault::Syntax { line, column, what, missing_comma } => {
            let mut text = if chinese {
                format!("请求体不是有效的 JSON：第 {line} 行第 {column} 列：{what}")
            } else {
                format!("the body is not valid JSON: {what} at line {line}, column {column}")
            };
            if let Some(comma) = missing_comma {
                let (line, column) = (comma.line, comma.column);
                let (after, before) = (&comma.after, &comma.before);
                let hint = if chinese {
                    format!("；第 {line} 行第 {column} 列 {after} 之后、{before} 之前缺少逗号")
                } else {
                    format!(
                        "; a comma is missing after {after}, at line {line}, column {column}, before {before}"
                    )
                };
                text.push_str(&hint);
                if let Some(sample) = sample {
                    text += if chinese { "。" } else { ". " };
                    text += sample;
                }
            }
            text
        }
    }
}

/// What is not so in what a client says of an account. A password is never told, neither the right one nor the sent one.
pub(crate) fn mismatch(mismatch: &Mismatch, language: Language) -> String {
    let text = match (mismatch, language) {
        (Mismatch::OtherPartner { partner }, Language::Chinese) => {
            return format!("该账号属于合作方 \"{partner}\"");
        }
        (Mismatch::OtherPartner { partner }, _) => {
            return format!("this account belongs to the partner \"{partner}\"");
        }
        (Mismatch::UnknownAccount, Language::Chinese) => "该 email 没有账号",
        (Mismatch::WrongPassword, Language::Chinese) => "passwd 与该账号不符",
        (Mismatch::UnknownPartner, Language::Chinese) => "partnerCode 未在沙盒登记",
        (Mismatch::UnknownAccount, _) => "no account has this email",
        (Mismatch::WrongPassword, _) => "passwd is not this account's",
        (Mismatch::UnknownPartner, _) => "no partner of this sandbox has this partnerCode",
    };
    text.to_owned()
}

/// Why a token does not count.
pub(crate) fn token_fault(fault: TokenFault, language: Language) -> String {
    let text = match (fault, language) {
        (TokenFault::Missing, Language::Chinese) => "未提供 x-access-token（auth 为 strict）",
        (TokenFault::Foreign, Language::Chinese) => "x-access-token 不是本沙盒签发的（auth 为 strict）",
        (TokenFault::Expired, Language::Chinese) => "token 签发已满三天，请重新登录",
        (TokenFault::OldEpoch, Language::Chinese) => "token 属于会话重置之前（auth 为 strict）",
        (TokenFault::SessionGone, Language::Chinese) => "签发该 token 的会话已不存在",
        (TokenFault::Expired, _) => "it was issued three days ago or earlier; log in again",
        (TokenFault::OldEpoch, _) => "it was issued before the session was reset, and auth is strict",
        (TokenFault::SessionGone, _) => "the session that issued it is gone",
        (TokenFault::Missing, _) => "no x-access-token was sent, and auth is strict",
        (TokenFault::Foreign, _) => "this x-access-token was not issued by this sandbox, and auth is strict",
    };
    text.to_owned()
}

/// Why a payment, or what comes after it, was refused; empty for what is no matter of payments.
pub(crate) fn payment(refusal: &Refusal, language: Language) -> String {
    let pick = |en: String, zh: String| if language == Language::Chinese { zh } else { en };
    match refusal {
        Refusal::BadTime { sent } => pick(
            format!("dateTime: got {sent}, expected seconds since 1970, such as \"1670228581\""),
            format!("dateTime：收到 {sent}，应为 1970 年以来的秒数，例如 \"1670228581\""),
        ),
        Refusal::UnknownOrder { asked, why } => unknown_order(asked, *why, language),
        Refusal::Contrary { stage } => pick(
            format!("the order is {stage}, which is final; this notification says the opposite"),
            format!("订单状态已为终态（{stage}），此通知与之相反"),
        ),
        Refusal::WrongPrice(fault) => wrong_price(fault, language),
        Refusal::ProfileWithdrawn => pick(
            "the order's eSIM profile was withdrawn".to_owned(),
            "订单预留的 eSIM profile 已被收回".to_owned(),
        ),
        Refusal::NoEsim { asked, stage: Some(stage) } => pick(
            format!("the order {asked} has no eSIM: it is {stage}"),
            format!("订单 {asked} 没有 eSIM，状态为 {stage}"),
        ),
        Refusal::NoEsim { asked, stage: None } => {
            pick(format!("no eSIM of a paid order is called {asked}"), format!("没有已付款的 eSIM：{asked}"))
        }
        _ => String::new(),
    }
}

fn unknown_order(asked: &str, why: OrderFault, language: Language) -> String {
    let pick = |en: String, zh: String| if language == Language::Chinese { zh } else { en };
    match why {
        OrderFault::Unknown => {
            pick(format!("no order has the id {asked}"), format!("没有 id 为 {asked} 的订单"))
        }
        OrderFault::NumberGiven { id } => pick(
            format!(
                "{asked} is an orderNo; orderId is the id from the pre-order, {id} (--vendor webhookOrderKey=idOrNumber takes both)"
            ),
            format!("{asked} 是 orderNo；orderId 应为预订单返回的 id {id}"),
        ),
        OrderFault::OfAnotherPartner => pick(
            format!("the order {asked} was made with another partnerCode"),
            format!("订单 {asked} 的 partnerCode 与此不同"),
        ),
        OrderFault::OfAnotherUser => pick(
            format!("the order {asked} was made by another account (auth is strict)"),
            format!("订单 {asked} 属于其他账户（auth 为 strict）"),
        ),
    }
}

fn wrong_price(fault: &PriceFault, language: Language) -> String {
    let PriceFault { amount, currency, minor, what } = fault;
    let pick = |en: String, zh: String| if language == Language::Chinese { zh } else { en };
    match what {
        WrongPart::Currency => pick(
            format!("payCurrency: the order is in {currency}"),
            format!("payCurrency：订单币种为 {currency}"),
        ),
        WrongPart::Amount => pick(
            format!("payAmount: the order costs {amount} {currency}, or {minor} in its smallest units"),
            format!("payAmount：订单金额为 {amount} {currency}（最小单位 {minor}）"),
        ),
        WrongPart::Unit { counts, bound } => {
            let (wanted, en, zh) = match counts {
                Unit::Major => (amount, "units of the currency", "主单位"),
                Unit::Minor => (minor, "smallest units of the currency", "最小单位"),
            };
            let (why_en, why_zh) = if *bound {
                ("an earlier payment of this session was read so", "本会话较早的付款按此读取")
            } else {
                ("payAmountUnit says so", "由 payAmountUnit 设定")
            };
            pick(
                format!("payAmount: expected {wanted}, in {en}: {why_en}"),
                format!("payAmount：应为 {wanted}（{zh}）：{why_zh}"),
            )
        }
    }
}
