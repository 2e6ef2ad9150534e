//! A table and entities that a macro declares.

use dynamo_orm::{Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

macro_rules! entities {
    ($table:ident { $($entity:ident($prefix:literal) { $($field:ident: $ty:ty),* })* }) => {
        /// A table made by a macro.
        #[derive(Table, Debug)]
        #[table(pk = "PK", sk = "SK", gsi(MacroGsi, pk = "GSI1PK", sk = "GSI1SK"))]
        pub(crate) enum $table {
            $(
                /// An entity made by a macro.
                $entity($entity),
            )*
        }

        $(
            /// An entity made by a macro.
            #[derive(Entity, Serialize, Deserialize, Debug)]
            #[entity(table = $table, pk = $prefix, sk = "{id}", query = all,
                     index(MacroGsi, pk = $prefix, sk = "{id}", query = by_gsi))]
            pub(crate) struct $entity {
                pub(crate) id: MacroId,
                $(pub(crate) $field: $ty,)*
            }
        )*
    };
}

/// An id.
#[derive(KeyPart, Serialize, Deserialize, Debug)]
pub(crate) struct MacroId(pub(crate) u32);

entities! {
    Made {
        Cat("CAT") { name: String, lives: u8 }
        Dog("DOG") { name: Option<String> }
    }
}

#[test]
fn a_macro_can_declare_entities() {
    assert_eq!(Made::model().entities.len(), 2);
    assert!(format!("{:?}", Cat::all().id().eq(MacroId(1))).contains("Query"));
    assert!(format!("{:?}", Cat::update(MacroId(1)).set(|c| c.lives(), 9)).contains("lives"));
    assert!(format!("{:?}", Dog::by_gsi().filter(|d| d.name().eq("Rex"))).contains("Query"));
}
