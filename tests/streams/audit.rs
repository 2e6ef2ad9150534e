//! An audit trail: who changed what, once, and not the trail itself.

use dynamo_orm::Db;
use dynamo_orm::local::Engine;
use dynamo_orm::stream::{Deadline, Router};

use crate::engine::event;
use crate::model::{Shop, Trail, order};
use dynamo_orm::Entity;

#[tokio::test]
async fn every_change_is_written_down_once_and_the_trail_does_not_feed_itself() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let mut a = order("a", "ada", 1);
    a.put().send(&db).await.unwrap();
    a.put().send(&db).await.unwrap(); // Nothing changes.
    a.cents = 2;
    a.put().send(&db).await.unwrap();
    a.remove().send(&db).await.unwrap();
    let router = Router::<Shop>::new().audit("trail", &db, |entry| {
        Some(Trail {
            of: entry.text("id")?,
            event: entry.event_id.clone(),
            by: entry.text("customer"),
            what: format!(
                "{} {:?} {}",
                entry.entity,
                entry.event,
                entry.changed.join(" ")
            ),
        })
    });
    for _ in 0..3 {
        let outcome = router
            .process(&event::<Shop>(&engine), Deadline::none())
            .await
            .unwrap();
        assert_eq!(outcome.checkpoint, None);
    }
    let mut trail = Trail::by_item("a").all(&db).await.unwrap();
    assert!(trail.iter().all(|entry| entry.by.as_deref() == Some("ada")));
    trail.sort_by(|a, b| a.what.cmp(&b.what));
    let what: Vec<&str> = trail.iter().map(|entry| &*entry.what).collect();
    assert_eq!(
        what,
        [
            "Order Insert PK SK _type cents customer id",
            "Order Modify cents",
            "Order Remove PK SK _type cents customer id",
        ]
    );
}
