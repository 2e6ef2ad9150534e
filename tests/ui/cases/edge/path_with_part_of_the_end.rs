//! expect: the partition key of the index `Gsi1` lacks `city` of the key of `Person`

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
#[entity(table = Social, pk = "PERSON#{city}", sk = "PERSON#{person_id}")]
pub struct Person {
    pub city: String,
    pub person_id: String,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Social, edge(Group -> Person, back = groups), pk = "GROUP#{group_id}", sk = "PERSON#{city}#{person_id}",
         index(Gsi1, pk = "PERSON#{person_id}", sk = "GROUP#{group_id}"))]
pub struct Membership {
    pub group_id: String,
    pub person_id: String,
    pub city: String,
}
