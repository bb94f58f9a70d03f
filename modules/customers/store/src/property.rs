//! Properties of customers: what programs keep about them. A customer has its own, of other keys what the nearest group
//! above it has, and of further ones what their descriptors say.

mod change;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use argus_core::authentication::Principal;
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::error::ApiError;
use poem_openapi::Object;
use poem_openapi::types::Any;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;

use crate::descriptor::{Described, described, may_use};
use crate::entity::property::{Column, Entity, Model};

pub use change::{check, remove, set};

/// Values in one statement; the stores take no more than some 30,000.
const MOST_VALUES: usize = 10_000;

/// A property of a customer.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Property {
    /// Its name.
    pub key: String,
    /// The value: a text as it is, anything else as JSON.
    pub value: String,
    /// The value as it was given.
    pub json_value: Any<Value>,
    /// The default that the descriptor of its key has, as `value`; null without one.
    pub default_value: Option<String>,
    /// That default as it was given.
    pub default_json_value: Option<Any<Value>>,
    /// The type in the descriptor of its key; without one what the value is: `string`, `number`, `boolean`, `list` or
    /// `object`.
    #[oai(rename = "type")]
    pub kind: String,
    /// `customer` for one of its own, `inherited` for one of the nearest group above that has the key, `descriptor` for a
    /// default.
    pub source: String,
    /// `write` where you may change the customer, and have the function that the descriptor asks for, else `read`.
    pub current_user_access_level: String,
}

/// Properties to be set. What is not named stays as it is.
#[derive(Debug, Clone, Object)]
pub struct PropertiesUpdate {
    /// Values by key: 1 to 50. Keys hold letters, digits, `_`, `-`, `.`, `:` and `/`; values are texts, numbers, booleans,
    /// lists or objects, of at most 4096 bytes as JSON, and what the descriptor of the key says. A customer has at most 100 of
    /// its own.
    pub properties: HashMap<String, Any<Value>>,
}

/// What a customer has by one key.
struct Held<'a> {
    key: &'a str,
    /// As JSON.
    text: &'a str,
    /// Of whom; none for a default.
    owner: Option<i64>,
    descriptor: Option<&'a Described>,
}

/// Properties of customers and of everybody above them, as far as the caller may see them.
pub struct Properties {
    tree: Arc<Tree>,
    principal: Arc<Principal>,
    by_customer: HashMap<i64, Vec<Model>>,
    descriptors: BTreeMap<String, Described>,
}

impl Properties {
    /// Looks them up; of certain keys, or with a prefix, where these are given.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(
        context: &RequestContext,
        customers: impl Iterator<Item = i64>,
        keys: &[String],
        prefix: Option<&str>,
    ) -> Result<Self, ApiError> {
        let (tree, reader) = (context.platform.directory.tree().await?, context.platform.db.reader());
        let mut ids: Vec<i64> = customers.flat_map(|id| tree.line(id).map(|above| above.id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut by_customer: HashMap<i64, Vec<Model>> = HashMap::new();
        for ids in ids.chunks(MOST_VALUES) {
            let mut select = Entity::find().filter(Column::CustomerId.is_in(ids.iter().copied()));
            if !keys.is_empty() {
                select = select.filter(Column::Name.is_in(keys));
            }
            for row in select.all(reader).await? {
                if prefix.is_none_or(|prefix| row.name.starts_with(prefix)) {
                    by_customer.entry(row.customer_id).or_default().push(row);
                }
            }
        }
        let mut descriptors = described(reader, (!keys.is_empty()).then_some(keys)).await?;
        descriptors.retain(|key, _| prefix.is_none_or(|prefix| key.starts_with(prefix)));
        Ok(Self { tree, principal: context.caller()?.clone(), by_customer, descriptors })
    }

    /// The same, but only those whose descriptors are of one of these sections; all of them when none is given.
    #[must_use]
    pub fn of_sections(mut self, sections: &[String]) -> Self {
        if !sections.is_empty() {
            self.descriptors.retain(|_, descriptor| sections.contains(&descriptor.section));
            let descriptors = &self.descriptors;
            self.by_customer.values_mut().for_each(|rows| rows.retain(|row| descriptors.contains_key(&row.name)));
        }
        self
    }

    fn effective(&self, customer: i64) -> BTreeMap<&str, Held<'_>> {
        let mut effective = BTreeMap::new();
        for row in self.tree.line(customer).filter_map(|above| self.by_customer.get(&above.id)).flatten() {
            let descriptor = self.descriptors.get(&row.name);
            if row.customer_id != customer && descriptor.is_some_and(|descriptor| !descriptor.inherited) {
                continue;
            }
            let held = Held { key: &row.name, text: &row.value, owner: Some(row.customer_id), descriptor };
            // From the customer upwards: the nearest comes first and stays.
            effective.entry(row.name.as_str()).or_insert(held);
        }
        for descriptor in self.descriptors.values() {
            let Some(text) = &descriptor.default_value else { continue };
            let held = Held { key: &descriptor.name, text, owner: None, descriptor: Some(descriptor) };
            effective.entry(descriptor.name.as_str()).or_insert(held);
        }
        let may_see = |held: &Held<'_>| held.descriptor.is_none_or(|it| self.may(it.read_function_id, customer));
        effective.retain(|_, held| may_see(held));
        effective
    }

    fn may(&self, function: i64, customer: i64) -> bool {
        may_use(&self.principal, &self.tree, function, customer)
    }

    /// A customer's, by key.
    #[must_use]
    pub fn map(&self, customer: i64) -> HashMap<String, Any<Value>> {
        let effective = self.effective(customer);
        effective.into_iter().map(|(key, held)| (key.to_owned(), Any(json_of(held.text)))).collect()
    }

    /// A customer's, in the order of their keys; `write`: whether the caller may change the customer.
    #[must_use]
    pub fn list(&self, customer: i64, write: bool) -> Vec<Property> {
        let printed = self.effective(customer).into_values().map(|held| {
            let function = held.descriptor.map(|descriptor| descriptor.write_function_id);
            let write = write && function.is_none_or(|function| self.may(function, customer));
            print(&held, customer, write)
        });
        printed.collect()
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// A text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::String(_) | Value::Null => "string",
    }
}

fn print(held: &Held<'_>, customer: i64, write: bool) -> Property {
    let value = json_of(held.text);
    let default = held.descriptor.and_then(|descriptor| descriptor.default_value.as_deref()).map(json_of);
    let source = match held.owner {
        Some(owner) if owner == customer => "customer",
        Some(_) => "inherited",
        None => "descriptor",
    };
    Property {
        key: held.key.to_owned(),
        value: value.as_str().map_or_else(|| held.text.to_owned(), str::to_owned),
        kind: held.descriptor.map_or_else(|| kind_of(&value), |descriptor| descriptor.kind.as_str()).to_owned(),
        json_value: Any(value),
        default_value: default.as_ref().map(plain),
        default_json_value: default.map(Any),
        source: source.to_owned(),
        current_user_access_level: if write { "write" } else { "read" }.to_owned(),
    }
}
