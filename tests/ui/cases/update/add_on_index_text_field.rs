//! expect: this field cannot be changed in place

#[path = "../../model.rs"]
mod model;

use model::Ticket;

pub fn request() {
    let _ = Ticket::update(1).add(|t| t.priority(), 1);
}
