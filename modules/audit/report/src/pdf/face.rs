//! The fonts, and how wide texts are in them. The files are in `fonts/`, with their licence.

use std::sync::OnceLock;

use krilla::Data;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use super::Failure;
use super::style::{Style, Weight};

static REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.subset.ttf");
static BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.subset.ttf");

/// Shown for what a font does not have, the first of them that it has.
const REPLACEMENTS: [char; 3] = ['\u{FFFD}', '\u{25A1}', '?'];

/// One font.
pub struct Face {
    font: Font,
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    em: f32,
    replacement: skrifa::GlyphId,
}

/// All fonts.
pub struct Faces {
    regular: Face,
    bold: Face,
}

/// The fonts, read once.
pub fn faces() -> Result<&'static Faces, Failure> {
    static FACES: OnceLock<Option<Faces>> = OnceLock::new();
    let read = || Some(Faces { regular: Face::read(REGULAR)?, bold: Face::read(BOLD)? });
    FACES.get_or_init(read).as_ref().ok_or_else(|| Failure("the fonts cannot be read".to_owned()))
}

impl Faces {
    /// The font of a style.
    pub fn of(&self, style: Style) -> &Face {
        match style.weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// How wide a text is, in points.
    pub fn width(&self, text: &str, style: Style) -> f32 {
        let face = self.of(style);
        text.chars().map(|character| face.advance(face.glyph(character)) * style.size + style.spacing).sum()
    }
}

impl Face {
    fn read(file: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(file).ok()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        let characters = font.charmap();
        let replacement = REPLACEMENTS.into_iter().find_map(|character| characters.map(character))?;
        Some(Self { font: Font::new(Data::from(file), 0)?, characters, metrics, em: f32::from(em), replacement })
    }

    /// The font, as it is written into a file.
    pub fn font(&self) -> Font {
        self.font.clone()
    }

    /// The glyphs of a text, one for each character, each with what it stands for.
    pub fn glyphs(&self, text: &str, style: Style) -> Vec<KrillaGlyph> {
        let glyph = |(at, character): (usize, char)| {
            let (glyph, range) = (self.glyph(character), at..at + character.len_utf8());
            let advance = self.advance(glyph) + style.spacing / style.size;
            KrillaGlyph::new(GlyphId::new(glyph.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }

    fn glyph(&self, character: char) -> skrifa::GlyphId {
        self.characters.map(character).unwrap_or(self.replacement)
    }

    /// In parts of the font's size.
    fn advance(&self, glyph: skrifa::GlyphId) -> f32 {
        self.metrics.advance_width(glyph).unwrap_or(0.0) / self.em
    }
}
