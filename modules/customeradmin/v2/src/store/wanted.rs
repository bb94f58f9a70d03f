//! What a descriptor is to be: read from a body, or from a row with a body's changes, and seen to fit together.

use std::collections::HashMap;

use argus_core::directory::Tree;
use argus_core::error::FieldErrors;
use argus_core::texts::{check_texts, stored};
use argus_customers_store::descriptor::{Kind, LONGEST_SCHEMA, Schema, check_value, flag};
use argus_customers_store::entity::descriptor::{ActiveModel, Model};
use argus_identity::marks;
use poem_openapi::types::Any;
use sea_orm::Set;
use sea_orm::prelude::Uuid;
use serde_json::Value;

use crate::model::descriptor::{PropertyDescriptorAdd, PropertyDescriptorUpdate, SECTIONS, json_of};

/// The longest default, in bytes of JSON: that of any value.
const LONGEST_DEFAULT: usize = 4096;

/// A part of paths, which no name can be.
const RESERVED: &str = "search";

/// The columns of a descriptor that a body has a say in, but for its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What values are.
    pub kind: Kind,
    section: String,
    section_index: i32,
    names: Option<String>,
    descriptions: Option<String>,
    default: Option<String>,
    schema: Option<String>,
    ui_schema: Option<String>,
    /// The function for seeing the property.
    pub read_function: i64,
    /// The function for setting it.
    pub write_function: i64,
    inherited: bool,
    flags: i64,
}

/// Notes a name that cannot stand in a path, and a letter that no name has.
pub fn check_name(field: &str, name: &str, errors: &mut FieldErrors) {
    let sound = name.chars().all(|c| c.is_ascii_alphanumeric() || "_:-.".contains(c));
    if (!sound || name == RESERVED || Uuid::parse_str(name).is_ok()) && !errors.has(field) {
        let text = "May hold letters, digits, _, :, - and . only, and must be neither a UUID nor search";
        errors.add(field, "invalid.field.value", text);
    }
}

/// Notes what is wrong with texts by language, of which the English one has to be there.
pub fn check_with_english(field: &str, texts: &HashMap<String, String>, most: usize, errors: &mut FieldErrors) {
    check_texts(field, Some(texts), most, errors);
    if texts.get("english").is_none_or(String::is_empty) && !errors.has(field) {
        errors.add(field, "missing.field.value", "The English text is missing");
    }
}

impl Wanted {
    /// As a row has it.
    pub fn of(row: &Model) -> Self {
        Self {
            // What is stored was made from one.
            kind: Kind::parse(&row.kind).unwrap_or(Kind::JsonType),
            section: row.section.clone(),
            section_index: row.section_index,
            names: row.localized_names.clone(),
            descriptions: row.localized_descriptions.clone(),
            default: row.default_value.clone(),
            schema: row.json_schema.clone(),
            ui_schema: row.ui_schema.clone(),
            read_function: row.read_function_id,
            write_function: row.write_function_id,
            inherited: row.inherited,
            flags: row.flags,
        }
    }

    /// As a body has it that makes one.
    pub fn new(tree: &Tree, add: &PropertyDescriptorAdd, errors: &mut FieldErrors) -> Self {
        let read = add.read_function.as_deref().unwrap_or("viewCustomers");
        let write = add.write_function.as_deref().unwrap_or("updateCustomer");
        let blank = Self {
            kind: add.kind,
            section: String::new(),
            section_index: 0,
            names: None,
            descriptions: None,
            default: None,
            schema: None,
            ui_schema: None,
            read_function: 0,
            write_function: 0,
            inherited: true,
            flags: 0,
        };
        let given = PropertyDescriptorUpdate {
            localized_descriptions: Some(add.localized_descriptions.clone()),
            localized_names: add.localized_names.clone(),
            section: Some(add.section.clone()),
            section_index: add.section_index,
            kind: Some(add.kind),
            default_value: add.default_value.clone(),
            deprecated: None,
            externally_managed: add.externally_managed,
            hidden: add.hidden,
            read_function: Some(read.to_owned()),
            write_function: Some(write.to_owned()),
            schema: add.schema.clone(),
            ui_schema: add.ui_schema.clone(),
            uischema: None,
            inherited: add.inherited,
        };
        blank.with(tree, &given, errors)
    }

