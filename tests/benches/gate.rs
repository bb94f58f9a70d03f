//! What Argus costs, as ratios: to a bare handler, to one transaction per event, to a small log. See README.md beside
//! this file.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_macros,
    reason = "a measurement that cannot go on fails, and its results are printed"
)]

mod bare;
mod bulk;
mod child;
mod events;
mod export;
mod handler;
mod large;
mod load;
mod machine;
mod one_by_one;
mod parts;
mod peer;
mod post;
mod postgres;
mod rows;
mod seed;
mod server;
mod signed;
mod table;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "serve") {
        return server::main(&arguments[1..]);
    }
    let plan = parts::Plan::choose();
    // Cargo adds `--bench`; other words choose parts.
    let wanted = |part: &str| {
        let mut chosen = arguments.iter().filter(|word| !word.starts_with('-')).peekable();
        chosen.peek().is_none() || chosen.any(|word| word == part)
    };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!("machine: {}", machine::describe());
    println!("to disk: {:?} for 4 KiB (fdatasync, median)", machine::fsync_time(folder.path()));
    if plan.cores.are_shared() {
        println!("one core for both sides: only the time on the core can be compared");
    }
    let mut table = table::Table::default();
    if wanted("gate") {
        parts::gate(&plan, folder.path(), &mut table);
    }
    if wanted("post") {
        post::measure(&plan, folder.path(), &mut table);
    }
    if wanted("bulk") {
        bulk::measure(&plan, folder.path(), &mut table);
    }
    if wanted("large") {
        large::measure(&plan, folder.path(), &mut table);
    }
    if wanted("large-postgres") {
        large::measure_postgres(&plan, folder.path(), &mut table);
    }
    if wanted("export") {
        export::measure(&plan, folder.path(), &mut table);
    }
    if wanted("signed") {
        signed::measure(&plan, folder.path(), &mut table);
    }
    println!("load at the end: {}\n\n{}", machine::load_average(), table.render());
}
