//! Entities in one module, the table in another.

pub(crate) mod table {
    //! The table.

    use dynamo_orm::Table;

    use super::entities::{Author, Book};

    /// The table.
    #[derive(Table, Debug)]
    #[table(
        pk = "PK",
        sk = "SK",
        gsi(ByTitle, pk = "title"),
        gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK")
    )]
    pub(crate) enum Library {
        /// An author.
        Author(Author),
        /// A book.
        Book(Book),
    }
}

pub(crate) mod entities {
    //! The entities.

    use dynamo_orm::Entity;
    use serde::{Deserialize, Serialize};

    use super::part;
    use super::table::{self, ByTitle};

    /// An author.
    #[derive(Entity, Serialize, Deserialize, Debug)]
    #[entity(table = table::Library, pk = "AUTHOR#{id}", sk = "AUTHOR", query = authors)]
    pub(crate) struct Author {
        pub(crate) id: part::Id,
    }

    /// A book.
    #[derive(Entity, Serialize, Deserialize, Debug)]
    #[entity(table = table::Library, pk = "AUTHOR#{author}", sk = "BOOK#{title}",
             index(ByTitle, pk = title, query = by_title),
             index(table::Gsi1, pk = "BOOKS", sk = "{author}", query = all, when = part::is_known(author)))]
    pub(crate) struct Book {
        pub(crate) author: part::Id,
        pub(crate) title: String,
    }
}

pub(crate) mod part {
    //! A part of the keys.

    use dynamo_orm::KeyPart;
    use serde::{Deserialize, Serialize};

    /// Names an author.
    #[derive(KeyPart, Serialize, Deserialize, Debug)]
    pub(crate) struct Id {
        pub(crate) number: u64,
    }

    pub(crate) fn is_known(id: &Id) -> bool {
        id.number != 0
    }
}

#[test]
fn paths_reach_other_modules() {
    use dynamo_orm::Table as _;
    assert_eq!(table::Library::model().indexes.len(), 2);
    let book = entities::Book::by_title("Emma").filter(|b| b.author().eq(part::Id { number: 1 }));
    assert!(format!("{book:?}{:?}", entities::Book::all()).contains("Query"));
    assert!(format!("{:?}", entities::Author::authors(part::Id { number: 1 })).contains("Query"));
}
