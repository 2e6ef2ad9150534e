//! Reads one order with everything that belongs to it.

use dynamo_orm::{Db, Result};
use serde::{Deserialize, Serialize};

use crate::shop::model::{Invoice, Order, OrderId, OrderItem, Shipment, Shop};

/// Which order to read.
#[derive(Deserialize, Debug, Clone)]
pub struct Request {
    /// The order's id.
    pub order: OrderId,
}

/// An order with everything that belongs to it.
#[derive(Serialize, Debug, Clone, Default, PartialEq)]
pub struct Response {
    /// The order, if there is one.
    pub order: Option<Order>,
    /// Its products.
    pub items: Vec<OrderItem>,
    /// Its invoices.
    pub invoices: Vec<Invoice>,
    /// Its parcels.
    pub shipments: Vec<Shipment>,
}

/// Reads the order: one `Query` for every MB of it.
///
/// # Errors
/// Whatever the read may fail with.
pub async fn handle(db: &Db<Shop>, request: Request) -> Result<Response> {
    let mut response = Response::default();
    for item in Order::of_order(&request.order)
        .whole_partition()
        .all(db)
        .await?
    {
        match item {
            Shop::Order(order) => response.order = Some(order),
            Shop::OrderItem(item) => response.items.push(item),
            Shop::Invoice(invoice) => response.invoices.push(invoice),
            Shop::Shipment(shipment) => response.shipments.push(shipment),
            _ => {}
        }
    }
    Ok(response)
}
