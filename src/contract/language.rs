//! Which language a caller asks for. The vendor lists no values for this header; that texts follow it is ours.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// The language of texts that are not printed on a vendor page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Nobody asked: as the vendor prints it, else English.
    Printed,
    /// English.
    English,
    /// Chinese.
    Chinese,
}

impl Language {
    /// The first supported tag by weight. Absent, empty, `*` or unreadable is as printed; only unsupported tags are English.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get(ACCEPT_LANGUAGE) {
            None => Self::Printed,
            Some(value) if value.is_empty() => Self::Printed,
            Some(value) => value.to_str().ok().and_then(Self::parse).unwrap_or(Self::Printed),
        }
    }

    fn parse(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
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
                _ if primary.eq_ignore_ascii_case("zh") => Self::Chinese,
                _ if primary.eq_ignore_ascii_case("en") => Self::English,
                "*" => Self::Printed,
                // A language that we do not speak is answered in English, unless a supported one is asked for as well.
                _ => {
                    best = best.or(Some((0.0, Self::English)));
                    continue;
                }
            };
            if weight > 0.0 && best.is_none_or(|(found, _)| weight > found) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Language) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, header.parse().expect("a header value"));
        assert_eq!(Language::of(&headers), expected, "{header:?}");
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
        assert_eq!(Language::of(&HeaderMap::new()), Language::Printed);
        for header in ["", "*", " ", "zh;quality=1", "中文", "en;q=much", "!!"] {
            check(header, Language::Printed);
        }
    }
}
