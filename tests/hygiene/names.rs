//! Raw identifiers, and fields with the names of the library's own methods and variables.

use dynamo_orm::{Entity, Fields, KeyPart, Projection, Table};
use serde::{Deserialize, Serialize};

/// A table.
#[derive(Table, Debug)]
#[table(pk = "PK", sk = "SK", gsi(r#Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Names {
    /// Raw names.
    Raw(Raw),
    /// The names of methods.
    Methods(Methods),
    /// The names of variables.
    Variables(Variables),
}

/// Raw names.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Names, pk = "TYPE#{type}", sk = "{fn}", query = r#loop,
         index(Gsi1, pk = "{match}", sk = "{as}", query = by_match))]
pub struct Raw {
    /// Raw.
    pub r#type: String,
    /// Raw.
    pub r#fn: u8,
    /// Raw.
    pub r#match: String,
    /// Raw.
    pub r#as: Option<String>,
    /// Raw.
    pub r#struct: Nested,
}

/// Raw names below.
#[derive(Fields, Serialize, Deserialize, Debug)]
pub struct Nested {
    /// Raw.
    pub r#where: String,
}

/// Raw names of a projection.
#[derive(Projection, Debug)]
#[projection(of = Raw)]
pub struct RawSummary {
    /// Raw.
    pub r#type: String,
}

/// A raw variant.
#[derive(KeyPart, Serialize, Deserialize, Debug)]
pub enum RawKind {
    /// Not raw.
    r#Async,
}

/// The names of methods of a query, an update and a path.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Names, pk = "METHODS#{take}", sk = "{limit}#{count}#{page}#{eq}#{send}", query = query,
         index(Gsi1, pk = "{part}", sk = "{filter}#{clone}", query = select))]
pub struct Methods {
    /// A method's name.
    pub limit: u8,
    /// A method's name.
    pub count: u8,
    /// A method's name.
    pub page: u8,
    /// A method's name.
    pub take: u8,
    /// A method's name.
    pub eq: u8,
    /// A method's name.
    pub send: u8,
    /// A method's name.
    pub part: String,
    /// A method's name.
    pub filter: String,
    /// A method's name.
    pub clone: String,
    /// A method's name.
    pub set: u8,
    /// A method's name.
    pub fields: Vec<u8>,
}

/// The names of variables in what the derives write.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Names, pk = "VARIABLES#{item}", sk = "{state}#{index}#{parts}", query = variables)]
pub struct Variables {
    /// A variable's name.
    pub item: String,
    /// A variable's name.
    pub state: u8,
    /// A variable's name.
    pub index: u8,
    /// A variable's name.
    pub parts: u8,
    /// A variable's name.
    pub f0: u8,
    /// A variable's name.
    pub reader: u8,
    /// A variable's name.
    #[entity(default)]
    pub value: u8,
}

/// The names of a projection's variables.
#[derive(Projection, Debug)]
#[projection(of = Variables)]
pub struct SomeVariables {
    /// A variable's name.
    pub f0: u8,
    /// A variable's name.
    pub state: u8,
    /// A variable's name.
    pub reader: u8,
}

#[test]
fn raw_names_are_stored_without_their_mark() {
    let model = Names::model().entities.first();
    let names: Vec<&str> = model.iter().flat_map(|e| e.fields).map(|f| f.attribute).collect();
    assert_eq!(names, ["type", "fn", "match", "as", "struct"]);
    let query = Raw::r#loop("a").r#fn().eq(1).filter(|r| r.r#struct().fields().r#where().eq("here"));
    assert!(format!("{query:?}{:?}", Raw::by_match("m").r#as().begins_with("x")).contains("Query"));
    assert!(format!("{:?}", RawKind::Async).contains("Async"));
}

#[test]
fn the_names_of_methods_are_names_of_fields() {
    let query = Methods::query(1).limit_part().eq(1).count_part().eq(2).page_part().eq(3).limit(10);
    assert!(format!("{query:?}{:?}", Methods::select("p").filter_part().eq("f")).contains("Query"));
    let update = Methods::update(1, 2, 3, 4, 5, 6).set(|m| m.set(), 1).add(|m| m.set(), 1);
    assert!(format!("{update:?}").contains("set"));
    let query = Variables::variables("i").state().eq(1).index().eq(2).parts().from(3);
    assert!(format!("{query:?}").contains("Query"));
}
