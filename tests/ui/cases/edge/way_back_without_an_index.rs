//! expect: no access path begins with the key of `Person`; add `index(Gsi1, pk = "PERSON#{person_id}", sk = "GROUP#{group_id}")` with an index of the table

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
#[entity(table = Social, edge(Group -> Person, out = members, back = groups), pk = "GROUP#{group_id}", sk = "PERSON#{person_id}")]
pub struct Membership {
    pub group_id: String,
    pub person_id: String,
}
