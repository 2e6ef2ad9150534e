//! `created_at`, `updated_at` and time to live.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use dynamo_orm::Entity;
use dynamo_orm_tests::orders::{Order, Orders, day, id, order};
use dynamo_orm_tests::{instant, raw, table};

const SK: &str = "ORDER#2026-05-01#0000000007";

fn at(seconds: u64) -> DateTime<Utc> {
    instant(seconds).into()
}

#[tokio::test]
async fn stamps_follow_the_clock() {
    let seconds = Arc::new(AtomicU64::new(1));
    let clock = Arc::clone(&seconds);
    let db = table::<Orders>()
        .await
        .with_clock(move || instant(clock.load(Ordering::Relaxed)));
    let created = order("ada", day(5, 1), 7)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!((created.created_at, created.updated_at), (at(1), at(1)));
    let item = raw(&db, "CUSTOMER#ada", SK).await;
    assert_eq!(
        item["created_at"].as_s().unwrap(),
        "2026-01-01T00:00:01.000000000Z"
    );

    seconds.store(2, Ordering::Relaxed);
    let updated = Order::update(id("ada"), day(5, 1), 7)
        .set(|o| o.note(), "x")
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!((updated.created_at, updated.updated_at), (at(1), at(2)));

    seconds.store(3, Ordering::Relaxed);
    let put = updated.put().returning_new().send(&db).await.unwrap();
    assert_eq!((put.created_at, put.updated_at), (at(1), at(3)));

    seconds.store(4, Ordering::Relaxed);
    let mut upserted = order("ada", day(5, 1), 7);
    upserted.note = Some("upserted".into());
    let upserted = upserted.upsert().returning_new().send(&db).await.unwrap();
    assert_eq!((upserted.created_at, upserted.updated_at), (at(1), at(4)));

    let recent = Order::by_customer(id("ada"))
        .filter(|o| o.updated_at().ge(at(4)) & o.created_at().lt(at(2)))
        .all(&db)
        .await
        .unwrap();
    assert_eq!(recent.len(), 1, "stamps compare as they are stored");
}

#[tokio::test]
async fn time_to_live_is_epoch_seconds_rounded_up() {
    let db = table::<Orders>().await.with_clock(|| instant(0));
    let mut o = order("ada", day(5, 1), 7);
    o.expires_at = Some(instant(10) + Duration::from_millis(1));
    let stored = o.put().returning_new().send(&db).await.unwrap();
    assert_eq!(stored.expires_at, Some(instant(11)));
    let item = raw(&db, "CUSTOMER#ada", SK).await;
    assert_eq!(item["expires_at"].as_n().unwrap(), "1767225611");
    let update = || Order::update(id("ada"), day(5, 1), 7);
    update()
        .set(|o| o.expires_at(), instant(20))
        .send(&db)
        .await
        .unwrap();
    let item = raw(&db, "CUSTOMER#ada", SK).await;
    assert_eq!(item["expires_at"].as_n().unwrap(), "1767225620");
    let gone = update()
        .remove(|o| o.expires_at())
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(gone.expires_at, None);
    let mut early = order("ada", day(5, 1), 8);
    early.expires_at = Some(SystemTime::UNIX_EPOCH - Duration::from_secs(1));
    assert!(early.put().send(&db).await.is_err());
}
