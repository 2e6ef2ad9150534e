//! expect: `Mood` is stored in a form that does not sort as its values do
//! expect: `#[serde(with = "dynamo_orm::sorted")]`

use dynamo_orm::{Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK")]
pub enum Shop {
    Thing(Thing),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "THING#{id}")]
pub struct Thing {
    pub id: String,
    pub mood: Mood,
}

#[derive(KeyPart, Serialize, Deserialize)]
#[key_part(ordinal)]
pub enum Mood {
    Low,
    High,
}

pub fn request() {
    let _ = Thing::update("a").when(|t| t.mood().gt(Mood::Low));
}
