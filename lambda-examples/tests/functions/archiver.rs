//! The archiver, called as a function on the embedded engine.

use std::path::PathBuf;

use chrono::TimeDelta;
use dynamo_orm::Entity;
use dynamo_orm::local::Engine;
use dynamo_orm::stream::Deadline;
use lambda_examples::handlers::archiver::{Archive, Place, router};
use lambda_examples::store::CartLine;
use serde_json::Value;

use crate::support::{event, noon, stocked};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn line(sku: &str, days: i64) -> CartLine {
    CartLine {
        customer: "ada".into(),
        sku: sku.into(),
        quantity: 2,
        expires: noon() + TimeDelta::days(days),
    }
}

fn seconds(days: i64) -> u64 {
    u64::try_from((noon() + TimeDelta::days(days)).timestamp()).unwrap()
}

/// A shop where one line of a cart has expired, one was removed, and one is still there.
async fn abandoned() -> (Engine, dynamo_orm::Db<lambda_examples::store::Store>) {
    let engine = Engine::memory_at(seconds(0)).unwrap();
    let db = stocked(&engine).await;
    for line in [line("kettle", 1), line("pot", 30), line("spoon", 1)] {
        line.put().send(&db).await.unwrap();
    }
    CartLine::delete("ada", "spoon").send(&db).await.unwrap();
    engine.set_time(seconds(2));
    assert_eq!(engine.sweep_ttl().unwrap(), 1);
    (engine, db)
}

#[tokio::test]
async fn a_cart_that_expires_leaves_one_line_however_often_it_is_delivered() {
    let (engine, db) = abandoned().await;
    let root = folder("archive-once");
    let archive = Place::Folder(root.clone());
    let router = router(&db, &archive);
    for _ in 0..2 {
        let outcome = router
            .process(&event(&engine), Deadline::none())
            .await
            .unwrap();
        assert_eq!((outcome.processed, outcome.checkpoint), (1, None));
    }
    let files: Vec<_> = std::fs::read_dir(root.join("carts/2026-05-06"))
        .unwrap()
        .collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    assert_eq!(text.lines().count(), 1);
    let kept: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&kept["customer"], &kept["sku"], &kept["quantity"]),
        (&"ada".into(), &"kettle".into(), &2.into())
    );
}

#[tokio::test]
async fn a_line_that_cannot_be_put_away_is_delivered_again() {
    struct Full;
    impl Archive for Full {
        async fn put(&self, _: &str, _: &str) -> std::io::Result<()> {
            Err(std::io::Error::other("full"))
        }
    }
    let (engine, db) = abandoned().await;
    let outcome = router(&db, &Full)
        .process(&event(&engine), Deadline::none())
        .await
        .unwrap();
    let last = engine.stream_records("Store").unwrap().pop().unwrap();
    let last: Value = serde_json::from_str(&last).unwrap();
    let number = last["dynamodb"]["SequenceNumber"].as_str().unwrap();
    assert_eq!(outcome.checkpoint.as_deref(), Some(number));
    assert_eq!(outcome.dead_lettered, 0);
}

#[tokio::test]
async fn the_sample_event_is_an_expiry() {
    let db = stocked(&Engine::memory().unwrap()).await;
    let archive = Place::Folder(folder("archive-sample"));
    let sample = include_str!("../../events/archiver.json");
    let outcome = router(&db, &archive)
        .process(sample, Deadline::none())
        .await
        .unwrap();
    assert_eq!((outcome.processed, outcome.unhandled), (1, 0));
}
