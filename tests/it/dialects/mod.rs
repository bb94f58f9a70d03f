//! Other systems' clients, as they are: each dialect against what its clients know.

mod spectra;
