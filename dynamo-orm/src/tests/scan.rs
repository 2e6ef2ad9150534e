//! Guards of unique values never show in a scan of everything.

use serde::{Deserialize, Serialize};

use super::{literal, part, text};
use crate::__private as rt;
use crate::op::Scan;
use crate::schema::{GUARD_PREFIX, UniqueModel};
use crate::{Db, Entity, Table};

#[derive(Debug, PartialEq)]
struct Users(User);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct User {
    id: String,
}

const KEY: rt::KeySpec = rt::KeySpec::Template(rt::Template {
    segments: &[literal("U#"), part::<String>(0)],
});

impl Table for Users {
    const MODEL: &'static rt::TableModel =
        &rt::TableModel::new("Users", text("PK"), &[], &[User::MODEL]);

    fn to_item(&self) -> crate::Result<rt::SdkItem> {
        rt::to_item(&self.0)
    }

    fn read(_: usize, reader: &mut rt::Reader<'_>) -> Result<Self, rt::Fault> {
        rt::read_entity(reader).map(Self)
    }
}

const fn with_unique(mut model: rt::EntityModel) -> rt::EntityModel {
    model.uniques = &[UniqueModel {
        name: "id",
        guard: KEY,
    }];
    model
}

impl Entity for User {
    type Table = Users;
    type Fields = ();
    const MODEL: &'static rt::EntityModel = &with_unique(rt::EntityModel::new(
        "User",
        "User",
        &[rt::PartModel::new::<String>("id", false)],
        KEY,
        &[rt::FieldModel::new("id", "id", false, false)],
    ));

    fn fields() {}

    fn part(&self, _: usize) -> crate::Result<Option<rt::Part<'_>>> {
        rt::part(&self.id)
    }
}

#[tokio::test]
async fn guards_of_unique_values_never_show() {
    let db = Db::<Users>::local().await.unwrap();
    let user = || User { id: "ada".into() };
    user().put().send(&db).await.unwrap();
    db.client()
        .put_item()
        .table_name(db.table_name())
        .item(
            "PK",
            aws_sdk_dynamodb::types::AttributeValue::S(format!("{GUARD_PREFIX}id#ada")),
        )
        .send()
        .await
        .unwrap();
    let raw = db.client().scan().table_name(db.table_name()).send();
    assert_eq!(raw.await.unwrap().count(), 2);
    assert_eq!(Users::scan().all(&db).await.unwrap(), [Users(user())]);
    assert_eq!(Users::scan().count(&db).await.unwrap(), 1);
    assert_eq!(User::scan().all(&db).await.unwrap(), [user()]);
    let stream = Users::scan().segments(3).stream(&db).unwrap();
    assert_eq!(stream.collect().await.unwrap().len(), 1);
    let shown = Scan::everything().to_request(&db).unwrap().to_string();
    let expected = r#""FilterExpression": "NOT (begins_with(#PK, :0))""#;
    assert!(shown.contains(expected), "{shown}");
}
