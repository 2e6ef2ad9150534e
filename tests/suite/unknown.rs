//! Items that a newer version of the program wrote, in reads of several types.

use aws_sdk_dynamodb::types::AttributeValue;
use dynamo_orm::{Db, Entity, ErrorKind, Known, Table};
use dynamo_orm_tests::orders::{Order, Orders, day, id, order};
use dynamo_orm_tests::{sdk_key, table};

/// Orders 1 to 4; behind each an item of a newer type, and at last one without a type.
async fn shop() -> Db<Orders> {
    let db = table().await;
    for number in 1..=4 {
        order("ada", day(5, 1), number)
            .put()
            .send(&db)
            .await
            .unwrap();
        let sk = format!("ORDER#2026-05-01#{number:010}#EVENT");
        raw(&db, &sk, Some("Event")).await;
    }
    raw(&db, "ZZZ", None).await;
    db
}

async fn raw(db: &Db<Orders>, sk: &str, kind: Option<&str>) {
    let mut put = db
        .client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(sdk_key("CUSTOMER#ada", sk)))
        .item("happened", AttributeValue::N("7".into()));
    if let Some(kind) = kind {
        put = put.item("_type", AttributeValue::S(kind.into()));
    }
    put.send().await.unwrap();
}

fn number(item: &Orders) -> u32 {
    match item {
        Orders::Order(order) => order.number,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unknown_type_is_an_error_unless_said_otherwise() {
    let db = shop().await;
    let error = Order::partition(id("ada")).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let error = Orders::scan().all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn unknown_types_are_left_out_and_counted() {
    let db = shop().await;
    let whole = || Order::partition(id("ada")).ignore_unknown();
    let page = whole().page(&db).await.unwrap();
    let numbers: Vec<u32> = page.items.iter().map(number).collect();
    assert_eq!((numbers, page.unknown), (vec![1, 2, 3, 4], 5));
    let page = Orders::scan().ignore_unknown().load(&db).await.unwrap();
    assert_eq!((page.items.len(), page.unknown), (4, 5));
    let mut stream = whole().limit(2).stream(&db);
    let mut seen = 0;
    while let Some(item) = stream.next().await {
        item.unwrap();
        seen += 1;
    }
    assert_eq!((seen, stream.unknown()), (4, 5));
    let results = whole().results().all(&db).await.unwrap();
    assert!(results.iter().all(Result::is_ok) && results.len() == 4);
}

#[tokio::test]
async fn a_trimmed_page_counts_and_continues_behind_its_last_item() {
    let db = shop().await;
    for take in 1..=5 {
        for limit in [None, Some(1), Some(3)] {
            let (mut seen, mut unknown, mut cursor) = (Vec::new(), 0, None);
            loop {
                let mut query = Order::partition(id("ada")).ignore_unknown().take(take);
                if let Some(limit) = limit {
                    query = query.limit(limit);
                }
                let page = query.start_at(cursor).load(&db).await.unwrap();
                seen.extend(page.items.iter().map(number));
                unknown += page.unknown;
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!((seen, unknown), (vec![1, 2, 3, 4], 5), "{take} {limit:?}");
        }
    }
}

#[tokio::test]
async fn unknown_types_are_given_as_they_are_stored() {
    let db = shop().await;
    let items = Order::partition(id("ada"))
        .raw_unknown()
        .all(&db)
        .await
        .unwrap();
    assert_eq!(items.len(), 9);
    let Known::Unknown(event) = &items[1] else {
        panic!("{:?}", items[1]);
    };
    assert_eq!(event.type_name(), Some("Event"));
    assert_eq!(
        event.key(),
        "PK=CUSTOMER#ada, SK=ORDER#2026-05-01#0000000001#EVENT"
    );
    assert!(event.json().contains(r#""happened":{"N":"7"}"#));
    let sdk = event.to_sdk().unwrap();
    assert_eq!(sdk["happened"].as_n().unwrap(), "7");
    assert!(!format!("{event:?}").contains("happened"));
    let Known::Unknown(last) = &items[8] else {
        panic!("{:?}", items[8]);
    };
    assert_eq!(
        (last.type_name(), last.key()),
        (None, "PK=CUSTOMER#ada, SK=ZZZ")
    );
    let known: Vec<Orders> = items.into_iter().filter_map(Known::known).collect();
    assert_eq!(known.len(), 4);
    let scanned = Orders::scan()
        .raw_unknown()
        .results()
        .all(&db)
        .await
        .unwrap();
    assert!(scanned.iter().all(Result::is_ok) && scanned.len() == 9);
}

#[tokio::test]
async fn a_damaged_item_of_a_known_type_is_not_unknown() {
    let db = shop().await;
    raw(&db, "ORDER#2026-05-01#0000000009", Some("Order")).await;
    for kept in [
        Order::partition(id("ada"))
            .ignore_unknown()
            .all(&db)
            .await
            .err(),
        Order::partition(id("ada"))
            .raw_unknown()
            .all(&db)
            .await
            .err(),
    ] {
        assert_eq!(kept.unwrap().kind(), ErrorKind::Decode);
    }
    let results = Order::partition(id("ada")).ignore_unknown().results();
    let results = results.all(&db).await.unwrap();
    assert_eq!(results.iter().filter(|r| r.is_err()).count(), 1);
}

/// A newer deployment nests its items among those that a typed query reads.
#[tokio::test]
async fn a_typed_query_passes_over_types_of_a_newer_deployment() {
    let db: Db<Orders> = table().await;
    order("ada", day(5, 1), 7).put().send(&db).await.unwrap();
    let mut nested = sdk_key("CUSTOMER#ada", "ORDER#2026-05-01#0000000007#COMMENT#1");
    nested.insert("_type".into(), AttributeValue::S("Comment".into()));
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(nested))
        .send()
        .await
        .unwrap();
    let page = Order::by_customer(id("ada")).page(&db).await.unwrap();
    assert_eq!((page.items.len(), page.unknown), (1, 1));
    assert_eq!(
        Order::by_customer(id("ada")).all(&db).await.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn an_item_that_does_not_fit_is_told_by_its_key() {
    let db: Db<Orders> = table().await;
    order("ada", day(5, 1), 7).put().send(&db).await.unwrap();
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(sdk_key("CUSTOMER#ada", "ORDER#2026-05-01#0000000007")))
        .update_expression("SET ship_to = :x")
        .expression_attribute_values(":x", AttributeValue::Bool(true))
        .send()
        .await
        .unwrap();
    let error = Order::by_customer(id("ada")).all(&db).await.unwrap_err();
    assert_eq!(
        error.key(),
        Some("PK=CUSTOMER#ada, SK=ORDER#2026-05-01#0000000007"),
        "{error}"
    );
}
