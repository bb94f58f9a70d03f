//! Other systems' clients, as they are.

mod spectra;
