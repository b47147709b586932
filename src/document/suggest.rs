//! Which known word a misspelt one was meant to be.

/// The known word closest to `word`, if it is close enough to be what was meant. Case does not count.
/// Of several equally close words the first wins.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    known
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let longer = length.max(lower.chars().count());
            let distance = strsim::damerau_levenshtein(&word, &lower);
            // One slip in a short word, one in three letters of a long one: beyond that a guess only misleads.
            (distance <= (longer / 3).max(1)).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let known = ["first", "next", "every", "reset", "commit", "PRICE_INCONSISTENT"];
        let check =
            |word: &str, meant: Option<&str>| assert_eq!(nearest(word, known.into_iter()), meant, "{word}");
        check("frist", Some("first"));
        check("rest", Some("reset"));
        check("COMIT", Some("commit"));
        check("price_inconsistant", Some("PRICE_INCONSISTENT"));
        check("patch", None);
        check("", None);
    }
}
