//! What is filtered by, and pages (S4-10, S4-12).

use argus_core::error::FieldErrors;
use argus_dialects_common::bound::{Bound, bound, exact};
use serde_json::{Map, Value, json};

/// Verbs, which a filter of actions takes too (S4-25).
const VERBS: [&str; 9] = ["CREATE", "READ", "UPDATE", "DELETE", "EXPORT", "LOGIN", "LOGOUT", "APPROVE", "REJECT"];

/// Entries of a page where nothing is said, and at most.
const DEFAULT_PAGE: i64 = 25;
const MOST: i64 = 1_000;

/// What is filtered by, as it was sent.
#[derive(Debug, Default)]
pub struct Filter {
    pub action: Option<String>,
    pub entity_type: Option<String>,
    pub entity_id: Option<String>,
    pub actor_id: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Which page is wanted, as it was sent.
#[derive(Debug, Default)]
pub struct Paging {
    pub page: Option<String>,
    pub per_page: Option<String>,
}

impl Filter {
    /// Criteria of the native search, newest first. What is wrong goes into `errors`, under names that begin with `within`.
    pub fn criteria(&self, within: &str, errors: &mut FieldErrors) -> Map<String, Value> {
        let mut criteria = Map::new();
        let mut put = |name: &str, value: Value| drop(criteria.insert(name.to_owned(), value));
        put("sortBy", "-timestamp".into());
        for (name, value) in
            [("targetType", &self.entity_type), ("targetID", &self.entity_id), ("actorID", &self.actor_id)]
        {
            if let Some(value) = value {
                put(name, json!([value]));
            }
        }
        match self.action.as_deref() {
            Some(verb) if VERBS.contains(&verb) => {
                put("subCriteria", json!([{ "action": [verb] }, { "verb": [verb] }]));
            }
            Some(action) => put("action", json!([action])),
            None => {}
        }
        for (name, sent, end, member) in
            [("from", &self.from, Bound::Start, "startTimestamp"), ("to", &self.to, Bound::End, "endTimestamp")]
        {
            match sent.as_deref().map(|sent| bound(sent, end)) {
                Some(Some(at)) => put(member, exact(at).into()),
                Some(None) => not_a_time(&format!("{within}{name}"), errors),
                None => {}
            }
        }
        criteria
    }
}

/// Notes a time that is none.
pub fn not_a_time(field: &str, errors: &mut FieldErrors) {
    let text = "Must be a time of ISO 8601, such as 2025-01-31T23:59:59Z, or a day, such as 2025-01-31";
    errors.add(field, "invalid.field.value", text);
}

impl Paging {
    /// Adds the page to criteria; gives its number, from 1.
    pub fn put(&self, criteria: &mut Map<String, Value>, errors: &mut FieldErrors) -> i64 {
        let page = number("page", self.page.as_deref(), i64::MAX / MOST, errors).unwrap_or(1);
        let size = number("perPage", self.per_page.as_deref(), MOST, errors).unwrap_or(DEFAULT_PAGE);
        criteria.insert("limit".to_owned(), size.into());
        criteria.insert("offset".to_owned(), (page - 1).saturating_mul(size).into());
        page
    }
}

/// A number of at least 1; none where nothing was sent.
fn number(field: &str, sent: Option<&str>, most: i64, errors: &mut FieldErrors) -> Option<i64> {
    let sent = sent?;
    let digits = !sent.is_empty() && sent.bytes().all(|byte| byte.is_ascii_digit());
    let number = sent.parse().ok().filter(|number| digits && (1..=most).contains(number));
    if number.is_none() {
        let text = if most == MOST {
            format!("Must be a number from 1 to {MOST}")
        } else {
            "Must be a number from 1 on".to_owned()
        };
        errors.add(field, "invalid.field.value", text);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_verb_is_what_was_stored_or_what_follows_from_it() {
        let of = |action: &str| {
            let mut errors = FieldErrors::default();
            Value::from(Filter { action: text(action), ..Filter::default() }.criteria("", &mut errors))
        };
        assert_eq!(of("CREATE")["subCriteria"], json!([{"action": ["CREATE"]}, {"verb": ["CREATE"]}]));
        for action in ["CONTRACT_CREATED", "create", "CREATED", ""] {
            assert_eq!(of(action), json!({"sortBy": "-timestamp", "action": [action]}));
        }
    }

    #[test]
    fn bounds_are_times_or_whole_days() {
        let mut errors = FieldErrors::default();
        let filter = Filter { from: text("2025-01-01"), to: text("2025-01-31"), ..Filter::default() };
        let criteria = Value::from(filter.criteria("filter.", &mut errors));
        assert_eq!(criteria["startTimestamp"], "2025-01-01T00:00:00.000000000Z");
        assert_eq!(criteria["endTimestamp"], "2025-01-31T23:59:59.999999999Z");
        let filter = Filter { from: text("soon"), to: text(""), ..Filter::default() };
        filter.criteria("filter.", &mut errors);
        assert!(errors.has("filter.from") && errors.has("filter.to"));
    }

    #[test]
    fn pages_are_numbers_from_one_on() {
        for (page, size, limit, offset) in
            [(None, None, 25, 0), (text("3"), text("10"), 10, 20), (text("2"), text("1000"), 1_000, 1_000)]
        {
            let (mut criteria, mut errors) = (Map::new(), FieldErrors::default());
            Paging { page, per_page: size }.put(&mut criteria, &mut errors);
            assert_eq!(Value::from(criteria), json!({"limit": limit, "offset": offset}));
            assert!(errors.is_empty());
        }
        for bad in ["0", "-1", "+1", "1.5", "x", "", " 1", "99999999999999999999"] {
            let (mut criteria, mut errors) = (Map::new(), FieldErrors::default());
            Paging { page: text(bad), per_page: text(bad) }.put(&mut criteria, &mut errors);
            assert!(errors.has("page") && errors.has("perPage") && errors.len() == 2, "{bad}");
        }
    }
}
