//! The archiver, called as a function on the embedded engine.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use dynamo_orm::local::Engine;
use dynamo_orm::stream::{Archive, Deadline};
use dynamo_orm::{Db, Entity};
use lambda_examples::handlers::archiver::{PREFIX, router};
use lambda_examples::store::{CartLine, Store};
use object_store::local::LocalFileSystem;
use serde_json::Value;

use crate::support::{event, noon, stocked};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn archive(folder: &Path) -> Archive {
    let store = LocalFileSystem::new_with_prefix(folder).unwrap();
    Archive::new(store, PREFIX)
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
async fn abandoned() -> (Engine, Db<Store>) {
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

/// The lines of all files under a folder.
fn lines(folder: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(lines(&path));
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        found.extend(
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap()),
        );
    }
    found
}

#[tokio::test]
async fn a_cart_that_expires_leaves_one_line_however_often_it_is_delivered() {
    let (engine, db) = abandoned().await;
    let root = folder("archive-once");
    let router = router(&db, Some(archive(&root)));
    for _ in 0..2 {
        let outcome = router
            .process(&event(&engine), Deadline::none())
            .await
            .unwrap();
        assert_eq!((outcome.processed, outcome.checkpoint), (1, None));
    }
    let lines = lines(&root.join(PREFIX));
    assert_eq!(lines.len(), 1);
    let (line, cart) = (&lines[0], &lines[0]["item"]);
    assert_eq!(
        (&line["entity"], &line["cause"]),
        (&"CartLine".into(), &"Expired".into())
    );
    assert_eq!(
        (&cart["customer"], &cart["sku"], &cart["quantity"]),
        (&"ada".into(), &"kettle".into(), &2.into())
    );
}

#[tokio::test]
async fn a_line_that_cannot_be_put_away_is_delivered_again() {
    let (engine, db) = abandoned().await;
    let root = folder("archive-full");
    // A file is where the folder should be.
    std::fs::write(root.join(PREFIX), "in the way").unwrap();
    let router = router(&db, Some(archive(&root)));
    let outcome = router.process(&event(&engine), Deadline::none()).await;
    let outcome = outcome.unwrap();
    let last = engine.stream_records("Store").unwrap().pop().unwrap();
    let last: Value = serde_json::from_str(&last).unwrap();
    let number = last["dynamodb"]["SequenceNumber"].as_str().unwrap();
    assert_eq!(outcome.checkpoint.as_deref(), Some(number));
    assert_eq!(outcome.dead_lettered, 0);
}

#[tokio::test]
async fn the_sample_event_is_an_expiry_wherever_it_goes() {
    let db = stocked(&Engine::memory().unwrap()).await;
    let sample = include_str!("../../events/archiver.json");
    for place in [Some(archive(&folder("archive-sample"))), None] {
        let outcome = router(&db, place).process(sample, Deadline::none()).await;
        let outcome = outcome.unwrap();
        assert_eq!((outcome.processed, outcome.unhandled), (1, 0));
    }
}
