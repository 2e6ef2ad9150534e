//! What Lambda relies on.

use std::process::Command;
use std::time::{Duration, Instant};

use dynamo_orm::Db;
use dynamo_orm::local::Engine;
use lambda_examples::store::{Day, Letter, Product, Store};
use serde_json::{Value, json};

use super::lambda::Posted;
use super::records::{done_up_to, event, placed};
use super::{Endpoint, Lambda};
use crate::support::stocked;

const PROJECTOR: &str = env!("CARGO_BIN_EXE_projector");

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
