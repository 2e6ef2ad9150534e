//! Values come back exactly as they were, and are stored as DynamoDB's own types.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use dynamo_orm::{Entity, ErrorKind};
use dynamo_orm_tests::orders::{Address, Document, Line, Shape, Ticket, day, order, ticket};
use dynamo_orm_tests::{is_old_engine, raw, table};

fn document() -> Document {
    Document {
        id: uuid::Uuid::from_u128(7),
        bytes: vec![0, 1, 255],
        numbers: BTreeSet::from([-1, 0, 9_007_199_254_740_993]),
        decimals: ["1.10", "2.5"].map(|d| d.parse().unwrap()).into(),
        big: 99_999_999_999_999_999_999_999_999_999_999_999_999,
        flag: true,
        nothing: None,
        shape: Shape::Circle { radius: 1.5 },
        rest: BTreeMap::from([("colour".to_owned(), "red".to_owned())]),
    }
}

const KEY: &str = "DOC#00000000-0000-0000-0000-000000000007";

#[tokio::test]
async fn every_kind_of_attribute_comes_back() {
    let db = table().await;
    let written = document();
    written.put().send(&db).await.unwrap();
    let read = Document::get(written.id).send(&db).await.unwrap();
    assert_eq!(
        read,
        Some(written),
        "keys and type attribute are not in `rest`"
    );
    let item = raw(&db, KEY, "DOC").await;
    assert!(item["bytes"].is_b());
    assert!(item["numbers"].is_ns());
    assert!(item["decimals"].is_ns());
    assert_eq!(
        item["big"].as_n().unwrap(),
        "99999999999999999999999999999999999999"
    );
    assert!(item["nothing"].is_null());
    assert!(item["shape"].is_m());
    assert_eq!(item["_type"].as_s().unwrap(), "Document");
}

#[tokio::test]
async fn an_empty_set_is_absent_and_reads_as_empty() {
    let db = table().await;
    let mut written = document();
    written.numbers.clear();
    written.put().send(&db).await.unwrap();
    assert!(!raw(&db, KEY, "DOC").await.contains_key("numbers"));
    let read = Document::get(written.id).send(&db).await.unwrap();
    assert_eq!(read, Some(written));
}

#[tokio::test]
async fn a_number_that_dynamodb_would_refuse_is_refused_before_sending() {
    let db = table().await;
    let mut written = document();
    written.big = i128::MAX;
    let error = written.put().send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    assert_eq!(error.path(), Some("big"));
    let mut written = document();
    written.shape = Shape::Square { side: f64::NAN };
    let error = written.put().send(&db).await.unwrap_err();
    assert_eq!(error.path(), Some("shape.side"));
}

#[tokio::test]
async fn the_raw_escape_goes_both_ways() {
    let db = table().await;
    let written = document();
    let item = dynamo_orm::to_item(&written).unwrap();
    assert_eq!(item["PK"].as_s().unwrap(), KEY);
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(item))
        .send()
        .await
        .unwrap();
    let read = Document::get(written.id)
        .into_sdk(&db)
        .unwrap()
        .send()
        .await
        .unwrap();
    let read: Document = dynamo_orm::from_item(&read.item.unwrap()).unwrap();
    assert_eq!(read, written);
}

/// Other libraries read what this one writes, and the other way round.
#[tokio::test]
async fn serde_dynamo_agrees_on_stored_values() {
    let written = order("ada", day(5, 1), 1);
    let item = dynamo_orm::to_item(&written).unwrap();
    let read: Line = serde_dynamo::from_attribute_value(line_of(&item)).unwrap();
    assert_eq!(read, written.lines[0]);
    let address: Address = serde_dynamo::from_attribute_value(item["ship_to"].clone()).unwrap();
    assert_eq!(address, written.ship_to);

    let mut theirs: HashMap<String, AttributeValue> = serde_dynamo::to_item(ticket(1)).unwrap();
    theirs.extend(dynamo_orm_tests::sdk_key(
        "TICKET#00000000000000000001",
        "TICKET",
    ));
    assert_eq!(dynamo_orm::from_item::<Ticket>(&theirs).unwrap(), ticket(1));
}

fn line_of(item: &HashMap<String, AttributeValue>) -> AttributeValue {
    item["lines"].as_l().unwrap()[0].clone()
}

#[tokio::test]
async fn an_item_over_the_limit_is_refused_with_its_size() {
    let db = table().await;
    let mut large = document();
    large.bytes = vec![7; 400 * 1024];
    let error = large.put().send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("409600"), "{error}");
    // Just below the limit the engine agrees.
    large.bytes = vec![7; 399 * 1024];
    large.put().send(&db).await.unwrap();
    // The copy in a local secondary index counts, too.
    let mut large = order("ada", day(5, 1), 1);
    large.note = Some("x".repeat(201 * 1024));
    let error = large.put().send(&db).await.unwrap_err();
    assert!(error.to_string().contains("`ByTotal`"), "{error}");
    large.note = Some("x".repeat(198 * 1024));
    large.put().send(&db).await.unwrap();
}

#[tokio::test]
async fn empty_text_outside_keys_is_a_value() {
    if is_old_engine() {
        return;
    }
    let db = table().await;
    let mut o = order("ada", day(5, 1), 1);
    o.note = Some(String::new());
    let read = o.put().returning_new().send(&db).await.unwrap();
    assert_eq!(read.note.as_deref(), Some(""));
}
