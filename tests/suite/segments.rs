//! Parallel scans: segments, errors in one of them, and progress.

use std::collections::BTreeSet;

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity, ErrorKind, ScanProgress, Table};
use dynamo_orm_tests::orders::{Gsi1, Order, Orders, day, order};
use dynamo_orm_tests::table;

async fn fill(db: &Db<Orders>) {
    for number in 0..40 {
        let customer = format!("c{}", number / 2);
        let order = order(&customer, day(5, 1), number);
        order.put().send(db).await.unwrap();
    }
}

fn all() -> Vec<u32> {
    (0..40).collect()
}

fn sorted(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn segments_together_give_everything_once() {
    let db = table().await;
    fill(&db).await;
    for (segments, concurrency, limit) in [(1, 1, 7), (4, 2, 3), (8, 8, 100), (64, 3, 1)] {
        let items = Order::scan()
            .limit(limit)
            .segments(segments)
            .concurrency(concurrency)
            .stream(&db)
            .unwrap();
        let numbers = items
            .collect()
            .await
            .unwrap()
            .iter()
            .map(|o| o.number)
            .collect();
        assert_eq!(sorted(numbers), all(), "{segments} segments");
    }
}

#[tokio::test]
async fn progress_is_text_that_another_process_continues_from() {
    let db = table().await;
    fill(&db).await;
    let scan = || Order::scan().limit(4).segments(5).concurrency(3);
    let mut seen = Vec::new();
    let mut progress: Option<ScanProgress> = None;
    // A few items, then a stop: until nothing comes any more.
    loop {
        let mut items = scan().resume(progress).stream(&db).unwrap();
        let mut came = 0;
        while came < 3
            && let Some(item) = items.next().await
        {
            seen.push(item.unwrap().number);
            came += 1;
        }
        let text = serde_json::to_string(&items.progress()).unwrap();
        let kept: ScanProgress = serde_json::from_str(&text).unwrap();
        assert_eq!(kept, items.progress());
        if came == 0 {
            assert!(kept.is_done());
            break;
        }
        progress = Some(kept);
    }
    assert_eq!(sorted(seen), all());
}

#[tokio::test]
async fn progress_fits_only_its_own_scan() {
    let db = table().await;
    fill(&db).await;
    let mut items = Orders::scan().segments(4).stream(&db).unwrap();
    items.next().await.unwrap().unwrap();
    let progress = items.progress();
    assert!(!progress.is_done());
    let another = Db::<Orders>::new(db.client().clone(), "another");
    let refused = [
        Orders::scan()
            .segments(5)
            .resume(progress.clone())
            .stream(&db)
            .unwrap_err(),
        Orders::scan()
            .through::<Gsi1>()
            .segments(4)
            .resume(progress.clone())
            .stream(&db)
            .unwrap_err(),
        Order::scan()
            .segments(4)
            .resume(progress.clone())
            .stream(&db)
            .unwrap_err(),
        Orders::scan()
            .segments(4)
            .resume(progress.clone())
            .stream(&another)
            .unwrap_err(),
        "garbage".parse::<ScanProgress>().unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidCursor, "{error}");
    }
}

#[tokio::test]
async fn an_error_in_one_segment_loses_nothing_of_the_others() {
    if dynamo_orm_tests::endpoint().is_some() {
        return;
    }
    let tap = Tap::new(Engine::memory().unwrap());
    let db = Db::<Orders>::new(tap.client(), "Orders");
    db.create_table().await.unwrap();
    fill(&db).await;
    let refusal =
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"no"}"#;
    tap.answer("Scan", 400, refusal);
    let scan = || Order::scan().limit(3).segments(4).concurrency(4);
    let mut items = scan().stream(&db).unwrap();
    let (mut seen, mut errors) = (BTreeSet::new(), 0);
    while let Some(item) = items.next().await {
        match item {
            Ok(order) => assert!(seen.insert(order.number)),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Service);
                errors += 1;
            }
        }
    }
    assert_eq!(errors, 1);
    assert!(!seen.is_empty() && seen.len() < 40);
    let progress = items.progress();
    assert!(!progress.is_done());
    let mut rest = scan().resume(progress).stream(&db).unwrap();
    while let Some(item) = rest.next().await {
        assert!(
            seen.insert(item.unwrap().number),
            "what was given comes once"
        );
    }
    assert_eq!(seen.len(), 40);
    assert!(rest.progress().is_done());
}

#[tokio::test]
async fn no_more_segments_are_read_at_a_time_than_said() {
    if dynamo_orm_tests::endpoint().is_some() {
        return;
    }
    let tap = Tap::new(Engine::memory().unwrap());
    let db = Db::<Orders>::new(tap.client(), "Orders");
    db.create_table().await.unwrap();
    fill(&db).await;
    tap.clear();
    let mut items = Order::scan()
        .segments(16)
        .concurrency(2)
        .stream(&db)
        .unwrap();
    items.next().await.unwrap().unwrap();
    let segments: BTreeSet<String> = tap.requests().into_iter().map(|r| r.body).collect();
    assert!(segments.len() <= 3, "{segments:?}");
}

#[tokio::test]
async fn a_bad_item_is_one_error_and_is_not_asked_for_again() {
    let db = table::<Orders>().await;
    fill(&db).await;
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(dynamo_orm_tests::sdk_key("X", "Y")))
        .send()
        .await
        .unwrap();
    let mut items = Orders::scan().limit(2).segments(3).stream(&db).unwrap();
    let (mut good, mut bad) = (0, 0);
    while let Some(item) = items.next().await {
        if item.is_ok() { good += 1 } else { bad += 1 }
    }
    assert_eq!((good, bad), (40, 1));
    assert!(items.progress().is_done());
    let mut items = Orders::scan()
        .ignore_unknown()
        .segments(3)
        .stream(&db)
        .unwrap();
    while let Some(item) = items.next().await {
        item.unwrap();
    }
    assert_eq!(items.unknown(), 1);
}
