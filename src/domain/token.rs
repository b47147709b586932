//! Access tokens: `sbx1~<session>~<epoch>~<issued>~<ordinal>~<proof>`. A token says itself which session issued it, so it is
//! found without a table; it is live only if that session's world issued its ordinal.

use super::dice::{Kind, Seed};
use super::ids;
use super::moment::{Moment, Span};

/// A token as its text says it; whether it is live, a world knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The session that issued it.
    pub session: String,
    /// The session's epoch at that time.
    pub epoch: u64,
    /// When, on the session's clock.
    pub issued: Moment,
    /// The n-th token of the epoch, from 0.
    pub ordinal: u32,
    /// f(seed, session, ordinal): what nobody can make up who does not know the seed.
    pub proof: String,
}

const PREFIX: &str = "sbx1";

impl Token {
    /// Three days: the documents name this life.
    pub(crate) fn life() -> Span {
        // 72 hours always fit.
        Span::from_millis(72 * 3_600_000).unwrap_or_else(|| unreachable!("72 hours fit"))
    }

    /// The token that a session issues.
    pub(crate) fn mint(seed: Seed, session: &str, epoch: u64, issued: Moment, ordinal: u32) -> Self {
        let place = ids::ordinal_of(session).wrapping_add(u64::from(ordinal));
        let proof = seed.draw(Kind::Token, place).letters(b"0123456789abcdefghijkmnpqrstuvwxyz", 20);
        Self { session: session.to_owned(), epoch, issued, ordinal, proof }
    }

    /// Reads a token; `None` if it has not the form of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('~').collect();
        let [PREFIX, session, epoch, issued, ordinal, proof] = parts[..] else { return None };
        let issued = i64::from_str_radix(issued, 36).ok().filter(|issued| *issued >= 0)?;
        Some(Self {
            session: session.to_owned(),
            epoch: epoch.parse().ok()?,
            issued: Moment::from_millis(issued),
            ordinal: ordinal.parse().ok()?,
            proof: proof.to_owned(),
        })
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { session, epoch, issued, ordinal, proof } = self;
        let mut digits = Vec::new();
        let mut rest = issued.millis().unsigned_abs();
        while rest > 0 || digits.is_empty() {
            digits.extend(char::from_digit(u32::try_from(rest % 36).unwrap_or(0), 36));
            rest /= 36;
        }
        let issued: String = digits.into_iter().rev().collect();
        write!(f, "{PREFIX}~{session}~{epoch}~{issued}~{ordinal}~{proof}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_as_it_was_written() {
        let issued = Moment::parse("2022-12-05T03:14:50.958Z").expect("RFC 3339");
        let token = Token::mint(Seed(7), "check.out_2", 3, issued, 41);
        assert_eq!(Token::parse(&token.to_string()), Some(token.clone()));
        assert!(token.to_string().starts_with("sbx1~check.out_2~3~"), "{token}");
        for text in [
            "",
            "abc",
            "sbx1~a~1~0~0",
            "sbx2~a~1~0~0~x",
            "sbx1~a~-1~0~0~x",
            "sbx1~a~1~!~0~x",
            "sbx1~a~1~-1~0~x",
        ] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }

    #[test]
    fn equal_seeds_in_two_sessions_do_not_make_equal_proofs() {
        let proof = |session| Token::mint(Seed(7), session, 1, Moment::EPOCH, 0).proof;
        assert_ne!(proof("a"), proof("b"));
    }
}
