//! expect: state_and_priority

#[path = "../../model.rs"]
mod model;

use model::{Status, Ticket};

pub fn request() {
    let _ = Ticket::update(1).set(|t| t.state(), Status::Open);
}
