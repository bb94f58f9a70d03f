//! The mail that tells of a completed job.

use argus_core::app::Platform;
use argus_core::error::ApiError;
use argus_mail::{Attachment, Message};

use crate::file;
use crate::job::Model;
use crate::kind::Kind;

/// The mail with the file of a completed job. Where the file is too large to go along, its address is told in any case.
pub fn of(platform: &Platform, kind: &dyn Kind, job: &Model) -> Result<Message, ApiError> {
    let to = job.email.clone().ok_or_else(|| ApiError::internal("a job to be sent to nobody"))?;
    let (name, what) = (job.file_name(), job.kind.to_lowercase());
    let format = job.format()?;
    let address = platform.public_addresses.first().map(String::as_str).unwrap_or_default();
    let expires = job.expires_at.map(argus_audit_log::print::iso).unwrap_or_default();
    let body = format!(
        "The {what} that was asked for is ready.\n\n\
         File:    {name}\n\
         Rows:    {}\n\
         Bytes:   {}\n\
         SHA-256: {}\n\n\
         It is attached where it is small enough. Until {expires} it can also be fetched, with the credential of whoever \
         asked for it, at\n\n{address}/audit/v1/{what}/{}/content\n",
        job.rows,
        job.size_bytes.unwrap_or_default(),
        job.sha256.as_deref().unwrap_or_default(),
        job.id,
    );
    let path = file::path(&platform.settings.exports_folder(), job.id, format);
    Ok(Message {
        customer_id: job.customer_id,
        purpose: kind.completed(),
        to,
        subject: format!("Argus: the {what} is ready"),
        body,
        attachment: Some(Attachment { path, name, media_type: format.media_type().to_owned() }),
    })
}
