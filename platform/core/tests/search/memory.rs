//! Random rows and criteria: what is found in memory is what each store finds, and what the model finds.

use argus_core::search::{Criteria, Row};
use proptest::collection::vec;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sea_orm::{DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::generate::{rows, search};
use crate::model::Search;
use crate::store::Stores;
use crate::table::{Column, Entity, Everybody, Item, Model, NOW, PlainItem, row};

/// Fillings of the table, and criteria for each of them.
const TABLES: u32 = 25;
const CRITERIA: usize = 200;

#[test]
fn memory_finds_what_the_stores_find() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stores = runtime.block_on(Stores::new());
    let config = Config { cases: TABLES, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&(rows(), vec(search(), CRITERIA)), |(rows, searches)| {
        runtime.block_on(async {
            stores.fill(&rows).await;
            for search in searches {
                compare(&stores, &rows, search).await?;
            }
            Ok(())
        })
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

async fn compare(stores: &Stores, rows: &[Model], search: Search) -> Result<(), TestCaseError> {
    let search = Search { root: search.root.without_parity(), scope: vec![1, 2, 3, 4], sort: Vec::new(), ..search };
    let body = search.json();
    let criteria = plain(&body).await;
    let found = in_memory(&criteria, rows);
    let failed = |who: String, expected: &[i64]| {
        TestCaseError::fail(format!("{who} finds {expected:?}, memory {found:?}\n{body}"))
    };
    let mut expected: Vec<i64> = search.expected(rows).iter().map(|row| row.sequence).collect();
    expected.sort_unstable();
    if expected != found {
        return Err(failed("the model".to_owned(), &expected));
    }
    for db in &stores.all {
        let expected = in_store(&criteria, db).await;
        if expected != found {
            return Err(failed(format!("{:?}", db.get_database_backend()), &expected));
        }
    }
    Ok(())
}

async fn plain(body: &Value) -> Criteria<PlainItem> {
    Criteria::from_json(body, NOW).resolve(&Everybody).await.unwrap()
}

fn in_memory(criteria: &Criteria<PlainItem>, rows: &[Model]) -> Vec<i64> {
    let matcher = criteria.matcher().unwrap();
    let rows = rows.iter().map(|row| Row::<PlainItem>::new(row.clone().with_folded()));
    let mut found: Vec<i64> = rows.filter(|row| matcher.matches(row)).map(|row| row.model().sequence).collect();
    found.sort_unstable();
    found
}

async fn in_store(criteria: &Criteria<PlainItem>, db: &DatabaseConnection) -> Vec<i64> {
    let select = Entity::find().filter(criteria.condition(db.get_database_backend()));
    let rows = select.order_by_asc(Column::Sequence).all(db).await.unwrap();
    rows.into_iter().map(|row| row.sequence).collect()
}

/// Whoever has not folded its texts is searched as the stores do it: by ASCII.
#[tokio::test]
async fn a_row_that_was_not_folded_is_found_by_ascii() {
    let stores = Stores::new().await;
    let rows = [Model { title: Some("STRAẞE".to_owned()), ..row(1) }, Model { title: Some("É".to_owned()), ..row(2) }];
    stores.fill(&[]).await;
    for db in &stores.all {
        for row in &rows {
            use sea_orm::{ActiveModelTrait, IntoActiveModel};
            row.clone().into_active_model().reset_all().insert(db).await.unwrap();
        }
        for (keyword, expected) in [("stra", vec![1]), ("strasse", vec![]), ("é", vec![]), ("ẞ", vec![])] {
            let criteria = plain(&json!({ "keywords": keyword, "keywordFieldStrategy": "title" })).await;
            assert_eq!(in_store(&criteria, db).await, expected, "{keyword}");
            let matcher = criteria.matcher().unwrap();
            let found = rows.iter().filter(|row| matcher.matches(&Row::new((*row).clone())));
            assert_eq!(found.map(|row| row.sequence).collect::<Vec<_>>(), expected, "{keyword}");
        }
    }
}

#[tokio::test]
async fn an_entity_with_conditions_for_the_store_alone_offers_none() {
    let item: Criteria<Item> = Criteria::from_json(&json!({}), NOW).resolve(&Everybody).await.unwrap();
    assert!(item.matcher().is_none());
    assert!(plain(&json!({})).await.matcher().is_some());
}
