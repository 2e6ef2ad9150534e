//! Fields with a form of their own keep it in every request.

use dynamo_orm::{Entity, ErrorKind, Fields, KeyPart, Table};
use dynamo_orm_tests::table;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, PartialEq)]
#[table(
    pk = "PK",
    sk = "SK",
    gsi(Followers, pk = "SK", sk = "PK"),
    gsi(Open, pk = "map", sk = "opened")
)]
enum Game {
    Lease(Lease),
    Price(Price),
    User(User),
    Edge(Edge),
    Round(Round),
}

/// Timestamps and enums, in forms that sort.
#[derive(Entity, Serialize, Deserialize, Debug, PartialEq, Clone)]
#[entity(table = Game, pk = "lease", sk = "lease#{id}", query = leases)]
struct Lease {
    id: u32,
    #[serde(with = "dynamo_orm::sorted")]
    until: chrono::DateTime<chrono::Utc>,
    #[serde(with = "dynamo_orm::sorted")]
    rank: Rank,
    #[entity(null)]
    note: Option<String>,
}

#[derive(KeyPart, Serialize, Deserialize, Debug, PartialEq, Clone, Copy)]
#[key_part(ordinal)]
enum Rank {
    Low,
    Mid,
    High,
}

#[tokio::test]
async fn sorted_forms_compare_as_their_values_do() {
    let db = table::<Game>().await;
    let at = |millis: i64| chrono::DateTime::from_timestamp_millis(millis).unwrap();
    let ranks = [Rank::Low, Rank::Mid, Rank::High];
    for (n, (millis, rank)) in [1000, 1999, 3000].into_iter().zip(ranks).enumerate() {
        let lease = Lease {
            id: u32::try_from(n).unwrap(),
            until: at(millis),
            rank,
            note: None,
        };
        lease.put().send(&db).await.unwrap();
        let read = Lease::get(lease.id).send(&db).await.unwrap();
        assert_eq!(read, Some(lease));
    }
    let ids = |found: Vec<Lease>| found.iter().map(|l| l.id).collect::<Vec<_>>();
    let before = Lease::leases().filter(|l| l.until().lt(at(1999)));
    assert_eq!(ids(before.all(&db).await.unwrap()), [0]);
    let after = Lease::leases().filter(|l| l.until().gt(at(1000)));
    assert_eq!(ids(after.all(&db).await.unwrap()), [1, 2]);
    let high = Lease::leases().filter(|l| l.rank().ge(Rank::Mid));
    assert_eq!(ids(high.all(&db).await.unwrap()), [1, 2]);
    let notes = Lease::leases().select(|l| (l.id(), l.note()));
    assert_eq!(
        notes.all(&db).await.unwrap()[0],
        (0, None),
        "a stored NULL is none"
    );
}

/// Numbers kept as strings.
#[derive(Entity, Serialize, Deserialize, Debug, PartialEq, Clone)]
#[entity(table = Game, pk = "price#{id}", sk = "price")]
struct Price {
    id: u32,
    #[serde(with = "dynamo_orm::text")]
    amount: u32,
    #[serde(with = "dynamo_orm::number")]
    exact: String,
    parts: Vec<Part>,
}

#[derive(Fields, Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Part {
    #[serde(with = "dynamo_orm::text")]
    count: u32,
    #[serde(with = "dynamo_orm::number")]
    share: Decimal,
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
#[entity(table = Game, pk = "u#{id}", sk = "u#{id}")]
struct User {
    id: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
#[entity(table = Game, pk = "f#{from}", sk = "u#{to}",
         index(Followers, pk = "u#{to}", sk = "f#{from}", query = followers))]
struct Edge {
    from: String,
    to: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
#[entity(table = Game, pk = "round#{id}", sk = "round",
         index(Open, pk = map, sk = opened, query = open_on))]
struct Round {
    id: u32,
    map: String,
    opened: Option<String>,
}

fn price() -> Price {
    Price {
        id: 1,
        amount: 50,
        exact: "8".into(),
        parts: vec![Part {
            count: 2,
            share: Decimal::new(5, 1),
        }],
    }
}

#[tokio::test]
async fn updates_conditions_and_selections_use_the_form_of_the_field() {
    let db = table::<Game>().await;
    price().put().send(&db).await.unwrap();
    let stored = Price::update(1)
        .set(|p| p.amount(), 51)
        .set(|p| p.exact(), "9.5")
        .set(|p| p.parts().at(0).fields().count(), 3)
        .when(|p| p.amount().eq(50) & p.exact().eq("8"))
        .when(|p| p.parts().at(0).fields().share().eq(Decimal::new(5, 1)))
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!((stored.amount, stored.exact.as_str()), (51, "9.5"));
    assert_eq!(stored.parts[0].count, 3);
    let item = dynamo_orm::to_item(&stored).unwrap();
    assert_eq!(item["amount"].as_s().unwrap(), "51");
    assert_eq!(item["exact"].as_n().unwrap(), "9.5");
    let (amount, count) = Price::get(1)
        .select(|p| (p.amount(), p.parts().at(0).fields().count()))
        .send(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((amount, count), (51, 3));
}

#[tokio::test]
async fn an_index_over_the_tables_own_keys_gives_only_what_was_asked_for() {
    let db = table::<Game>().await;
    let user = User { id: "b".into() };
    user.put().send(&db).await.unwrap();
    let edge = Edge {
        from: "a".into(),
        to: "b".into(),
    };
    edge.put().send(&db).await.unwrap();
    assert_eq!(Edge::followers("b").all(&db).await.unwrap(), [edge]);
    assert_eq!(Edge::followers("b").count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn removing_a_natural_sort_key_takes_the_item_out_of_its_index() {
    let db = table::<Game>().await;
    let round = Round {
        id: 1,
        map: "desert".into(),
        opened: Some("2026-05-01".into()),
    };
    round.put().send(&db).await.unwrap();
    assert_eq!(Round::open_on("desert").count(&db).await.unwrap(), 1);
    Round::update(1)
        .remove(|r| r.opened())
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Round::open_on("desert").count(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn the_tables_enum_goes_to_the_sdk_and_back() {
    let db = table::<Game>().await;
    let price = Game::from(price());
    let item = price.to_item().unwrap();
    assert_eq!(Game::from_item(&item).unwrap(), price);
    let error = dynamo_orm::from_item::<User>(&item).unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Decode,
        "the keys say that it is none"
    );
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(item))
        .send()
        .await
        .unwrap();
    assert_eq!(Price::partition(1).all(&db).await.unwrap(), [price]);
}
