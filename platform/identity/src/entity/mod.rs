//! The rows, one file a table.

pub mod api_key;
pub mod customer;
pub mod domain;
pub mod function;
pub mod function_child;
pub mod function_mapping;
pub mod membership;
pub mod one_time_key;
pub mod openid_link;
pub mod password_history;
pub mod permission;
pub mod public_key;
pub mod session;
pub mod signature_nonce;
pub mod signature_pin;
pub mod spectra_account;
pub mod subject;
pub mod subject_picture;
pub mod totp;
pub mod used_authorization;
pub mod user_preference;
