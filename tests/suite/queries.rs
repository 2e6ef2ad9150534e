//! Queries: typed conditions at every level, pages, cursors, streams.

use std::collections::BTreeSet;

use dynamo_orm::{Cursor, Db, Entity, ErrorKind};
use dynamo_orm_tests::orders::{Customer, Order, Orders, Status, day, id, order};
use dynamo_orm_tests::table;

/// Orders 1 to 3 of each of three days, a customer, and a customer whose id begins alike.
async fn shop() -> Db<Orders> {
    let db = table().await;
    for id in ["id_1", "id_10"] {
        let customer = Customer {
            id: id.into(),
            name: id.into(),
        };
        customer.put().send(&db).await.unwrap();
    }
    for d in 1..=3 {
        for number in 1..=3 {
            let mut o = order("id_1", day(5, d), number);
            o.total_cents = u64::from(number);
            o.put().send(&db).await.unwrap();
        }
    }
    order("id_10", day(5, 2), 1).put().send(&db).await.unwrap();
    db
}

fn keys(orders: &[Order]) -> Vec<(u32, u32)> {
    use chrono::Datelike as _;
    orders
        .iter()
        .map(|o| (o.placed_on.day(), o.number))
        .collect()
}

#[tokio::test]
async fn a_prefix_ends_on_its_separator() {
    let db = shop().await;
    let all = Order::by_customer(id("id_1")).all(&db).await.unwrap();
    assert_eq!(all.len(), 9, "neither the profile nor the orders of id_10");
}

#[tokio::test]
async fn every_level_has_typed_conditions() {
    let db = shop().await;
    let by = || Order::by_customer(id("id_1"));
    let run = async |q: Vec<Order>| keys(&q);
    let eq = by().placed_on().eq(day(5, 2)).all(&db).await.unwrap();
    assert_eq!(run(eq).await, [(2, 1), (2, 2), (2, 3)]);
    let between = by()
        .placed_on()
        .between(day(5, 1), day(5, 2))
        .all(&db)
        .await
        .unwrap();
    assert_eq!(between.len(), 6);
    let from = by().placed_on().from(day(5, 2)).all(&db).await.unwrap();
    assert_eq!(from.len(), 6);
    let after = by().placed_on().after(day(5, 2)).all(&db).await.unwrap();
    assert_eq!(keys(&after), [(3, 1), (3, 2), (3, 3)]);
    let to = by().placed_on().to(day(5, 2)).all(&db).await.unwrap();
    assert_eq!(to.len(), 6);
    let before = by().placed_on().before(day(5, 2)).all(&db).await.unwrap();
    assert_eq!(keys(&before), [(1, 1), (1, 2), (1, 3)]);
    let level_two = || by().placed_on().eq(day(5, 2)).number();
    assert_eq!(keys(&level_two().eq(2).all(&db).await.unwrap()), [(2, 2)]);
    assert_eq!(
        keys(&level_two().between(2, 3).all(&db).await.unwrap()),
        [(2, 2), (2, 3)]
    );
    assert_eq!(
        keys(&level_two().after(2).all(&db).await.unwrap()),
        [(2, 3)]
    );
    assert_eq!(
        keys(&level_two().before(2).all(&db).await.unwrap()),
        [(2, 1)]
    );
    let none = by().placed_on().eq(day(6, 1)).all(&db).await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn an_inverted_range_is_refused_before_sending() {
    let db = shop().await;
    let error = Order::by_customer(id("id_1"))
        .placed_on()
        .between(day(5, 2), day(5, 1))
        .to_request(&db)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidKey);
}

#[tokio::test]
async fn order_and_direction_follow_the_sort_key() {
    let db = shop().await;
    let newest = Order::by_customer(id("id_1"))
        .newest_first()
        .take(2)
        .all(&db)
        .await
        .unwrap();
    assert_eq!(keys(&newest), [(3, 3), (3, 2)]);
    let first = Order::by_customer(id("id_1")).first(&db).await.unwrap();
    assert_eq!(keys(&[first.unwrap()]), [(1, 1)]);
}

