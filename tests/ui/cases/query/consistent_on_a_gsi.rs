//! expect: `Gsi1` cannot be read consistently: it is a global secondary index

#[path = "../../model.rs"]
mod model;

use model::{Order, Status};

pub fn request() {
    let _ = Order::by_status(Status::Open).consistent();
}
