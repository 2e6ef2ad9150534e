//! A private table, with private entities, in a function.

#[test]
fn private_items_of_a_function_can_be_a_table() {
    use dynamo_orm::{Entity, Fields, KeyPart, Table};
    use serde::{Deserialize, Serialize};

    #[derive(Table, Debug)]
    #[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
    enum Hidden {
        Secret(Secret),
    }

    #[derive(Entity, Serialize, Deserialize, Debug)]
    #[entity(table = Hidden, pk = "SECRET#{id}", sk = "{kind}", query = secrets,
             index(Gsi1, pk = "{kind}", sk = "{level}#{id}", query = by_kind))]
    struct Secret {
        id: Id,
        kind: Kind,
        level: u8,
        place: Place,
    }

    #[derive(KeyPart, Serialize, Deserialize, Debug)]
    struct Id(String);

    #[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy)]
    enum Kind {
        Dark,
    }

    #[derive(Fields, Serialize, Deserialize, Debug)]
    struct Place {
        city: String,
    }

    let query = Secret::secrets(Id("s".into())).kind().eq(Kind::Dark);
    assert!(
        format!("{query:?}{:?}", Secret::by_kind(Kind::Dark).level().from(1)).contains("Query")
    );
    let update =
        Secret::update(Id("s".into()), Kind::Dark).set(|s| s.place().fields().city(), "Oslo");
    assert!(format!("{update:?}").contains("city"));
    assert_eq!(Hidden::model().entities.len(), 1);
}
