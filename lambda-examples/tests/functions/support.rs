//! What the tests share: a shop on the embedded engine, and its stream.

use chrono::{DateTime, Utc};
use dynamo_orm::local::Engine;
use dynamo_orm::{Db, Entity};
use lambda_examples::store::{Customer, Line, Order, Product, Status, Store};

/// A Tuesday noon.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-05-05T12:00:00Z".parse().unwrap()
}

/// A shop with two customers, ten kettles and two pots.
pub(crate) async fn stocked(engine: &Engine) -> Db<Store> {
    let db = Db::on_engine(engine).await.unwrap();
    for (id, name) in [("ada", "Ada"), ("grace", "Grace")] {
        let email = format!("{id}@example.com");
        let name = name.to_owned();
        let id = id.to_owned();
        Customer {
            id,
            email,
            name,
            version: 0,
        }
        .create()
        .send(&db)
        .await
        .unwrap();
    }
    for (sku, cents, stock) in [("kettle", 2_500, 10), ("pot", 4_000, 2)] {
        let (sku, name) = (sku.to_owned(), sku.to_owned());
        Product {
            sku,
            name,
            cents,
            stock,
        }
        .put()
        .send(&db)
        .await
        .unwrap();
    }
    db
}

pub(crate) fn order(customer: &str, id: &str, kettles: u32) -> Order {
    Order {
        customer: customer.into(),
        id: id.into(),
        status: Status::Placed,
        placed_at: noon(),
        lines: vec![Line {
            sku: "kettle".into(),
            quantity: kettles,
            cents: 2_500,
        }],
        cents: 2_500 * u64::from(kettles),
        version: 0,
    }
}

/// What the stream has so far, as an event of Lambda's.
pub(crate) fn event(engine: &Engine) -> String {
    let records = engine.stream_records("Store").unwrap();
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// The answer to a transaction that was cancelled for these reasons.
pub(crate) fn conflict(reasons: &[&str]) -> String {
    let reasons = reasons
        .iter()
        .map(|code| serde_json::json!({ "Code": code }));
    serde_json::json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "Transaction cancelled",
        "CancellationReasons": reasons.collect::<Vec<_>>(),
    })
    .to_string()
}
