//! Which files have changed since they were last read, judged from marks that are taken again and again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Marks by file; a file that is not there has none.
pub(super) type Marks = BTreeMap<PathBuf, Mark>;

/// What a change of a file changes: its moment of writing, or its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    modified: Option<SystemTime>,
    length: u64,
}

impl Mark {
    /// A file's mark now; `None` if it is not there, or is no file. Links are followed: what they lead to is what is read.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self { modified: metadata.modified().ok(), length: metadata.len() })
    }
}

/// What was seen so far.
#[derive(Debug)]
pub(super) struct Watch {
    /// When the files were last read, whatever came of it.
    taken: Marks,
    /// At the last look.
    last: Marks,
}

impl Watch {
    /// The files have been read, with these marks or later ones.
    pub(super) fn from(taken: Marks) -> Self {
        Self { last: taken.clone(), taken }
    }

    /// Whether it is time to read the files again, now that they have these marks.
    pub(super) fn is_time(&mut self, now: Marks) -> bool {
        let is_time = is_time(&self.taken, &self.last, &now);
        self.last = now;
        is_time
    }
}

/// Whether a file is another one than was read and has been the same for a round, and none is still being written. A file that is
/// gone is no reason: what was read of it goes on, and most editors only replace it.
fn is_time(taken: &Marks, last: &Marks, now: &Marks) -> bool {
    let is_moving = |(path, mark): (&PathBuf, &Mark)| last.get(path) != Some(mark);
    let is_new = |(path, mark): (&PathBuf, &Mark)| taken.get(path) != Some(mark);
    now.iter().any(is_new) && !now.iter().any(is_moving)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Files by name, second of writing and length.
    fn marks(files: &[(&str, u64, u64)]) -> Marks {
        let mark = |(name, second, length): &(&str, u64, u64)| {
            let modified = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(*second));
            (PathBuf::from(name), Mark { modified, length: *length })
        };
        files.iter().map(mark).collect()
    }

    /// What each look after the start says.
    fn looks(looks: &[&[(&str, u64, u64)]]) -> Vec<bool> {
        let mut watch = Watch::from(marks(&[("a", 1, 10), ("b", 1, 10)]));
        looks.iter().map(|look| watch.is_time(marks(look))).collect()
    }

    #[test]
    fn what_does_not_change_is_left_alone() {
        let same: &[_] = &[("a", 1, 10), ("b", 1, 10)];
        assert_eq!(looks(&[same, same, same]), [false, false, false]);
    }

    #[test]
    fn a_file_is_taken_once_it_has_been_the_same_for_a_round() {
        let writing: [&[_]; 4] = [
            &[("a", 2, 3), ("b", 1, 10)],
            &[("a", 2, 7), ("b", 1, 10)],
            &[("a", 2, 9), ("b", 1, 10)],
            &[("a", 2, 9), ("b", 1, 10)],
        ];
        assert_eq!(looks(&writing), [false, false, false, true]);
    }

    #[test]
    fn one_that_is_still_written_keeps_the_others_waiting() {
        let two: [&[_]; 3] =
            [&[("a", 2, 3), ("b", 1, 10)], &[("a", 2, 3), ("b", 2, 1)], &[("a", 2, 3), ("b", 2, 1)]];
        assert_eq!(looks(&two), [false, false, true]);
    }

    #[test]
    fn the_length_alone_and_the_moment_alone_are_a_change() {
        let longer: &[_] = &[("a", 1, 11), ("b", 1, 10)];
        let later: &[_] = &[("a", 2, 10), ("b", 1, 10)];
        assert_eq!(looks(&[longer, longer]), [false, true]);
        assert_eq!(looks(&[later, later]), [false, true]);
    }

    #[test]
    fn a_file_that_is_gone_is_no_change_and_one_that_comes_back_is() {
        let gone: &[_] = &[("b", 1, 10)];
        let back: &[_] = &[("a", 2, 12), ("b", 1, 10)];
        assert_eq!(looks(&[gone, gone, back, back]), [false, false, false, true]);
    }

    #[test]
    fn a_new_file_is_a_change() {
        let more: &[_] = &[("a", 1, 10), ("b", 1, 10), ("c", 1, 1)];
        assert_eq!(looks(&[more, more]), [false, true]);
    }

    #[test]
    fn what_was_read_is_not_read_again() {
        let now = marks(&[("a", 2, 3)]);
        let mut watch = Watch::from(marks(&[("a", 1, 10)]));
        assert!(!watch.is_time(now.clone()) && watch.is_time(now.clone()));
        watch = Watch::from(now.clone());
        assert!(!watch.is_time(now));
    }
}
