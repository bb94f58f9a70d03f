//! The dialect spectra.

pub mod accounts;
