//! What can be drawn.

use super::style::{Color, Style};

/// A rectangle, from its left upper corner, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// One thing on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A text of one line, from its left end on the line it stands on.
    Text {
        /// Left end.
        x: f32,
        /// The line it stands on.
        y: f32,
        /// How it looks.
        style: Style,
        /// What it says.
        text: String,
    },
    /// A filled rectangle with round corners.
    Box {
        /// Where.
        area: Area,
        /// Of its corners.
        radius: f32,
        /// Its colour.
        color: Color,
    },
}

impl Area {
    /// Where its right edge is.
    pub fn right(&self) -> f32 {
        self.x + self.width
    }
}

/// A filled rectangle.
pub fn filled(x: f32, y: f32, width: f32, height: f32, color: Color) -> Shape {
    rounded(Area { x, y, width, height }, 0.0, color)
}

/// A filled rectangle with round corners.
pub fn rounded(area: Area, radius: f32, color: Color) -> Shape {
    Shape::Box { area, radius, color }
}

/// A hairline to the right.
pub fn rule(x: f32, y: f32, width: f32, color: Color) -> Shape {
    filled(x, y, width, 0.6, color)
}

/// A text from its left end.
pub fn text(x: f32, y: f32, style: Style, text: impl Into<String>) -> Shape {
    Shape::Text { x, y, style, text: text.into() }
}
