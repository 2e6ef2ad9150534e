//! expect: OrderedKeyPart

#[path = "../../model.rs"]
mod model;

use model::{Status, Ticket};

pub fn request() {
    let _ = Ticket::queue().state().from(Status::Open);
}