    /// The same with what a body changes.
    pub fn with(mut self, tree: &Tree, given: &PropertyDescriptorUpdate, errors: &mut FieldErrors) -> Self {
        if let Some(texts) = &given.localized_descriptions {
            check_with_english("localizedDescriptions", texts, 4000, errors);
            self.descriptions = stored(texts);
        }
        if let Some(texts) = &given.localized_names {
            check_texts("localizedNames", Some(texts), 255, errors);
            self.names = stored(texts);
        }
        if let Some(section) = &given.section {
            if !SECTIONS.contains(&section.as_str()) && !errors.has("section") {
                errors.add("section", "invalid.field.value", format!("Must be one of {}", SECTIONS.join(", ")));
            }
            self.section.clone_from(section);
        }
        let ui_schema = given.ui_schema.as_ref().or(given.uischema.as_ref());
        if let Some(Any(json)) = ui_schema {
            if !json.is_object() || json.to_string().len() > LONGEST_SCHEMA {
                let text = format!("Must be an object of at most {LONGEST_SCHEMA} bytes as JSON");
                errors.add("uiSchema", "invalid.field.value", text);
            }
            self.ui_schema = Some(json.to_string());
        }
        self.read_function = function(tree, "readFunction", given.read_function.as_ref(), self.read_function, errors);
        self.write_function =
            function(tree, "writeFunction", given.write_function.as_ref(), self.write_function, errors);
        let text = |json: &Option<Any<Value>>| json.as_ref().map(|Any(json)| json.to_string());
        self.default = text(&given.default_value).or(self.default);
        self.schema = text(&given.schema).or(self.schema);
        self.kind = given.kind.unwrap_or(self.kind);
        self.section_index = given.section_index.unwrap_or(self.section_index);
        self.inherited = given.inherited.unwrap_or(self.inherited);
        let marks = [
            (flag::DEPRECATED, given.deprecated),
            (flag::EXTERNALLY_MANAGED, given.externally_managed),
            (flag::HIDDEN, given.hidden),
        ];
        self.flags = marks::changed(self.flags, &marks);
        self
    }

    /// Sees that type, schema, default and the values that are listed, if any, go together.
    pub fn check(&self, values: &[String], errors: &mut FieldErrors) {
        if self.kind != Kind::EnumType && !values.is_empty() && !errors.has("type") {
            errors.add("type", "descriptor.lists.values", "The descriptor lists values, and so stays an enumType");
        }
        let schema = json_of(self.schema.as_ref());
        if let Some(Err(text)) = schema.as_ref().map(Schema::read) {
            errors.add("schema", "invalid.field.value", text);
            return;
        }
        let Some(default) = json_of(self.default.as_ref()) else { return };
        if self.default.as_ref().is_some_and(|text| text.len() > LONGEST_DEFAULT) {
            let text = format!("Must be at most {LONGEST_DEFAULT} bytes long as JSON");
            errors.add("defaultValue", "invalid.field.length", text);
        } else if let Err(text) = check_value(self.kind, schema.as_ref(), values, &default) {
            errors.add("defaultValue", "invalid.field.value", text);
        }
    }

    /// The columns of a row.
    pub fn write(self, row: &mut ActiveModel) {
        row.kind = Set(self.kind.name().to_owned());
        row.section = Set(self.section);
        row.section_index = Set(self.section_index);
        row.localized_names = Set(self.names);
        row.localized_descriptions = Set(self.descriptions);
        row.default_value = Set(self.default);
        row.json_schema = Set(self.schema);
        row.ui_schema = Set(self.ui_schema);
        row.read_function_id = Set(self.read_function);
        row.write_function_id = Set(self.write_function);
        row.inherited = Set(self.inherited);
        row.flags = Set(self.flags);
    }

    /// The default, as JSON.
    pub fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }
}

/// The function that a body names, by number or name; the one before where it names none.
fn function(tree: &Tree, field: &str, name: Option<&String>, before: i64, errors: &mut FieldErrors) -> i64 {
    let Some(name) = name else { return before };
    let found = tree.named_function(name).map(|function| function.id);
    if found.is_none() && !errors.has(field) {
        errors.add(field, "invalid.field.value", "Unknown or removed function");
    }
    found.unwrap_or(before)
}
