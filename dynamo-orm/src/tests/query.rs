//! Queries of the table and of its indexes.

use super::{Customer, Order, Shop, order, shop};
use crate::__private::Entity;
use crate::{Db, ErrorKind};

/// Nine orders of Ann, every third one paid, and her profile.
async fn filled() -> Db<Shop> {
    let db = shop(9).await;
    for number in 1..=9 {
        let mut order = order(number, if number % 3 == 0 { "paid" } else { "open" });
        order.agent = (number % 2 == 0).then(|| "bob".to_owned());
        order.put().send(&db).await.unwrap();
    }
    let ann = Customer {
        id: "ann".to_owned(),
        name: "Ann".to_owned(),
    };
    ann.create().send(&db).await.unwrap();
    db
}

fn numbers(orders: impl IntoIterator<Item = Order>) -> Vec<u32> {
    orders.into_iter().map(|o| o.number).collect()
}

#[tokio::test]
async fn pages_follow_one_another_by_cursor() {
    let db = filled().await;
    let first = Order::of_customer().limit(4).page(&db).await.unwrap();
    assert_eq!((first.scanned, first.is_last()), (4, false));
    let cursor: crate::Cursor = first.cursor.clone().unwrap().as_str().parse().unwrap();
    assert_eq!(numbers(first), [1, 2, 3, 4]);
    let next = Order::of_customer().start_at(cursor.clone());
    assert_eq!(numbers(next.all(&db).await.unwrap()), [5, 6, 7, 8, 9]);
    let other = Order::of_customer().newest_first().start_at(cursor);
    let error = other.page(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCursor);
    let down = Order::of_customer()
        .newest_first()
        .take(2)
        .load(&db)
        .await
        .unwrap();
    assert!(!down.is_last());
    assert_eq!(numbers(down), [9, 8]);
}

#[tokio::test]
async fn ranges_hold_inside_the_entity() {
    let db = filled().await;
    let all = Order::of_customer;
    let some = all().number().between(3, 5).all(&db).await.unwrap();
    assert_eq!(numbers(some), [3, 4, 5]);
    let some = all().number().after(7).all(&db).await.unwrap();
    assert_eq!(numbers(some), [8, 9]);
    let some = all().number().before(3).all(&db).await.unwrap();
    assert_eq!(numbers(some), [1, 2]);
    let one = Order::of_customer().number().eq(4).one(&db).await.unwrap();
    assert_eq!(one.unwrap().number, 4);
    let error = Order::of_customer().one(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotUnique);
    assert_eq!(Order::of_customer().count(&db).await.unwrap(), 9);
    let whole = Order::of_customer()
        .whole_partition()
        .all(&db)
        .await
        .unwrap();
    assert_eq!(whole.len(), 10);
    assert!(matches!(whole.last(), Some(Shop::Customer(_))));
}

#[tokio::test]
async fn an_index_is_read_with_filters_and_takes() {
    let db = filled().await;
    let paid = Order::of_status("paid").all(&db).await.unwrap();
    assert_eq!(numbers(paid), [3, 6, 9]);
    let dear = || {
        Order::of_status("open")
            .filter(|o| o.total().gt(300))
            .limit(3)
    };
    assert_eq!(dear().count(&db).await.unwrap(), 4);
    let some = dear()
        .select(|o| (o.total(), o.status()))
        .take(2)
        .load(&db)
        .await
        .unwrap();
    assert_eq!(
        some.items,
        [(400, "open".to_owned()), (500, "open".to_owned())]
    );
    let cursor = some.cursor.clone().unwrap();
    let rest = dear().start_at(cursor).all(&db).await.unwrap();
    assert_eq!(numbers(rest), [7, 8]);
    assert_eq!(dear().select(|o| o.total()).count(&db).await.unwrap(), 4);
    let metered = Order::of_status("paid").page_metered(&db).await.unwrap();
    assert!(metered.capacity.total > 0.0 && metered.capacity.indexes.contains_key("ByStatus"));
    let keys = Order::of_agent("bob").select(|o| o.number());
    let refused = keys.to_request(&db).unwrap_err().to_string();
    assert!(
        refused.contains("`ByAgent` does not carry `number`"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_stream_gives_items_across_pages() {
    let db = filled().await;
    let streamed = Order::of_customer().limit(2).stream(&db).collect().await;
    assert_eq!(numbers(streamed.unwrap()).len(), 9);
    let mut items = Order::of_customer().newest_first().take(3).stream(&db);
    let mut seen = Vec::new();
    while let Some(order) = items.next().await {
        seen.push(order.unwrap().number);
    }
    assert_eq!(seen, [9, 8, 7]);
}

#[tokio::test]
async fn an_item_that_does_not_fit_is_an_error_of_its_own() {
    let db = filled().await;
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(
            crate::codec::item_to_sdk(&Order::key(2).to_json().unwrap()).unwrap(),
        ))
        .expression_attribute_names("#l", "lines")
        .update_expression("REMOVE #l")
        .send()
        .await
        .unwrap();
    let results = Order::of_customer().results().all(&db).await.unwrap();
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 8);
    let error = Order::of_customer().all(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.entity()),
        (ErrorKind::Decode, Some("Order"))
    );
    assert!(error.to_string().contains("lines"), "{error}");
    assert!(error.raw_item().unwrap().contains("ORDER#0000000002"));
}
