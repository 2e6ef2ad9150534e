//! Every operator, checked by what it selects.

use dynamo_orm::{AttributeType, Condition, Db, Entity};
use dynamo_orm_tests::orders::{Order, Orders, Status, day, id, order};
use dynamo_orm_tests::table;

async fn shop() -> Db<Orders> {
    let db = table().await;
    for number in 1..=4 {
        let mut o = order("ada", day(5, 1), number);
        o.total_cents = u64::from(number) * 100;
        if number % 2 == 0 {
            o.note = Some(format!("note {number}"));
            o.status = Status::Shipped;
        }
        if number == 3 {
            o.tags.clear();
            o.labels.insert("size".into(), "L".into());
        }
        o.put().send(&db).await.unwrap();
    }
    db
}

async fn select(
    db: &Db<Orders>,
    filter: impl FnOnce(<Order as Entity>::Fields) -> Condition<Order>,
) -> Vec<u32> {
    let found = Order::by_customer(id("ada")).filter(filter).all(db).await;
    found.unwrap().iter().map(|o| o.number).collect()
}

#[tokio::test]
async fn comparisons() {
    let db = shop().await;
    assert_eq!(select(&db, |o| o.total_cents().eq(200)).await, [2]);
    assert_eq!(select(&db, |o| o.total_cents().ne(200)).await, [1, 3, 4]);
    assert_eq!(select(&db, |o| o.total_cents().lt(200)).await, [1]);
    assert_eq!(select(&db, |o| o.total_cents().le(200)).await, [1, 2]);
    assert_eq!(select(&db, |o| o.total_cents().gt(300)).await, [4]);
    assert_eq!(select(&db, |o| o.total_cents().ge(300)).await, [3, 4]);
    assert_eq!(
        select(&db, |o| o.total_cents().between(200, 300)).await,
        [2, 3]
    );
    assert_eq!(
        select(&db, |o| o.total_cents().is_in([100u64, 400])).await,
        [1, 4]
    );
    assert_eq!(
        select(&db, |o| o.status().eq(Status::Shipped)).await,
        [2, 4]
    );
    assert_eq!(select(&db, |o| o.note().eq("note 2")).await, [2]);
}

#[tokio::test]
async fn functions() {
    let db = shop().await;
    assert_eq!(select(&db, |o| o.note().exists()).await, [2, 4]);
    assert_eq!(select(&db, |o| o.note().not_exists()).await, [1, 3]);
    assert_eq!(select(&db, |o| o.note().begins_with("note")).await, [2, 4]);
    assert_eq!(select(&db, |o| o.note().contains("4")).await, [4]);
    assert_eq!(select(&db, |o| o.tags().contains("gift")).await, [1, 2, 4]);
    assert_eq!(
        select(&db, |o| o.tags().is_type(AttributeType::Ss)).await,
        [1, 2, 4]
    );
    assert_eq!(select(&db, |o| o.labels().size().gt(1)).await, [3]);
    assert_eq!(
        select(&db, |o| o.note().size().between(1, 10)).await,
        [2, 4]
    );
}

#[tokio::test]
async fn nested_paths() {
    let db = shop().await;
    assert_eq!(
        select(&db, |o| o.ship_to().fields().city().eq("Oslo"))
            .await
            .len(),
        4
    );
    assert_eq!(
        select(&db, |o| o.lines().at(0).fields().count().gt(2))
            .await
            .len(),
        0
    );
    assert_eq!(select(&db, |o| o.labels().key("size").eq("L")).await, [3]);
    assert_eq!(
        select(&db, |o| o.labels().key("a.b").eq("dotted"))
            .await
            .len(),
        4
    );
}

#[tokio::test]
async fn logic_is_as_it_reads() {
    let db = shop().await;
    let both = select(&db, |o| o.note().exists() & o.total_cents().gt(200)).await;
    assert_eq!(both, [4]);
    let either = select(&db, |o| o.total_cents().eq(100) | o.total_cents().eq(300)).await;
    assert_eq!(either, [1, 3]);
    let mixed = select(&db, |o| {
        o.note().exists() & (o.total_cents().eq(200) | o.total_cents().eq(300))
    })
    .await;
    assert_eq!(mixed, [2]);
    let not = select(&db, |o| !(o.note().exists() | o.total_cents().eq(100))).await;
    assert_eq!(not, [3]);
    let two_attributes = select(&db, |o| o.updated_at().gt(o.created_at())).await;
    assert_eq!(two_attributes, [1, 2, 3, 4]);
}

#[tokio::test]
async fn several_filters_add_up() {
    let db = shop().await;
    let found = Order::by_customer(id("ada"))
        .filter(|o| o.total_cents().eq(100) | o.total_cents().eq(200))
        .filter(|o| o.note().exists())
        .all(&db)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
}
