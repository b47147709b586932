//! Names of sessions: `[a-z0-9][a-z0-9._-]{0,62}`, upper case folded.

/// Longest name.
const LONGEST: usize = 63;

/// A name as it was used, folded; `None` if it is none.
pub(crate) fn fold(text: &str) -> Option<String> {
    let name = text.to_ascii_lowercase();
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    (begins && name.len() <= LONGEST && name.bytes().all(is_allowed)).then_some(name)
}

/// The name that is made of any text, such as a test's title. `None` if nothing of it can stand in a name.
pub(crate) fn slug(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.to_lowercase().chars() {
        match u8::try_from(c).ok().filter(|byte| is_allowed(*byte)) {
            Some(byte) if !name.is_empty() || byte.is_ascii_alphanumeric() => name.push(char::from(byte)),
            // A run of anything else is one hyphen.
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let trimmed = name.trim_end_matches(['-', '.', '_']).len();
    name.truncate(trimmed);
    if name.len() > LONGEST {
        // Long titles often begin alike: what is cut off stays in a digest, or two tests would share a session.
        let digest = digest(text);
        name.truncate(LONGEST - 9);
        name = format!("{}-{digest:08x}", name.trim_end_matches(['-', '.', '_']));
    }
    (!name.is_empty()).then_some(name)
}

/// FNV-1a of 32 bits: the same on every machine and in every release.
fn digest(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_everything_else_is_none() {
        assert_eq!(fold("Check-Out_2.a"), Some("check-out_2.a".to_owned()));
        assert_eq!(fold(&"a".repeat(63)), Some("a".repeat(63)));
        for text in ["", "-a", ".a", "a b", "a/b", "ä", "a%20b"] {
            assert_eq!(fold(text), None, "{text}");
        }
        assert_eq!(fold(&"a".repeat(64)), None);
    }

    #[test]
    fn any_title_becomes_a_name() {
        assert_eq!(
            slug("tests/test_buy.py::test_pays[USD]"),
            Some("tests-test_buy.py-test_pays-usd".to_owned())
        );
        assert_eq!(slug("  Käufer zahlt zweimal!  "), Some("k-ufer-zahlt-zweimal".to_owned()));
        assert_eq!(slug(&"ab ".repeat(50)).map(|name| name.len() <= 63), Some(true));
        let (one, other) =
            (slug(&format!("{}one", "ab ".repeat(50))), slug(&format!("{}other", "ab ".repeat(50))));
        assert_ne!(one, other, "what is cut off counts");
        assert_eq!(slug("支付"), None);
        for text in ["A", "x--y", "..a..", "a/b/c"] {
            let name = slug(text).expect(text);
            assert_eq!(fold(&name), Some(name.clone()), "{text}");
        }
    }
}
