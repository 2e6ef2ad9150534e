//! The shop of the Lambda functions, in one table.

mod account;
mod cart;
mod customer;
mod day;
mod letter;
mod order;
mod product;
mod reservation;

use dynamo_orm::Table;

pub use account::Account;
pub use cart::CartLine;
pub use customer::Customer;
pub use day::Day;
pub use letter::Letter;
pub use order::{Line, Order, Status};
pub use product::Product;
pub use reservation::Reservation;

/// Everything in the table.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "Type",
    ttl = "expires",
    gsi(Gsi1, name = "GSI1", pk = "GSI1PK", sk = "GSI1SK"),
    stream = NewAndOldImages
)]
pub enum Store {
    /// Who buys.
    Customer(Customer),
    /// A product in a customer's cart.
    CartLine(CartLine),
    /// What is sold.
    Product(Product),
    /// What was bought.
    Order(Order),
    /// What a customer bought in a day.
    Day(Day),
    /// Stock that is set aside.
    Reservation(Reservation),
    /// A change that could not be processed.
    Letter(Letter),
}
