//! The telemetry of devices, called as functions on the embedded engine.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use dynamo_orm::Db;
use dynamo_orm::local::{Engine, Tap};
use lambda_examples::fleet::{Device, Fleet, Reading};
use lambda_examples::handlers::devices::{Devices, Measured, Request, Response};

use crate::support::noon;

fn tuesday() -> SystemTime {
    noon().into()
}

fn on(db: Db<Fleet>, tenant: &str) -> Devices {
    Devices::new(db.with_clock(tuesday), tenant).with_clock(tuesday)
}

async fn acme() -> Devices {
    let engine = Engine::memory().unwrap();
    on(Db::on_engine(&engine).await.unwrap(), "acme")
}

fn minutes_ago(minutes: i64) -> DateTime<Utc> {
    noon() - TimeDelta::minutes(minutes)
}

fn measured(minutes: i64, milli_celsius: i32) -> Measured {
    let at = minutes_ago(minutes);
    Measured { at, milli_celsius }
}

async fn record(devices: &Devices, device: &str, readings: &[Measured]) -> Response {
    let (device, readings) = (device.to_owned(), readings.to_vec());
    let record = Request::Record { device, readings };
    devices.handle(record).await.unwrap()
}

async fn latest(devices: &Devices, device: &str) -> Option<i32> {
    let device = device.to_owned();
    match devices.handle(Request::Latest { device }).await.unwrap() {
        Response::Latest { latest } => latest.map(|device| device.milli_celsius),
        other => panic!("{other:?}"),
    }
}

async fn hottest(devices: &Devices, limit: usize) -> Vec<(String, i32)> {
    let limit = Some(limit);
    match devices.handle(Request::Hottest { limit }).await.unwrap() {
        Response::Hottest { hottest } => {
            let row = |device: Device| (device.id, device.milli_celsius);
            hottest.into_iter().map(row).collect()
        }
        other => panic!("{other:?}"),
    }
}

type Found = (Vec<i32>, Option<DateTime<Utc>>);

