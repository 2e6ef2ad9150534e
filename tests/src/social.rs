//! A table of relations: adjacency lists through an inverted index, a graph of one type, one-to-one, and a hierarchy.

#![expect(
    missing_docs,
    reason = "a model of the tests; its names say what there is to say"
)]

use dynamo_orm::{Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

/// Groups, people, and how they are connected.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "_type",
    ttl = "expires",
    gsi(Inverted, pk = "SK", sk = "PK"),
    gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK", projection = KeysOnly),
    lsi(ByDay, sk = "LSI1SK")
)]
pub enum Social {
    Group(Group),
    Person(Person),
    Membership(Membership),
    Follow(Follow),
    Passport(Passport),
    Employee(Employee),
    Post(Post),
}

/// A node.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, pk = "GROUP#{group_id}", sk = "GROUP")]
pub struct Group {
    pub group_id: String,
    pub member_count: u64,
}

/// A node that may expire.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, pk = "PERSON#{person_id}", sk = "PERSON")]
pub struct Person {
    pub person_id: String,
    pub group_count: u64,
    #[entity(ttl)]
    pub expires: Option<u64>,
}

/// What a member may do.
#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub enum Role {
    Member,
    Owner,
}

/// An edge with data on it; the way back is an inverted index.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, edge(Group -> Person, out = members, back = groups),
         pk = "GROUP#{group_id}", sk = "PERSON#{person_id}", query = by_group,
         index(Inverted, pk = "PERSON#{person_id}", sk = "GROUP#{group_id}"))]
pub struct Membership {
    pub group_id: String,
    pub person_id: String,
    pub role: Role,
}

/// An edge between two of one type; the way back is an index that carries keys alone.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, edge(Person(follower) -> Person(followed), out = following, back = followers),
         edge(Person(follower) -> Person(followed), out = since),
         pk = "PERSON#{follower}", sk = "FOLLOWS#{followed}",
         index(ByDay, sk = "SINCE#{since}", query = since),
         index(Gsi1, pk = "PERSON#{followed}", sk = "FOLLOWER#{follower}"))]
pub struct Follow {
    pub follower: String,
    pub followed: String,
    pub since: u16,
}

/// One-to-one: a person has at most one passport, under a fixed sort key.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, pk = "PERSON#{person_id}", sk = "PASSPORT")]
pub struct Passport {
    pub person_id: String,
    pub number: String,
}

/// A node and an edge at once: the item leads to the one who is managed, itself, and back to the manager.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, edge(Employee(manager) -> Employee(id), out = reports, back = manager_of),
         edge(Employee(manager) -> Person(person_id), out = people_of),
         pk = "EMPLOYEE#{id}", sk = "EMPLOYEE",
         index(Gsi1, pk = "MANAGER#{manager}", sk = "{id}"))]
pub struct Employee {
    pub id: u32,
    pub manager: Option<u32>,
    /// In no key.
    pub person_id: String,
}

/// One-to-many: the posts of a person are in its partition.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Social, pk = "PERSON#{person_id}", sk = "POST#{number}", query = posts)]
pub struct Post {
    pub person_id: String,
    pub number: u32,
}

/// A group without members.
#[must_use]
pub fn group(id: &str) -> Group {
    Group {
        group_id: id.to_owned(),
        member_count: 0,
    }
}

/// A person in no group.
#[must_use]
pub fn person(id: &str) -> Person {
    Person {
        person_id: id.to_owned(),
        group_count: 0,
        expires: None,
    }
}

/// A plain member.
#[must_use]
pub fn membership(group: &str, person: &str) -> Membership {
    Membership {
        group_id: group.to_owned(),
        person_id: person.to_owned(),
        role: Role::Member,
    }
}

/// Someone follows someone.
#[must_use]
pub fn follow(who: &str, whom: &str) -> Follow {
    Follow {
        follower: who.to_owned(),
        followed: whom.to_owned(),
        since: 2026,
    }
}
