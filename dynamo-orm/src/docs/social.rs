// The table of the documentation's examples of relations.
#[allow(unused_imports)]
use dynamo_orm::{Db, Entity, Table, Transaction};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", gsi(Inverted, pk = "SK", sk = "PK"))]
pub enum Social {
    Group(Group),
    Person(Person),
    Membership(Membership),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, pk = "GROUP#{group_id}", sk = "GROUP")]
pub struct Group {
    pub group_id: String,
    pub members: u64,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, pk = "PERSON#{person_id}", sk = "PERSON")]
pub struct Person {
    pub person_id: String,
    pub groups: u64,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, edge(Group -> Person, out = members, back = groups),
         pk = "GROUP#{group_id}", sk = "PERSON#{person_id}",
         index(Inverted, pk = "PERSON#{person_id}", sk = "GROUP#{group_id}"))]
pub struct Membership {
    pub group_id: String,
    pub person_id: String,
    pub since: u16,
}

#[allow(dead_code)]
pub fn group(id: &str) -> Group {
    Group { group_id: id.to_owned(), members: 0 }
}

#[allow(dead_code)]
pub fn person(id: &str) -> Person {
    Person { person_id: id.to_owned(), groups: 0 }
}

#[allow(dead_code)]
pub fn membership(group: &str, person: &str) -> Membership {
    Membership { group_id: group.to_owned(), person_id: person.to_owned(), since: 2026 }
}
