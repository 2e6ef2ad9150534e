//! Every event of `events/`, delivered to the binary it is for.

use std::collections::BTreeSet;
use std::process::Command;

use dynamo_orm::local::Engine;
use dynamo_orm::{Db, Table};
use lambda_examples::fleet::Fleet;
use lambda_examples::shop::model::Shop;
use lambda_examples::store::{Order, Product};
use serde_json::{Value, json};

use super::lambda::Posted;
use super::records::done_up_to;
use super::{Endpoint, Lambda};
use crate::support::stocked;

fn sample(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/events");
    std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap()
}

/// What each function is given, in this order.
const API: [(&str, u16); 13] = [
    ("api-create-customer", 201),
    ("api-read-customer", 200),
    ("api-update-customer", 200),
    ("api-read-product", 200),
    ("api-put-cart", 200),
    ("api-remove-from-cart", 204),
    ("api-read-cart", 200),
    ("api-place-order", 201),
    ("api-list-orders", 200),
    ("api-read-order", 200),
    ("api-ship-order", 200),
    ("api-deliver-order", 200),
    ("api-cancel-order", 412),
];
const TASK: [&str; 3] = ["task-reserve", "task-order", "task-release"];
const DEVICES: [&str; 4] = [
    "devices-record",
    "devices-latest",
    "devices-hottest",
    "devices-readings",
];
const OTHERS: [&str; 3] = ["projector", "archiver", "get-order"];

#[test]
fn every_sample_event_is_delivered_here() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/events");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let api = API.iter().map(|(name, _)| *name);
    let delivered = api.chain(TASK).chain(DEVICES).chain(OTHERS);
    assert_eq!(there, delivered.map(str::to_owned).collect());
}

/// A function on a table of its own, with these variables besides.
fn on(engine: &Engine, binary: &str, variables: &[(&str, &str)]) -> (Endpoint, Lambda) {
    let endpoint = Endpoint::start(engine);
    let url = endpoint.url();
    let mut all = vec![("DYNAMODB_ENDPOINT", url.as_str())];
    all.extend(variables);
    let lambda = Lambda::start(Command::new(binary), &all);
    (endpoint, lambda)
}

fn answered(posted: Posted) -> Value {
    match posted {
        Posted::Response(answer) => answer,
        Posted::Error(error) => panic!("the function failed: {error}"),
    }
}

#[tokio::test]
async fn the_events_of_the_api_are_one_visit() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    let (_endpoint, api) = on(&engine, env!("CARGO_BIN_EXE_api"), &[]);
    for (name, status) in API {
        let answer = answered(api.invoke(&sample(name)));
        assert_eq!(answer["statusCode"], status, "{name}: {answer}");
    }
    // An order that is not on its way yet can be cancelled.
    api.invoke(&sample("api-put-cart"));
    api.invoke(&sample("api-place-order").replace("order-1", "order-2"));
    let cancelled = api.invoke(&sample("api-cancel-order").replace("order-1", "order-2"));
    assert_eq!(answered(cancelled)["statusCode"], 200);
    let kettle = Product::get("kettle").send(&db).await.unwrap().unwrap();
    assert_eq!(kettle.stock, 8);
}

#[tokio::test]
async fn the_events_of_the_task_reserve_stock_and_make_an_order_of_it() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    let (_endpoint, task) = on(&engine, env!("CARGO_BIN_EXE_task"), &[]);
    let states = TASK.map(|name| answered(task.invoke(&sample(name))));
    let done = |reserved: bool| json!({ "id": "execution-1", "reserved": reserved });
    assert_eq!(states, [done(true), done(false), done(false)]);
    let order = Order::get("ada", "execution-1").send(&db).await.unwrap();
    assert_eq!(order.unwrap().cents, 5_000);
    let kettle = Product::get("kettle").send(&db).await.unwrap().unwrap();
    assert_eq!(kettle.stock, 8, "what is ordered is not released");
}

#[tokio::test]
async fn a_task_that_fails_has_the_name_that_a_state_catches() {
    let engine = Engine::memory().unwrap();
    stocked(&engine).await;
    let (_endpoint, task) = on(&engine, env!("CARGO_BIN_EXE_task"), &[]);
    let much = sample("task-reserve").replace("\"quantity\": 2", "\"quantity\": 99");
    let nothing = sample("task-order").replace("execution-1", "execution-2");
    let refused = sample("task-release").replace("execution-1", "refused");
    for (event, name) in [
        (much, "OutOfStock"),
        (nothing, "InvalidRequest"),
        (refused, "StoreError"),
    ] {
        let Posted::Error(error) = task.invoke(&event) else {
            panic!("{event}");
        };
        assert_eq!(error["errorType"], name, "{error}");
    }
}

#[tokio::test]
async fn the_events_of_the_devices_are_recorded_and_found() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Fleet>::on_engine(&engine).await.unwrap();
    assert_eq!(db.table_name(), Fleet::MODEL.name);
    let variables = [("TENANT", "acme"), ("DYNAMODB_TABLE", "Fleet")];
    let (_endpoint, devices) = on(&engine, env!("CARGO_BIN_EXE_devices"), &variables);
    // The samples are of a day that is long gone.
    let today = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    let day = |days: i64| (today - chrono::TimeDelta::days(days)).date_naive();
    let current = |name: &str| {
        let text = sample(name).replace("2026-05-05", &day(1).to_string());
        text.replace("2026-05-04", &day(2).to_string())
    };
    let answers = DEVICES.map(|name| answered(devices.invoke(&current(name))));
    assert_eq!(answers[0], json!({ "recorded": 2, "left_out": 0 }));
    assert_eq!(answers[1]["latest"]["milli_celsius"], 62_250);
    assert_eq!(answers[2]["hottest"][0]["id"], "boiler-1");
    assert_eq!(answers[3]["readings"].as_array().unwrap().len(), 2);

    let old = answered(devices.invoke(&sample("devices-record")));
    assert_eq!(old, json!({ "recorded": 0, "left_out": 2 }));
    let Posted::Error(error) = devices.invoke(r#"{"action":"latest","device":"a#b"}"#) else {
        panic!("this is no name");
    };
    assert_eq!(error["errorType"], "InvalidRequest");
}

#[tokio::test]
async fn the_events_of_the_streams_are_processed() {
    let engine = Engine::memory().unwrap();
    stocked(&engine).await;
    for (name, binary) in [
        ("projector", env!("CARGO_BIN_EXE_projector")),
        ("archiver", env!("CARGO_BIN_EXE_archiver")),
    ] {
        let (_endpoint, function) = on(&engine, binary, &[]);
        assert_eq!(function.invoke(&sample(name)), done_up_to(&[]), "{name}");
    }
}

#[tokio::test]
async fn the_event_of_get_order_finds_the_order_with_its_items() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    lambda_examples::shop::seed::seed(&db).await.unwrap();
    let (_endpoint, get_order) = on(&engine, env!("CARGO_BIN_EXE_get-order"), &[]);
    let order = answered(get_order.invoke(&sample("get-order")));
    assert_eq!(order["items"].as_array().map(Vec::len), Some(2), "{order}");
}
