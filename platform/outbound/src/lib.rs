//! HTTP requests to others. Whom the settings name is asked by [`Http`]; whom a client of Argus names is asked by
//! [`Connection`], which goes to no address that the client has no business with (server-side request forgery).

pub mod address;
mod connection;
mod http;
mod target;
mod tls;

pub use connection::{Answer, Connection, Dialer, Resolve, SystemResolver};
pub use http::{Http, HttpError};
pub use target::Target;
pub use tls::client as tls_client;