#[tokio::test]
async fn pages_lose_nothing_and_end_only_without_a_cursor() {
    let db = shop().await;
    for limit in [1, 2, 4, 9, 10] {
        let mut seen = Vec::new();
        let mut cursor: Option<Cursor> = None;
        let mut pages = 0;
        loop {
            let page = Order::by_customer(id("id_1"))
                .filter(|o| o.total_cents().eq(2))
                .limit(limit)
                .start_at(cursor)
                .page(&db)
                .await
                .unwrap();
            pages += 1;
            assert!(page.scanned <= u64::from(limit));
            seen.extend(keys(&page.items));
            // Through text and back, as a client of an API would send it.
            cursor = page.cursor.map(|c| c.to_string().parse().unwrap());
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [(1, 2), (2, 2), (3, 2)], "limit {limit}");
        assert!(pages >= 9 / limit);
    }
}

#[tokio::test]
async fn a_trimmed_page_goes_on_behind_its_last_item() {
    let db = shop().await;
    let query = || Order::by_status(Status::Open).filter(|o| o.total_cents().ge(2));
    let whole: Vec<_> = query().all(&db).await.unwrap();
    for take in 1..=4 {
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = query().take(take).start_at(cursor).load(&db).await.unwrap();
            assert!(page.items.len() <= take);
            seen.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "take {take}");
    }
}

#[tokio::test]
async fn a_cursor_fits_only_its_own_query() {
    let db = shop().await;
    let page = Order::by_customer(id("id_1"))
        .limit(2)
        .page(&db)
        .await
        .unwrap();
    let cursor = page.cursor.unwrap();
    let refused = [
        Order::by_customer(id("id_10"))
            .start_at(cursor.clone())
            .page(&db)
            .await
            .unwrap_err(),
        Order::by_customer(id("id_1"))
            .newest_first()
            .start_at(cursor.clone())
            .page(&db)
            .await
            .unwrap_err(),
        Order::by_status(Status::Open)
            .start_at(cursor.clone())
            .page(&db)
            .await
            .unwrap_err(),
        Order::by_customer(id("id_1"))
            .placed_on()
            .eq(day(5, 1))
            .start_at(cursor.clone())
            .page(&db)
            .await
            .unwrap_err(),
        "garbage!".parse::<Cursor>().unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidCursor, "{error}");
    }
    assert!(
        cursor
            .as_str()
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    );
}

#[tokio::test]
async fn a_stream_asks_for_pages_as_they_are_wanted() {
    let db = shop().await;
    let mut stream = Order::by_customer(id("id_1")).limit(2).stream(&db);
    let mut seen = Vec::new();
    while let Some(item) = stream.next().await {
        seen.push(item.unwrap());
    }
    assert_eq!(seen.len(), 9);
    let some = Order::by_customer(id("id_1"))
        .take(4)
        .stream(&db)
        .collect()
        .await
        .unwrap();
    assert_eq!(some, seen[..4]);
}

#[tokio::test]
async fn many_requests_are_counted_with_their_cost() {
    let db = shop().await;
    let loaded = Order::by_customer(id("id_1"))
        .limit(4)
        .load_metered(&db)
        .await
        .unwrap();
    assert_eq!((loaded.value.items.len(), loaded.requests), (9, 3));
    assert!(loaded.capacity.total >= 1.5, "{:?}", loaded.capacity);
}

