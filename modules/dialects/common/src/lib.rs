//! What the dialects have in common. Each of them is an adapter: paths, parameters, bodies, status codes and the shape of errors
//! are its own; reading the log and writing into it are the log's, reached through here.

mod answer;
mod body;
pub mod bound;
mod fault;
mod read;
pub mod time;
mod write;

pub use answer::{Answer, Either, answer};
pub use body::RawBody;
pub use fault::Fault;
pub use read::{Page, find, names, page, page_within};
pub use write::{new_row, submit};
