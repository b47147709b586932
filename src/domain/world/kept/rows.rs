//! Many rows in one buffer: a turn has a handful, a world that is written whole has millions.

/// Rows in the order of their keys, no key twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    bytes: Vec<u8>,
    ends: Vec<Ends>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends {
    key: usize,
    value: usize,
    is_gone: bool,
}

impl Rows {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Key and value of each; no value says that the row is gone, if it was ever there.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let mut start = 0;
        self.ends.iter().map(move |ends| {
            let key = &self.bytes[start..ends.key];
            let value = (!ends.is_gone).then(|| &self.bytes[ends.key..ends.value]);
            start = ends.value;
            (key, value)
        })
    }

    /// Puts one more at the end. `write` puts key and value behind what is there; the row is gone if it has no value.
    pub(super) fn push(&mut self, key: impl FnOnce(&mut Vec<u8>), value: impl FnOnce(&mut Vec<u8>) -> bool) {
        key(&mut self.bytes);
        let end = self.bytes.len();
        let is_gone = !value(&mut self.bytes);
        if is_gone {
            self.bytes.truncate(end);
        }
        self.ends.push(Ends { key: end, value: self.bytes.len(), is_gone });
    }

    /// Takes the last row out again if it is gone: it never was.
    pub(super) fn forget_if_gone(&mut self) {
        if self.ends.pop_if(|last| last.is_gone).is_some() {
            self.bytes.truncate(self.ends.last().map_or(0, |last| last.value));
        }
    }
}
