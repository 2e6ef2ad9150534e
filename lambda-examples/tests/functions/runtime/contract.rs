//! What Lambda relies on.

use std::process::Command;
use std::time::{Duration, Instant};

use dynamo_orm::Db;
use dynamo_orm::local::Engine;
use dynamo_orm::stream::{Failure, Inserted, Record, Router, StreamEvent};
use lambda_examples::shop::model::Shop;
use lambda_examples::store::{Day, Letter, Order, Product, Store};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};

use super::lambda::Posted;
use super::{Endpoint, Lambda};
use crate::support::stocked;

const PROJECTOR: &str = env!("CARGO_BIN_EXE_projector");

/// The record of a new order of five pounds.
fn placed(number: u32, customer: &str) -> Value {
    let mut sample: Value =
        serde_json::from_str(include_str!("../../../events/projector.json")).unwrap();
    let mut record = sample["Records"][0].take();
    record["eventID"] = format!("event-{number}").into();
    record["dynamodb"]["SequenceNumber"] = number.to_string().into();
    let keys = json!({ "PK": { "S": format!("CUSTOMER#{customer}") }, "SK": { "S": format!("ORDER#o{number}") } });
    for image in ["Keys", "NewImage"] {
        record["dynamodb"][image]["PK"] = keys["PK"].clone();
        record["dynamodb"][image]["SK"] = keys["SK"].clone();
    }
    record["dynamodb"]["NewImage"]["customer"] = json!({ "S": customer });
    record["dynamodb"]["NewImage"]["id"] = json!({ "S": format!("o{number}") });
    record
}

fn event(records: &[Value]) -> String {
    json!({ "Records": records }).to_string()
}

fn done_up_to(failed: &[&str]) -> Posted {
    let failures = failed
        .iter()
        .map(|number| json!({ "itemIdentifier": number }));
    Posted::Response(json!({ "batchItemFailures": failures.collect::<Vec<_>>() }))
}

async fn orders_of(db: &Db<Store>, customer: &str) -> u64 {
    let days = Day::of_customer(customer).all(db).await.unwrap();
    days.iter().map(|day| day.orders).sum()
}

async fn start(binary: &str) -> (Db<Store>, Endpoint, Lambda) {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    let endpoint = Endpoint::start(&engine);
    let url = endpoint.url();
    let lambda = Lambda::start(
        Command::new(binary),
        &[("DYNAMODB_ENDPOINT", &url), ("CURSOR_KEY", "")],
    );
    (db, endpoint, lambda)
}

#[tokio::test]
async fn the_projector_counts_a_batch_once_when_it_is_delivered_twice() {
    let (db, _endpoint, lambda) = start(PROJECTOR).await;
    eprintln!("init of the projector: {:?}", lambda.init);
    let batch = event(&[placed(1, "ada"), placed(2, "ada"), placed(3, "grace")]);
    for _ in 0..2 {
        assert_eq!(lambda.invoke(&batch), done_up_to(&[]));
        assert_eq!(orders_of(&db, "ada").await, 2);
        assert_eq!(orders_of(&db, "grace").await, 1);
    }
}

#[tokio::test]
async fn the_projector_names_the_first_record_that_failed_and_begins_none_behind_it() {
    let (db, endpoint, lambda) = start(PROJECTOR).await;
    let batch = [
        placed(1, "ada"),
        placed(2, "refused"),
        placed(3, "grace"),
        placed(4, "refused"),
    ];
    assert_eq!(lambda.invoke(&event(&batch)), done_up_to(&["2"]));
    assert_eq!(orders_of(&db, "ada").await, 1);
    assert_eq!(endpoint.requests_about("grace"), 0);
}

#[tokio::test]
async fn a_record_that_no_build_can_read_is_put_away_and_the_next_follows() {
    let (db, _endpoint, lambda) = start(PROJECTOR).await;
    let mut poison = placed(2, "ada");
    poison["dynamodb"]["NewImage"]["cents"] = json!({ "Q": "1" });
    assert_eq!(
        lambda.invoke(&event(&[placed(1, "ada"), poison, placed(3, "ada")])),
        done_up_to(&[])
    );
    assert_eq!(orders_of(&db, "ada").await, 2);
    let letters = Letter::of_function("projector").all(&db).await.unwrap();
    assert_eq!(
        letters.iter().map(|l| &*l.event).collect::<Vec<_>>(),
        ["event-2"]
    );
}

#[tokio::test]
async fn the_projector_answers_before_its_deadline_with_what_is_done() {
    let (db, _endpoint, lambda) = start(PROJECTOR).await;
    let batch = event(&[placed(1, "ada"), placed(2, "stuck"), placed(3, "grace")]);
    let (time, begun) = (Duration::from_secs(3), Instant::now());
    assert_eq!(lambda.invoke_within(&batch, time), done_up_to(&["2"]));
    assert!(begun.elapsed() < time, "{:?}", begun.elapsed());
    assert_eq!(
        (orders_of(&db, "ada").await, orders_of(&db, "grace").await),
        (1, 0)
    );
}

