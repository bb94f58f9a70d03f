//! Pages that fill from above, and what stands on them.

use super::face::Faces;
use super::shape::Shape;
use super::style::{BOTTOM, TOP};
use super::tags::{Child, Element, Role};

/// A piece of a page, drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Its number, if it means something; what only decorates has none.
    pub number: Option<usize>,
    /// What it is made of.
    pub shapes: Vec<Shape>,
}

/// Where a part of the document begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Bookmark {
    /// What it is called.
    pub title: String,
    /// On which page, from 0.
    pub page: usize,
    /// How far from its upper edge.
    pub y: f32,
}

/// Pages so far.
pub struct Flow {
    /// Measures texts.
    pub faces: &'static Faces,
    /// How far down the last page is full.
    pub y: f32,
    pages: Vec<Vec<Piece>>,
    pieces: usize,
    /// Elements that are not closed yet, the outermost first.
    open: Vec<Element>,
    closed: Vec<Element>,
    bookmarks: Vec<Bookmark>,
}

/// Pages, what stands on them, and what it means.
pub struct Laid {
    /// Pages, of pieces.
    pub pages: Vec<Vec<Piece>>,
    /// How many pieces mean something.
    pub pieces: usize,
    /// What they mean.
    pub elements: Vec<Element>,
    /// Parts.
    pub bookmarks: Vec<Bookmark>,
}

impl Flow {
    /// One empty page.
    pub fn new(faces: &'static Faces) -> Self {
        Self {
            faces,
            y: TOP,
            pages: vec![Vec::new()],
            pieces: 0,
            open: Vec::new(),
            closed: Vec::new(),
            bookmarks: Vec::new(),
        }
    }

    /// The number of the last page, from 0.
    pub fn page(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// What is left of the last page.
    pub fn left(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Begins another page unless that much is left of the last one; says whether it did.
    pub fn need(&mut self, height: f32) -> bool {
        if self.left() >= height || self.y <= TOP {
            return false;
        }
        self.pages.push(Vec::new());
        self.y = TOP;
        true
    }

    /// Everything that is put on pages meanwhile is a part of one element.
    pub fn within<R>(&mut self, role: Role, put: impl FnOnce(&mut Self) -> R) -> R {
        self.open.push(Element { role, children: Vec::new() });
        let done = put(self);
        if let Some(element) = self.open.pop() {
            match self.open.last_mut() {
                Some(outer) => outer.children.push(Child::Element(element)),
                None => self.closed.push(element),
            }
        }
        done
    }

    /// Draws something that means something: a part of the element that is open, and one of its own without.
    pub fn content(&mut self, shapes: Vec<Shape>) {
        let number = self.pieces;
        self.pieces += 1;
        self.put(Piece { number: Some(number), shapes });
        match self.open.last_mut() {
            Some(element) => element.children.push(Child::Content(number)),
            None => {
                let children = vec![Child::Content(number)];
                self.closed.push(Element { role: Role::Paragraph, children });
            }
        }
    }

    /// Draws something that only decorates.
    pub fn decoration(&mut self, shapes: Vec<Shape>) {
        self.put(Piece { number: None, shapes });
    }

    /// Notes that a part of the document begins here.
    pub fn bookmark(&mut self, title: impl Into<String>, y: f32) {
        self.bookmarks.push(Bookmark { title: title.into(), page: self.page(), y });
    }

    /// What came of it.
    pub fn finish(self) -> Laid {
        Laid { pages: self.pages, pieces: self.pieces, elements: self.closed, bookmarks: self.bookmarks }
    }

    fn put(&mut self, piece: Piece) {
        if let Some(page) = self.pages.last_mut() {
            page.push(piece);
        }
    }
}
