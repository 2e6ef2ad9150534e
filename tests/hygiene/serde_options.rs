//! Serde's options beside the derives' own.

use std::collections::BTreeMap;

use dynamo_orm::{Entity, Table, from_item, to_item};
use serde::{Deserialize, Serialize};

/// A table.
#[derive(Table, Debug)]
#[table(pk = "PK", sk = "SK", gsi(ByName, pk = "fullName"))]
pub(crate) enum Mixed {
    /// A person.
    Person(Person),
    /// A bag.
    Bag(Bag),
}

/// A person.
#[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
#[entity(table = Mixed, pk = "PERSON#{id}", sk = "PERSON", index(ByName, pk = full_name, query = by_name))]
pub(crate) struct Person {
    /// Only in the key.
    #[entity(skip)]
    pub(crate) id: u64,
    /// Renamed by a rule.
    pub(crate) full_name: String,
    /// Renamed by serde.
    #[serde(rename = "mail")]
    pub(crate) electronic_mail: Option<String>,
    /// Renamed by the entity.
    #[entity(rename = "n")]
    pub(crate) nickname: Option<String>,
    /// In a form of its own.
    #[serde(with = "dynamo_orm::bytes")]
    pub(crate) picture: Vec<u8>,
    /// Not stored.
    #[serde(skip)]
    pub(crate) cache: u8,
    /// Left out where it says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) tags: Vec<String>,
}

/// A bag.
#[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
#[entity(table = Mixed, pk = "BAG#{id}", sk = "BAG")]
pub(crate) struct Bag {
    /// Its id.
    pub(crate) id: u64,
    /// Fields of its own.
    #[serde(flatten)]
    pub(crate) size: Size,
    /// Anything else.
    #[serde(flatten)]
    pub(crate) rest: BTreeMap<String, String>,
}

/// A size.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
pub(crate) struct Size {
    /// How wide.
    pub(crate) width: u8,
}

#[test]
fn names_and_forms_are_those_of_serde_and_the_entity() -> dynamo_orm::Result<()> {
    let person = Person {
        id: 7,
        full_name: "Ada".to_owned(),
        electronic_mail: Some("a@b.c".to_owned()),
        nickname: Some("A".to_owned()),
        picture: vec![1, 2],
        cache: 0,
        tags: Vec::new(),
    };
    let item = to_item(&person)?;
    let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["PK", "SK", "fullName", "mail", "n", "picture"]);
    assert_eq!(from_item::<Person>(&item)?, person);
    Ok(())
}

#[test]
fn flattened_fields_are_read_back() -> dynamo_orm::Result<()> {
    let bag = Bag {
        id: 1,
        size: Size { width: 2 },
        rest: [("colour".to_owned(), "red".to_owned())].into(),
    };
    assert_eq!(from_item::<Bag>(&to_item(&bag)?)?, bag);
    Ok(())
}
