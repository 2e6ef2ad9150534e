//! Records of a real stream: the embedded engine's.

use dynamo_orm::local::Engine;
use dynamo_orm::stream::{Change, Deadline, Record, Router};
use dynamo_orm::{Db, Entity, Expiry, Table};
use dynamo_orm_tests::orders::Orders;

use crate::model::{Customer, Log, Order, Session, Shop, order};

/// Everything that happened to the table, as one event.
pub(crate) fn event<T: Table>(engine: &Engine) -> String {
    let records = engine.stream_records(T::model().name).unwrap();
    format!("{{\"Records\":[{}]}}", records.join(","))
}

#[tokio::test]
async fn what_was_written_is_what_a_handler_gets() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let first = order("a", "ada", 1);
    let mut second = first.clone();
    second.note = Some("gift".to_owned());
    first.create().send(&db).await.unwrap();
    second.put().send(&db).await.unwrap();
    second.remove().send(&db).await.unwrap();
    let log = Log::default();
    let seen = log.clone();
    let (old, new) = (first.clone(), second.clone());
    let router = Router::<Shop>::new().on(move |order: Record<Change<Order>>| {
        match &order.change {
            Change::Insert { new } => assert_eq!(*new, old),
            Change::Modify { old: o, new: n } => assert_eq!((o, n), (&old, &new)),
            Change::Remove { old, .. } => assert_eq!(*old, new),
        }
        seen.add(format!("{:?}", order.event_name().unwrap()));
        assert!(order.time().is_some() && order.size_bytes().is_some());
        async { Ok(()) }
    });
    let outcome = router
        .process(&event::<Shop>(&engine), Deadline::none())
        .await
        .unwrap();
    assert_eq!(outcome.checkpoint, None);
    assert_eq!(log.lines(), ["Insert", "Modify", "Remove"]);
}

#[tokio::test]
async fn an_item_that_time_to_live_deletes_is_told_apart() {
    let engine = Engine::memory_at(1_000).unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    for id in ["old", "deleted"] {
        let session = Session {
            id: id.to_owned(),
            expires: 2_000,
        };
        assert_eq!(session.expires.epoch_seconds().unwrap(), Some(2_000));
        session.put().send(&db).await.unwrap();
    }
    Session::delete("deleted").send(&db).await.unwrap();
    engine.set_time(3_000);
    assert_eq!(engine.sweep_ttl().unwrap(), 1);
    let log = Log::default();
    let (all, expired) = (log.clone(), log.clone());
    let router = Router::<Shop>::new()
        .on_remove(
            move |session: Record<dynamo_orm::stream::Removed<Session>>| {
                all.add(format!(
                    "{} {:?}",
                    session.change.old.id, session.change.cause
                ));
                async { Ok(()) }
            },
        )
        .on_expire(
            move |session: Record<dynamo_orm::stream::Removed<Session>>| {
                expired.add(format!("{} expired", session.change.old.id));
                async { Ok(()) }
            },
        );
    router
        .process(&event::<Shop>(&engine), Deadline::none())
        .await
        .unwrap();
    assert_eq!(
        log.lines(),
        ["deleted Deleted", "old Expired", "old expired"]
    );
}

#[tokio::test]
async fn guards_of_unique_values_do_not_reach_any_function() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let ada = Customer {
        id: "ada".to_owned(),
        email: Some("a@b.c".to_owned()),
        ..Customer::default()
    };
    ada.create().send(&db).await.unwrap();
    ada.remove().send(&db).await.unwrap();
    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Shop>::new()
        .on_unknown(|raw| async move { panic!("{raw:?}") })
        .on_any(move |change: Record<Change<Shop>>| {
            seen.add(format!("{:?}", change.event_name().unwrap()));
            async { Ok(()) }
        });
    let outcome = router
        .process(&event::<Shop>(&engine), Deadline::none())
        .await
        .unwrap();
    assert_eq!(log.lines(), ["Insert", "Remove"]);
    assert_eq!((outcome.hidden, outcome.processed), (2, 2));
}

#[tokio::test]
async fn every_kind_of_item_of_the_suites_table_comes_back() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Orders>::on_engine(&engine).await.unwrap();
    let order = dynamo_orm_tests::orders::order("ada", chrono::NaiveDate::default(), 1);
    order.put().send(&db).await.unwrap();
    let router = Router::<Orders>::new().on_insert(
        move |found: Record<dynamo_orm::stream::Inserted<dynamo_orm_tests::orders::Order>>| {
            assert_eq!(found.change.new.lines, order.lines);
            async { Ok(()) }
        },
    );
    let outcome = router
        .process(&event::<Orders>(&engine), Deadline::none())
        .await
        .unwrap();
    assert_eq!((outcome.processed, outcome.checkpoint), (1, None));
}

#[tokio::test]
async fn a_table_without_a_stream_has_no_records() {
    let engine = Engine::memory().unwrap();
    assert!(engine.stream_records("Shop").is_err());
}
