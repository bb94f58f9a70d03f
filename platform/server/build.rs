//! Takes Swagger UI out of the crate that carries it, so that the binary can serve it without a network.
#![allow(clippy::print_stdout, clippy::disallowed_macros, reason = "a build script talks to cargo in this way")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Cursor};
use std::path::Path;

use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

/// What is served, below the archive's one folder. Its licence asks to go where it goes.
const FILES: [&str; 5] =
    ["dist/swagger-ui.css", "dist/swagger-ui-bundle.js", "dist/swagger-ui-standalone-preset.js", "LICENSE", "NOTICE"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let folder = Path::new(&out).join("swagger-ui");
    fs::create_dir_all(&folder)?;
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    let first = archive.file_names().next().ok_or("the archive of Swagger UI is empty")?;
    let root = first.split('/').next().unwrap_or_default().to_owned();
    for file in FILES {
        let mut packed = archive.by_name(&format!("{root}/{file}"))?;
        let name = Path::new(file).file_name().ok_or("a file has a name")?;
        io::copy(&mut packed, &mut File::create(folder.join(name))?)?;
    }
    Ok(())
}
