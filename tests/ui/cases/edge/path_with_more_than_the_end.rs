//! expect: the partition key of the table also has `year`, which is not in the key of `Group`

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
#[entity(table = Social, edge(Group -> Person, out = members), pk = "GROUP#{group_id}#{year}", sk = "PERSON#{person_id}")]
pub struct Membership {
    pub group_id: String,
    pub person_id: String,
    pub year: u16,
}
