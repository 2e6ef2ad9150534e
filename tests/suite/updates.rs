//! Every update action.

use std::collections::BTreeSet;

use dynamo_orm::{Db, Entity, ErrorKind, Result, Update};
use dynamo_orm_tests::orders::{Counter, Line, Order, Orders, Status, day, id, order};
use dynamo_orm_tests::{is_old_engine, table};

async fn one() -> Db<Orders> {
    let db = table().await;
    order("ada", day(5, 1), 7).put().send(&db).await.unwrap();
    db
}

fn update() -> Update<Order> {
    Order::update(id("ada"), day(5, 1), 7)
}

async fn send(db: &Db<Orders>, update: Update<Order>) -> Result<Order> {
    update.returning_new().send(db).await
}

#[tokio::test]
async fn set_and_remove() {
    let db = one().await;
    let o = send(&db, update().set(|o| o.note(), "gift")).await.unwrap();
    assert_eq!(o.note.as_deref(), Some("gift"));
    let o = send(&db, update().remove(|o| o.note())).await.unwrap();
    assert_eq!(o.note, None);
    let o = send(&db, update().set_or_remove(|o| o.note(), Some("x")))
        .await
        .unwrap();
    assert_eq!(o.note.as_deref(), Some("x"));
    let o = send(&db, update().set_or_remove(|o| o.note(), None::<&str>))
        .await
        .unwrap();
    assert_eq!(o.note, None);
    let o = send(&db, update().set_if_absent(|o| o.note(), "first"))
        .await
        .unwrap();
    let p = send(&db, update().set_if_absent(|o| o.note(), "second"))
        .await
        .unwrap();
    assert_eq!((o.note, p.note.as_deref()), (p.note.clone(), Some("first")));
}

#[tokio::test]
async fn numbers_are_counted_in_place() {
    let db = one().await;
    let o = send(&db, update().increment(|o| o.total_cents(), 1))
        .await
        .unwrap();
    assert_eq!(o.total_cents, 2000);
    let o = send(&db, update().sub(|o| o.total_cents(), 500))
        .await
        .unwrap();
    assert_eq!(o.total_cents, 1500);
    let o = send(&db, update().add(|o| o.total(), "0.01".parse().unwrap()))
        .await
        .unwrap();
    assert_eq!(o.total, 20.into());
}

#[tokio::test]
async fn nested_paths_reach_fields_elements_and_keys_with_dots() {
    let db = one().await;
    let o = send(
        &db,
        update()
            .set(|o| o.ship_to().fields().city(), "Bergen")
            .remove(|o| o.ship_to().fields().street())
            .set(|o| o.lines().at(0).fields().count(), 9)
            .set(|o| o.labels().key("a.b"), "changed")
            .set(|o| o.labels().key("size"), "L"),
    )
    .await
    .unwrap();
    assert_eq!(o.ship_to.city, "Bergen");
    assert_eq!(o.ship_to.street, None);
    assert_eq!(o.lines[0].count, 9);
    assert_eq!(o.labels["a.b"], "changed");
    assert_eq!(o.labels["size"], "L");
}

#[tokio::test]
async fn lists_grow_at_both_ends() {
    let db = one().await;
    let line = |sku: &str| Line {
        sku: sku.into(),
        count: 1,
    };
    let o = send(&db, update().append(|o| o.lines(), [line("last")]))
        .await
        .unwrap();
    assert_eq!(o.lines[1].sku, "last");
    let o = send(&db, update().prepend(|o| o.lines(), [line("first")]))
        .await
        .unwrap();
    let skus: Vec<&str> = o.lines.iter().map(|l| l.sku.as_str()).collect();
    assert_eq!(skus, ["first", "tea", "last"]);
    let o = send(&db, update().remove(|o| o.lines().at(1)))
        .await
        .unwrap();
    assert_eq!(o.lines.len(), 2);
}

