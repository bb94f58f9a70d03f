//! Random rows and criteria: the engine finds what the model finds, on both stores.

use std::fmt::Write;

use argus_core::search::{Criteria, Options, Page, run};
use proptest::collection::vec;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, DatabaseConnection};
use serde_json::{Value, json};

use crate::generate::{rows, search};
use crate::model::Search;
use crate::store::Stores;
use crate::table::{Column, Everybody, Item, Model, NOW};

/// Fillings of the table, and criteria for each of them.
const TABLES: u32 = 25;
const CRITERIA: usize = 100;

#[test]
fn the_engine_finds_what_the_model_finds() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stores = runtime.block_on(Stores::new());
    let config = Config { cases: TABLES, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&(rows(), vec(search(), CRITERIA)), |(rows, searches)| {
        runtime.block_on(async {
            stores.fill(&rows).await;
            for db in &stores.all {
                for search in &searches {
                    compare(db, &rows, search).await?;
                }
            }
            Ok(())
        })
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

async fn compare(db: &DatabaseConnection, rows: &[Model], search: &Search) -> Result<(), TestCaseError> {
    let body = search.json();
    let failed = |what: &str| TestCaseError::fail(format!("{:?}: {what}\n{body}", db.get_database_backend()));
    let expected: Vec<i64> = search.expected(rows).iter().map(|row| row.sequence).collect();
    let (limit, offset) = (search.limit.unwrap_or(25), search.offset.unwrap_or(0));
    let most = if limit == 0 { usize::MAX } else { limit };
    let page: Vec<i64> = expected.iter().copied().skip(offset).take(most).collect();
    let more = limit != 0 && expected.len() > offset + page.len() && !page.is_empty();

    let draft = Criteria::<Item>::from_json(&body, NOW);
    let found = answer(db, draft, search).await.map_err(|error| failed(&error))?;
    if sequences(&found) != page {
        return Err(failed(&format!("found {:?}, expected {page:?}", sequences(&found))));
    }
    if found.count != expected.len() as i64 {
        return Err(failed(&format!("counted {}, expected {}", found.count, expected.len())));
    }
    if found.next_cursor.is_some() != more {
        return Err(failed(&format!("more rows: {more}, cursor: {:?}", found.next_cursor)));
    }
    if search.root.subs.is_empty() {
        let found =
            answer(db, Criteria::from_query(&query(&body), NOW), search).await.map_err(|error| failed(&error))?;
        if sequences(&found) != page {
            return Err(failed(&format!("GET found {:?}, expected {page:?}", sequences(&found))));
        }
    }
    // Walks of many pages are slow, and say no more.
    if limit != 0 && expected.len() / limit < 12 {
        let walked = walk(db, search, &body, limit).await.map_err(|error| failed(&error))?;
        if walked != expected {
            return Err(failed(&format!("by cursors {walked:?}, expected {expected:?}")));
        }
    }
    Ok(())
}

async fn answer(
    db: &DatabaseConnection,
    draft: argus_core::search::Draft<Item>,
    search: &Search,
) -> Result<Page<Model>, String> {
    let criteria = draft.resolve(&Everybody).await.map_err(|error| format!("{error:?}"))?;
    let scope = Condition::all().add(Column::CustomerId.is_in(search.scope.iter().copied()));
    run(db, &criteria, scope, &Options::default()).await.map_err(|error| format!("{error:?}"))
}

/// All pages from the first row on, later than the first one at a later time.
async fn walk(db: &DatabaseConnection, search: &Search, body: &Value, limit: usize) -> Result<Vec<i64>, String> {
    let mut body = body.clone();
    body["limit"] = json!(limit);
    body["offset"] = json!(0);
    let (mut walked, mut now) = (Vec::new(), NOW);
    loop {
        let page = answer(db, Criteria::from_json(&body, now), search).await?;
        walked.extend(sequences(&page));
        let Some(cursor) = page.next_cursor else { return Ok(walked) };
        body["cursor"] = json!(cursor);
        // Skipped by nobody: an offset means nothing beside a cursor.
        body["offset"] = json!(3);
        now += 10_000_000_000;
    }
}

fn sequences(page: &Page<Model>) -> Vec<i64> {
    page.rows.iter().map(|row| row.sequence).collect()
}

/// A body without sub-criteria as a query string, with some of the client's own names.
fn query(body: &Value) -> String {
    let mut query = String::new();
    for (name, value) in body.as_object().unwrap() {
        let name = match name.as_str() {
            "keywordMatchStrategy" => "keywordMatch",
            "keywordFieldStrategy" => "keywordField",
            "includeFlags" => "includeFlag",
            "excludeFlags" => "excludeFlag",
            name => name,
        };
        for value in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Bool(true) => "True".to_owned(),
                Value::Bool(false) => "False".to_owned(),
                value => value.to_string(),
            };
            write!(query, "&{name}=").unwrap();
            for byte in text.bytes() {
                write!(query, "%{byte:02x}").unwrap();
            }
        }
    }
    query
}
