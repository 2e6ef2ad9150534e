//! Scans of a table and of its indexes.

use std::collections::BTreeSet;

use dynamo_orm::{Db, Entity, ErrorKind, Table};
use dynamo_orm_tests::orders::{
    ByCoupon, ByTotal, Customer, Gsi1, Order, Orders, Status, day, order, ticket,
};
use dynamo_orm_tests::table;
use serde::{Deserialize, Serialize};

/// Five orders, of which two are shipped, a customer and a ticket.
async fn shop() -> Db<Orders> {
    let db = table().await;
    for number in 1..=5 {
        let mut order = order("ada", day(5, 1), number);
        if number > 3 {
            order.status = Status::Shipped;
        }
        if number == 2 {
            order.coupon = Some("X".to_owned());
        }
        order.put().send(&db).await.unwrap();
    }
    let ada = Customer {
        id: "ada".into(),
        name: "Ada".into(),
    };
    ada.put().send(&db).await.unwrap();
    ticket(7).put().send(&db).await.unwrap();
    db
}

fn numbers(orders: &[Order]) -> Vec<u32> {
    let mut numbers: Vec<u32> = orders.iter().map(|o| o.number).collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn a_scan_gives_everything_as_the_tables_enum() {
    let db = shop().await;
    let all = Orders::scan().all(&db).await.unwrap();
    let customers = all.iter().filter(|i| matches!(i, Orders::Customer(_)));
    let tickets = all.iter().filter(|i| matches!(i, Orders::Ticket(_)));
    assert_eq!((all.len(), customers.count(), tickets.count()), (7, 1, 1));
    assert_eq!(Orders::scan().count(&db).await.unwrap(), 7);
}

#[tokio::test]
async fn a_scan_of_an_entity_gives_its_items_and_pays_for_all() {
    let db = shop().await;
    let page = Order::scan().page(&db).await.unwrap();
    assert_eq!(
        (numbers(&page.items), page.scanned),
        (vec![1, 2, 3, 4, 5], 7)
    );
    assert_eq!(Customer::scan().count(&db).await.unwrap(), 1);
    let shipped = Order::scan().filter(|o| o.status().eq(Status::Shipped));
    assert_eq!(numbers(&shipped.all(&db).await.unwrap()), [4, 5]);
    let taken = Order::scan().take(2).all(&db).await.unwrap();
    assert_eq!(taken.len(), 2);
    let consistent = Order::scan().consistent().all(&db).await.unwrap();
    assert_eq!(consistent.len(), 5);
    let metered = Order::scan().limit(2).load_metered(&db).await.unwrap();
    assert!(metered.requests >= 4 && metered.capacity.total > 0.0);
    let metered = Order::scan().page_metered(&db).await.unwrap();
    assert_eq!(metered.requests, 1);
}

#[tokio::test]
async fn a_mixed_scan_filters_by_the_fields_of_an_entity() {
    let db = shop().await;
    let found = Orders::scan()
        .filter::<Order>(|o| o.status().eq(Status::Shipped))
        .all(&db)
        .await
        .unwrap();
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn a_scan_reads_some_fields() {
    let db = shop().await;
    let select = || Order::scan().select(|o| (o.number(), o.ship_to().fields().city()));
    let mut some = select().take(9).all(&db).await.unwrap();
    some.sort();
    assert_eq!(some[4], (5, "Oslo".to_owned()));
    assert_eq!(select().results().all(&db).await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_scan_goes_through_an_index() {
    let db = shop().await;
    let through = || Orders::scan().through::<Gsi1>();
    let in_index = through().count(&db).await.unwrap();
    let orders = Order::scan().through::<Gsi1>();
    assert_eq!(numbers(&orders.all(&db).await.unwrap()), [1, 2, 3, 4, 5]);
    assert!((5..7).contains(&in_index), "{in_index}");
    let mut seen = 0;
    let mut cursor = None;
    loop {
        let page = through().limit(2).start_at(cursor).page(&db).await.unwrap();
        seen += page.items.len() as u64;
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, in_index);
    let coupons = Order::scan()
        .through::<ByCoupon>()
        .select(|o| o.coupon())
        .all(&db)
        .await
        .unwrap();
    assert_eq!(coupons, [Some("X".to_owned())]);
    let local = Order::scan().through::<ByTotal>().consistent();
    assert_eq!(local.all(&db).await.unwrap().len(), 5);
}

#[tokio::test]
async fn what_a_scan_cannot_do_is_said_before_sending() {
    let db = shop().await;
    let refused = [
        Orders::scan().take(2).page(&db).await.unwrap_err(),
        Orders::scan().take(2).count(&db).await.unwrap_err(),
        Orders::scan().limit(0).page(&db).await.unwrap_err(),
        Order::scan()
            .through::<ByCoupon>()
            .count(&db)
            .await
            .unwrap_err(),
        Orders::scan()
            .consistent()
            .through::<Gsi1>()
            .to_request(&db)
            .unwrap_err(),
        Order::scan()
            .through::<ByCoupon>()
            .select(|o| o.status())
            .to_request(&db)
            .unwrap_err(),
        Orders::scan().segments(0).stream(&db).unwrap_err(),
        Orders::scan()
            .segments(1_000_001)
            .to_requests(&db)
            .unwrap_err(),
        Orders::scan()
            .segments(2)
            .concurrency(0)
            .stream(&db)
            .unwrap_err(),
        Orders::scan().take(1).segments(2).stream(&db).unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
}

#[tokio::test]
async fn a_cursor_fits_only_its_own_scan() {
    let db = shop().await;
    let cursor = Orders::scan().limit(1).page(&db).await.unwrap().cursor;
    let other = table::<Orders>().await;
    let renamed = Db::<Orders>::new(other.client().clone(), "another");
    let refused = [
        Order::scan().start_at(cursor.clone()).to_request(&db),
        Orders::scan()
            .through::<Gsi1>()
            .start_at(cursor.clone())
            .to_request(&db),
        Orders::scan().start_at(cursor.clone()).to_request(&renamed),
        Order::by_status(Status::Open)
            .start_at(cursor.clone())
            .to_request(&db),
    ];
    for request in refused {
        assert_eq!(request.unwrap_err().kind(), ErrorKind::InvalidCursor);
    }
    Orders::scan().start_at(cursor).page(&db).await.unwrap();
}

/// No type attribute: the keys tell the entities apart.
#[derive(Table, Debug)]
#[table(pk = "PK", sk = "SK")]
enum Plain {
    User(User),
    Post(Post),
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
#[entity(table = Plain, pk = "USER#{id}", sk = "PROFILE")]
struct User {
    id: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
#[entity(table = Plain, pk = "USER#{user}", sk = "POST#{id}")]
struct Post {
    user: u32,
    id: u32,
}

#[tokio::test]
async fn without_a_type_attribute_the_keys_tell_entities_apart() {
    let db = table::<Plain>().await;
    for id in 1..=3 {
        User { id }.put().send(&db).await.unwrap();
        Post { user: id, id: 9 }.put().send(&db).await.unwrap();
    }
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(dynamo_orm_tests::sdk_key("OTHER", "x")))
        .send()
        .await
        .unwrap();
    let users = User::scan().all(&db).await.unwrap();
    let ids: BTreeSet<u32> = users.iter().map(|u| u.id).collect();
    assert_eq!(ids, BTreeSet::from([1, 2, 3]));
    let mut seen = BTreeSet::new();
    let mut cursor = None;
    loop {
        let page = Post::scan()
            .select(|p| p.user())
            .take(2)
            .start_at(cursor)
            .load(&db)
            .await
            .unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, BTreeSet::from([1, 2, 3]));
    let error = User::scan().count(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn a_scan_can_be_taken_to_the_sdk() {
    let db = shop().await;
    let sdk = Order::scan()
        .filter(|o| o.status().eq(Status::Shipped))
        .limit(50)
        .into_sdk(&db)
        .unwrap();
    let out = sdk.send().await.unwrap();
    assert_eq!(out.count(), 2);
}
