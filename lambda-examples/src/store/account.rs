//! What a customer's cart page shows.

use dynamo_orm::Collection;
use serde::Serialize;

use super::{CartLine, Customer, Order, Store};

/// A customer with the cart and all orders: one item collection, read by one `Query` for every MB of it.
#[derive(Collection, Serialize, Debug, Clone, PartialEq)]
#[collection(table = Store, pk = "CUSTOMER#{customer}")]
pub struct Account {
    /// Who buys.
    pub customer: Customer,
    /// What is in the cart.
    pub cart: Vec<CartLine>,
    /// What was bought.
    pub orders: Vec<Order>,
}
