//! The operations.

use argus_dialects_common::Fault;

use crate::model::ErrorBody;

pub mod job;
pub mod log;

type Failure = Fault<ErrorBody>;
