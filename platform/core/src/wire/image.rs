//! Images as they come in and go out: pictures of users, logos of customers.
//!
//! An image is never decoded here: a few bytes can say that they are a picture of a hundred million dots, and nothing on
//! the way of a request should have to find out. It is told from its first bytes, kept as it was sent, and given back with
//! its type, which no browser may guess anew.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Request, RequestBody, Response};
use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaParamIn, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::{ApiExtractor, ApiExtractorType, ApiResponse, Enum, ExtractParamOptions, Object};
use serde_json::json;

use super::query::values;
use crate::error::{ApiError, FieldErrors};

/// Bytes of a body with an image: 10 MiB of base64, and room for the rest.
pub const IMAGE_BODY: usize = (10 << 20) + 4096;

/// What stands for a picture where there is none.
const NEUTRAL: &[u8] = include_bytes!("neutral.png");

const PNG: &str = "image/png";
const JPEG: &str = "image/jpeg";

/// What an image says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MimeType {
    /// PNG.
    #[oai(rename = "image/png")]
    Png,
    /// JPEG, by another name.
    #[oai(rename = "image/jpg")]
    Jpg,
    /// JPEG.
    #[oai(rename = "image/jpeg")]
    Jpeg,
}

/// An image to be stored.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ImageUpload {
    /// The bytes in base64, at most 10 MiB of it.
    #[oai(validator(min_length = 1, max_length = 10485760))]
    pub image: String,
    /// What they are.
    pub mime_type: MimeType,
}

/// An image, with its type. As an answer it has no envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// `image/png` or `image/jpeg`.
    pub mime_type: String,
    /// As it was sent.
    pub bytes: Vec<u8>,
}

impl Image {
    /// What stands for a picture where there is none.
    #[must_use]
    pub fn neutral() -> Self {
        Self { mime_type: PNG.to_owned(), bytes: NEUTRAL.to_vec() }
    }

    /// The image of an upload; nothing, and a note, when its bytes are not what it says.
    pub fn of(upload: &ImageUpload, errors: &mut FieldErrors) -> Option<Self> {
        let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let Ok(bytes) = GeneralPurpose::new(&STANDARD, lenient).decode(&upload.image) else {
            if !errors.has("image") {
                errors.add("image", "invalid.field.value", "Not base64");
            }
            return None;
        };
        let (mime_type, name) = match upload.mime_type {
            MimeType::Png => (PNG, "PNG"),
            MimeType::Jpg | MimeType::Jpeg => (JPEG, "JPEG"),
        };
        if told(&bytes) != Some(mime_type) {
            if !errors.has("image") && !errors.has("mimeType") {
                errors.add("image", "invalid.field.value", format!("Not a {name} image"));
            }
            return None;
        }
        Some(Self { mime_type: mime_type.to_owned(), bytes })
    }
}

/// The type that the first bytes tell (PNG: RFC 2083, 3.1; JPEG: start of image and of the next marker).
fn told(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(PNG);
    }
    bytes.starts_with(b"\xff\xd8\xff").then_some(JPEG)
}

impl IntoResponse for Image {
    fn into_response(self) -> Response {
        let response = Response::builder().status(StatusCode::OK).content_type(&self.mime_type);
        response.header(header::X_CONTENT_TYPE_OPTIONS, "nosniff").body(self.bytes)
    }
}

impl ApiResponse for Image {
    fn meta() -> MetaResponses {
        let binary = || MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")));
        let content = [PNG, JPEG].map(|content_type| MetaMediaType { content_type, schema: binary() });
        let nosniff = MetaHeader {
            name: "X-Content-Type-Options".to_owned(),
            description: Some("Always `nosniff`".to_owned()),
            required: true,
            deprecated: false,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
        };
        let response = MetaResponse {
            description: "The image, as it was stored",
            status: Some(200),
            status_range: None,
            content: content.into(),
            headers: vec![nosniff],
        };
        MetaResponses { responses: vec![response] }
    }

    fn register(_: &mut Registry) {}
}

