//! What the credential at hand can use of what its user was granted.

use std::collections::HashMap;

use argus_core::access::CustomerSet;
use argus_core::authentication::Principal;
use argus_core::directory::Tree;
use argus_identity::entity::{function, permission};

/// A credential's rights, by function.
pub struct Held<'a> {
    principal: &'a Principal,
    tree: &'a Tree,
    functions: HashMap<&'a str, &'a function::Model>,
}

/// How much of a permission a credential can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Nothing.
    Nothing,
    /// Some of it: the credential is cut to other functions or customers, or only reads.
    Part,
    /// All of it.
    Whole,
}

impl<'a> Held<'a> {
    /// Of a caller.
    #[must_use]
    pub fn of(principal: &'a Principal, tree: &'a Tree) -> Self {
        let live = tree.functions().filter(|function| function.deleted_at.is_none());
        Self { principal, tree, functions: live.map(|function| (function.name.as_str(), function)).collect() }
    }

    /// The functions that there are.
    pub fn functions(&self) -> impl Iterator<Item = &'a function::Model> {
        self.functions.values().copied()
    }

    /// The customers on which a function can be used.
    #[must_use]
    pub fn customers(&self, function: &function::Model) -> CustomerSet {
        // A role stands for its functions: those that change something are left out, not the role.
        if self.principal.read_only && !function.read_only && !function.role {
            return CustomerSet::none();
        }
        self.principal.customers_for(&function.name)
    }

    /// The customers on which a function of that name can be used; nothing where there is no such function.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<CustomerSet> {
        self.functions.get(name).map(|function| self.customers(function))
    }

    /// The customers on which anything can be done.
    #[must_use]
    pub fn reach(&self) -> CustomerSet {
        // The functions of a role count, the role does not.
        let plain = self.functions().filter(|function| !function.role);
        plain.fold(CustomerSet::none(), |all, function| all.or(&self.customers(function)))
    }

    /// How much of a permission can be used.
    #[must_use]
    pub fn use_of(&self, granted: &permission::Model) -> Use {
        let opened = self.tree.opened(granted.function_id);
        let opened: Vec<_> = opened.into_iter().filter_map(|name| self.functions.get(&**name)).collect();
        if opened.is_empty() {
            return Use::Nothing;
        }
        if opened.iter().all(|function| self.customers(function).contains(granted.customer_id)) {
            return Use::Whole;
        }
        let reach = self.tree.reach(granted.customer_id);
        let mut plain = opened.iter().filter(|function| !function.role);
        if plain.any(|function| !self.customers(function).and(&reach).is_empty()) { Use::Part } else { Use::Nothing }
    }
}
