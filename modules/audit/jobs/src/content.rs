//! The file of a job, as it goes out: whole, in part, or compressed on its way.

mod wanted;

use std::io::{ErrorKind, SeekFrom};

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use async_compression::tokio::bufread::{GzipEncoder, ZstdEncoder};
use poem::http::{Method, StatusCode, header};
use poem::{Body, IntoResponse, Request, Response, ResponseBuilder};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt, BufReader};
use tokio_util::io::ReaderStream;

use self::wanted::{Coding, Wanted};
use crate::file;
use crate::job::{Model, state};

/// Bytes that are read from the disk at once.
const PIECE: usize = 64 * 1024;

/// The file of a job, as the request wants it, for a caller who reaches those customers. `refused` writes the error of a range
/// that the file does not have, in the words of whoever is asked.
///
/// # Errors
/// 412 where there is no file, 403 where the credential does not reach all that is in it, 404 where it was lost.
pub async fn of(
    caller: &RequestContext,
    scope: &CustomerSet,
    job: Model,
    request: &Request,
    refused: fn(&ApiError, i64) -> Response,
) -> Result<Response, ApiError> {
    require_file(&job)?;
    if !job.is_within(scope)? {
        let text = "Access denied: this credential does not reach all customers that are in the file";
        return Err(ApiError::forbidden("access.denied", text));
    }
    let format = job.format()?;
    let path = file::path(&caller.platform.settings.exports_folder(), job.id, format);
    let file = File::open(path).await.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            ApiError::not_found("file: it is gone, or the folder of exports is not the same everywhere")
        }
        _ => ApiError::internal(error),
    })?;
    let size = file.metadata().await.map_err(ApiError::internal)?.len();
    let tag = format!("\"{}\"", job.sha256.as_deref().unwrap_or_default());
    let wanted = Wanted::of(request.headers(), &tag, size, format.is_text());
    let answer = Response::builder()
        .header(header::ETAG, wanted.tag(&tag))
        .header(header::VARY, header::ACCEPT_ENCODING)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", job.file_name()))
        .content_type(format.media_type());
    let (head, now) = (request.method() == Method::HEAD, caller.platform.clock.now_millis());
    Sent { file, size, head, now, refused }.answer(answer, wanted).await
}

fn require_file(job: &Model) -> Result<(), ApiError> {
    let text = match job.state.as_str() {
        state::COMPLETED => return Ok(()),
        state::FAILED => format!("It failed: {}", job.error.as_deref().unwrap_or_default()),
        state::CANCELLED => "It was cancelled before there was a file".to_owned(),
        state::EXPIRED => "The file was taken away: its time was over, or somebody did not want it any more".to_owned(),
        other => format!("The file is not there yet: it is {other}"),
    };
    Err(ApiError::unmet("action.error", text))
}

/// A file on its way.
struct Sent {
    file: File,
    size: u64,
    head: bool,
    now: i64,
    refused: fn(&ApiError, i64) -> Response,
}

impl Sent {
    async fn answer(mut self, answer: ResponseBuilder, wanted: Wanted) -> Result<Response, ApiError> {
        let size = self.size;
        Ok(match wanted {
            Wanted::Nothing => answer.status(StatusCode::NOT_MODIFIED).finish(),
            Wanted::Unsatisfiable => {
                let text = format!("The file has {size} bytes, and none of that range");
                let error = ApiError::action(StatusCode::RANGE_NOT_SATISFIABLE, "range.not.satisfiable", text);
                (self.refused)(&error, self.now)
                    .with_header(header::CONTENT_RANGE, format!("bytes */{size}"))
                    .into_response()
            }
            Wanted::Whole => self.plain(answer.header(header::ACCEPT_RANGES, "bytes"), size),
            Wanted::Part { first, last } => {
                self.file.seek(SeekFrom::Start(first)).await.map_err(ApiError::internal)?;
                let answer = answer
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(header::ACCEPT_RANGES, "bytes")
                    .header(header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}"));
                self.plain(answer, last - first + 1)
            }
            Wanted::Encoded(coding) => {
                let answer = answer.header(header::CONTENT_ENCODING, coding.name());
                let file = BufReader::with_capacity(PIECE, self.file);
                answer.body(match coding {
                    _ if self.head => Body::empty(),
                    Coding::Gzip => body(GzipEncoder::new(file)),
                    Coding::Zstd => body(ZstdEncoder::new(file)),
                })
            }
        })
    }

    fn plain(self, answer: ResponseBuilder, length: u64) -> Response {
        let answer = answer.header(header::CONTENT_LENGTH, length);
        answer.body(if self.head { Body::empty() } else { body(self.file.take(length)) })
    }
}

fn body(reader: impl AsyncRead + Send + 'static) -> Body {
    Body::from_bytes_stream(ReaderStream::with_capacity(reader, PIECE))
}

/// What a document says of an answer with a file of one of those types.
#[must_use]
pub fn described(types: &[&'static str]) -> MetaResponses {
    let binary = || MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")));
    let content = || types.iter().map(|content_type| MetaMediaType { content_type, schema: binary() }).collect();
    let answer = |status, description, content| MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content,
        headers: Vec::new(),
    };
    MetaResponses {
        responses: vec![
            answer(200, "The file", content()),
            answer(206, "The range of the file that was asked for", content()),
            answer(304, "The client has the file already (`If-None-Match`)", Vec::new()),
        ],
    }
}
