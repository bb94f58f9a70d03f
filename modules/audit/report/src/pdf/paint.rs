//! The file itself.

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{Path, PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};

use argus_core::clock::Nanos;

use super::Failure;
use super::face::Faces;
use super::flow::{Laid, Piece};
use super::shape::{Area, Shape, rule, text};
use super::style::{Color, MARGIN, NOTE, PAGE, RIGHT, RULE, WIDTH};
use super::tags;
use super::text::{clean, fitted};
use crate::time::parts;

/// What the file says of itself.
pub struct About {
    /// Its title.
    pub title: String,
    /// Whoever had it made.
    pub author: String,
    /// When, in ns.
    pub made_at: Nanos,
    /// What stands at the foot of every page, beside its number.
    pub foot: String,
}

/// Makes the file. Should a validator find fault with it, it is made without being called valid: a report that is not quite
/// what a standard asks for is worth more than none.
pub fn paint(faces: &Faces, laid: &Laid, about: &About) -> Result<Vec<u8>, Failure> {
    let strict = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| Failure(format!("{error:?}")))?;
    match draw(faces, laid, about, strict)? {
        Err(KrillaError::Validation(_)) => draw(faces, laid, about, Configuration::default())?,
        made => made,
    }
    .map_err(|error| Failure(error.to_string()))
}

/// Made under those standards, or not at all.
fn draw(
    faces: &Faces,
    laid: &Laid,
    about: &About,
    configuration: Configuration,
) -> Result<Result<Vec<u8>, KrillaError>, Failure> {
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut drawn: Vec<Option<Identifier>> = vec![None; laid.pieces];
    for (index, pieces) in laid.pages.iter().enumerate() {
        let settings =
            PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| Failure("a page without size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for piece in pieces {
            let identifier = draw_piece(faces, &mut surface, piece);
            if let Some(place) = piece.number.and_then(|number| drawn.get_mut(number)) {
                *place = Some(identifier);
            }
        }
        let foot = foot(faces, about, index + 1, laid.pages.len());
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        foot.iter().for_each(|shape| draw_shape(faces, &mut surface, shape));
        surface.end_tagged();
    }
    let drawn: Vec<Identifier> = drawn.into_iter().flatten().collect();
    if drawn.len() != laid.pieces {
        return Err(Failure("a piece of a page was not drawn".to_owned()));
    }
    document.set_tag_tree(tags::tree(&laid.elements, &drawn)?);
    document.set_outline(outline(laid));
    document.set_metadata(metadata(about));
    Ok(document.finish())
}

fn draw_piece(faces: &Faces, surface: &mut Surface<'_>, piece: &Piece) -> Identifier {
    let tag = match piece.number {
        Some(_) => ContentTag::Span(SpanTag::empty()),
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
    };
    let identifier = surface.start_tagged(tag);
    piece.shapes.iter().for_each(|shape| draw_shape(faces, surface, shape));
    surface.end_tagged();
    identifier
}

fn draw_shape(faces: &Faces, surface: &mut Surface<'_>, shape: &Shape) {
    let fill =
        |Color(red, green, blue)| Some(Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() });
    match shape {
        Shape::Text { x, y, style, text } => {
            surface.set_fill(fill(style.color));
            let face = faces.of(*style);
            let (start, glyphs) = (Point::from_xy(*x, *y), face.glyphs(text, *style));
            surface.draw_glyphs(start, &glyphs, face.font(), text, style.size, false);
        }
        Shape::Box { area, radius, color } => {
            surface.set_fill(fill(*color));
            if let Some(path) = outline_of(area, *radius) {
                surface.draw_path(&path);
            }
        }
    }
}

/// A rectangle with round corners; none for one without size.
fn outline_of(area: &Area, radius: f32) -> Option<Path> {
    if area.width <= 0.0 || area.height <= 0.0 {
        return None;
    }
    let (left, top, right, bottom) = (area.x, area.y, area.right(), area.y + area.height);
    let r = radius.min(area.width / 2.0).min(area.height / 2.0);
    let mut path = PathBuilder::new();
    path.move_to(left + r, top);
    // Where each edge leaves off, its corner, and where the next edge begins.
    for (edge, corner, next) in [
        ((right - r, top), (right, top), (right, top + r)),
        ((right, bottom - r), (right, bottom), (right - r, bottom)),
        ((left + r, bottom), (left, bottom), (left, bottom - r)),
        ((left, top + r), (left, top), (left + r, top)),
    ] {
        path.line_to(edge.0, edge.1);
        if r > 0.0 {
            path.quad_to(corner.0, corner.1, next.0, next.1);
        }
    }
    path.close();
    path.finish()
}

fn foot(faces: &Faces, about: &About, page: usize, pages: usize) -> [Shape; 3] {
    let (y, number) = (PAGE.1 - 30.0, format!("{page} of {pages}"));
    let wide = faces.width(&number, NOTE);
    let words = fitted(faces, &about.foot, NOTE, WIDTH - wide - 24.0);
    [rule(MARGIN, y - 16.0, WIDTH, RULE), text(MARGIN, y, NOTE, words), text(RIGHT - wide, y, NOTE, number)]
}

fn outline(laid: &Laid) -> Outline {
    let mut outline = Outline::new();
    for mark in &laid.bookmarks {
        let place = XyzDestination::new(mark.page, Point::from_xy(0.0, mark.y.max(0.0)));
        outline.push_child(OutlineNode::new(clean(&mark.title), place));
    }
    outline
}

fn metadata(about: &About) -> Metadata {
    let (year, month, day, hour, minute, second) = parts(about.made_at);
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    let date = DateTime::new(u16::try_from(year).unwrap_or(0)).month(small(month)).day(small(day));
    let date = date.hour(small(hour)).minute(small(minute)).second(small(second));
    let title = clean(&about.title);
    Metadata::new()
        .title(title)
        .authors(vec![clean(&about.author)])
        .creator("Argus".to_owned())
        .language("en".to_owned())
        .creation_date(date.utc_offset_hour(0).utc_offset_minute(0))
}
