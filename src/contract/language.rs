//! Which language a caller asks for. The vendor lists no values for this header; that texts follow it is ours.

use super::call::{Call, Rare};
use crate::domain::language::Language;

/// The first supported tag by weight. Absent, empty, `*` or unreadable is as printed; only unsupported tags are English.
pub(crate) fn asked_for(call: &Call) -> Language {
    match call.rare(Rare::AcceptLanguage) {
        None => Language::Printed,
        Some(value) if value.is_empty() => Language::Printed,
        Some(value) => value.to_str().ok().and_then(parse).unwrap_or(Language::Printed),
    }
}

fn parse(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for item in header.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let (tag, weight) = match item.split_once(';') {
            None => (item, 1.0),
            Some((tag, rest)) => {
                let (name, weight) = rest.trim().split_once('=')?;
                (tag.trim(), weight.trim().parse().ok().filter(|_| name.trim() == "q")?)
            }
        };
        if tag.is_empty()
            || !tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'*')
        {
            return None;
        }
        let primary = tag.split('-').next().unwrap_or(tag);
        let language = match primary {
            _ if primary.eq_ignore_ascii_case("zh") => Language::Chinese,
            _ if primary.eq_ignore_ascii_case("en") => Language::English,
            "*" => Language::Printed,
            // A language that we do not speak is answered in English, unless a supported one is asked for as well.
            _ => {
                best = best.or(Some((0.0, Language::English)));
                continue;
            }
        };
        if weight > 0.0 && best.is_none_or(|(found, _)| weight > found) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT_LANGUAGE;

    use super::*;

    fn call(header: Option<&str>) -> Call {
        let mut request = http::Request::default();
        let header = header.map(|header| header.parse().expect("a header value"));
        request.headers_mut().extend(header.map(|header| (Some(ACCEPT_LANGUAGE), header)));
        request.into()
    }

    #[track_caller]
    fn check(header: &str, expected: Language) {
        assert_eq!(asked_for(&call(Some(header))), expected, "{header:?}");
    }

    #[test]
    fn the_first_supported_tag_by_weight_wins() {
        check("zh-CN", Language::Chinese);
        check("en-GB,en;q=0.9,zh;q=0.8", Language::English);
        check("de, zh;q=0.5, en;q=0.7", Language::English);
        check("de;q=0.9,ZH-hant;q=0.3", Language::Chinese);
        check("fr", Language::English);
        check("en;q=0, zh;q=0.1", Language::Chinese);
    }

    #[test]
    fn nobody_asked_means_as_printed() {
        assert_eq!(asked_for(&call(None)), Language::Printed);
        for header in ["", "*", " ", "zh;quality=1", "中文", "en;q=much", "!!"] {
            check(header, Language::Printed);
        }
    }
}
