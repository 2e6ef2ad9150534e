//! expect: there is no field `persn_id`; did you mean `person_id`?

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
#[entity(table = Social, edge(Group -> Person(persn_id), out = members), pk = "GROUP#{group_id}", sk = "PERSON#{person_id}")]
pub struct Membership {
    pub group_id: String,
    pub person_id: String,
}
