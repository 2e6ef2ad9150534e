//! expect: `Gsi1` cannot be read consistently: it is a global secondary index

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Entity;
use model::{Gsi1, Order};

pub fn request() {
    let _ = Order::scan().through::<Gsi1>().consistent();
}
