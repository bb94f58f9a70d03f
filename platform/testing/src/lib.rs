//! For tests: the real server on a real socket, actors to talk to it, a clock that can be moved.
//!
//! ```ignore
//! stores(async |app| {
//!     let (anonymous, admin) = (app.anonymous(), app.admin());
//!     let reader = app.user("reader", &[("viewAuditEvents", "root")]).await;
//!     admin.post("/audit/v1/event", json!({"action": "created"})).await.expect(201);
//!     reader.get("/audit/v1/event").await.expect(200);
//!     anonymous.get("/audit/v1/event").await.expect(401);
//! })
//! .await;
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::indexing_slicing, reason = "a missing member is null, or fails the test")]

mod actor;
mod app;
mod store;

pub use actor::{Actor, Answer};
pub use app::{PASSWORD, START, TestApp};
pub use store::{Store, stores, stores_with};
