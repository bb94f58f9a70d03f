//! Who came in, or tried to (S4-21): into services, and into Argus itself.

use argus_audit_log::views::{LoginEvents, login};
use argus_core::error::{ApiError, FieldErrors};
use argus_dialects_common::page;
use serde_json::json;

use crate::filter::{Filter, Paging};
use crate::list::Reader;
use crate::model::Logins;
use crate::output;

/// A page of logins.
///
/// # Errors
/// 412 with everything that is wrong with what is asked; when the store fails.
pub async fn logins(
    caller: &Reader,
    filter: &Filter,
    status: Option<&str>,
    paging: &Paging,
) -> Result<Logins, ApiError> {
    let mut errors = FieldErrors::default();
    let mut criteria = filter.criteria("", &mut errors);
    let outcomes = match status {
        // What nobody called a failure is printed as none.
        Some("SUCCESS") => Some(json!(["SUCCESS", "UNKNOWN"])),
        Some("FAILED") => Some(json!(["FAILURE"])),
        Some(_) => {
            errors.add("status", "invalid.field.value", "Must be SUCCESS or FAILED");
            None
        }
        None => None,
    };
    criteria.extend(outcomes.map(|outcomes| ("outcome".to_owned(), outcomes)));
    paging.put(&mut criteria, &mut errors);
    errors.finish()?;
    criteria.insert("count".to_owned(), false.into());
    let found = page::<_, LoginEvents>(caller, &criteria.into(), login()).await?;
    Ok(Logins { data: found.rows.iter().map(output::login).collect() })
}
