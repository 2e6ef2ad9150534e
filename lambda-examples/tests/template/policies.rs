//! What functions may do: what they do, and nothing else.

use std::collections::BTreeSet;

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::Deadline;
use dynamo_orm::{Db, Entity, Table};
use lambda_examples::handlers::{api, archiver, get_order, projector, task};
use lambda_examples::store::{Customer, Product, Store};
use lambda_http::tower::ServiceExt;
use serde_json::Value;

use crate::yaml::{template, texts};

/// What a function's policies allow on tables.
pub(crate) fn allowed(function: &str) -> BTreeSet<String> {
    let template = template();
    let policies = &template["Resources"][function]["Properties"]["Policies"];
    let mut allowed = BTreeSet::new();
    for policy in policies.as_vec().unwrap() {
        for statement in policy["Statement"].as_vec().unwrap() {
            let resource = statement["Resource"].as_str().unwrap();
            // The objects of a folder have no names of their own here.
            let whole = resource.strip_suffix("/carts/*").unwrap_or(resource);
            assert!(!whole.contains('*'), "{function}: {resource}");
            allowed.extend(texts(&statement["Action"]));
        }
    }
    allowed.retain(|action| action.starts_with("dynamodb:"));
    allowed
}

/// What requests need: those of a transaction need what their actions are called.
pub(crate) fn needed(tap: &Tap) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    for passed in tap.requests() {
        let body: Value = serde_json::from_str(&passed.body).unwrap();
        match body["TransactItems"].as_array() {
            None => drop(needed.insert(format!("dynamodb:{}", passed.operation))),
            Some(actions) => needed.extend(actions.iter().map(|action| {
                match action.as_object().unwrap().keys().next().unwrap().as_str() {
                    "ConditionCheck" => "dynamodb:ConditionCheckItem".to_owned(),
                    action => format!("dynamodb:{action}Item"),
                }
            })),
        }
    }
    needed
}

pub(crate) async fn tapped<T: Table>() -> (Engine, Tap, Db<T>) {
    let engine = Engine::memory().unwrap();
    Db::<T>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine.clone());
    let db = Db::new(tap.client(), T::MODEL.name);
    (engine, tap, db)
}

async fn kettles(engine: &Engine) {
    let (sku, name) = ("kettle".to_owned(), "Kettle".to_owned());
    let kettle = Product {
        sku,
        name,
        cents: 2_500,
        stock: 10,
    };
    kettle
        .put()
        .send(&Db::<Store>::on_engine(engine).await.unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn the_api_may_do_what_it_does_and_nothing_else() {
    let (engine, tap, db) = tapped().await;
    kettles(&engine).await;
    let router = api::router(api::App::new(db));
    let place = include_str!("../../events/api-place-order.json");
    let put = include_str!("../../events/api-put-cart.json");
    let cancel = include_str!("../../events/api-cancel-order.json");
    for event in [
        include_str!("../../events/api-create-customer.json"),
        include_str!("../../events/api-read-customer.json"),
        include_str!("../../events/api-update-customer.json"),
        include_str!("../../events/api-read-product.json"),
        put,
        include_str!("../../events/api-remove-from-cart.json"),
        include_str!("../../events/api-read-cart.json"),
        place,
        include_str!("../../events/api-list-orders.json"),
        include_str!("../../events/api-read-order.json"),
        include_str!("../../events/api-ship-order.json"),
        include_str!("../../events/api-deliver-order.json"),
        put,
        &place.replace("order-1", "order-2"),
        &cancel.replace("order-1", "order-2"),
    ] {
        let request = lambda_http::request::from_str(event).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert!(response.status().is_success(), "{event}: {response:?}");
    }
    assert_eq!(needed(&tap), allowed("Api"));
}

#[tokio::test]
async fn the_stream_functions_may_do_what_they_do_and_nothing_else() {
    let (_engine, tap, db) = tapped().await;
    let sample = include_str!("../../events/projector.json");
    let torn = sample.replacen(r#""cents": { "N": "5000" }"#, r#""cents": { "S": "x" }"#, 1);
    let outcome = projector::router(&db)
        .process(&torn, Deadline::none())
        .await
        .unwrap();
    assert_eq!((outcome.processed, outcome.dead_lettered), (1, 1));
    assert_eq!(needed(&tap), allowed("Projector"));

    let (_engine, tap, db) = tapped().await;
    let torn =
        include_str!("../../events/archiver.json").replace(r#"{ "N": "2" }"#, r#"{ "N": "x" }"#);
    let outcome = archiver::router(&db, None)
        .process(&torn, Deadline::none())
        .await
        .unwrap();
    assert_eq!(outcome.dead_lettered, 1);
    assert_eq!(needed(&tap), allowed("Archiver"));
}

#[tokio::test]
async fn task_and_get_order_may_do_what_they_do_and_nothing_else() {
    let (engine, tap, db) = tapped().await;
    kettles(&engine).await;
    let (id, email, name) = ("ada".into(), "ada@example.com".into(), "Ada".into());
    let ada = Customer {
        id,
        email,
        name,
        version: 0,
    };
    let other = Db::<Store>::on_engine(&engine).await.unwrap();
    ada.create().send(&other).await.unwrap();
    for event in [
        include_str!("../../events/task-reserve.json"),
        include_str!("../../events/task-release.json"),
        include_str!("../../events/task-reserve.json"),
        include_str!("../../events/task-order.json"),
    ] {
        task::handle(&db, serde_json::from_str(event).unwrap())
            .await
            .unwrap();
    }
    assert_eq!(needed(&tap), allowed("Task"));

    let (_engine, tap, db) = tapped().await;
    let event = serde_json::from_str(include_str!("../../events/get-order.json")).unwrap();
    get_order::handle(&db, event).await.unwrap();
    assert_eq!(needed(&tap), allowed("GetOrder"));
}
