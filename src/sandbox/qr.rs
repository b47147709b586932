//! A QR code, drawn for files and terminals.

use crate::courier::picture::{self, Ink};

/// The QR code of a text, such as the `LPA:1$…` of an eSIM.
#[derive(Clone, Debug)]
pub struct QrCode {
    text: String,
}

impl QrCode {
    /// The code of a text; `None` if it is longer than a QR code can hold (some 2,300 bytes).
    pub fn of(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        picture::svg(&text).map(|_| Self { text })
    }

    /// As an SVG document with a quiet zone.
    pub fn svg(&self) -> String {
        picture::svg(&self.text).unwrap_or_default()
    }

    /// As a PNG file with a quiet zone.
    pub fn png(&self) -> Vec<u8> {
        picture::png(&self.text).unwrap_or_default()
    }

    /// As text for a dark terminal: light modules are drawn, half a line each.
    pub fn terminal(&self) -> String {
        picture::terminal(&self.text, Ink::Plain).unwrap_or_default()
    }

    /// The same in fixed colours, right on every ground that knows ANSI colours.
    pub fn coloured(&self) -> String {
        picture::terminal(&self.text, Ink::Ansi).unwrap_or_default()
    }
}
