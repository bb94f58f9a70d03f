//! The document says what the engine does.

use argus_core::search::{Criteria, body_schema, query_schema, sub_schema};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;

use crate::table::Item;

fn names(schema: &MetaSchema) -> Vec<&'static str> {
    schema.properties.iter().map(|(name, _)| *name).collect()
}

fn property<'s>(schema: &'s MetaSchema, name: &str) -> &'s MetaSchema {
    schema.properties.iter().find(|(known, _)| *known == name).unwrap().1.unwrap_inline()
}

#[test]
fn schemas_are_registered_by_name() {
    let mut registry = Registry::new();
    Criteria::<Item>::register(&mut registry);
    Criteria::<Item>::register(&mut registry);
    assert_eq!(registry.schemas.keys().collect::<Vec<_>>(), ["ItemCriteria", "ItemSubCriteria"]);
    assert_eq!(Criteria::<Item>::schema_ref(), MetaSchemaRef::Reference("ItemCriteria".into()));
    for schema in registry.schemas.values() {
        let sub = property(schema, "subCriteria");
        assert_eq!(sub.items.as_deref(), Some(&MetaSchemaRef::Reference("ItemSubCriteria".into())));
        assert!(serde_json::to_string(schema).unwrap().contains("\"type\":\"object\""));
    }
}

#[test]
fn each_schema_has_its_members_once() {
    let (body, sub, query) = (body_schema::<Item>(), sub_schema::<Item>(), query_schema::<Item>());
    for schema in [&body, &sub, &query] {
        let mut sorted = names(schema);
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), schema.properties.len());
        for name in ["label", "clientIP", "keywords", "startTimestamp", "user", "includeFlags"] {
            assert!(sorted.contains(&name), "{name}");
        }
    }
    for name in ["limit", "offset", "sortBy", "cursor", "count", "includeDeleted", "includeInternal"] {
        assert!(
            names(&body).contains(&name) && names(&query).contains(&name) && !names(&sub).contains(&name),
            "{name}"
        );
    }
    assert!(!names(&query).contains(&"subCriteria") && !names(&body).contains(&"exclude"));
    assert!(names(&sub).contains(&"exclude") && names(&sub).contains(&"required"));
}

#[test]
fn members_are_described_as_they_are_checked() {
    let body = body_schema::<Item>();
    let limit = property(&body, "limit");
    assert_eq!((limit.minimum, limit.maximum, limit.ty), (Some(0.0), Some(100_000.0), "integer"));
    let kinds = property(&body, "kind").items.as_ref().unwrap().unwrap_inline();
    assert_eq!(kinds.enum_items, ["ALPHA", "BETA", "GAMMA"]);
    let sorts = property(&body, "sortBy").items.as_ref().unwrap().unwrap_inline();
    assert!(sorts.enum_items.contains(&"-sequence".into()) && sorts.enum_items.contains(&"label".into()));
    let id = property(&body, "id").items.as_ref().unwrap().unwrap_inline();
    assert_eq!((id.ty, id.format), ("string", Some("uuid")));
    assert!(
        body.properties.iter().all(|(_, schema)| schema.unwrap_inline().description.is_some_and(|doc| !doc.is_empty()))
    );
}
