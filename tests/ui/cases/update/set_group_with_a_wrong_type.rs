//! expect: expected

#[path = "../../model.rs"]
mod model;

use model::{Status, Ticket};

pub fn request() {
    let _ = Ticket::update(1).set(|t| t.state_and_priority(), (Status::Open, "high"));
}
