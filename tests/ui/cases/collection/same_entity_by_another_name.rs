//! expect: `Order` is a member twice; each item goes to one member

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

pub type Purchase = Order;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub last: Option<Purchase>,
    pub orders: Vec<OrderWithLines>,
}

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct OrderWithLines {
    pub order: Order,
    pub lines: Vec<Line>,
}
