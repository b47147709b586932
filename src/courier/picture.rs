//! A text as a QR code, drawn three ways from one grid: SVG, PNG and the characters of a terminal.
//!
//! Error correction is M, as phones expect it of an activation code, and the quiet zone is the four modules that the
//! standard asks for. Nothing of a drawing depends on when or where it is made.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules on each side.
const QUIET: usize = 4;

/// Pixels of a module's side, in the PNG and as the natural size of the SVG. Eight make a row of a module one byte.
const SCALE: usize = 8;

/// How a terminal is told what is dark and what is light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Characters alone, light modules being the inked ones: right where text is light on a dark ground, inverted where
    /// it is not. For terminals and files that take no colours.
    Plain,
    /// White on black by entries of the 256-colour palette that themes leave alone: right on any ground. For terminals
    /// that take colours.
    Ansi,
}

/// The QR code of a text as an SVG document; `None` if the text does not fit a QR code.
pub(crate) fn svg(text: &str) -> Option<String> {
    let grid = Grid::of(text)?;
    let (side, pixels) = (grid.side, grid.side * SCALE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{pixels}\" height=\"{pixels}\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\""
    );
    for (y, row) in grid.rows().enumerate() {
        let mut x = 0;
        // One rectangle for each run of dark modules.
        for run in row.chunk_by(|a, b| a == b) {
            let width = run.len();
            if run[0] {
                // Writing into a String cannot fail.
                let _ = write!(svg, "M{x} {y}h{width}v1h-{width}z");
            }
            x += width;
        }
    }
    svg.push_str("\"/></svg>");
    Some(svg)
}

/// The QR code of a text as a PNG of one bit a pixel; `None` if the text does not fit a QR code.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let grid = Grid::of(text)?;
    let pixels = u32::try_from(grid.side * SCALE).ok()?;
    let mut bits = Vec::with_capacity(grid.side * grid.side * SCALE);
    for row in grid.rows() {
        let line: Vec<u8> = row.iter().map(|dark| if *dark { 0x00 } else { 0xff }).collect();
        (0..SCALE).for_each(|_| bits.extend_from_slice(&line));
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels, pixels);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    // A Vec takes whatever is written, so these succeed.
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bits).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// The QR code of a text as lines of half-block characters, two rows of modules a line, each line ended; `None` if the
/// text does not fit a QR code.
pub(crate) fn terminal(text: &str, ink: Ink) -> Option<String> {
    let grid = Grid::of(text)?;
    let rows: Vec<&[bool]> = grid.rows().collect();
    let (begin, end) = match ink {
        Ink::Plain => ("", "\n"),
        // Switched off before each line's end, since some terminals paint the rest of the line otherwise.
        Ink::Ansi => ("\x1b[38;5;231;48;5;16m", "\x1b[0m\n"),
    };
    let mut lines = String::new();
    for pair in rows.chunks(2) {
        lines.push_str(begin);
        for (x, upper) in pair[0].iter().enumerate() {
            // A code has an odd number of rows: below the last one the quiet zone goes on.
            let lower = pair.get(1).is_some_and(|row| row[x]);
            lines.push(match (upper, lower) {
                (false, false) => '█',
                (false, true) => '▀',
                (true, false) => '▄',
                (true, true) => ' ',
            });
        }
        lines.push_str(end);
    }
    Some(lines)
}

/// The modules of a code with its quiet zone, row by row; `true` is dark.
struct Grid {
    side: usize,
    dark: Vec<bool>,
}

impl Grid {
    fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let (width, side) = (code.width(), code.width() + 2 * QUIET);
        let mut dark = vec![false; side * side];
        for (at, color) in code.to_colors().into_iter().enumerate() {
            dark[(at / width + QUIET) * side + at % width + QUIET] = color == Color::Dark;
        }
        Some(Self { side, dark })
    }

    fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.side)
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader;
    use super::*;

    use crate::domain::dice::Seed;
    use crate::domain::ids::qr_text;

    fn texts() -> impl Iterator<Item = String> {
        (0..200).map(|n| qr_text(Seed(u64::from(n)), n))
    }

    #[test]
    fn a_reader_finds_the_text_in_each_png() {
        for (n, text) in texts().enumerate() {
            let file = png(&text).expect("it fits");
            assert_eq!(reader::png_modules(&file, SCALE).text(), text);
            // Slow, and right for all if the modules are.
            assert!(n % 8 != 0 || reader::png(&file) == text);
        }
    }

    #[test]
    fn a_reader_finds_the_text_in_each_svg() {
        for (n, text) in texts().enumerate() {
            let modules = reader::svg(&svg(&text).expect("it fits"));
            assert_eq!(modules.text(), text);
            assert!(n % 20 != 0 || modules.text_in_picture() == text);
        }
    }

    #[test]
    fn a_reader_finds_the_text_in_each_terminal_drawing() {
        for (n, text) in texts().enumerate() {
            let plain = terminal(&text, Ink::Plain).expect("it fits");
            let modules = reader::terminal(&plain);
            assert_eq!(modules.text(), text);
            assert!(n % 20 != 0 || modules.text_in_picture() == text);
            let ansi = terminal(&text, Ink::Ansi).expect("it fits");
            let stripped = ansi.replace("\x1b[38;5;231;48;5;16m", "").replace("\x1b[0m", "");
            assert_eq!(stripped, plain);
        }
    }

    #[test]
    fn a_drawing_is_the_same_each_time() {
        for text in texts().take(3) {
            assert_eq!((png(&text), svg(&text)), (png(&text), svg(&text)));
        }
    }

    #[test]
    fn any_text_that_fits_is_drawn_and_a_longer_one_is_none() {
        let longest = "x".repeat(2_331);
        for text in ["", "1", "支付", "a\nb", &longest] {
            assert_eq!(reader::png(&png(text).expect("it fits")), text);
        }
        let too_long = "x".repeat(2_332);
        assert_eq!((svg(&too_long), png(&too_long)), (None, None));
        assert_eq!(terminal(&too_long, Ink::Plain), None);
    }
}