/// How an image is asked for: `default`, and `size`, `width` and `height`, which are checked and change nothing, since
/// images are given as they were stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageQuery {
    /// Whether something neutral is wanted where there is no image.
    pub default: bool,
}

const SIZES: [&str; 4] = ["small", "medium", "large", "xlarge"];

impl ImageQuery {
    fn read(query: &str) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let mut bad = |name, text| errors.add(name, "invalid.field.value", text);
        let mut given = |name| match values(query, name) {
            Some(mut given) => given.pop(),
            None => {
                bad(name, "Not valid percent-encoded UTF-8");
                None
            }
        };
        let [default, size, width, height] = ["default", "size", "width", "height"].map(&mut given);
        let default = default.map(|text| text.to_lowercase().parse::<bool>());
        if default.as_ref().is_some_and(Result::is_err) {
            bad("default", "Neither true nor false");
        }
        if size.is_some_and(|size| !SIZES.contains(&size.as_str())) {
            bad("size", "Must be one of small, medium, large, xlarge");
        }
        for (name, text) in [("width", width), ("height", height)] {
            if text.is_some_and(|text| !text.parse().is_ok_and(|number: i32| number > 0)) {
                bad(name, "Not a whole number above 0");
            }
        }
        errors.finish()?;
        Ok(Self { default: default.is_some_and(|default| default == Ok(true)) })
    }

    fn schema() -> MetaSchema {
        let described = |ty, description, enumerated: &[&str]| {
            let enum_items = enumerated.iter().map(|word| json!(word)).collect();
            let schema = MetaSchema { description: Some(description), enum_items, ..MetaSchema::new(ty) };
            MetaSchemaRef::Inline(Box::new(schema))
        };
        let stored = "Without effect: the image is given as it was stored";
        let properties = vec![
            ("default", described("boolean", "A neutral image instead of 404 where there is none", &[])),
            ("size", described("string", stored, &SIZES)),
            ("width", described("integer", stored, &[])),
            ("height", described("integer", stored, &[])),
        ];
        MetaSchema { description: Some("How an image is asked for"), properties, ..MetaSchema::new("object") }
    }
}

impl<'a> ApiExtractor<'a> for ImageQuery {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("ImageQuery".to_owned(), |_| Self::schema());
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Reference("ImageQuery".to_owned()))
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        Ok(Self::read(request.uri().query().unwrap_or_default())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(bytes: &[u8], mime_type: MimeType) -> (Option<Image>, Vec<String>) {
        let image = base64::engine::general_purpose::STANDARD.encode(bytes);
        let mut errors = FieldErrors::default();
        let read = Image::of(&ImageUpload { image, mime_type }, &mut errors);
        let fields = errors.finish().err().map(|error| error.messages).unwrap_or_default();
        (read, fields.into_iter().filter_map(|message| message.field).collect())
    }

    #[test]
    fn images_are_told_by_their_first_bytes() {
        let jpeg = b"\xff\xd8\xff\xe0rest";
        assert_eq!(upload(NEUTRAL, MimeType::Png), (Some(Image::neutral()), vec![]));
        for name in [MimeType::Jpg, MimeType::Jpeg] {
            assert_eq!(upload(jpeg, name).0.map(|image| image.mime_type), Some(JPEG.to_owned()));
            assert_eq!(upload(NEUTRAL, name), (None, vec!["image".to_owned()]));
        }
        for other in [&jpeg[..], b"<svg/>", b"GIF89a", b"\x89PNG", b""] {
            assert_eq!(upload(other, MimeType::Png), (None, vec!["image".to_owned()]), "{other:?}");
        }
    }

    #[test]
    fn every_bad_parameter_is_named() {
        assert_eq!(ImageQuery::read("").unwrap(), ImageQuery { default: false });
        assert_eq!(ImageQuery::read("default=True&size=small&width=1&height=9").unwrap(), ImageQuery { default: true });
        let refused = ImageQuery::read("default=2&size=huge&width=0&height=x").unwrap_err();
        let fields: Vec<_> = refused.messages.iter().filter_map(|message| message.field.as_deref()).collect();
        assert_eq!(fields, ["default", "size", "width", "height"]);
    }
}
