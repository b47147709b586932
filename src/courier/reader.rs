//! Reads drawings back as a phone would: for the tests of this layer.

/// The light modules that the standard asks for on each side.
const QUIET: usize = 4;

/// The text of the one QR code in a PNG, found as a camera finds it.
pub(super) fn png(file: &[u8]) -> String {
    let (width, pixels) = pixels(file);
    find(width, |x, y| pixels[y * width + x] < 128)
}

/// The modules of a PNG that draws each as a square of so many pixels.
pub(super) fn png_modules(file: &[u8], scale: usize) -> Modules {
    let (width, pixels) = pixels(file);
    let side = width / scale;
    let dark: Vec<bool> =
        (0..side * side).map(|at| pixels[at / side * scale * width + at % side * scale] == 0).collect();
    for (at, pixel) in pixels.iter().enumerate() {
        let is_dark = dark[at / width / scale * side + at % width / scale];
        assert_eq!(*pixel, if is_dark { 0 } else { 255 }, "a module is one square");
    }
    Modules { side, dark }
}

/// The width of a PNG, and its pixels, 0 to 255 each.
fn pixels(file: &[u8]) -> (usize, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("a picture");
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
    assert_eq!(info.width, info.height);
    (usize::try_from(info.width).expect("a width"), pixels)
}

/// The modules of an SVG that is a white square and one path of rectangles, `M…h…v1h-…z` each.
pub(super) fn svg(document: &str) -> Modules {
    let between = |begin: &str, end: &str| {
        let (_, rest) = document.split_once(begin).unwrap_or_else(|| panic!("no {begin}"));
        rest.split_once(end).unwrap_or_else(|| panic!("no {end}")).0
    };
    let number = |text: &str| text.parse::<usize>().unwrap_or_else(|_| panic!("{text} is no number"));
    let side = number(between("<rect width=\"", "\""));
    assert_eq!(between("viewBox=\"", "\""), format!("0 0 {side} {side}"));
    let mut dark = vec![false; side * side];
    for rectangle in between(" d=\"", "\"").split_terminator('z') {
        let (corner, sides) = rectangle.strip_prefix('M').and_then(|r| r.split_once('h')).expect("a corner");
        let (x, y) = corner.split_once(' ').expect("two numbers");
        let (width, back) = sides.split_once("v1h-").expect("a width and a height");
        assert_eq!(width, back);
        let begin = number(y) * side + number(x);
        dark[begin..begin + number(width)].fill(true);
    }
    Modules { side, dark }
}

/// The modules drawn in half-block characters, as a dark terminal shows it.
pub(super) fn terminal(drawing: &str) -> Modules {
    let mut dark = Vec::new();
    let side = drawing.lines().next().expect("a line").chars().count();
    for line in drawing.lines() {
        assert_eq!(line.chars().count(), side);
        let light = |lit: [char; 2]| line.chars().map(move |c| c != '█' && !lit.contains(&c));
        assert!(line.chars().all(|c| "█▀▄ ".contains(c)), "{line}");
        dark.extend(light(['█', '▀']));
        dark.extend(light(['█', '▄']));
    }
    // The row that was added to make their number even.
    assert!(dark.drain(side * side..).all(|dark| !dark));
    Modules { side, dark }
}

/// The modules of a drawing, its quiet zone included; `true` is dark.
pub(super) struct Modules {
    side: usize,
    dark: Vec<bool>,
}

impl Modules {
    /// The text, read from the modules themselves: quick, and blind to nothing but a missing quiet zone, which is looked at.
    pub(super) fn text(&self) -> String {
        let inner = QUIET..self.side - QUIET;
        for (at, dark) in self.dark.iter().enumerate() {
            let is_inside = inner.contains(&(at % self.side)) && inner.contains(&(at / self.side));
            assert!(is_inside || !dark, "the quiet zone is not quiet");
        }
        let is_dark = |x: usize, y: usize| self.dark[(y + QUIET) * self.side + x + QUIET];
        decode(&rqrr::Grid::new(rqrr::SimpleGrid::from_func(inner.len(), is_dark)))
    }

    /// The text, found in a picture of the drawing with four pixels for each module.
    pub(super) fn text_in_picture(&self) -> String {
        find(self.side * 4, |x, y| self.dark[y / 4 * self.side + x / 4])
    }
}

fn find(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> String {
    let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, is_dark);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "codes found");
    decode(&grids[0])
}

fn decode(grid: &rqrr::Grid<impl rqrr::BitGrid>) -> String {
    let (meta, text) = grid.decode().expect("a readable code");
    // Level M, as the standard numbers the levels.
    assert_eq!(meta.ecc_level, 0, "error correction");
    text
}
