//! The library under another name.

extern crate dynamo_orm as my_orm;

use my_orm::{Collection, Entity, Fields, KeyPart, Projection, Table};
use serde::{Deserialize, Serialize};

mod dynamo_orm {
    //! Not the library.
}

/// A table.
#[derive(Table, Debug)]
#[table(crate = my_orm, pk = "PK", sk = "SK")]
pub(crate) enum Renamed {
    /// A note.
    Note(Note),
}

/// A note.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(crate = my_orm, table = Renamed, pk = "NOTE#{id}", sk = "{kind}", query = notes)]
pub(crate) struct Note {
    /// Its id.
    pub(crate) id: Id,
    /// Its kind.
    pub(crate) kind: Kind,
    /// Where it is.
    pub(crate) place: Place,
}

/// Names a note.
#[derive(KeyPart, Serialize, Deserialize, Debug)]
#[key_part(crate = my_orm)]
pub(crate) struct Id(pub(crate) u64);

/// The kind of a note.
#[derive(KeyPart, Serialize, Deserialize, Debug)]
#[key_part(crate = my_orm, ordinal)]
pub(crate) enum Kind {
    /// Long.
    Long,
    /// Brief.
    Brief,
}

/// A place.
#[derive(Fields, Serialize, Deserialize, Debug)]
#[fields(crate = my_orm)]
pub(crate) struct Place {
    /// The city.
    pub(crate) city: String,
}

/// Some of a note.
#[derive(Projection, Debug)]
#[projection(crate = my_orm, of = Note)]
#[expect(dead_code, reason = "nobody reads it")]
pub(crate) struct Summary {
    /// Its kind.
    pub(crate) kind: Kind,
}

/// The notes of an id.
#[derive(Collection, Debug)]
#[collection(crate = my_orm, table = Renamed, pk = "NOTE#{id}")]
#[expect(dead_code, reason = "nobody reads it")]
pub(crate) struct Notes {
    notes: Vec<Note>,
}

#[test]
fn the_library_may_have_another_name() {
    assert_eq!(Renamed::model().name, "Renamed");
    let query = Note::notes(Id(1)).kind().between(Kind::Long, Kind::Brief);
    assert!(format!("{query:?}").contains("Query"));
    assert!(format!("{:?}", Notes::of(Id(1))).contains("Notes"));
}