#[tokio::test]
async fn take_and_limit_are_not_mixed_up() {
    let db = shop().await;
    let by = || Order::by_customer(id("id_1"));
    let refused = [
        by().take(2).page(&db).await.unwrap_err(),
        by().take(2).count(&db).await.unwrap_err(),
        by().limit(0).page(&db).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
}

#[tokio::test]
async fn wanting_nothing_leaves_the_place_as_it_was() {
    let db = shop().await;
    let by = || Order::by_customer(id("id_1"));
    let cursor = by().limit(2).page(&db).await.unwrap().cursor;
    let none = by()
        .take(0)
        .start_at(cursor.clone())
        .load(&db)
        .await
        .unwrap();
    assert!(none.items.is_empty());
    assert_eq!(none.cursor, cursor);
}

#[tokio::test]
async fn one_means_one() {
    let db = shop().await;
    let by = || Order::by_customer(id("id_1")).placed_on();
    assert_eq!(by().eq(day(6, 1)).one(&db).await.unwrap(), None);
    assert!(
        by().eq(day(5, 1))
            .number()
            .eq(1)
            .one(&db)
            .await
            .unwrap()
            .is_some()
    );
    let error = by().eq(day(5, 1)).one(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotUnique);
}

#[tokio::test]
async fn count_counts_over_all_pages() {
    let db = shop().await;
    assert_eq!(
        Order::by_customer(id("id_1"))
            .limit(2)
            .count(&db)
            .await
            .unwrap(),
        9
    );
    let some = Order::by_customer(id("id_1")).filter(|o| o.number().ge(2));
    assert_eq!(some.count(&db).await.unwrap(), 6);
}

#[tokio::test]
async fn a_whole_partition_is_read_as_the_table() {
    let db = shop().await;
    let all = Order::by_customer(id("id_1"))
        .whole_partition()
        .all(&db)
        .await
        .unwrap();
    assert_eq!(all.len(), 10);
    let profiles = all
        .iter()
        .filter(|i| matches!(i, Orders::Customer(_)))
        .count();
    assert_eq!(profiles, 1);
}

#[tokio::test]
async fn entities_that_share_an_index_are_told_apart() {
    let db = shop().await;
    // Another entity in the same index partition, with a sort key among the orders'.
    let raw = [
        ("PK", "TICKET#00000000000000000001"),
        ("SK", "TICKET"),
        ("_type", "Ticket"),
        ("GSI1PK", "STATUS#open"),
        ("GSI1SK", "2026-05-02#0000000002"),
    ];
    let mut put = db.client().put_item().table_name(db.table_name());
    for (name, value) in raw {
        put = put.item(
            name,
            aws_sdk_dynamodb::types::AttributeValue::S(value.into()),
        );
    }
    put.send().await.unwrap();
    let request = Order::by_status(Status::Open).to_request(&db).unwrap();
    assert!(
        !request.body().contains("_type"),
        "their templates do not overlap: {request}"
    );
}

#[tokio::test]
async fn one_bad_item_does_not_lose_the_page() {
    let db = shop().await;
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(dynamo_orm_tests::sdk_key(
            "CUSTOMER#id_1",
            "ORDER#2026-05-02#0000000002",
        )))
        .update_expression("SET total_cents = :x, #l[0].#c = :y")
        .expression_attribute_names("#l", "lines")
        .expression_attribute_names("#c", "count")
        .expression_attribute_values(":x", aws_sdk_dynamodb::types::AttributeValue::N("5".into()))
        .expression_attribute_values(
            ":y",
            aws_sdk_dynamodb::types::AttributeValue::S("many".into()),
        )
        .send()
        .await
        .unwrap();
    let by = || Order::by_customer(id("id_1")).limit(6);
    let error = by().page(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.entity(), Some("Order"));
    assert_eq!(error.path(), Some("lines[0].count"));
    assert!(error.raw_item().unwrap().contains("many"));
    let page = by().results().page(&db).await.unwrap();
    assert_eq!(page.items.len(), 6);
    assert_eq!(page.items.iter().filter(|i| i.is_err()).count(), 1);
    let rest = by().start_at(page.cursor).page(&db).await.unwrap();
    assert_eq!(rest.items.len(), 3, "the cursor is good");
    let mut stream = by().stream(&db);
    let (mut good, mut bad) = (0, 0);
    while let Some(item) = stream.next().await {
        if item.is_ok() {
            good += 1;
        } else {
            bad += 1;
        }
    }
    assert_eq!((good, bad), (8, 1));
}

#[tokio::test]
async fn an_unknown_entity_type_is_one_bad_item() {
    let db = shop().await;
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(dynamo_orm_tests::sdk_key("CUSTOMER#id_1", "Z")))
        .item(
            "_type",
            aws_sdk_dynamodb::types::AttributeValue::S("Newer".into()),
        )
        .send()
        .await
        .unwrap();
    let whole = || Order::by_customer(id("id_1")).whole_partition();
    let error = whole().all(&db).await.unwrap_err();
    assert!(error.to_string().contains("`Newer`"), "{error}");
    let items = whole().results().all(&db).await.unwrap();
    let good: BTreeSet<bool> = items.iter().map(Result::is_ok).collect();
    assert_eq!((items.len(), good.len()), (11, 2));
}
