//! Products.

use axum::extract::State;

use super::answer::{Answer, json};
use super::{App, Names, Problem};
use crate::store::Product;

/// Reads a product.
///
/// # Errors
/// 404, 503.
pub async fn read(State(app): State<App>, Names(sku): Names<String>) -> Answer {
    let product = Product::get(&sku).send(&app.db).await?;
    let product = product.ok_or_else(|| Problem::not_found("product"))?;
    Ok(json(&product))
}
