//! Sizes and colours, in one place.

/// A4, in points.
pub const PAGE: (f32, f32) = (595.28, 841.89);
/// From the edges to what is written.
pub const MARGIN: f32 = 46.0;
/// Where a page that is not the first begins.
pub const TOP: f32 = 54.0;
/// Where what is written ends; below are the page numbers.
pub const BOTTOM: f32 = PAGE.1 - 62.0;
/// The width of what is written.
pub const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// The right edge of what is written.
pub const RIGHT: f32 = PAGE.0 - MARGIN;

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

/// Of texts.
pub const INK: Color = Color(0x18, 0x21, 0x34);
/// Of texts that stand back; still four and a half times as dark as [`TINT`].
pub const MUTED: Color = Color(0x58, 0x64, 0x78);
/// Behind the title.
pub const NIGHT: Color = Color(0x12, 0x1D, 0x36);
/// Of texts on [`NIGHT`].
pub const SNOW: Color = Color(0xFF, 0xFF, 0xFF);
/// Of texts on [`NIGHT`] that stand back.
pub const MIST: Color = Color(0xB9, 0xC7, 0xE4);
/// Of bars, and of what leads the eye.
pub const ACCENT: Color = Color(0x2F, 0x62, 0xB5);
/// Of what went wrong.
pub const ALERT: Color = Color(0xC6, 0x4B, 0x1F);
/// Behind tiles, and where a bar could be.
pub const TINT: Color = Color(0xF2, 0xF5, 0xFA);
/// Of hairlines.
pub const RULE: Color = Color(0xD9, 0xDF, 0xE9);

/// How bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Of most texts.
    Regular,
    /// Of titles and figures.
    Bold,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// How bold.
    pub weight: Weight,
    /// In points.
    pub size: f32,
    /// Its colour.
    pub color: Color,
    /// What is put between letters, in points.
    pub spacing: f32,
}

/// A plain text of that size.
pub const fn regular(size: f32, color: Color) -> Style {
    Style { weight: Weight::Regular, size, color, spacing: 0.0 }
}

/// A bold text of that size.
pub const fn bold(size: f32, color: Color) -> Style {
    Style { weight: Weight::Bold, size, color, spacing: 0.0 }
}

/// Sentences.
pub const BODY: Style = regular(9.0, INK);
/// Remarks below something.
pub const NOTE: Style = regular(8.0, MUTED);
/// Cells of tables.
pub const CELL: Style = regular(8.5, INK);
/// Titles of columns.
pub const HEAD: Style = bold(7.5, MUTED);
/// Words at axes.
pub const AXIS: Style = regular(7.0, MUTED);
/// Titles of parts.
pub const TITLE: Style = bold(13.5, INK);
/// Titles within parts.
pub const SUBTITLE: Style = bold(9.5, INK);
