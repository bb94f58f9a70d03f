//! Where a request leads: by its path, its method, and the ground on which it lies.

use std::borrow::Cow;
use std::sync::Arc;

use poem::Request;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode};

use super::face::Face;
use super::mount::{App, Operation, Resource};
use crate::error::ApiError;

/// What every page takes.
static PAGE_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD");

/// Where a request leads.
pub(super) enum Found<'a> {
    Operation(&'a Arc<Operation>, &'a BoxEndpoint<'static>, Vec<String>),
    Page(&'a BoxEndpoint<'static>),
    /// Why there is nothing, the methods that the path takes, if there is the path, and the dialect on whose ground it lies.
    Nothing(ApiError, Option<&'a HeaderValue>, Option<&'a Arc<Face>>),
}

impl Found<'_> {
    /// The dialect in which the request is answered.
    pub(super) fn face(&self) -> Option<&Arc<Face>> {
        match self {
            Self::Operation(operation, ..) => operation.face.as_ref(),
            Self::Page(_) => None,
            Self::Nothing(_, _, face) => *face,
        }
    }
}

impl App {
    pub(super) fn find(&self, request: &Request) -> Found<'_> {
        let path = self.path(request);
        let Ok(found) = self.router.at(&path).or_else(|missing| self.without_slash(&path).ok_or(missing)) else {
            return Found::Nothing(nothing_here(), None, self.owner(&path));
        };
        let wanted = if *request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let face = found.value.face();
        let (allow, methods) = match found.value.as_ref() {
            Resource::Page(endpoint) if *wanted == Method::GET => return Found::Page(endpoint),
            Resource::Page(_) => (&PAGE_METHODS, &[][..]),
            Resource::Operations { allow, methods } => (allow, methods.as_slice()),
        };
        if let Some(other) = face.and_then(|face| self.rightful(face, &path)) {
            return Found::Nothing(nothing_here(), None, Some(other));
        }
        let Some((operation, endpoint)) = methods.iter().find(|(operation, _)| operation.method == *wanted) else {
            let text = "This path does not take this method";
            let error = ApiError::action(StatusCode::METHOD_NOT_ALLOWED, "method.not.allowed", text);
            return Found::Nothing(error, Some(allow), face);
        };
        match found.params.iter().map(|(_, value)| decoded(value)).collect() {
            Some(values) => Found::Operation(operation, endpoint, values),
            None => Found::Nothing(nothing_here(), None, face),
        }
    }

    /// The path to look for: at the host of a dialect its own paths, else what was sent.
    fn path<'r>(&self, request: &'r Request) -> Cow<'r, str> {
        let path = request.uri().path();
        match self.faces.iter().find(|face| face.has_host(request.headers())) {
            Some(face) => Cow::Owned(format!("{}{path}", face.home)),
            None => Cow::Borrowed(path),
        }
    }

    /// What a dialect has at a path but for its last slash: to the other systems that is the same.
    fn without_slash<'a, 'p>(&'a self, path: &'p str) -> Option<matchit::Match<'a, 'p, &'a Arc<Resource>>> {
        let found = self.router.at(path.strip_suffix('/')?).ok()?;
        found.value.face().is_some().then_some(found)
    }

    /// The dialect on whose ground a path lies.
    fn owner(&self, path: &str) -> Option<&Arc<Face>> {
        if let Some(face) = self.faces.iter().find(|face| face.is_home_of(path)) {
            return Some(face);
        }
        // A module is nobody's ground, whatever its path begins with.
        if self.is_of_module(path) {
            return None;
        }
        let grounds = self.faces.iter().filter_map(|face| Some((face.ground_of(path)?, face)));
        grounds.max_by_key(|(length, _)| *length).map(|(_, face)| face)
    }

    /// The dialect whose path it is, where that is another one than the one that was found there.
    fn rightful(&self, found: &Arc<Face>, path: &str) -> Option<&Arc<Face>> {
        if found.is_home_of(path) {
            return None;
        }
        self.owner(path).filter(|owner| !Arc::ptr_eq(owner, found))
    }

    /// Whether a path lies below that of a module.
    pub(super) fn is_of_module(&self, path: &str) -> bool {
        let below = |prefix: &String| path.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('/'));
        self.prefixes.iter().any(below)
    }
}

fn nothing_here() -> ApiError {
    ApiError::action(StatusCode::NOT_FOUND, "path.not.found", "There is nothing at this path")
}

/// Percent-decoded, if that is text without NUL.
fn decoded(value: &str) -> Option<String> {
    if !value.contains('%') {
        return Some(value.to_owned());
    }
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
    (!decoded.contains('\0')).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_values_are_text() {
        assert_eq!(decoded("a%20b").as_deref(), Some("a b"));
        assert_eq!(decoded("%ff"), None);
    }
}
