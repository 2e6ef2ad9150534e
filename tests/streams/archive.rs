//! Items that are gone, as lines of JSON in an object store.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dynamo_orm::stream::{Archive, Deadline, Outcome, Router};
use object_store::local::LocalFileSystem;
use serde_json::{Value, json};

use crate::event::{batch, record, sequence};
use crate::model::{Session, Shop};

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn archive(folder: &Path) -> Archive {
    Archive::new(
        LocalFileSystem::new_with_prefix(folder).unwrap(),
        "gone/sessions",
    )
}

/// Every file with its lines.
fn files(folder: &Path) -> BTreeMap<String, Vec<Value>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(|l| serde_json::from_str(l).unwrap());
            found.insert(name.to_owned(), lines.collect());
        }
    }
    found
}

/// The expiry of a session so many days after the first of 2026.
fn expiry(number: usize, day: u64) -> Value {
    let mut record = removal(number, day);
    record["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    record
}

fn removal(number: usize, day: u64) -> Value {
    let (pk, sk) = (format!("SESSION#s{number}"), "SESSION");
    let keys = json!({"PK": {"S": pk}, "SK": {"S": sk}});
    let image = json!({"PK": {"S": pk}, "SK": {"S": sk}, "_type": {"S": "Session"},
        "id": {"S": format!("s{number}")}, "expires": {"N": "1767225600"}});
    let mut record = record(number, keys, Some(image), None);
    record["dynamodb"]["ApproximateCreationDateTime"] = json!(1_767_225_600 + day * 86_400);
    record
}

async fn deliver(archive: Archive, records: &[Value]) -> Outcome {
    let router = Router::<Shop>::new().archive::<Session>(archive);
    let event = batch(records);
    router.process(&event, Deadline::none()).await.unwrap()
}

#[tokio::test]
async fn a_batch_is_one_object_for_each_day_and_again_the_same() {
    let root = folder("archive-days");
    let records = [
        expiry(1, 0),
        removal(2, 0),
        expiry(3, 0),
        expiry(4, 1),
        expiry(5, 0),
    ];
    for _ in 0..2 {
        let outcome = deliver(archive(&root), &records).await;
        assert_eq!(
            (outcome.processed, outcome.unhandled, outcome.checkpoint),
            (4, 1, None)
        );
    }
    let files = files(&root);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let name = |day: &str, first: usize, last: usize| {
        format!(
            "gone/sessions/{day}/{}-{}-",
            sequence(first),
            sequence(last)
        )
    };
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0].starts_with(&name("2026-01-01", 1, 5)), "{names:?}");
    assert!(names[1].starts_with(&name("2026-01-02", 4, 4)), "{names:?}");
    let lines = &files[names[0]];
    assert_eq!(lines.len(), 3);
    let expected = json!({"eventID": "e1", "time": "2026-01-01T00:00:00Z", "entity": "Session",
        "cause": "Expired", "item": {"id": "s1", "expires": 1_767_225_600}});
    assert_eq!(lines[0], expected);
    // The members come in this order, for those who read.
    let text = std::fs::read_to_string(root.join(names[0])).unwrap();
    assert!(text.starts_with(r#"{"eventID":"e1","time":"2026-01-01T00:00:00Z","entity":"Session","cause":"Expired","item":{"#));
    assert!(text.ends_with("}\n"));
}

#[tokio::test]
async fn every_removed_item_is_kept_where_asked_for() {
    let root = folder("archive-every");
    deliver(
        archive(&root).every_removed(),
        &[expiry(1, 0), removal(2, 0)],
    )
    .await;
    let causes: Vec<Value> = files(&root)
        .into_values()
        .flatten()
        .map(|line| line["cause"].clone())
        .collect();
    assert_eq!(causes, ["Expired", "Deleted"]);
}

#[tokio::test]
async fn nothing_is_acknowledged_before_its_object_is_written() {
    let root = folder("archive-full");
    // A file is where the folder of the second day should be.
    std::fs::create_dir_all(root.join("gone/sessions")).unwrap();
    std::fs::write(root.join("gone/sessions/2026-01-02"), "in the way").unwrap();
    let records = [expiry(1, 0), expiry(2, 1), expiry(3, 0), expiry(4, 1)];
    let outcome = deliver(archive(&root), &records).await;
    // The first day is written, and comes again in part.
    assert_eq!(outcome.checkpoint, Some(sequence(2)));
    assert_eq!(outcome.dead_lettered, 0);
    std::fs::remove_file(root.join("gone/sessions/2026-01-02")).unwrap();
    let outcome = deliver(archive(&root), &records[1..]).await;
    assert_eq!(outcome.checkpoint, None);
    let mut events: Vec<String> = files(&root)
        .into_values()
        .flatten()
        .map(|line| line["eventID"].as_str().unwrap().to_owned())
        .collect();
    events.sort_unstable();
    // A line that is in two objects is told by its event.
    assert_eq!(events, ["e1", "e2", "e3", "e3", "e4"]);
}

#[tokio::test]
async fn other_lines_between_the_same_ends_do_not_replace_an_object() {
    let root = folder("archive-hash");
    deliver(
        archive(&root).every_removed(),
        &[expiry(1, 0), removal(2, 0), expiry(3, 0)],
    )
    .await;
    // The next deployment keeps less.
    deliver(archive(&root), &[expiry(1, 0), removal(2, 0), expiry(3, 0)]).await;
    let lines: usize = files(&root).values().map(Vec::len).sum();
    assert_eq!(lines, 5);
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_a_dead_letter_and_the_others_are_kept() {
    let root = folder("archive-torn");
    let mut torn = expiry(1, 0);
    torn["dynamodb"]["OldImage"]["expires"] = json!({"S": "soon"});
    let router = Router::<Shop>::new()
        .archive::<Session>(archive(&root))
        .dead_letters(|_| async { Ok(()) });
    let event = batch(&[torn, expiry(2, 0)]);
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!((outcome.dead_lettered, outcome.checkpoint), (1, None));
    let lines: usize = files(&root).values().map(Vec::len).sum();
    assert_eq!(lines, 1);
}
