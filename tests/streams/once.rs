//! Effects that are made once, however often their record is delivered.

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::{Applied, Once};
use dynamo_orm::{Db, Entity, Table, Transaction};
use dynamo_orm_tests::{instant, partition_keys, raw, table};

use crate::model::{Customer, Shop, order};

fn ada() -> Customer {
    Customer {
        id: "ada".to_owned(),
        ..Customer::default()
    }
}

fn count(by: u64) -> Transaction<'static, Shop> {
    Transaction::new().update(Customer::update("ada").add(|c| c.orders(), by))
}

async fn orders(db: &Db<Shop>) -> u64 {
    Customer::get("ada")
        .consistent()
        .send(db)
        .await
        .unwrap()
        .unwrap()
        .orders
}

#[tokio::test]
async fn an_effect_and_its_mark_are_written_together_once() {
    let db = table::<Shop>().await.with_clock(|| instant(0));
    ada().create().send(&db).await.unwrap();
    let once = Once::new("count", "e1");
    assert_eq!(count(1).once(&once).send(&db).await.unwrap(), Applied::Now);
    assert_eq!(
        count(1).once(&once).send(&db).await.unwrap(),
        Applied::Before
    );
    assert_eq!(orders(&db).await, 1);
    // Another effect of the same event, and the same effect of another event.
    count(1)
        .once(&Once::new("other", "e1"))
        .send(&db)
        .await
        .unwrap();
    count(1)
        .once(&Once::new("count", "e2"))
        .send(&db)
        .await
        .unwrap();
    assert_eq!(orders(&db).await, 3);
    let mark = raw(&db, "$once#count#e1", "$once").await;
    // 15 days after the start of 2026.
    assert_eq!(mark["expires"].as_n().unwrap(), "1768521600");
    assert_eq!(mark["_type"].as_s().unwrap(), "$once");
}

#[tokio::test]
async fn an_effect_that_cannot_be_made_leaves_no_mark() {
    let db = table::<Shop>().await;
    let once = Once::new("count", "e1");
    let error = count(1).once(&once).send(&db).await.unwrap_err();
    assert!(error.reasons()[0].error.is_not_found());
    assert!(partition_keys(&db).await.is_empty());
    ada().create().send(&db).await.unwrap();
    assert_eq!(count(1).once(&once).send(&db).await.unwrap(), Applied::Now);
    // Done is done, even where the effect could not be made any more.
    let twice = Transaction::new()
        .create(&ada())
        .once(&once)
        .send(&db)
        .await;
    assert_eq!(twice.unwrap(), Applied::Before);
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_effect() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    ada().create().send(&db).await.unwrap();
    let tap = Tap::new(engine);
    let db = Db::<Shop>::new(tap.client(), db.table_name());
    let once = Once::new("count", "e1");
    for _ in 0..3 {
        tap.lose_answer("TransactWriteItems");
    }
    // All attempts of the SDK are lost, so that the function fails and its record is delivered again.
    assert!(
        count(1)
            .once(&once)
            .send(&db)
            .await
            .unwrap_err()
            .is_retryable()
    );
    assert_eq!(
        count(1).once(&once).send(&db).await.unwrap(),
        Applied::Before
    );
    assert_eq!(orders(&db).await, 1);
}

#[tokio::test]
async fn names_of_effects_and_events_are_kept_apart() {
    let db = table::<Shop>().await;
    ada().create().send(&db).await.unwrap();
    count(1)
        .once(&Once::new("a#b", "c"))
        .send(&db)
        .await
        .unwrap();
    count(1)
        .once(&Once::new("a", "b#c"))
        .send(&db)
        .await
        .unwrap();
    count(1)
        .once(&Once::new("a%23b", "c"))
        .send(&db)
        .await
        .unwrap();
    assert_eq!(orders(&db).await, 3);
}

#[tokio::test]
async fn a_transaction_of_nothing_but_the_mark_is_a_claim() {
    let db = table::<Shop>().await;
    let once = Once::new("mail", "e1");
    assert_eq!(
        Transaction::new().once(&once).send(&db).await.unwrap(),
        Applied::Now
    );
    assert_eq!(
        Transaction::new().once(&once).send(&db).await.unwrap(),
        Applied::Before
    );
    let long = Once::new("mail", &"x".repeat(2048));
    let error = Transaction::new().once(&long).send(&db).await.unwrap_err();
    assert!(error.to_string().contains("2048"), "{error}");
    assert!(order("a", "b", 1).create().send(&db).await.is_ok());
}

#[tokio::test]
async fn marks_do_not_show_in_reads_of_the_whole_table() {
    let db = table::<Shop>().await;
    ada().create().send(&db).await.unwrap();
    for event in ["e1", "e2", "e3"] {
        let once = Once::new("count", event);
        count(1).once(&once).send(&db).await.unwrap();
    }
    let all = Shop::scan().all(&db).await.unwrap();
    assert!(
        matches!(&*all, [Shop::Customer(ada)] if ada.orders == 3),
        "{all:?}"
    );
    let page = Shop::scan().ignore_unknown().page(&db).await.unwrap();
    assert_eq!((page.items.len(), page.unknown), (1, 0));
    let raw = Shop::scan().raw_unknown().all(&db).await.unwrap();
    assert_eq!(raw.len(), 1);
    assert_eq!(Customer::scan().all(&db).await.unwrap().len(), 1);
}
