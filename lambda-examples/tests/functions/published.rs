//! The handlers, called as functions on the embedded engine.

use dynamo_orm::{Db, Result};
use lambda_examples::handlers::get_order::{Request, handle};
use lambda_examples::shop::model::Shop;
use lambda_examples::shop::{patterns, seed};

async fn shop() -> Result<Db<Shop>> {
    let db = Db::local().await?;
    seed::seed(&db).await?;
    Ok(db)
}

#[tokio::test]
async fn get_order_reads_everything_that_belongs_to_it() -> Result<()> {
    let event: Request = serde_json::from_str(include_str!("../../events/get-order.json")).unwrap();
    let response = handle(&shop().await?, event).await?;
    assert_eq!(response.order.map(|o| o.customer.0), Some("ada".to_owned()));
    assert_eq!(response.items.len(), 2);
    assert_eq!(response.invoices.len(), 1);
    assert_eq!(response.shipments.len(), 1);
    Ok(())
}

#[tokio::test]
async fn every_access_pattern_takes_one_request_and_finds_something() -> Result<()> {
    let text = patterns::run(&shop().await?).await?;
    assert!(text.contains("16 access patterns, 16 requests, "));
    assert!(!text.contains("items 0,"), "{text}");
    Ok(())
}

#[tokio::test]
async fn seeding_twice_changes_nothing() -> Result<()> {
    let db = shop().await?;
    let first = patterns::run(&db).await?;
    seed::seed(&db).await?;
    assert_eq!(patterns::run(&db).await?, first);
    Ok(())
}
