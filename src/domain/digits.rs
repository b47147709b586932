//! Texts of a fixed length, put together on the stack: order numbers and times are written for every order.

/// A text of `N` ASCII characters. Aligned, so that it is looked at a word at a time when it is taken for a text.
#[repr(align(8))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fixed<const N: usize>([u8; N]);

impl<const N: usize> Fixed<N> {
    /// `template` with numbers put in: each is written with its width, from its place on, with leading zeros.
    pub(crate) fn fill(template: [u8; N], numbers: &[(usize, usize, u32)]) -> Self {
        let mut text = template;
        for (at, width, number) in numbers {
            let mut rest = *number;
            for byte in text[*at..*at + *width].iter_mut().rev() {
                // A digit is below ten, so it always fits.
                *byte = b'0' + u8::try_from(rest % 10).unwrap_or(0);
                rest /= 10;
            }
        }
        Self(text)
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        // Templates are ASCII and so are digits.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Fixed;

    #[test]
    fn numbers_stand_at_their_place_with_leading_zeros() {
        let text = Fixed::fill(*b"a----:--", &[(1, 4, 42), (6, 2, 7)]);
        assert_eq!(text.as_str(), "a0042:07");
    }
}
