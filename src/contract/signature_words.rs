//! What is wrong with a signature, in words: with the exact text that was to be signed, since that is what one compares. A secret is
//! never in it.

use crate::domain::language::Language;
use crate::domain::signature::{SignatureFault, Slip};

/// The sentence.
pub(crate) fn of(fault: &SignatureFault, language: Language) -> String {
    let chinese = language == Language::Chinese;
    match fault {
        SignatureFault::NoPartner if chinese => "缺少 access_code".to_owned(),
        SignatureFault::NoPartner => "access_code is missing: it names the partner that signs".to_owned(),
        SignatureFault::UnknownPartner { code } if chinese => format!("未知的 access_code {code:?}"),
        SignatureFault::UnknownPartner { code } => {
            format!("no partner is called {code:?}; partners that sign are in world/partners.json")
        }
        SignatureFault::NoSecret { code } if chinese => format!("合作方 {code} 没有密钥"),
        SignatureFault::NoSecret { code } => {
            format!("partner {code} has no secret to sign with; give it one in world/partners.json")
        }
        SignatureFault::Missing { content } if chinese => format!("缺少 sign；待签名内容为 {content}"),
        SignatureFault::Missing { content } => format!("sign is missing; what is to be signed is {content}"),
        SignatureFault::Wrong { content, sent, slip } => {
            let slip = slip.map(|slip| slip_words(slip, chinese));
            match (slip, chinese) {
                (None, true) => format!("sign {sent:?} 不符；待签名内容为 {content}"),
                (Some(slip), true) => format!("sign {sent:?} 不符：{slip}；待签名内容为 {content}"),
                (None, false) => {
                    format!("sign {sent:?} is not that of this text under the partner's secret: {content}")
                }
                (Some(slip), false) => format!("sign {sent:?} {slip}; what is to be signed is {content}"),
            }
        }
        SignatureFault::Stale { sent, window } if chinese => {
            format!("timestamp {sent:?} 不在允许的时间范围（{window}）内")
        }
        SignatureFault::Stale { sent, window } => {
            format!("timestamp {sent:?} is not within {window} of the session's clock")
        }
    }
}

/// What was done in the place of what should be done.
fn slip_words(slip: Slip, chinese: bool) -> &'static str {
    match (slip, chinese) {
        (Slip::Unsorted, false) => "was made with the keys in the order of the body, not sorted",
        (Slip::Unsorted, true) => "未按 key 排序",
        (Slip::Blanks, false) => "was made of JSON with blanks behind commas and colons",
        (Slip::Blanks, true) => "JSON 中含有空格",
        (Slip::Escaped, false) => "was made of JSON with \\uXXXX in the place of letters outside of ASCII",
        (Slip::Escaped, true) => "非 ASCII 字符被转义为 \\uXXXX",
        (Slip::SlashesEscaped, false) => "was made of JSON with \\/ in the place of slashes",
        (Slip::SlashesEscaped, true) => "斜杠被转义为 \\/",
        (Slip::EmptyValues, false) => "was made with the empty parameters, which are to be left out",
        (Slip::EmptyValues, true) => "空参数应当去掉",
        (Slip::SignInside, false) => "was made with sign itself among the parameters",
        (Slip::SignInside, true) => "待签名内容不应包含 sign",
        (Slip::NumbersAsTexts, false) => {
            "was made with numbers as texts, though the body has them as numbers"
        }
        (Slip::NumbersAsTexts, true) => "数字被当作字符串签名",
        (Slip::Hex, false) => "is the right digest in hex digits; it is to be Base64 of its 20 bytes",
        (Slip::Hex, true) => "摘要应为 20 字节的 Base64，而不是十六进制",
        (Slip::HexInBase64, false) => {
            "is Base64 of the digest's hex digits; it is to be Base64 of its 20 bytes"
        }
        (Slip::HexInBase64, true) => "摘要应为 20 字节的 Base64，而不是十六进制文本的 Base64",
        (Slip::NotifySecret, false) => "was made with the secret that callbacks are signed with",
        (Slip::NotifySecret, true) => "使用了回调通知的密钥",
    }
}
