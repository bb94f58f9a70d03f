//! customers/v2: customers in short, to be read. Who administers them uses customeradmin/v2, whose module also makes the
//! tables.

mod api;
mod belongings;
mod model;

use argus_core::module::{Module, ModuleApi};

argus_core::functions! {
    /// See customers in short: names, place in the tree, properties, roles and logo.
    ViewBasicCustomer = "viewBasicCustomer", External, read_only: true;
}

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "customers",
        version: "v2",
        title: "Customers in short, to be read",
        functions: FUNCTIONS,
        migrations: Vec::new,
        dialect: None,
        api: || ModuleApi::of((api::CustomersApi, belongings::BelongingsApi), "customers/v2", "v2"),
    }
}
