//! Which language the message is in: simplified Chinese unless somebody asks for English. Only the message changes.

use crate::contract::call::{Call, Rare};
use crate::domain::language::Language;

/// `EN-US` and `en`, in any case, are English; everything else, and no header at all, is Chinese.
pub(super) fn asked_for(call: &Call) -> Language {
    let tag = call.rare(Rare::AcceptLanguage).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = tag.split([',', ';']).next().unwrap_or_default().trim();
    let primary = first.split('-').next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("en") { Language::English } else { Language::Chinese }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http::header::ACCEPT_LANGUAGE;

    use super::*;

    #[test]
    fn chinese_unless_english_is_asked_for() {
        assert_eq!(asked_for(&Request::default().into()), Language::Chinese);
        for (tag, language) in [
            ("EN-US", Language::English),
            ("en", Language::English),
            ("en-GB;q=0.8, zh", Language::English),
            ("zh-CN", Language::Chinese),
            ("zh-CH", Language::Chinese),
            ("fr", Language::Chinese),
            ("", Language::Chinese),
            ("english", Language::Chinese),
        ] {
            let call = Request::get("/x").header(ACCEPT_LANGUAGE, tag).body(bytes::Bytes::new());
            assert_eq!(asked_for(&call.expect("a call").into()), language, "{tag:?}");
        }
    }
}
