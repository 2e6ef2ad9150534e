//! Items whose time to live has passed: gone for every read, unless asked for.

use aws_sdk_dynamodb::types::AttributeValue;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity, Table};
use dynamo_orm_tests::orders::{Order, Orders, Status, day, id, order};
use dynamo_orm_tests::{instant, sdk_key, table};

/// Orders 1 to 6, of which the even ones expire at second 100; it is second 100.
async fn shop() -> Db<Orders> {
    let db = table::<Orders>().await.with_clock(|| instant(100));
    fill(&db).await;
    db
}

async fn fill(db: &Db<Orders>) {
    for number in 1..=6 {
        let mut order = order("ada", day(5, 1), number);
        order.coupon = Some("X".to_owned());
        order.expires_at = Some(instant(if number % 2 == 0 { 100 } else { 101 }));
        order.put().send(db).await.unwrap();
    }
}

fn numbers(orders: &[Order]) -> Vec<u32> {
    let mut numbers: Vec<u32> = orders.iter().map(|o| o.number).collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn an_expired_item_is_not_there_for_get_and_exists() {
    let db = shop().await;
    let get = |n| Order::get(id("ada"), day(5, 1), n);
    let exists = |n| Order::exists(id("ada"), day(5, 1), n);
    assert!(get(1).send(&db).await.unwrap().is_some());
    assert_eq!(get(2).send(&db).await.unwrap(), None);
    assert!(
        get(2)
            .including_expired()
            .send(&db)
            .await
            .unwrap()
            .is_some()
    );
    assert!(exists(1).send(&db).await.unwrap());
    assert!(!exists(2).send(&db).await.unwrap());
    assert!(exists(2).including_expired().send(&db).await.unwrap());
    let select = |n| get(n).select(|o| (o.status(), o.number()));
    assert_eq!(select(1).send(&db).await.unwrap(), Some((Status::Open, 1)));
    assert_eq!(select(2).send(&db).await.unwrap(), None);
    let late = select(2).including_expired().send(&db).await.unwrap();
    assert_eq!(late, Some((Status::Open, 2)));
    assert!(get(2).results().send(&db).await.unwrap().is_none());
}

#[tokio::test]
async fn an_expired_item_that_does_not_fit_its_type_is_no_error() {
    let db = shop().await;
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(sdk_key("CUSTOMER#ada", "ORDER#2026-05-01#0000000002")))
        .update_expression("SET total_cents = :x")
        .expression_attribute_values(":x", AttributeValue::N("-5".into()))
        .send()
        .await
        .unwrap();
    let get = || Order::get(id("ada"), day(5, 1), 2);
    assert_eq!(get().send(&db).await.unwrap(), None);
    get().including_expired().send(&db).await.unwrap_err();
}

#[tokio::test]
async fn every_form_of_a_query_leaves_expired_items_out() {
    let db = shop().await;
    let by = || Order::by_customer(id("ada"));
    assert_eq!(numbers(&by().all(&db).await.unwrap()), [1, 3, 5]);
    let page = by().limit(4).page(&db).await.unwrap();
    assert_eq!((numbers(&page.items), page.scanned), (vec![1, 3], 4));
    assert_eq!(by().count(&db).await.unwrap(), 3);
    let streamed = by().limit(1).stream(&db).collect().await.unwrap();
    assert_eq!(numbers(&streamed), [1, 3, 5]);
    let second = by().placed_on().eq(day(5, 1)).number().from(2);
    assert_eq!(second.first(&db).await.unwrap().unwrap().number, 3);
    let two = by().placed_on().eq(day(5, 1)).number().between(1, 2);
    assert_eq!(two.one(&db).await.unwrap().unwrap().number, 1);
    let status = Order::by_status(Status::Open).all(&db).await.unwrap();
    assert_eq!(numbers(&status), [1, 3, 5]);
    let selected = by().select(|o| o.number()).all(&db).await.unwrap();
    assert_eq!(selected, [1, 3, 5]);
    let whole = by().whole_partition().all(&db).await.unwrap();
    assert_eq!(whole.len(), 3);
    let filtered = by().filter(|o| o.number().ne(3) | o.note().exists());
    assert_eq!(numbers(&filtered.all(&db).await.unwrap()), [1, 5]);
}

