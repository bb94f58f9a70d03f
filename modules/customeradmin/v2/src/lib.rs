//! customeradmin/v2: customers, made, changed, moved, disabled and pruned, and what belongs to them.

mod api;
mod model;
mod search;
mod store;

use argus_core::module::{Module, ModuleApi};

pub use store::prune::{Fate, TABLES};

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
    /// Take away, for good, what is kept for disabled customers.
    PruneCustomerData = "pruneCustomerData", Administrative, read_only: false;
    /// See descriptors of properties.
    ViewCustomerPropertyDescriptors = "viewCustomerPropertyDescriptors", External, read_only: true;
    /// Describe properties.
    AddCustomerPropertyDescriptor = "addCustomerPropertyDescriptor", External, read_only: false;
    /// Change descriptors of properties.
    UpdateCustomerPropertyDescriptor = "updateCustomerPropertyDescriptor", External, read_only: false;
    /// Delete descriptors of properties.
    DeleteCustomerPropertyDescriptor = "deleteCustomerPropertyDescriptor", External, read_only: false;
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
        dialect: None,
        api: || {
            let customers = (api::customer::CustomerApi, api::state::StateApi, api::domain::DomainApi);
            let belongings = (api::property::PropertyApi, api::role::RoleApi, api::logo::LogoApi, api::prune::PruneApi);
            let descriptors = (api::descriptor::DescriptorApi, api::descriptor_value::DescriptorValueApi);
            ModuleApi::of((customers, belongings, descriptors), "customeradmin/v2", "v2")
        },
    }
}
