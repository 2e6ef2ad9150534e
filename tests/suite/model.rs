//! The model as data, and the table made from it.

use dynamo_orm::model::{KeyType, Projected, Scope, StreamView};
use dynamo_orm::{Db, Entity, ErrorKind, Table};
use dynamo_orm_tests::orders::{Customer, Orders};
use dynamo_orm_tests::{is_old_engine, table};
use serde::{Deserialize, Serialize};

#[test]
fn the_model_says_what_was_declared() {
    let model = Orders::model();
    assert_eq!(model.name, "Orders");
    assert_eq!((model.pk.name, model.pk.ty), ("PK", KeyType::S));
    assert_eq!(model.stream, Some(StreamView::NewAndOldImages));
    assert_eq!(model.ttl, Some("expires_at"));
    let names: Vec<&str> = model.indexes.iter().map(|i| i.name).collect();
    assert_eq!(names, ["Gsi1", "Gsi2", "ByCoupon", "ByScore", "ByTotal"]);
    assert_eq!(model.indexes[4].scope, Scope::Local);
    assert_eq!(model.indexes[2].projection, Projected::KeysOnly);
    let kinds: Vec<&str> = model.entities.iter().map(|e| e.kind).collect();
    assert_eq!(
        kinds,
        [
            "Customer", "Order", "Ticket", "Score", "Counter", "Document", "Visits"
        ]
    );
}

#[tokio::test]
async fn a_created_table_agrees_with_its_model() {
    let db = table::<Orders>().await;
    assert_eq!(db.table_differences().await.unwrap(), Vec::<String>::new());
    db.create_table()
        .await
        .expect("a second time it is there already");
    db.delete_table().await.unwrap();
}

/// The same table with other indexes.
#[derive(Table, Debug)]
#[table(
    pk = "PK",
    sk = "OTHER",
    gsi(Gsi1, pk = "GSI1PK"),
    gsi(Gsi9, pk = "GSI9PK"),
    gsi(ByCoupon, pk = "coupon")
)]
enum Changed {
    Thing(Thing),
}

#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Changed, pk = "{id}", sk = "thing")]
struct Thing {
    id: String,
}

#[tokio::test]
async fn an_existing_table_that_differs_is_told_apart() {
    let db = table::<Orders>().await;
    let other = Db::<Changed>::new(db.client().clone(), db.table_name());
    let error = other.create_table().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TableMismatch);
    let text = error.to_string();
    for part in [
        "the table has the sort key `SK` and should have `OTHER`",
        "the index `Gsi1` has the sort key `GSI1SK` and should have none",
        "the index `Gsi9` is missing",
        "the index `ByCoupon` projects KEYS_ONLY and should project ALL",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

/// Native multi-attribute keys.
#[derive(Table, Debug)]
#[table(pk("id": N), gsi(ByRegion, pk(region: S, category: S), sk(year: N, name: S)))]
enum Places {
    Place(Place),
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq, Clone)]
#[entity(table = Places, pk = id, index(ByRegion, pk = (region, category), sk = (year, name), query = by_region))]
struct Place {
    id: u64,
    region: String,
    category: String,
    year: u16,
    name: String,
}

#[tokio::test]
async fn an_index_may_have_several_attributes_in_each_key() {
    if is_old_engine() {
        return;
    }
    let db = table::<Places>().await;
    for (id, year, name) in [
        (1, 1999, "b"),
        (2, 2001, "a"),
        (3, 2001, "c"),
        (4, 2010, "d"),
    ] {
        let place = Place {
            id,
            region: "north".into(),
            category: "lake".into(),
            year,
            name: name.into(),
        };
        place.put().send(&db).await.unwrap();
    }
    let by = || Place::by_region("north", "lake");
    let ids = |found: Vec<Place>| found.iter().map(|p| p.id).collect::<Vec<_>>();
    assert_eq!(ids(by().all(&db).await.unwrap()), [1, 2, 3, 4]);
    assert_eq!(
        ids(by().year().between(2000, 2005).all(&db).await.unwrap()),
        [2, 3]
    );
    assert_eq!(
        ids(by()
            .year()
            .eq(2001)
            .name()
            .from("b")
            .all(&db)
            .await
            .unwrap()),
        [3]
    );
    let page = by().limit(3).page(&db).await.unwrap();
    let rest = by().limit(3).start_at(page.cursor).page(&db).await.unwrap();
    assert_eq!(ids(rest.items), [4]);
    assert_eq!(Place::get(3).send(&db).await.unwrap().unwrap().name, "c");
}

#[tokio::test]
async fn a_file_keeps_its_table() {
    if dynamo_orm_tests::endpoint().is_some() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("dynamo-orm-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("table.db");
    let ada = Customer {
        id: "ada".into(),
        name: "Ada".into(),
    };
    ada.put()
        .send(&Db::local_at(&path).await.unwrap())
        .await
        .unwrap();
    let again: Db<Orders> = Db::local_at(&path).await.unwrap();
    assert_eq!(
        Customer::get(&ada.id).send(&again).await.unwrap(),
        Some(ada)
    );
    drop(again);
    std::fs::remove_dir_all(&folder).unwrap();
}
