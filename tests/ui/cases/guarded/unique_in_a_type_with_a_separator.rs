//! expect: has a `#`, which separates the parts of a guard

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Draft(Draft),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, kind = "a#b", pk = "DRAFT#{id}", sk = "DRAFT", unique(title))]
pub struct Draft {
    pub id: String,
    pub title: String,
}
