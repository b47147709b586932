//! Was the call carried out before the client saw the failure? A scenario must say so wherever the answer hides it.

/// What a rule may do to an answer, as far as this question goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Default,
    Patch,
    Delay,
    Drip,
    Hold,
    Code,
    Http,
    Gateway,
    Fixture,
    Lost,
    Cut,
    Stall,
    Truncate,
    Length,
    ChunkGarbage,
    MalformedJson,
    WrongType,
}

/// What `commit` may or must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Commit {
    /// The rule has to say it: nothing else tells.
    Required,
    /// It may be said; without it, a refusal is not carried out.
    FalseByDefault,
    /// It is always carried out.
    Forbidden,
}

/// The table.
pub(super) const TABLE: &[(Deed, &str, Commit)] = &[
    (Deed::Default, "\"answer\": \"default\"", Commit::Forbidden),
    (Deed::Patch, "\"patch\" or \"remove\"", Commit::Forbidden),
    (Deed::Delay, "\"delay\"", Commit::Forbidden),
    (Deed::Drip, "\"drip\"", Commit::Forbidden),
    (Deed::Hold, "\"hold\"", Commit::Forbidden),
    (Deed::Code, "\"code\"", Commit::FalseByDefault),
    (Deed::Http, "\"http\"", Commit::Required),
    (Deed::Gateway, "\"gateway\"", Commit::Required),
    (Deed::Fixture, "\"fixture\"", Commit::Required),
    (Deed::Lost, "\"lost\"", Commit::Required),
    (Deed::Cut, "\"cut\"", Commit::Required),
    (Deed::Stall, "\"stall\"", Commit::Required),
    (Deed::Truncate, "\"truncate\"", Commit::Required),
    (Deed::Length, "\"length\"", Commit::Required),
    (Deed::ChunkGarbage, "\"chunkGarbage\"", Commit::Required),
    (Deed::MalformedJson, "\"malformedJson\"", Commit::Required),
    (Deed::WrongType, "\"wrongType\"", Commit::Required),
];

/// What one deed asks for.
pub(super) fn asked_by_one(deed: Deed) -> Commit {
    TABLE.iter().find(|(known, ..)| *known == deed).map_or(Commit::Forbidden, |(.., commit)| *commit)
}

/// What all deeds of a rule together ask for: the strictest, and the words of the deed that asks for it.
pub(super) fn asked_by(deeds: &[Deed]) -> (Commit, &'static str) {
    let rows = || TABLE.iter().filter(|(deed, ..)| deeds.contains(deed));
    let asks =
        |wanted: Commit| rows().find(|(.., commit)| *commit == wanted).map(|(_, words, _)| (wanted, *words));
    asks(Commit::Required)
        .or_else(|| asks(Commit::FalseByDefault))
        .or_else(|| asks(Commit::Forbidden))
        .unwrap_or((Commit::Forbidden, "no answer of its own"))
}
