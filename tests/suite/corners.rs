//! Declarations at their corners: shared attributes, prefixes of other entities, predicates, flattened maps.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a predicate is given references to the fields"
)]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dynamo_orm::{Db, Entity, Fields, KeyPart, Table};
use dynamo_orm_tests::instant;
use serde::{Deserialize, Serialize};

/// On the embedded engine alone: old ones lack keys of several attributes.
async fn table<T: Table>() -> Db<T> {
    Db::local().await.unwrap()
}

#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK", sk = "SK", kind = "_type",
    gsi(Aaa, pk = "GSIP", sk = "GSIA"),
    gsi(Bbb, pk = "GSIP", sk = "GSIB"),
    gsi(Ccc, pk = "GSICP", sk = "GSICS"),
    gsi(ByScore, pk = "game", sk(score: N)),
    gsi(Multi, pk = "GSIMP", sk(GSIM1: S, GSIM2: S)),
)]
enum Corner {
    Task(Task),
    Stamped(Stamped),
    Judged(Judged),
    Play(Play),
    Head(Head),
    Line(Line),
    M1(M1),
    M2(M2),
    Bag(Bag),
    User(User),
    Team(Team),
}

/// Two indexes share an attribute.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "TASK#{id}", sk = "TASK",
    index(Aaa, pk = "TASKS", sk = "{prio}", when = open(state)),
    index(Bbb, pk = "TASKS", sk = "{name}", query = by_name))]
struct Task {
    id: u32,
    prio: u32,
    state: State,
    name: String,
}

#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Done,
    Open,
}
fn open(state: &State) -> bool {
    *state == State::Open
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "STAMP#{id}", sk = "STAMP",
    index(Ccc, pk = "STAMPS", sk = "{created}", query = stamped))]
struct Stamped {
    #[entity(skip)]
    id: u32,
    #[entity(created_at)]
    created: DateTime<Utc>,
    note: Option<String>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "JUDGED#{id}", sk = "JUDGED",
    index(Ccc, pk = "JUDGED", sk = "{id}", query = judged, when = is_in))]
struct Judged {
    id: u32,
    place: Place,
    tags: Vec<String>,
}
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Place {
    city: String,
}
impl Judged {
    fn is_in(&self) -> bool {
        self.place.city == "Oslo"
    }
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "PLAY#{id}", sk = "PLAY",
    index(ByScore, pk = game, sk = score, query = ranking),
    index(Ccc, pk = "HIGH", sk = "{id}", query = high, when = is_high(score)))]
struct Play {
    id: u32,
    game: String,
    score: i64,
}
fn is_high(score: &i64) -> bool {
    *score >= 100
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "C#{c}", sk = "ORDER#{n}", query = of,
   index(Ccc, pk = "C#{c}", sk = "ORDER#{n}", query = of_c))]
struct Head {
    c: String,
    n: u32,
}
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "C#{c}", sk = "ORDER#{n}#LINE#{m}", query = of,
   index(Ccc, pk = "C#{c}", sk = "ORDER#{n}#LINE#{m}", query = of_c))]
struct Line {
    c: String,
    n: u32,
    m: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "M1#{id}", sk = "M",
   index(Multi, pk = "M", sk = ("{day}", "ONE#{id}"), query = by_day))]
struct M1 {
    id: u32,
    day: String,
    one: u32,
}
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "M2#{id}", sk = "M",
   index(Multi, pk = "M", sk = ("{day}", "TWO#{id}"), query = by_day))]
struct M2 {
    id: u32,
    day: String,
    two: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "BAG#{id}", sk = "BAG")]
struct Bag {
    id: u32,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "G#{id}", sk = "USER#{name}")]
struct User {
    id: u32,
    name: String,
}
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Corner, pk = "G#{id}", sk = "TEAM#{name}")]
struct Team {
    id: u32,
    name: String,
}

