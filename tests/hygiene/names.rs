//! Raw identifiers, and fields with the names of the library's own methods and variables.

use dynamo_orm::{Entity, Fields, KeyPart, Projection, Table};
use serde::{Deserialize, Serialize};

/// A table.
#[derive(Table, Debug)]
#[table(pk = "PK", sk = "SK", gsi(r#Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub(crate) enum Names {
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
pub(crate) struct Raw {
    /// Raw.
    pub(crate) r#type: String,
    /// Raw.
    pub(crate) r#fn: u8,
    /// Raw.
    pub(crate) r#match: String,
    /// Raw.
    pub(crate) r#as: Option<String>,
    /// Raw.
    pub(crate) r#struct: Nested,
}

/// Raw names below.
#[derive(Fields, Serialize, Deserialize, Debug)]
pub(crate) struct Nested {
    /// Raw.
    pub(crate) r#where: String,
}

/// Raw names of a projection.
#[derive(Projection, Debug)]
#[projection(of = Raw)]
#[expect(dead_code, reason = "nobody reads it")]
pub(crate) struct RawSummary {
    /// Raw.
    pub(crate) r#type: String,
}

/// A raw variant.
#[derive(KeyPart, Serialize, Deserialize, Debug)]
pub(crate) enum RawKind {
    /// Not raw.
    r#Async,
}

/// The names of methods of a query, an update and a path.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Names, pk = "METHODS#{take}", sk = "{limit}#{count}#{page}#{eq}#{send}", query = query,
         index(Gsi1, pk = "{part}", sk = "{filter}#{clone}", query = select))]
pub(crate) struct Methods {
    /// A method's name.
    pub(crate) limit: u8,
    /// A method's name.
    pub(crate) count: u8,
    /// A method's name.
    pub(crate) page: u8,
    /// A method's name.
    pub(crate) take: u8,
    /// A method's name.
    pub(crate) eq: u8,
    /// A method's name.
    pub(crate) send: u8,
    /// A method's name.
    pub(crate) part: String,
    /// A method's name.
    pub(crate) filter: String,
    /// A method's name.
    pub(crate) clone: String,
    /// A method's name.
    pub(crate) set: u8,
    /// A method's name.
    pub(crate) fields: Vec<u8>,
}

/// The names of variables in what the derives write.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Names, pk = "VARIABLES#{item}", sk = "{state}#{index}#{parts}", query = variables)]
pub(crate) struct Variables {
    /// A variable's name.
    pub(crate) item: String,
    /// A variable's name.
    pub(crate) state: u8,
    /// A variable's name.
    pub(crate) index: u8,
    /// A variable's name.
    pub(crate) parts: u8,
    /// A variable's name.
    pub(crate) f0: u8,
    /// A variable's name.
    pub(crate) reader: u8,
    /// A variable's name.
    #[entity(default)]
    pub(crate) value: u8,
}

/// The names of a projection's variables.
#[derive(Projection, Debug)]
#[projection(of = Variables)]
#[expect(dead_code, reason = "nobody reads it")]
pub(crate) struct SomeVariables {
    /// A variable's name.
    pub(crate) f0: u8,
    /// A variable's name.
    pub(crate) state: u8,
    /// A variable's name.
    pub(crate) reader: u8,
}

#[test]
fn raw_names_are_stored_without_their_mark() {
    let model = Names::model().entities.first();
    let names: Vec<&str> = model
        .iter()
        .flat_map(|e| e.fields)
        .map(|f| f.attribute)
        .collect();
    assert_eq!(names, ["type", "fn", "match", "as", "struct"]);
    let query = Raw::r#loop("a")
        .r#fn()
        .eq(1)
        .filter(|r| r.r#struct().fields().r#where().eq("here"));
    assert!(format!("{query:?}{:?}", Raw::by_match("m").r#as().begins_with("x")).contains("Query"));
    assert!(format!("{:?}", RawKind::Async).contains("Async"));
}

#[test]
fn the_names_of_methods_are_names_of_fields() {
    let query = Methods::query(1)
        .limit_part()
        .eq(1)
        .count_part()
        .eq(2)
        .page_part()
        .eq(3)
        .limit(10);
    assert!(format!("{query:?}{:?}", Methods::select("p").filter_part().eq("f")).contains("Query"));
    let update = Methods::update(1, 2, 3, 4, 5, 6)
        .set(|m| m.set(), 1)
        .add(|m| m.set(), 1);
    assert!(format!("{update:?}").contains("set"));
    let query = Variables::variables("i")
        .state()
        .eq(1)
        .index()
        .eq(2)
        .parts()
        .from(3);
    assert!(format!("{query:?}").contains("Query"));
}
