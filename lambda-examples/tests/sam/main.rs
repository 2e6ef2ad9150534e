//! The template as SAM runs it: built, every event invoked in a container, the API over HTTP. Runs where asked:
//!
//! ```text
//! SAM=sam cargo test --workspace --test sam -- --nocapture
//! ```
//!
//! It needs Docker with the base image `public.ecr.aws/lambda/provided:al2023-x86_64`, and `cargo lambda`. The tables are
//! on the embedded engine, which listens on the address of Docker's bridge (`SAM_HOST`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

mod command;
mod elf;
mod http;
mod tables;

use std::path::PathBuf;

use serde_json::{Value, json};

use command::{Sam, bridge};
use tables::Tables;

/// An event, the function it is for, and what must come back.
fn events() -> Vec<(&'static str, &'static str, Value)> {
    let answered = |status: u16| json!({"statusCode": status});
    let all_done = json!({"batchItemFailures": []});
    let reserved = |is: bool| json!({"id": "execution-1", "reserved": is});
    vec![
        ("get-order", "GetOrder", json!({"order": {"Order": "7001"}})),
        ("api-create-customer", "Api", answered(201)),
        ("api-read-customer", "Api", answered(200)),
        ("api-update-customer", "Api", answered(200)),
        ("api-read-product", "Api", answered(200)),
        ("api-put-cart", "Api", answered(200)),
        ("api-remove-from-cart", "Api", answered(204)),
        ("api-read-cart", "Api", answered(200)),
        ("api-place-order", "Api", answered(201)),
        ("api-list-orders", "Api", answered(200)),
        ("api-read-order", "Api", answered(200)),
        ("api-ship-order", "Api", answered(200)),
        ("api-deliver-order", "Api", answered(200)),
        ("api-cancel-order", "Api", answered(412)),
        ("projector", "Projector", all_done.clone()),
        ("archiver", "Archiver", all_done),
        ("task-reserve", "Task", reserved(true)),
        ("task-order", "Task", reserved(false)),
        ("task-release", "Task", reserved(false)),
        (
            "devices-record",
            "Devices",
            json!({"recorded": 2, "left_out": 0}),
        ),
        (
            "devices-latest",
            "Devices",
            json!({"latest": {"milli_celsius": 62_250}}),
        ),
        ("devices-hottest", "Devices", json!({})),
        ("devices-readings", "Devices", json!({})),
    ]
}

/// Is everything of `part` in `whole`?
fn holds(whole: &Value, part: &Value) -> bool {
    match part {
        Value::Object(members) => members.iter().all(|(name, part)| holds(&whole[name], part)),
        part => whole == part,
    }
}

#[test]
fn sam_builds_invokes_and_serves_the_application() {
    let Some(sam) = Sam::from_env() else {
        println!("skipped: SAM names the command line of SAM");
        return;
    };
    let tables = Tables::serve();
    the_binaries_run_on_the_runtime_of_the_template(sam.build());
    every_event_is_answered(&sam, &tables);
    the_api_answers_over_http(&sam, &tables);
    what_is_written_reaches_the_function_of_the_stream(&sam, &tables);
}

/// `provided.al2023` has glibc 2.34.
fn the_binaries_run_on_the_runtime_of_the_template(built: Vec<(String, PathBuf)>) {
    for (function, path) in built {
        let binary = std::fs::read(path).unwrap();
        let newest = elf::newest_glibc(&binary);
        println!("{function}: {} bytes, glibc {newest:?}", binary.len());
        assert!(newest <= (2, 34), "{function} needs glibc {newest:?}");
    }
}

/// An event of `events/`; those of the devices are of yesterday, since readings are kept for thirty days.
fn sample(event: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/events");
    let text = std::fs::read_to_string(format!("{folder}/{event}.json")).unwrap();
    if !event.starts_with("devices") {
        return text;
    }
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    let day = |ago: i64| {
        (now - chrono::TimeDelta::days(ago))
            .date_naive()
            .to_string()
    };
    text.replace("2026-05-05", &day(1))
        .replace("2026-05-04", &day(2))
}

fn every_event_is_answered(sam: &Sam, tables: &Tables) {
    let events = events();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/events")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            events.iter().any(|(event, ..)| *event == name),
            "{name} is not invoked"
        );
    }
    for (event, function, expected) in events {
        let answer = sam.invoke(function, &sample(event), &tables.endpoint);
        println!("{function} < {event}.json\n  {answer}");
        assert!(holds(&answer, &expected), "{event}: {answer}");
    }
    let counted = tables.days_of("ada");
    assert_eq!(counted.len(), 1, "the projector has counted nothing");
}

fn the_api_answers_over_http(sam: &Sam, tables: &Tables) {
    let api = sam.start("start-api", &tables.endpoint);
    let ask = |method: &str, path: &str, headers: &[(&str, &str)], body: &str, status: u16| {
        let answer = api.request(method, path, headers, body);
        println!("{method} {path}\n  {} {}", answer.status, answer.body);
        assert_eq!(answer.status, status, "{}", answer.body);
        serde_json::from_str::<Value>(&answer.body).unwrap_or_default()
    };
    let zoe = r#"{"id": "zoe", "email": "zoe@example.com", "name": "Zoe"}"#;
    let (first, second) = (
        [("idempotency-key", "first")],
        [("idempotency-key", "second")],
    );
    ask("POST", "/customers", &first, zoe, 201);
    ask(
        "POST",
        "/customers",
        &second,
        &zoe.replace("zoe@", "ada@"),
        409,
    );
    ask("POST", "/customers", &second, "{", 400);
    ask("GET", "/nowhere", &[], "", 404);
    ask(
        "PUT",
        "/customers/zoe/cart/kettle",
        &[],
        r#"{"quantity": 3}"#,
        200,
    );
    let placed = ask(
        "POST",
        "/customers/zoe/orders",
        &first,
        r#"{"cents": 7500}"#,
        201,
    );
    let again = ask(
        "POST",
        "/customers/zoe/orders",
        &first,
        r#"{"cents": 7500}"#,
        201,
    );
    assert_eq!(placed, again, "the same request has the same answer");
    let read = ask("GET", "/customers/zoe/orders/first", &[], "", 200);
    assert_eq!(read, placed);

    let first = ask("GET", "/orders?status=placed&limit=1", &[], "", 200);
    let cursor = first["cursor"].as_str().unwrap();
    let next = ask(
        "GET",
        &format!("/orders?status=placed&limit=1&cursor={cursor}"),
        &[],
        "",
        200,
    );
    assert_ne!(first["orders"], next["orders"]);
    let forged = cursor.replacen(|c: char| c.is_ascii_alphabetic(), "0", 1);
    ask(
        "GET",
        &format!("/orders?status=placed&limit=1&cursor={forged}"),
        &[],
        "",
        400,
    );
}

/// The order of the request before comes through the table's stream and the bridge to the projector.
fn what_is_written_reaches_the_function_of_the_stream(sam: &Sam, tables: &Tables) {
    let lambda = sam.start("start-lambda", &tables.endpoint);
    assert_eq!(tables.days_of("zoe"), []);
    bridge(&tables.endpoint, "StoreTable", &lambda, "Projector");
    let days = tables.days_of("zoe");
    println!("stream of StoreTable > Projector\n  {days:?}");
    assert_eq!(days.len(), 1);
    assert_eq!((days[0].orders, days[0].cents), (1, 7_500));
}
