//! expect: `Elsewhere` is not an index of the table `Shop`

#[path = "../../model.rs"]
mod model;

use dynamo_orm::{Entity, Table};
use model::Shop;
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", gsi(Elsewhere, pk = "GSI1PK"))]
pub enum Other {
    Thing(Thing),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Other, pk = "{id}")]
pub struct Thing {
    id: String,
}

pub fn request() {
    let _ = Shop::scan().through::<Elsewhere>();
}
