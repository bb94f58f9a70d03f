//! Promises that hold across all modules; the tests themselves are in `it/`, the measurements in `benches/`.
