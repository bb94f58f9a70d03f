//! Criteria in the OpenAPI document.

use std::borrow::Cow;
use std::marker::PhantomData;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::json;

use super::fields::{Field, Filter};
use super::input::joined;
use super::kind::Kind;
use super::{Criteria, DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT_CHARS, MAX_VALUES, Searchable};

/// Members of criteria with their schemas.
type Properties = Vec<(&'static str, MetaSchemaRef)>;

/// The name of an entity's criteria in a body: `<NAME>Criteria`.
fn body_name<S: Searchable>() -> String {
    format!("{}Criteria", S::NAME)
}

fn sub_name<S: Searchable>() -> String {
    format!("{}SubCriteria", S::NAME)
}

/// The schema `<NAME>Criteria`, the body of a search.
#[must_use]
pub fn body_schema<S: Searchable>() -> MetaSchema {
    let mut properties = own_properties::<S>();
    properties.extend(page_properties::<S>());
    properties.push(("subCriteria", sub_criteria::<S>()));
    object("Criteria of a search, all ANDed. Absent members, null and empty lists are no criteria", properties)
}

/// The schema `<NAME>SubCriteria`, what `subCriteria` hold at any depth.
#[must_use]
pub fn sub_schema<S: Searchable>() -> MetaSchema {
    let mut properties = own_properties::<S>();
    properties.push(("exclude", boolean("AND NOT these; also `excluded`")));
    properties.push(("required", boolean("AND these")));
    properties.push(("subCriteria", sub_criteria::<S>()));
    object("Criteria within criteria: those neither excluded nor required are ORed together", properties)
}

/// The schema `<NAME>Query`: an object whose properties are the parameters of a GET. Those of type array may be repeated.
#[must_use]
pub fn query_schema<S: Searchable>() -> MetaSchema {
    let mut properties = own_properties::<S>();
    // What is an object has no place in a query.
    let is_object = |kind: &Kind| matches!(kind, Kind::Members { .. } | Kind::Object(_));
    let objects: Vec<&str> =
        S::fields().filters.iter().filter(|filter| is_object(&filter.kind)).map(|filter| filter.name).collect();
    properties.retain(|(name, _)| !objects.contains(name));
    properties.extend(page_properties::<S>());
    object("The parameters of a list", properties)
}

fn sub_criteria<S: Searchable>() -> MetaSchemaRef {
    let items = MetaSchemaRef::Reference(sub_name::<S>());
    let doc = "ANDed with the other members: (any plain one) and every required one and no excluded one";
    list_of(items, doc)
}

/// What a level of criteria says about rows.
fn own_properties<S: Searchable>() -> Properties {
    let fields = S::fields();
    let mut properties: Properties = fields.filters.iter().map(filter).collect();
    if !fields.keywords.is_empty() {
        properties.push(("keywords", texts("Parts of texts, without regard to case; also `keyword`")));
        properties.push(("keywordFieldStrategy", names(&fields.keywords, "Where keywords are looked for", "all")));
        let doc = "Whether all keywords must be found, each in some field, or any";
        properties.push(("keywordMatchStrategy", strategy(doc, "all")));
    }
    if !fields.times.is_empty() {
        properties.push(("startTimestamp", time("Not before this time")));
        properties.push(("endTimestamp", time("Not after this time")));
        let default = if fields.default_times.is_empty() { "all".into() } else { fields.default_times.join(", ") };
        properties.push(("timeFieldStrategy", names(&fields.times, "Which times are meant", &default)));
        properties
            .push(("timeMatchStrategy", strategy("Whether all of these times must be in the range, or any", "any")));
    }
    if !fields.users.is_empty() {
        properties.push(("user", texts("Users by id or short name")));
        properties.push(("userFieldStrategy", names(&fields.users, "Where users are looked for; any matches", "all")));
    }
    if !fields.flags.is_empty() {
        let flags = || fields.flags.iter().map(|flag| flag.name);
        properties.push(("includeFlags", words(flags(), "Flags that must all be set")));
        properties.push(("excludeFlags", words(flags(), "Flags of which none may be set")));
    }
    properties
}

/// What the root alone says.
fn page_properties<S: Searchable>() -> Properties {
    let fields = S::fields();
    let mut properties: Properties =
        fields.hidden.iter().map(|hidden| (hidden.switch, boolean("Show also what is left out otherwise"))).collect();
    let switches = fields.switches.iter().map(|switch| {
        let schema = MetaSchema { default: Some(json!(switch.default)), ..described("boolean", switch.doc) };
        (switch.name, inline(schema))
    });
    properties.extend(switches);
    let sorts = fields.sorts.iter().flat_map(|sort| [sort.name.to_owned(), format!("-{}", sort.name)]);
    let default =
        if fields.default_sort.is_empty() { fields.closing.name.into() } else { fields.default_sort.join(", ") };
    let sort_doc =
        format!("Keys in order, `-` descending; ends in `{}` always. Default: {default}", fields.closing.name);
    let limit = MetaSchema {
        maximum: Some(MAX_LIMIT as f64),
        default: Some(json!(DEFAULT_LIMIT)),
        ..integer("The most rows to return; 0 is all, up to the maximum")
    };
    let offset = MetaSchema { default: Some(json!(0)), ..integer("Rows to skip; without meaning beside a cursor") };
    let cursor = described("string", "metaData.nextCursor of the page before, with the same criteria and sort");
    let count_doc = "Whether to count all that match; by default only without a cursor. Not counted is -1";
    properties.push(("limit", inline(limit)));
    properties.push(("offset", inline(offset)));
    properties.push(("sortBy", words(sorts, &sort_doc)));
    properties.push(("cursor", inline(cursor)));
    properties.push(("count", inline(described("boolean", count_doc))));
    properties
}

fn filter(filter: &'static Filter) -> (&'static str, MetaSchemaRef) {
    let items = match filter.kind {
        Kind::Text | Kind::Customer | Kind::User | Kind::Ip | Kind::Custom(_) => text_item(),
        Kind::TextThat(_) | Kind::UserThat(_) | Kind::CustomerThat(_) => text_item(),
        Kind::Object(_) => MetaSchema::new("object"),
        Kind::Words(words) => return (filter.name, self::words(words.iter().copied(), filter.doc)),
        Kind::Integer => MetaSchema::new_with_format("integer", "int64"),
        Kind::Uuid => MetaSchema::new_with_format("string", "uuid"),
        Kind::Bool => MetaSchema::new("boolean"),
        Kind::Members { schema, .. } => {
            return (filter.name, inline(MetaSchema { description: Some(filter.doc), ..schema() }));
        }
    };
    (filter.name, list_of(inline(items), filter.doc))
}

fn object(doc: &'static str, properties: Properties) -> MetaSchema {
    MetaSchema { description: Some(doc), properties, ..MetaSchema::new("object") }
}

fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}

