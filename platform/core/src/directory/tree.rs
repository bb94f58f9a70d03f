//! The tree of customers, and the roles.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argus_identity::entity::{customer, function};
use argus_identity::{customers, functions};
use sea_orm::{ConnectionTrait, DbErr};

use crate::access::Level;
use crate::names::number;
use crate::rights::CustomerSet;

/// Customers, functions and domains, which are few and change rarely.
pub struct Tree {
    customers: HashMap<i64, customer::Model>,
    children: HashMap<i64, Vec<i64>>,
    /// By domain and short name in lower case.
    by_name: HashMap<(i64, String), i64>,
    domains: HashMap<i64, String>,
    functions: HashMap<i64, function::Model>,
    /// Their names, one text for all rights that hold them: compared on every request, it is never far.
    names: HashMap<i64, Arc<str>>,
    levels: HashMap<Arc<str>, Level>,
    roles: HashMap<i64, Vec<i64>>,
    root: i64,
}

impl Tree {
    /// Reads it. [`Directory::tree`](super::Directory::tree) has it from memory; whoever changes it sees by this what is
    /// there inside the changing transaction, also what another one committed just before.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let mut tree = Self::empty();
        for customer in customers::all(db).await? {
            match customer.parent_id {
                Some(parent) => tree.children.entry(parent).or_default().push(customer.id),
                None => tree.root = customer.id,
            }
            tree.by_name.insert((customer.domain_id, customer.short_name_key.clone()), customer.id);
            tree.customers.insert(customer.id, customer);
        }
        tree.domains = customers::domains(db).await?.into_iter().map(|row| (row.id, row.name)).collect();
        tree.functions = functions::all(db).await?.into_iter().map(|row| (row.id, row)).collect();
        let live = tree.functions.values().filter(|row| row.deleted_at.is_none());
        tree.names = live.map(|row| (row.id, row.name.as_str().into())).collect();
        let levels = tree.names.iter().filter_map(|(id, name)| Some((name.clone(), tree.functions.get(id)?)));
        let levels = levels.filter_map(|(name, row)| Some((name, Level::parse(&row.minimum_level)?)));
        tree.levels = levels.collect();
        for link in functions::children(db).await? {
            // Neither a removed role nor a removed child gives anything, nor anything below it.
            if !tree.names.contains_key(&link.parent_id) || !tree.names.contains_key(&link.child_id) {
                continue;
            }
            tree.roles.entry(link.parent_id).or_default().push(link.child_id);
        }
        Ok(tree)
    }

    fn empty() -> Self {
        Self {
            customers: HashMap::new(),
            children: HashMap::new(),
            by_name: HashMap::new(),
            domains: HashMap::new(),
            functions: HashMap::new(),
            names: HashMap::new(),
            levels: HashMap::new(),
            roles: HashMap::new(),
            root: 0,
        }
    }

    /// The root customer group.
    #[must_use]
    pub fn root(&self) -> i64 {
        self.root
    }

    /// The customer of that number.
    #[must_use]
    pub fn customer(&self, id: i64) -> Option<&customer::Model> {
        self.customers.get(&id)
    }

    /// Every customer.
    pub fn customers(&self) -> impl Iterator<Item = &customer::Model> {
        self.customers.values()
    }

    /// The customer that a text names: its number or its short name, case aside; of two domains that have the name, the
    /// first.
    #[must_use]
    pub fn find_customer(&self, id_or_name: &str) -> Option<&customer::Model> {
        let mut domains: Vec<i64> = self.domains().collect();
        domains.sort_unstable();
        domains.into_iter().find_map(|domain| self.find_customer_in(domain, id_or_name))
    }

    /// The customer that a text names: its number, or its short name in a domain, case aside.
    #[must_use]
    pub fn find_customer_in(&self, domain: i64, id_or_name: &str) -> Option<&customer::Model> {
        let by_number = number(id_or_name).and_then(|id| self.customers.get(&id));
        by_number.or_else(|| self.customers.get(self.by_name.get(&(domain, id_or_name.to_lowercase()))?))
    }

    /// A customer and every one above it, itself first and the root last.
    pub fn line(&self, customer: i64) -> impl Iterator<Item = &customer::Model> {
        let above = |below: &&customer::Model| self.customers.get(&below.parent_id?);
        std::iter::successors(self.customers.get(&customer), above)
    }

    /// The name of a domain.
    #[must_use]
    pub fn domain(&self, id: i64) -> &str {
        self.domains.get(&id).map_or("", String::as_str)
    }

    /// The domain of that name, case aside, or number; none given means the first.
    #[must_use]
    pub fn find_domain(&self, name: Option<&str>) -> Option<i64> {
        match name {
            None => self.domains.keys().min().copied(),
            Some(name) => {
                let named = self.domains.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(id, _)| *id);
                named.or_else(|| self.domains.keys().copied().find(|id| id.to_string() == name))
            }
        }
    }

    /// Every domain, by number.
    pub fn domains(&self) -> impl Iterator<Item = i64> {
        self.domains.keys().copied()
    }

    /// The function of that name, unless it was removed.
    #[must_use]
    pub fn find_function(&self, name: &str) -> Option<&function::Model> {
        self.functions.values().find(|function| function.name == name && function.deleted_at.is_none())
    }

    /// The function that a text names, by number or name, unless it was removed.
    #[must_use]
    pub fn named_function(&self, id_or_name: &str) -> Option<&function::Model> {
        self.known_function(id_or_name).filter(|function| function.deleted_at.is_none())
    }

    /// As [`Tree::named_function`], removed ones too. No name is a number, and none stands for two functions.
    #[must_use]
    pub fn known_function(&self, id_or_name: &str) -> Option<&function::Model> {
        let by_number = number(id_or_name).and_then(|id| self.functions.get(&id));
        by_number.or_else(|| self.functions.values().find(|function| function.name == id_or_name))
    }

    /// The least level at which a function can be used, as it is set now; none for one that was removed.
    #[must_use]
    pub fn level(&self, function: &str) -> Option<Level> {
        self.levels.get(function).copied()
    }

    /// Every function, removed ones too.
    pub fn functions(&self) -> impl Iterator<Item = &function::Model> {
        self.functions.values()
    }

    /// The function of that number, removed or not.
    #[must_use]
    pub fn function(&self, id: i64) -> Option<&function::Model> {
        self.functions.get(&id)
    }

    /// A customer and all below it.
    #[must_use]
    pub fn reach(&self, customer: i64) -> CustomerSet {
        if customer == self.root {
            return CustomerSet::All;
        }
        let (mut reached, mut frontier) = (HashSet::from([customer]), vec![customer]);
        while let Some(next) = frontier.pop() {
            let below = self.children.get(&next).into_iter().flatten();
            frontier.extend(below.copied().filter(|child| reached.insert(*child)));
        }
        CustomerSet::Only(Arc::new(reached))
    }

    /// These functions, and every one that a role among them stands for, by name.
    #[must_use]
    pub fn open(&self, names: &[String]) -> HashSet<Arc<str>> {
        let functions = names.iter().filter_map(|name| self.find_function(name));
        functions.flat_map(|function| self.opened(function.id)).cloned().collect()
    }

    /// A function's name, and those of every function that it stands for; nothing for one that was removed.
    #[must_use]
    pub fn opened(&self, function: i64) -> Vec<&Arc<str>> {
        let (mut known, mut frontier) = (HashSet::from([function]), vec![function]);
        while let Some(next) = frontier.pop() {
            let below = self.roles.get(&next).into_iter().flatten();
            frontier.extend(below.copied().filter(|child| known.insert(*child)));
        }
        known.into_iter().filter_map(|id| self.names.get(&id)).collect()
    }

    /// What a role consists of directly.
    #[must_use]
    pub fn children_of(&self, function: i64) -> &[i64] {
        self.roles.get(&function).map_or(&[], Vec::as_slice)
    }

    /// The roles that a function is a part of directly.
    pub fn parents_of(&self, function: i64) -> impl Iterator<Item = i64> {
        self.roles.iter().filter(move |(_, children)| children.contains(&function)).map(|(parent, _)| *parent)
    }

    /// A function and every role above it.
    #[must_use]
    pub fn above(&self, function: i64) -> HashSet<i64> {
        let (mut known, mut frontier) = (HashSet::from([function]), vec![function]);
        while let Some(next) = frontier.pop() {
            frontier.extend(self.parents_of(next).filter(|parent| known.insert(*parent)));
        }
        known
    }
}
