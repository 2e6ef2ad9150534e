//! expect: `Status` does not sort in a key as its values do

#[path = "../../model.rs"]
mod model;

use model::{Status, Ticket};

pub fn request() {
    let _ = Ticket::queue().state().from(Status::Open);
}