#[tokio::test]
async fn a_record_without_a_number_fails_the_invocation_and_the_function_lives_on() {
    let (_db, _endpoint, lambda) = start(PROJECTOR).await;
    assert!(matches!(
        lambda.invoke(r#"{"Records":[{"eventID":"x"}]}"#),
        Posted::Error(_)
    ));
    assert_eq!(lambda.invoke(r#"{"Records":[]}"#), done_up_to(&[]));
}

/// Not a test: the function that the next test starts.
#[tokio::test]
#[ignore = "runs as a Lambda function"]
async fn function_that_panics() {
    let router = Router::<Store>::new().on_insert(|order: Record<Inserted<Order>>| async move {
        assert_ne!(order.change.new.customer, "panic");
        Ok::<(), Failure>(())
    });
    let function = service_fn(|event: LambdaEvent<StreamEvent>| router.invoke(event));
    lambda_runtime::run(function).await.unwrap();
}

#[test]
fn a_panic_is_the_failure_of_its_record_and_the_function_lives_on() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--ignored",
        "--exact",
        "runtime::contract::function_that_panics",
    ]);
    let lambda = Lambda::start(command, &[]);
    let batch = [placed(1, "ada"), placed(2, "panic"), placed(3, "ada")];
    assert_eq!(lambda.invoke(&event(&batch)), done_up_to(&["2"]));
    assert_eq!(lambda.invoke(&event(&[placed(3, "ada")])), done_up_to(&[]));
}

#[tokio::test]
async fn the_api_answers_as_api_gateway_expects() {
    let (db, _endpoint, lambda) = start(env!("CARGO_BIN_EXE_api")).await;
    let create = include_str!("../../../events/api-create-customer.json");
    let answer = |event: &str| match lambda.invoke(event) {
        Posted::Response(answer) => answer,
        Posted::Error(error) => panic!("the function failed: {error}"),
    };
    let made = answer(create);
    assert_eq!(made["statusCode"], 201, "{made}");
    assert_eq!(made["headers"]["location"], "/customers/mary");
    assert_eq!(made["headers"]["etag"], "\"1\"");
    assert_eq!(made["isBase64Encoded"], false);
    let body: Value = serde_json::from_str(made["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["name"], "Mary");

    let taken = answer(
        &create
            .replace("customer-1", "customer-2")
            .replace("Mary", "Eve"),
    );
    assert_eq!(taken["statusCode"], 409, "{taken}");
    assert_eq!(taken["headers"]["content-type"], "application/problem+json");
    assert_eq!(taken["isBase64Encoded"], false, "a problem is text");

    answer(include_str!("../../../events/api-put-cart.json"));
    let place = include_str!("../../../events/api-place-order.json");
    let (first, again) = (answer(place), answer(place));
    assert_eq!(
        (&first["statusCode"], first["body"] == again["body"]),
        (&json!(201), true)
    );
    let kettle = Product::get("kettle").send(&db).await.unwrap().unwrap();
    assert_eq!(kettle.stock, 8);
}

#[tokio::test]
async fn a_task_that_fails_has_the_name_that_a_state_catches() {
    let (_db, _endpoint, lambda) = start(env!("CARGO_BIN_EXE_task")).await;
    let reserved = lambda.invoke(include_str!("../../../events/task-reserve.json"));
    assert_eq!(
        reserved,
        Posted::Response(json!({ "id": "execution-1", "reserved": true }))
    );
    let much = json!({ "action": "reserve", "id": "e2", "lines": [{ "sku": "pot", "quantity": 9, "cents": 0 }] });
    let Posted::Error(error) = lambda.invoke(&much.to_string()) else {
        panic!("there are only two pots");
    };
    assert_eq!(error["errorType"], "OutOfStock");
}

#[tokio::test]
async fn the_archiver_and_get_order_answer() {
    let (_db, endpoint, archiver) = start(env!("CARGO_BIN_EXE_archiver")).await;
    assert_eq!(
        archiver.invoke(include_str!("../../../events/archiver.json")),
        done_up_to(&[])
    );
    drop((archiver, endpoint));

    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    lambda_examples::shop::seed::seed(&db).await.unwrap();
    let endpoint = Endpoint::start(&engine);
    let command = Command::new(env!("CARGO_BIN_EXE_get-order"));
    let get_order = Lambda::start(command, &[("DYNAMODB_ENDPOINT", &endpoint.url())]);
    let Posted::Response(order) = get_order.invoke(include_str!("../../../events/get-order.json"))
    else {
        panic!("the function failed");
    };
    assert_eq!(order["items"].as_array().map(Vec::len), Some(2), "{order}");
}
