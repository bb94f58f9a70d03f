//! customeradmin/v2: customers, made, changed, moved and disabled.

mod api;
mod model;
mod store;

use argus_core::module::{Module, ModuleApi};

argus_core::functions! {
    /// See customers, with all there is to know of them.
    ViewCustomers = "viewCustomers", External, read_only: true;
    /// Make customers, and enable disabled ones again.
    AddCustomer = "addCustomer", External, read_only: false;
    /// Change customers.
    UpdateCustomer = "updateCustomer", External, read_only: false;
    /// Disable customers.
    DeleteCustomer = "deleteCustomer", External, read_only: false;
    /// Move customers from one group to another.
    MoveCustomer = "moveCustomer", External, read_only: false;
}

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "customeradmin",
        version: "v2",
        title: "Customers: the tree of groups and leaves that users, events and rights belong to",
        functions: FUNCTIONS,
        migrations: argus_customers_store::migration::all,
        api: || {
            let customers = (api::customer::CustomerApi, api::state::StateApi, api::domain::DomainApi);
            let belongings = (api::property::PropertyApi, api::role::RoleApi, api::logo::LogoApi);
            ModuleApi::of((customers, belongings), "customeradmin/v2", "v2")
        },
    }
}