#[tokio::test]
async fn every_form_of_a_query_gives_expired_items_when_asked() {
    let db = shop().await;
    let by = || Order::by_customer(id("ada")).including_expired();
    assert_eq!(by().all(&db).await.unwrap().len(), 6);
    assert_eq!(by().count(&db).await.unwrap(), 6);
    assert_eq!(by().whole_partition().all(&db).await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_scan_leaves_expired_items_out() {
    let db = shop().await;
    assert_eq!(numbers(&Order::scan().all(&db).await.unwrap()), [1, 3, 5]);
    assert_eq!(Orders::scan().count(&db).await.unwrap(), 3);
    let all = Orders::scan().including_expired();
    assert_eq!(all.count(&db).await.unwrap(), 6);
}

#[tokio::test]
async fn what_is_no_number_never_expires() {
    let db = shop().await;
    let values = [
        AttributeValue::S("1".into()),
        AttributeValue::Null(true),
        AttributeValue::L(Vec::new()),
    ];
    for (n, value) in values.into_iter().enumerate() {
        db.client()
            .put_item()
            .table_name(db.table_name())
            .set_item(Some(sdk_key("CUSTOMER#odd", &format!("ORDER#{n}"))))
            .item("expires_at", value)
            .send()
            .await
            .unwrap();
    }
    let odd = Order::by_customer(id("odd"));
    assert_eq!(odd.count(&db).await.unwrap(), 3);
    let whole = Order::by_customer(id("odd")).whole_partition();
    assert_eq!(whole.count(&db).await.unwrap(), 3);
}

#[tokio::test]
async fn an_index_that_does_not_carry_the_time_to_live_gives_expired_items() {
    let db = shop().await;
    let by_coupon = Order::by_coupon("X").select(|o| o.coupon());
    assert_eq!(by_coupon.all(&db).await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_cursor_is_good_a_second_later() {
    let db = shop().await;
    let by = || Order::by_customer(id("ada")).limit(2);
    let page = by().page(&db).await.unwrap();
    let later = db.with_clock(|| instant(101));
    let rest = by().start_at(page.cursor).page(&later).await.unwrap();
    assert_eq!(numbers(&rest.items), Vec::<u32>::new(), "all have expired");
    assert!(rest.cursor.is_some());
}

#[tokio::test]
async fn a_long_read_judges_each_page_by_its_own_time() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    let clock = Arc::new(AtomicU64::new(100));
    let seconds = Arc::clone(&clock);
    let db = table::<Orders>()
        .await
        .with_clock(move || instant(seconds.load(Ordering::Relaxed)));
    fill(&db).await;
    let mut stream = Order::by_customer(id("ada")).limit(2).stream(&db);
    assert_eq!(stream.next().await.unwrap().unwrap().number, 1);
    clock.store(101, Ordering::Relaxed);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn what_is_wanted_is_evaluated_and_little_more() {
    if dynamo_orm_tests::endpoint().is_some() {
        return;
    }
    let engine = Engine::memory().unwrap();
    let tap = Tap::new(engine);
    let db = Db::<Orders>::new(tap.client(), "Orders").with_clock(|| instant(100));
    db.create_table().await.unwrap();
    for number in 1..=64 {
        let mut order = order("ada", day(5, 1), number);
        order.expires_at = (number <= 60).then(|| instant(1));
        order.put().send(&db).await.unwrap();
    }
    tap.clear();
    let first = Order::by_customer(id("ada"))
        .take(2)
        .load(&db)
        .await
        .unwrap();
    assert_eq!(numbers(&first.items), [61, 62]);
    let limits: Vec<String> = tap
        .requests()
        .iter()
        .map(|r| {
            let limit = r.body.split("\"Limit\":").nth(1).unwrap_or("none");
            limit.split([',', '}']).next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(limits, ["2", "4", "8", "16", "32"], "they grow");
    let rest = Order::by_customer(id("ada")).start_at(first.cursor);
    assert_eq!(numbers(&rest.all(&db).await.unwrap()), [63, 64]);
    tap.clear();
    let by = Order::by_customer(id("ada")).newest_first().take(3);
    assert_eq!(by.all(&db).await.unwrap().len(), 3);
    assert_eq!(tap.calls("Query"), 1);
}

#[tokio::test]
async fn two_reads_of_one_model_agree_on_its_time_to_live() {
    assert_eq!(Orders::model().ttl, Order::MODEL.ttl);
}

/// The table's time is the engine's, wherever that stands.
#[tokio::test]
async fn a_table_on_an_engine_lives_in_the_engines_time() {
    let engine = Engine::memory_at(1_900_000_000).unwrap();
    let db = Db::<Orders>::on_engine(&engine).await.unwrap();
    let mut order = order("ada", day(5, 1), 1);
    let end = std::time::Duration::from_secs(1_900_000_100);
    order.expires_at = Some(std::time::SystemTime::UNIX_EPOCH + end);
    order.put().send(&db).await.unwrap();
    let count = || async {
        Order::by_customer(&order.customer)
            .count(&db)
            .await
            .unwrap()
    };
    assert_eq!(count().await, 1);
    engine.set_time(1_900_000_100);
    assert_eq!(count().await, 0);
}
