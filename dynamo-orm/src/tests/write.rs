//! Writes of single items, and the index attributes they keep in step.

use super::{Customer, Order, Shop, at, order, shop};
use crate::__private::Entity;
use crate::{Db, Delete, ErrorKind, Exists, Update};

/// The stored item as JSON text.
async fn stored(db: &Db<Shop>, number: u32) -> String {
    let request = Order::get(number).to_request(db).unwrap();
    let answer = db.call(&request, "Item", std::sync::Arc::new(crate::op::raw_member));
    answer.await.unwrap().value.unwrap()
}

async fn read(db: &Db<Shop>, number: u32) -> Order {
    Order::get(number).send(db).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_item_is_created_once_and_read_back() {
    let db = shop(7).await;
    assert_eq!(db.table_differences().await.unwrap(), Vec::<String>::new());
    let one = order(1, "open");
    let created = one.create().returning_new();
    let created = created.send(&db).await.unwrap();
    assert_eq!((created.created, created.updated), (at(7), at(7)));
    assert_eq!(read(&db, 1).await, created);
    let error = order(1, "late").create().send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.key(), Some("PK=C#ann, SK=ORDER#0000000001"));
    assert_eq!(error.old_item::<Order>().unwrap().unwrap(), created);
    let item = crate::to_item(&created).unwrap();
    assert_eq!(item["GSI1PK"].as_s().unwrap(), "STATUS#open");
    let again: Order = crate::from_item(&item).unwrap();
    assert_eq!((again.number, again.created), (1, at(7)));
    let other = crate::from_item::<Customer>(&item).unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_put_replaces_under_its_condition() {
    let db = shop(7).await;
    assert_eq!(
        order(1, "open")
            .put()
            .returning_old()
            .send(&db)
            .await
            .unwrap(),
        None
    );
    let paid = order(1, "paid");
    let put = paid.put().when(|o| o.status().eq("gone"));
    let error = put.send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    assert_eq!(error.old_item::<Order>().unwrap().unwrap().status, "open");
    let put = paid
        .put()
        .when(|o| o.status().eq("open") & o.total().ge(100));
    put.send(&db).await.unwrap();
    assert_eq!(
        read(&db, 1).await.created,
        at(1),
        "a put keeps the value's own time"
    );
}

#[tokio::test]
async fn an_update_keeps_the_indexes_in_step() {
    let db = shop(9).await;
    order(1, "open").put().send(&db).await.unwrap();
    let update = Update::new(Order::key(1))
        .set(|o| o.status(), "paid")
        .set(|o| o.agent(), "bob")
        .set(|o| o.lines().at(1), "paper")
        .add(|o| o.total(), 5)
        .insert(|o| o.tags(), ["a", "b"])
        .append(|o| o.lines(), Vec::<String>::new());
    let error = update.send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "two paths overlap");
    let update = Update::new(Order::key(1))
        .set(|o| o.status(), "paid")
        .set(|o| o.agent(), "bob")
        .add(|o| o.total(), 5)
        .insert(|o| o.tags(), ["a", "b"])
        .append(|o| o.lines(), ["cap".to_owned()])
        .remove(|o| o.expires());
    let new = update.returning_new().send(&db).await.unwrap();
    assert_eq!((new.total, new.lines.len(), new.tags.len()), (105, 3, 2));
    assert_eq!((new.expires, new.updated), (None, at(9)));
    let item = stored(&db, 1).await;
    assert!(item.contains(r#""GSI1PK":{"S":"STATUS#paid"}"#), "{item}");
    assert!(item.contains(r#""GSI2PK":{"S":"AGENT#bob"}"#), "{item}");
    let update = Update::new(Order::key(1)).remove(|o| o.agent());
    let changed = update.returning_updated().send(&db).await.unwrap();
    assert_eq!(changed.get(|o| o.agent()).unwrap(), None::<String>);
    assert!(!stored(&db, 1).await.contains("GSI2PK"));
    let missing = Update::new(Order::key(2)).set(|o| o.total(), 1);
    let error = missing.send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_created_item_is_in_the_indexes_its_key_fills() {
    let db = shop(9).await;
    let update = Update::new(Order::key(3))
        .set(|o| o.status(), "open")
        .or_create();
    update.send(&db).await.unwrap();
    let item = stored(&db, 3).await;
    for attribute in [
        r#""Type":{"S":"order"}"#,
        r#""GSI1PK":{"S":"STATUS#open"}"#,
        r#""GSI1SK":{"S":"0000000003"}"#,
        r#""created":{"N":"9.25"}"#,
    ] {
        assert!(item.contains(attribute), "{attribute} in {item}");
    }
}

#[tokio::test]
async fn an_upsert_keeps_what_it_does_not_know() {
    let db = shop(9).await;
    let mut one = order(1, "open");
    one.agent = Some("bob".to_owned());
    let new = one.upsert().returning_new().send(&db).await.unwrap();
    assert_eq!(new.created, at(9), "the first write sets it");
    let later = db.clone().with_clock(|| at(12));
    one.agent = None;
    let new = one.upsert().returning_new().send(&later).await.unwrap();
    assert_eq!((new.created, new.updated), (at(9), at(12)));
    let item = stored(&db, 1).await;
    assert!(
        !item.contains("GSI2PK") && !item.contains("agent"),
        "{item}"
    );
    let ann = Customer {
        id: "ann".to_owned(),
        name: "Ann".to_owned(),
    };
    assert_eq!(ann.upsert().returning_old().send(&db).await.unwrap(), None);
}

#[tokio::test]
async fn a_delete_tells_what_was_there() {
    let db = shop(9).await;
    order(1, "open").put().send(&db).await.unwrap();
    assert!(
        Exists::new(Order::key(1))
            .consistent()
            .send(&db)
            .await
            .unwrap()
    );
    let delete = Delete::new(Order::key(1)).when(|o| o.note().exists());
    let error = delete.send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    let old = Delete::new(Order::key(1)).returning_old().send(&db).await;
    assert_eq!(old.unwrap().unwrap().number, 1);
    Delete::new(Order::key(1)).send(&db).await.unwrap();
    let error = Delete::new(Order::key(1))
        .existing()
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!Exists::new(Order::key(1)).send(&db).await.unwrap());
}

#[tokio::test]
async fn selected_fields_are_read_at_their_places() {
    let db = shop(9).await;
    order(1, "open").put().send(&db).await.unwrap();
    let get = Order::get(1).select(|o| {
        (
            o.lines().at(1),
            o.note(),
            o.number(),
            o.lines(),
            o.expires(),
        )
    });
    let (line, note, number, lines, expires) = get.send(&db).await.unwrap().unwrap();
    assert_eq!(
        (line.as_str(), note, number, lines.len()),
        ("ink", None, 1, 2)
    );
    assert_eq!(expires, Some(4_000_000_000));
}
