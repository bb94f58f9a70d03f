//! Other systems' clients, as they are: each dialect by the examples and rules of the system whose it is. Numbers such as S0-11
//! name the rules; the dialects' own pages say what they mean.

mod all_doors;
mod argus0;
mod curl;
mod doors;
mod machine;
mod mounts;
mod prefix;
mod rail;
mod spectra;