#[tokio::test]
async fn sets_gain_and_lose_elements_and_may_become_empty() {
    let db = one().await;
    let o = send(&db, update().insert(|o| o.tags(), ["red", "gift"]))
        .await
        .unwrap();
    assert_eq!(
        o.tags,
        BTreeSet::from(["gift", "new", "red"].map(str::to_owned))
    );
    let o = send(&db, update().discard(|o| o.tags(), ["red", "gift", "new"]))
        .await
        .unwrap();
    assert!(o.tags.is_empty(), "an absent set reads as an empty one");
    let o = send(
        &db,
        update().set(|o| o.tags(), BTreeSet::from(["x".to_owned()])),
    )
    .await
    .unwrap();
    assert_eq!(o.tags.len(), 1);
    let o = send(&db, update().set(|o| o.tags(), BTreeSet::new()))
        .await
        .unwrap();
    assert!(
        o.tags.is_empty(),
        "setting an empty set removes the attribute"
    );
}

#[tokio::test]
async fn an_update_never_creates_an_item_by_accident() {
    let db = table::<Orders>().await;
    let error = update().set(|o| o.note(), "x").send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        !Order::exists(id("ada"), day(5, 1), 7)
            .send(&db)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn what_an_update_gives_back_is_typed() {
    let db = one().await;
    let old = update()
        .set(|o| o.note(), "new")
        .returning_old()
        .send(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(old.note, None);
    let changed = update()
        .set(|o| o.note(), "newer")
        .set(|o| o.ship_to().fields().city(), "Bergen")
        .returning_updated()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(changed.get(|o| o.note()).unwrap().as_deref(), Some("newer"));
    let city = changed.get(|o| o.ship_to().fields().city()).unwrap();
    assert_eq!(city.as_deref(), Some("Bergen"));
    assert_eq!(changed.get(|o| o.total_cents()).unwrap(), None);
    let before = update()
        .set(|o| o.note(), "newest")
        .returning_updated_old()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(before.get(|o| o.note()).unwrap().as_deref(), Some("newer"));
}

#[tokio::test]
async fn a_condition_guards_an_update() {
    let db = one().await;
    let error = update()
        .set(|o| o.status(), Status::Closed)
        .when(|o| o.status().eq(Status::Shipped))
        .send(&db)
        .await
        .unwrap_err();
    // An engine that does not give the old item leaves open which condition failed.
    assert!(error.kind() == ErrorKind::ConditionFailed || is_old_engine());
    assert!(error.is_condition_failed());
    let o = send(
        &db,
        update()
            .set(|o| o.status(), Status::Closed)
            .when(|o| o.status().eq(Status::Open) & o.lines().size().ge(1)),
    )
    .await
    .unwrap();
    assert_eq!(o.status, Status::Closed);
}

#[tokio::test]
async fn contradictions_are_found_before_sending() {
    let db = one().await;
    let conflict = update()
        .set(|o| o.ship_to().fields().city(), "x")
        .set(|o| o.ship_to(), order("a", day(1, 1), 1).ship_to)
        .to_request(&db)
        .unwrap_err();
    assert_eq!(conflict.kind(), ErrorKind::InvalidRequest);
    assert!(
        conflict
            .to_string()
            .contains("`ship_to.city` and `ship_to`"),
        "{conflict}"
    );
    let mut long = update();
    for n in 0..400 {
        long = long.set(|o| o.labels().key(format!("key{n}")), "value");
    }
    let long = long.to_request(&db).unwrap_err();
    assert!(long.to_string().contains("4096"), "{long}");
    let wide = update()
        .set(|o| o.note(), "x")
        .when(|o| o.total_cents().is_in(0..101u64))
        .to_request(&db)
        .unwrap_err();
    assert!(wide.to_string().contains("100"), "{wide}");
    let mut deep = update().set(|o| o.note(), "x");
    for n in 0..301u64 {
        deep = deep.when(move |o| o.total_cents().ne(n));
    }
    let deep = deep.to_request(&db).unwrap_err();
    assert_eq!(deep.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn adding_begins_at_zero_and_subtracting_needs_a_number() {
    let db = table::<Orders>().await;
    let visits = || Counter::update("visits");
    visits()
        .set(|c| c.last(), "x")
        .or_create()
        .send(&db)
        .await
        .unwrap();
    let error = visits().sub(|c| c.hits(), 1).send(&db).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Service,
        "an absent number cannot be subtracted from"
    );
    let error = visits()
        .increment(|c| c.hits(), 1)
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    let counted = visits()
        .add(|c| c.hits(), 2)
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(counted.hits, 2);
    let counted = visits()
        .sub(|c| c.hits(), 2)
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(counted.hits, 0);
}