async fn readings(devices: &Devices, from: i64, to: i64, limit: usize) -> Found {
    let request = Request::Readings {
        device: "d1".to_owned(),
        from: minutes_ago(from),
        to: minutes_ago(to),
        limit: Some(limit),
    };
    match devices.handle(request).await.unwrap() {
        Response::Readings { readings, next } => {
            let all = readings.iter().map(|reading| reading.milli_celsius);
            (all.collect(), next)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn devices_are_ranked_by_number_below_zero_too() {
    let devices = acme().await;
    for (device, milli_celsius) in [("a", -500), ("b", 9_000), ("c", 100_000), ("d", -20_000)] {
        record(&devices, device, &[measured(1, milli_celsius)]).await;
    }
    let of = |device: &str, milli_celsius| (device.to_owned(), milli_celsius);
    assert_eq!(
        hottest(&devices, 3).await,
        [of("c", 100_000), of("b", 9_000), of("a", -500)]
    );
    // A device that cools down goes down.
    record(&devices, "c", &[measured(0, -30_000)]).await;
    assert_eq!(hottest(&devices, 1).await, [of("b", 9_000)]);
    assert_eq!(hottest(&devices, 100).await.last(), Some(&of("c", -30_000)));
}

#[tokio::test]
async fn the_latest_reading_is_the_latest_in_whatever_order_they_come() {
    let devices = acme().await;
    assert_eq!(latest(&devices, "d1").await, None);
    record(
        &devices,
        "d1",
        &[measured(2, 2), measured(1, 1), measured(3, 3)],
    )
    .await;
    assert_eq!(latest(&devices, "d1").await, Some(1));
    record(&devices, "d1", &[measured(5, 5)]).await;
    assert_eq!(latest(&devices, "d1").await, Some(1));
    record(&devices, "d1", &[measured(0, 0)]).await;
    assert_eq!(latest(&devices, "d1").await, Some(0));
}

#[tokio::test]
async fn a_range_goes_over_days_and_continues_where_it_was_cut() {
    let devices = acme().await;
    let hours: Vec<Measured> = (0..72)
        .map(|hour| measured(60 * i64::from(hour), hour))
        .collect();
    for _ in 0..2 {
        record(&devices, "d1", &hours).await;
    }
    record(&devices, "d2", &[measured(60, 99)]).await;

    let (all, next) = readings(&devices, 60 * 71, 0, 1_000).await;
    assert_eq!((all, next), ((0..72).rev().collect(), None));
    let (some, next) = readings(&devices, 60 * 30, 60 * 28, 1_000).await;
    assert_eq!((some, next), (vec![30, 29, 28], None), "both ends");

    let (mut seen, mut from) = (Vec::new(), minutes_ago(60 * 71));
    loop {
        let minutes = (noon() - from).num_minutes();
        let (page, next) = readings(&devices, minutes, 0, 25).await;
        seen.extend(page);
        let Some(next) = next else { break };
        from = next;
    }
    assert_eq!(seen, (0..72).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_range_asks_one_query_for_each_day_until_it_has_enough() {
    let engine = Engine::memory().unwrap();
    let db = Db::on_engine(&engine).await.unwrap();
    let hours: Vec<Measured> = (0..72).map(|hour| measured(60 * hour, 1)).collect();
    record(&on(db, "acme"), "d1", &hours).await;
    let tap = Tap::new(engine);
    let devices = on(Db::new(tap.client(), "Fleet"), "acme");
    readings(&devices, 60 * 71, 0, 1_000).await;
    assert_eq!(tap.calls("Query"), 4);
    readings(&devices, 60 * 71, 0, 3).await;
    assert_eq!(tap.calls("Query"), 5);
}

#[tokio::test]
async fn readings_are_kept_for_thirty_days() {
    let seconds = |days: i64| u64::try_from((noon() + TimeDelta::days(days)).timestamp()).unwrap();
    let engine = Engine::memory_at(seconds(0)).unwrap();
    let db = Db::<Fleet>::on_engine(&engine).await.unwrap();
    let devices = on(db.clone(), "acme");
    let old = Measured {
        at: noon() - TimeDelta::days(30),
        milli_celsius: 1,
    };
    let ahead = Measured {
        at: noon() + TimeDelta::minutes(6),
        milli_celsius: 1,
    };
    let recorded = record(&devices, "d1", &[old, measured(0, 7), ahead]).await;
    let expected = Response::Recorded {
        recorded: 1,
        left_out: 2,
    };
    assert_eq!(recorded, expected);
    assert_eq!(latest(&devices, "d1").await, Some(7));

    engine.set_time(seconds(29));
    assert_eq!(engine.sweep_ttl().unwrap(), 0);
    engine.set_time(seconds(31));
    assert_eq!(engine.sweep_ttl().unwrap(), 1);
    let today = Reading::of_day("acme", "d1", noon().date_naive());
    assert_eq!(today.count(&db).await.unwrap(), 0);
    assert_eq!(latest(&devices, "d1").await, Some(7), "the device is kept");
}

#[tokio::test]
async fn tenants_see_nothing_of_each_other() {
    let engine = Engine::memory().unwrap();
    let db = Db::on_engine(&engine).await.unwrap();
    let (acme, other) = (on(db.clone(), "acme"), on(db, "acme2"));
    record(&acme, "d1", &[measured(1, 1)]).await;
    assert_eq!(latest(&other, "d1").await, None);
    assert_eq!(hottest(&other, 10).await, []);
    assert_eq!(readings(&other, 10, 0, 10).await, (vec![], None));
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_before_anything_is_sent() {
    let tap = Tap::alone();
    let devices = on(Db::new(tap.client(), "Fleet"), "acme");
    let one = || vec![measured(0, 0)];
    for request in [
        r#"{"action":"latest","device":""}"#.to_owned(),
        r#"{"action":"latest","device":"d1#2026-05-05"}"#.to_owned(),
        r#"{"action":"hottest","limit":0}"#.to_owned(),
        r#"{"action":"record","device":"d1","readings":[]}"#.to_owned(),
        r#"{"action":"readings","device":"d1","from":"2026-05-05T00:00:00Z","to":"2026-05-04T00:00:00Z"}"#.to_owned(),
        r#"{"action":"readings","device":"d1","from":"2026-05-05T00:00:00Z","to":"2026-06-05T00:00:00Z"}"#.to_owned(),
        serde_json::json!({ "action": "record", "device": "d1", "readings": vec![one(); 501].concat() }).to_string(),
    ] {
        let error = devices.handle(serde_json::from_str(&request).unwrap());
        assert_eq!(error.await.unwrap_err().name(), "InvalidRequest", "{request}");
    }
    assert_eq!(tap.requests(), []);
    let foreign = r#"{"action":"latest","device":"d1","tenant":"other"}"#;
    assert!(
        serde_json::from_str::<Request>(foreign).is_err(),
        "nobody says which tenant"
    );
}

#[tokio::test]
async fn a_batch_that_fails_in_between_is_recorded_by_the_next_attempt() {
    let engine = Engine::memory().unwrap();
    Db::<Fleet>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine);
    let devices = on(Db::new(tap.client(), "Fleet"), "acme");
    for _ in 0..20 {
        let refused = r#"{"__type":"x#ProvisionedThroughputExceededException"}"#;
        tap.answer("PutItem", 400, refused);
    }
    let request = || Request::Record {
        device: "d1".to_owned(),
        readings: vec![measured(1, 1), measured(0, 2)],
    };
    tokio::time::pause();
    let error = devices.handle(request()).await.unwrap_err();
    assert_eq!(error.name(), "TryAgain");
    assert_eq!(readings(&devices, 5, 0, 10).await.0, [1, 2]);
    while latest(&devices, "d1").await.is_none() {
        let _ = devices.handle(request()).await;
    }
    assert_eq!(latest(&devices, "d1").await, Some(2));
    assert_eq!(readings(&devices, 5, 0, 10).await.0, [1, 2]);
}

/// The reading of that time is replaced, and the ranking follows.
#[tokio::test]
async fn a_correction_of_the_latest_reading_is_the_latest() {
    let devices = acme().await;
    for milli_celsius in [90_000, 20_000] {
        record(&devices, "d", &[measured(1, milli_celsius)]).await;
    }
    assert_eq!(latest(&devices, "d").await, Some(20_000));
    assert_eq!(hottest(&devices, 1).await, [("d".to_owned(), 20_000)]);
}

#[tokio::test]
async fn readings_that_are_close_together_are_kept() {
    let devices = acme().await;
    let close = [0, 1, 1_000, 1_000_000].map(|nanos| Measured {
        at: minutes_ago(1) + TimeDelta::nanoseconds(nanos),
        milli_celsius: 1,
    });
    record(&devices, "d", &close).await;
    let found = devices.handle(Request::Readings {
        device: "d".to_owned(),
        from: minutes_ago(1),
        to: noon(),
        limit: None,
    });
    let (readings, next) = (close.to_vec(), None);
    assert_eq!(found.await.unwrap(), Response::Readings { readings, next });
}

#[tokio::test]
async fn names_that_break_out_of_the_tenant_are_refused_and_readings_of_the_future_left_out() {
    let devices = acme().await;
    for device in ["", "*", "?", "a#b", "acme#DEVICE", "\u{e4}", "a/b"] {
        let device = device.to_owned();
        assert!(devices.handle(Request::Latest { device }).await.is_err());
    }
    let (recorded, left_out) = (0, 1);
    assert_eq!(
        record(&devices, "d", &[measured(-60 * 24, 1)]).await,
        Response::Recorded { recorded, left_out }
    );
}
