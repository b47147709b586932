//! Which language the message is in: simplified Chinese unless somebody asks for English. Only the message changes.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

use crate::domain::language::Language;

/// `EN-US` and `en`, in any case, are English; everything else, and no header at all, is Chinese.
pub(super) fn asked_for(headers: &HeaderMap) -> Language {
    let tag = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = tag.split([',', ';']).next().unwrap_or_default().trim();
    let primary = first.split('-').next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("en") { Language::English } else { Language::Chinese }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn chinese_unless_english_is_asked_for() {
        let mut headers = HeaderMap::new();
        assert_eq!(asked_for(&headers), Language::Chinese);
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
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(tag));
            assert_eq!(asked_for(&headers), language, "{tag:?}");
        }
    }
}
