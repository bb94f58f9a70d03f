//! What of descriptors and the values that they list can be searched.

use std::sync::LazyLock;

use argus_core::search::{Fields, Kind, Searchable};
use argus_customers_store::descriptor::{self, flag};
use argus_customers_store::entity::{descriptor as described, descriptor_value as listed};
use argus_identity::marks;
use sea_orm::ColumnTrait;

use crate::model::descriptor::SECTIONS;

/// Descriptors, as the search criteria see them.
pub struct PropertyDescriptors;

impl Searchable for PropertyDescriptors {
    type Entity = described::Entity;
    const NAME: &'static str = "PropertyDescriptor";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            use described::Column;
            Fields::new("number", Column::Id)
                .filter("section", Column::Section, Kind::Words(SECTIONS), "The section")
                .filter("type", Column::Kind, Kind::Words(descriptor::Kind::NAMES), "The type of values")
                .keyword("key", Column::Name)
                .keyword("defaultValue", Column::DefaultValue)
                .time("createdTimestamp", Column::CreatedAt)
                .time("lastUpdatedTimestamp", Column::UpdatedAt)
                .time("deletedTimestamp", Column::DeletedAt)
                .user("createdByUser", Column::CreatedBy)
                .user("lastUpdatedByUser", Column::UpdatedBy)
                .user("deletedByUser", Column::DeletedBy)
                .flag("deleted", |_| Column::DeletedAt.is_not_null())
                .flag("deprecated", |_| marks::is_set(Column::Flags, flag::DEPRECATED))
                .flag("externallyManaged", |_| marks::is_set(Column::Flags, flag::EXTERNALLY_MANAGED))
                .flag("hidden", |_| marks::is_set(Column::Flags, flag::HIDDEN))
                .flag("hasUISchema", |_| Column::UiSchema.is_not_null())
                .hidden("includeDeleted", Some("deleted"), |_| Column::DeletedAt.is_not_null())
                .switch("includeSchema", false, "Whether `jsonSchema` is shown")
                .switch("includeUISchema", false, "Whether `uiSchema` is shown")
                .sort("key", Column::Name)
                .sort("section", Column::Section)
                .sort("type", Column::Kind)
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("lastUpdatedTimestamp", Column::UpdatedAt)
                .sort("deletedTimestamp", Column::DeletedAt)
                .default_sort(&["key"])
        });
        &FIELDS
    }
}

/// Values that descriptors list, as the search criteria see them.
pub struct DescriptorValues;

impl Searchable for DescriptorValues {
    type Entity = listed::Entity;
    const NAME: &'static str = "PropertyDescriptorValue";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            use listed::Column;
            Fields::new("number", Column::Id)
                .keyword("value", Column::Value)
                .keyword("name", Column::Names)
                .keyword("description", Column::Descriptions)
                .sort("value", Column::Value)
                .default_sort(&["value"])
        });
        &FIELDS
    }
}
