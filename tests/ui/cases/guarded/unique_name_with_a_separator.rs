//! expect: the name has a `#`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Draft(Draft),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "DRAFT#{id}", sk = "DRAFT", unique(title, name = "a#b"))]
pub struct Draft {
    pub id: String,
    pub title: String,
}