/// The document wants its texts to live for ever; these are made once per entity and process.
fn forever(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn described(ty: &'static str, doc: &str) -> MetaSchema {
    MetaSchema { description: Some(forever(doc)), ..MetaSchema::new(ty) }
}

fn boolean(doc: &str) -> MetaSchemaRef {
    inline(MetaSchema { default: Some(json!(false)), ..described("boolean", doc) })
}

fn integer(doc: &str) -> MetaSchema {
    MetaSchema { format: Some("int64"), minimum: Some(0.0), ..described("integer", doc) }
}

fn text_item() -> MetaSchema {
    MetaSchema { max_length: Some(MAX_TEXT_CHARS), ..MetaSchema::new("string") }
}

fn list_of(items: MetaSchemaRef, doc: &str) -> MetaSchemaRef {
    inline(MetaSchema { items: Some(Box::new(items)), max_items: Some(MAX_VALUES), ..described("array", doc) })
}

fn texts(doc: &str) -> MetaSchemaRef {
    list_of(inline(text_item()), doc)
}

fn words<T: Into<String>>(words: impl Iterator<Item = T>, doc: &str) -> MetaSchemaRef {
    let enum_items = words.map(|word| json!(word.into())).collect();
    list_of(inline(MetaSchema { enum_items, ..MetaSchema::new("string") }), doc)
}

fn names(fields: &[Field], doc: &str, default: &str) -> MetaSchemaRef {
    let mut known: Vec<_> = std::iter::once("all").chain(fields.iter().map(|field| field.name)).collect();
    known.dedup();
    words(known.into_iter(), &format!("{doc}. Default: {default}"))
}

fn strategy(doc: &str, default: &str) -> MetaSchemaRef {
    let enum_items = vec![json!("any"), json!("all")];
    inline(MetaSchema { enum_items, default: Some(json!(default)), ..described("string", doc) })
}

fn time(doc: &str) -> MetaSchemaRef {
    let formats = "milliseconds since 1970, ISO-8601 in UTC with Z, or relative: [now | startOfMinute | startOfHour | \
                   startOfDay | startOfWeek | startOfMonth | startOfYear] [+-[amount]unit]...";
    inline(described("string", &joined([doc, formats].into_iter())))
}

/// A body of criteria is documented by reference; poem-openapi asks for it through this.
impl<S: Searchable> Type for Criteria<S> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        body_name::<S>().into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(body_name::<S>())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(body_name::<S>(), |_| body_schema::<S>());
        registry.create_schema::<SubCriteria<S>, _>(sub_name::<S>(), |_| sub_schema::<S>());
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

/// Only a name for the registry, which tells schemas apart by Rust types.
struct SubCriteria<S>(PhantomData<fn() -> S>);
