//! Partitions by a part of what the sort key holds: the readings of a day.

use chrono::{DateTime, Utc};
use dynamo_orm::{Entity, Table};
use dynamo_orm_tests::table;
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", gsi(ByMail, pk = "GSI1PK", sk = "GSI1SK"))]
enum Telemetry {
    Reading(Reading),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Telemetry, pk = "DEVICE#{device}#{at:.10}", sk = "{at}", query = of_day,
         index(ByMail, pk = "MAIL#{mail:lower}", sk = "{mail:lower}#{at:.10}", query = by_mail))]
struct Reading {
    device: String,
    at: DateTime<Utc>,
    mail: String,
    celsius: i32,
}

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-05-{text}Z").parse().unwrap()
}

fn reading(text: &str, celsius: i32) -> Reading {
    Reading {
        device: "boiler".to_owned(),
        at: at(text),
        mail: "Ada@example.com".to_owned(),
        celsius,
    }
}

#[tokio::test]
async fn a_day_is_found_by_any_time_of_it_and_its_times_are_a_level() {
    let db = table::<Telemetry>().await;
    for (text, celsius) in [
        ("05T08:00:00", 1),
        ("05T09:30:00", 2),
        ("05T10:00:00", 3),
        ("06T08:00:00", 4),
    ] {
        reading(text, celsius).put().send(&db).await.unwrap();
    }
    let celsius =
        |readings: Vec<Reading>| -> Vec<i32> { readings.iter().map(|r| r.celsius).collect() };

    let day = || Reading::of_day("boiler", at("05T12:00:00"));
    assert_eq!(celsius(day().all(&db).await.unwrap()), [1, 2, 3]);
    let late = day().at().from(at("05T09:00:00"));
    assert_eq!(celsius(late.all(&db).await.unwrap()), [2, 3]);
    let one = day().at().eq(at("05T09:30:00"));
    assert_eq!(celsius(one.all(&db).await.unwrap()), [2]);
    let other = day().at().between(at("05T09:00:00"), at("06T09:00:00"));
    assert_eq!(
        celsius(other.all(&db).await.unwrap()),
        [2, 3],
        "a query is of one partition"
    );

    let page = Reading::of_day("boiler", at("05T00:00:00"))
        .limit(2)
        .page(&db)
        .await
        .unwrap();
    let rest = Reading::of_day("boiler", at("05T23:00:00")).start_at(page.cursor);
    assert_eq!(
        celsius(rest.all(&db).await.unwrap()),
        [3],
        "the day is the same query"
    );
}

#[tokio::test]
async fn what_the_partition_tells_in_full_is_no_level() {
    let db = table::<Telemetry>().await;
    reading("05T08:00:00", 1).put().send(&db).await.unwrap();
    let found = Reading::by_mail("ADA@example.com")
        .at()
        .eq(at("05T01:00:00"));
    assert_eq!(found.all(&db).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_item_has_both_from_one_field() {
    let db = table::<Telemetry>().await;
    let stored = reading("05T08:00:00", 1);
    stored.put().send(&db).await.unwrap();
    let found = Reading::get("boiler", at("05T08:00:00"))
        .send(&db)
        .await
        .unwrap();
    assert_eq!(found, Some(stored));
    assert!(
        !Reading::exists("boiler", at("05T08:00:01"))
            .send(&db)
            .await
            .unwrap()
    );
}
