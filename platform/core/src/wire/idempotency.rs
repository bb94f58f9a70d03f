//! The header by which a client says that two requests are one.

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::error::FieldErrors;

/// The header's name, which is also that of its field error.
const NAME: &str = "Idempotency-Key";

/// Characters a key may have.
const LONGEST: usize = 255;

/// The `Idempotency-Key` of a request: 1 to 255 visible ASCII characters. It is judged by [`IdempotencyKey::read`], so
/// that one answer names it together with whatever else is wrong.
#[derive(Debug)]
pub struct IdempotencyKey {
    sent: Vec<Option<String>>,
}

impl IdempotencyKey {
    /// The key, if there is one; in `errors`, that it cannot be one.
    pub fn read(&self, errors: &mut FieldErrors) -> Option<&str> {
        match self.sent.as_slice() {
            [] => None,
            [Some(key)] => Some(key),
            [None] => {
                let text = format!("Must be 1 to {LONGEST} visible ASCII characters");
                errors.add(NAME, "invalid.field.value", text);
                None
            }
            _ => {
                errors.add(NAME, "invalid.field.value", "Must stand once");
                None
            }
        }
    }
}

fn is_key(value: &[u8]) -> bool {
    (1..=LONGEST).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic)
}

impl<'a> ApiExtractor<'a> for IdempotencyKey {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <String as Type>::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(String::schema_ref())
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        let values = request.headers().get_all(NAME).iter();
        let sent =
            values.map(|value| is_key(value.as_bytes()).then(|| value.to_str().ok().map(str::to_owned)).flatten());
        Ok(Self { sent: sent.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&[u8]]) -> (Option<String>, usize) {
        let mut errors = FieldErrors::default();
        let sent = values.iter().map(|value| is_key(value).then(|| String::from_utf8_lossy(value).into_owned()));
        let key = IdempotencyKey { sent: sent.collect() };
        (key.read(&mut errors).map(str::to_owned), errors.len())
    }

    #[test]
    fn a_key_is_visible_and_stands_once() {
        assert_eq!(read(&[]), (None, 0));
        assert_eq!(read(&[b"a-1"]), (Some("a-1".to_owned()), 0));
        assert_eq!(read(&[&[b'k'; LONGEST]]).1, 0);
        for bad in [&b""[..], b"a b", b"a\tb", b"\xc3\xa4", &[b'k'; LONGEST + 1]] {
            assert_eq!(read(&[bad]), (None, 1), "{bad:?}");
        }
        assert_eq!(read(&[b"a", b"a"]), (None, 1));
    }
}