#[tokio::test]
async fn an_attribute_that_another_index_needs_stays() {
    let db: Db<Corner> = table().await;
    Task {
        id: 1,
        prio: 2,
        state: State::Open,
        name: "n".into(),
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    assert_eq!(Task::by_name().count(&db).await.unwrap(), 1);
    Task::update(1)
        .set(|t| t.prio_and_state(), (2, State::Done))
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Task::by_name().count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn an_update_that_creates_fills_indexes_with_the_stamp() {
    let db: Db<Corner> = table().await;
    let db = db.with_clock(|| instant(5));
    Stamped::update(1)
        .set(|s| s.note(), "x")
        .or_create()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Stamped::stamped().count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn an_index_judged_by_the_whole_entity_refuses_updates() {
    let db: Db<Corner> = table().await;
    Judged {
        id: 1,
        place: Place {
            city: "Oslo".into(),
        },
        tags: vec![],
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    let r = Judged::update(1)
        .set(|j| j.place().fields().city(), "Rome")
        .send(&db)
        .await;
    assert!(r.is_err(), "stale");
}

#[tokio::test]
async fn a_natural_key_in_a_predicate_keeps_the_other_index_in_step() {
    let db: Db<Corner> = table().await;
    Play {
        id: 1,
        game: "chess".into(),
        score: 90,
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    Play::update(1)
        .set(|p| p.score(), 110)
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Play::high().count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_prefix_shared_in_a_partition_is_told_apart() {
    let db: Db<Corner> = table().await;
    Head {
        c: "a".into(),
        n: 1,
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    Line {
        c: "a".into(),
        n: 1,
        m: 1,
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    assert_eq!(Head::of("a").all(&db).await.unwrap().len(), 1);
    assert_eq!(Head::of("a").count(&db).await.unwrap(), 1);
    assert_eq!(Head::of("a").n().from(1).count(&db).await.unwrap(), 1);
    assert_eq!(Head::of("a").n().to(1).count(&db).await.unwrap(), 1);
    assert_eq!(Head::of("a").n().after(0).all(&db).await.unwrap().len(), 1);
    assert_eq!(Line::of("a").all(&db).await.unwrap().len(), 1);
}
#[tokio::test]
async fn a_prefix_shared_in_an_index_is_told_apart() {
    let db: Db<Corner> = table().await;
    Head {
        c: "a".into(),
        n: 1,
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    Line {
        c: "a".into(),
        n: 1,
        m: 1,
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    assert_eq!(Head::of_c("a").all(&db).await.unwrap().len(), 1);
    assert_eq!(Head::of_c("a").n().from(1).count(&db).await.unwrap(), 1);
    assert_eq!(Head::of_c("a").n().to(1).count(&db).await.unwrap(), 1);
    assert_eq!(Line::of_c("a").count(&db).await.unwrap(), 1);
    assert_eq!(Line::of_c("a").n().from(1).count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn open_attributes_of_a_key_tell_nothing_apart() {
    let db: Db<Corner> = table().await;
    M1 {
        id: 1,
        day: "d".into(),
        one: 1,
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    M2 {
        id: 1,
        day: "d".into(),
        two: 1,
    }
    .put()
    .send(&db)
    .await
    .unwrap();
    assert_eq!(M1::by_day().all(&db).await.unwrap().len(), 1);
    assert_eq!(M1::by_day().day().eq("d").all(&db).await.unwrap().len(), 1);
    assert_eq!(M1::by_day().count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_flattened_map_cannot_bring_keys() {
    let db: Db<Corner> = table().await;
    for key in ["PK", "SK", "_type", "GSIP", "GSICP", "id"] {
        let bag = Bag {
            id: 1,
            rest: [(key.to_owned(), "evil".to_owned())].into(),
        };
        let error = bag.put().send(&db).await.unwrap_err();
        assert_eq!(error.kind(), dynamo_orm::ErrorKind::Encode, "{error}");
        assert_eq!(error.path(), Some(key));
        assert!(bag.upsert().send(&db).await.is_err());
    }
    let bag = Bag {
        id: 1,
        rest: [("other".to_owned(), "fine".to_owned())].into(),
    };
    bag.put().send(&db).await.unwrap();
    assert_eq!(Bag::get(1).send(&db).await.unwrap(), Some(bag));
}

#[tokio::test]
async fn items_without_a_type_are_told_apart_by_their_keys() {
    let db: Db<Corner> = table().await;
    for e in [
        Corner::from(User {
            id: 1,
            name: "a".into(),
        }),
        Corner::from(Team {
            id: 1,
            name: "a".into(),
        }),
    ] {
        let mut item = e.to_item().unwrap();
        item.remove("_type");
        db.client()
            .put_item()
            .table_name(db.table_name())
            .set_item(Some(item.clone()))
            .send()
            .await
            .unwrap();
        assert_eq!(Corner::from_item(&item).unwrap(), e);
    }
    let all = User::partition(1).all(&db).await.unwrap();
    assert!(matches!(all[0], Corner::Team(_)));
    assert!(matches!(all[1], Corner::User(_)));
}
