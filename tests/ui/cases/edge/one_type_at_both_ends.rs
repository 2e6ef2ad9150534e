//! expect: both ends are a `Person`; say which fields name each

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Social {
    Group(Group),
    Person(Person),
    Membership(Membership),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Social, pk = "GROUP#{group_id}", sk = "GROUP")]
pub struct Group {
    pub group_id: String,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Social, pk = "PERSON#{person_id}", sk = "PERSON")]
pub struct Person {
    pub person_id: String,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Social, edge(Person -> Person, out = following), pk = "PERSON#{a}", sk = "FOLLOWS#{b}")]
pub struct Membership {
    pub a: String,
    pub b: String,
}
