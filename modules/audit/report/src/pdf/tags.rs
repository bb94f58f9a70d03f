//! What the pieces of a page mean, for whoever does not see them.

use std::num::NonZeroU16;

use krilla::geom::Rect;
use krilla::tagging::{BBox, Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

use super::Failure;
use super::shape::Area;
use super::text::clean;

/// What something is.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// A part of the document.
    Section,
    /// A heading of that level, from 1, that says that.
    Heading(u16, String),
    /// Sentences, or a few words.
    Paragraph,
    /// A picture: what it shows, on which page and where.
    Figure(String, usize, Area),
    /// A table: what it is about.
    Table(String),
    /// The rows of a table that name the columns.
    Head,
    /// The other rows.
    Body,
    /// A row.
    Row,
    /// A cell that names a column.
    ColumnHeader,
    /// A cell that names a row.
    RowHeader,
    /// Another cell.
    Cell,
}

/// Something with a meaning, made of others, or of what is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// What it is.
    pub role: Role,
    /// What it is made of.
    pub children: Vec<Child>,
}

/// What an element is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Child {
    /// Another element.
    Element(Element),
    /// The piece of that number that is drawn on a page.
    Content(usize),
}

/// The tree as the file has it; `drawn` are the pieces that were drawn.
pub fn tree(elements: &[Element], drawn: &[Identifier]) -> Result<TagTree, Failure> {
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    for element in elements {
        tree.push(group(element, drawn)?);
    }
    Ok(tree)
}

fn group(element: &Element, drawn: &[Identifier]) -> Result<TagGroup, Failure> {
    let mut group = TagGroup::new(tag(&element.role));
    for child in &element.children {
        let node = match child {
            Child::Element(element) => Node::Group(self::group(element, drawn)?),
            Child::Content(number) => {
                let drawn = drawn.get(*number).ok_or_else(|| Failure("a piece of a page was not drawn".to_owned()))?;
                Node::Leaf(*drawn)
            }
        };
        group.push(node);
    }
    Ok(group)
}

fn tag(role: &Role) -> TagKind {
    match role {
        Role::Section => Tag::Section.into(),
        Role::Heading(level, title) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(clean(title))).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Figure(alternative, page, area) => {
            let rect = Rect::from_xywh(area.x, area.y, area.width, area.height);
            Tag::Figure(Some(clean(alternative))).with_bbox(rect.map(|rect| BBox::new(*page, rect))).into()
        }
        Role::Table(summary) => Tag::Table.with_summary(Some(clean(summary))).into(),
        Role::Head => Tag::THead.into(),
        Role::Body => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHeader => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHeader => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
    }
}
