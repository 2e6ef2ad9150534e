//! Keys of repeated parts, natural numbers and bytes, stamps in indexes, raw names and hostile attribute names.

#![expect(
    clippy::large_enum_variant,
    clippy::ref_option,
    clippy::too_many_lines,
    reason = "made to hold every shape of field at once"
)]

use std::collections::{BTreeMap, BTreeSet};

use dynamo_orm::{Db, Entity, KeyPart, Table};
use dynamo_orm_tests::{instant, is_old_engine, table};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK", sk = "SK", kind = "_type", ttl = "ttl",
    gsi(Ggg, pk = "GSIP", sk = "GSIA"),
    gsi(Nat, pk = "region", sk = "GSIN"),
    gsi(Num, pk(num: N), sk(bin: B)),
)]
enum Shapes {
    Odd(Odd),
    Rep(Rep),
    Nn(Nn),
    Clocked(Clocked),
    Clock2(Clock2),
    Opt(Opt),
    Mixed(Mixed),
    Raw(Raw),
    Split(Split),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[entity(table = Shapes, pk = "ODD#{id}", sk = "ODD")]
struct Odd {
    id: u32,
    #[serde(rename = "0")]
    zero: u32,
    #[serde(rename = "1")]
    one: u32,
    #[serde(rename = "a.b")]
    dotted: BTreeMap<String, u32>,
    #[serde(rename = "ä ö")]
    uni: String,
    #[serde(rename = "1x")]
    digit: String,
    #[serde(rename = "size")]
    size_of: u32,
    ints: BTreeSet<i64>,
    bins: BTreeSet<Vec<u8>>,
    decs: BTreeSet<Decimal>,
    bytes: Vec<u8>,
    maybe: Option<Vec<u8>>,
    amount: Option<Decimal>,
    oset: Option<BTreeSet<String>>,
    list: Vec<Decimal>,
    fixed: [u8; 2],
    map: BTreeMap<String, BTreeSet<i64>>,
    ints2: BTreeSet<Id>,
}
#[derive(
    KeyPart, Serialize, Deserialize, Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default,
)]
struct Id(u64);

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "REP#{a}", sk = "{a}#{b}#{a}", query = of, 
   index(Ggg, pk = "REP", sk = "{b}#{a}#{b}", query = all))]
struct Rep {
    a: String,
    b: String,
    v: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "NN#{id}", sk = "NN", index(Num, pk = num, sk = bin, query = of))]
struct Nn {
    id: u32,
    num: Decimal,
    bin: Vec<u8>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "CL#{id}", sk = "CL",
   index(Ggg, pk = "CL#{created}", sk = "{updated}", query = of))]
struct Clocked {
    #[entity(skip)]
    id: u32,
    #[entity(created_at)]
    created: jiff::Timestamp,
    #[entity(updated_at)]
    updated: jiff::Timestamp,
    #[entity(ttl)]
    ttl: Option<jiff::Timestamp>,
    note: Option<String>,
}
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "CK#{id}", sk = "CK")]
struct Clock2 {
    id: u32,
    #[entity(created_at)]
    created: std::time::SystemTime,
    #[entity(updated_at)]
    updated: chrono::DateTime<chrono::Utc>,
    #[entity(ttl)]
    ttl: u64,
    note: Option<String>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "OPT#{id}", sk = "OPT",
   index(Ggg, pk = "OPT", sk = "{x}#{y}", query = all, when = both(z)))]
struct Opt {
    #[entity(skip)]
    id: u32,
    x: Option<i32>,
    y: Option<Decimal>,
    z: Option<String>,
}
fn both(z: &Option<String>) -> bool {
    z.is_some()
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "MIX#{id}", sk = "MIX",
   index(Nat, pk = region, sk = "{status}#{id}", query = by_region))]
struct Mixed {
    id: u32,
    region: Option<String>,
    status: String,
    n: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "RAW#{type}", sk = "RAW", query = r#loop, index(Ggg, pk = "RAW", sk = "{match}#{fn}", query = r#in))]
struct Raw {
    r#type: String,
    r#match: String,
    r#fn: Option<String>,
    r#async: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all(serialize = "camelCase", deserialize = "camelCase"))]
#[entity(table = Shapes, pk = "SPLIT#{the_id}", sk = "SPLIT")]
struct Split {
    the_id: u32,
    #[serde(rename(serialize = "out", deserialize = "out"))]
    some_field: u32,
    #[serde(alias = "old")]
    new_name: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    list: Vec<u32>,
    #[serde(skip)]
    none: u32,
    #[entity(null)]
    nul: Option<u32>,
    #[entity(default = 7)]
    seven: u32,
}

#[tokio::test]
async fn hostile_names_and_every_hint_work_in_conditions() {
    let db: Db<Shapes> = table().await;
    let odd = Odd {
        id: 1,
        zero: 1,
        one: 2,
        dotted: [("x.y z".to_owned(), 5), ("0".to_owned(), 6)].into(),
        uni: "u".into(),
        digit: "d".into(),
        size_of: 3,
        ints: [1, -2].into(),
        bins: [vec![1u8], vec![2, 3]].into(),
        decs: [Decimal::new(15, 1)].into(),
        bytes: vec![1, 2],
        maybe: Some(vec![9]),
        amount: Some(Decimal::new(5, 1)),
        oset: None,
        list: vec![Decimal::new(5, 1)],
        fixed: [1, 2],
        map: [("k".to_owned(), [1i64].into())].into(),
        ints2: [Id(4)].into(),
    };
    odd.put().send(&db).await.unwrap();
    assert_eq!(Odd::get(1).send(&db).await.unwrap().unwrap(), odd);
    let ok = |name: &'static str, c: fn(<Odd as Entity>::Fields) -> dynamo_orm::Condition<Odd>| {
        let db = db.clone();
        async move {
            let r = Odd::update(1).set(|o| o.uni(), "u").when(c).send(&db).await;
            assert_eq!(r.is_ok(), !name.ends_with("(fails)"), "{name}: {r:?}");
        }
    };
    ok("names", |o| {
        o.zero().eq(1) & o.one().eq(2) & o.uni().eq("u") & o.digit().eq("d") & o.size_of().eq(3)
    })
    .await;
    ok("nested", |o| {
        o.dotted().key("x.y z").eq(5) & o.dotted().key("0").eq(6)
    })
    .await;
    ok("ints", |o| o.ints().contains(-2)).await;
    ok("ints eq", |o| o.ints().eq(BTreeSet::from([1, -2]))).await;
    ok("bins", |o| o.bins().contains(vec![2u8, 3])).await;
    ok("bins eq", |o| {
        o.bins().eq(BTreeSet::from([vec![1u8], vec![2, 3]]))
    })
    .await;
    ok("decs", |o| o.decs().contains(Decimal::new(15, 1))).await;
    ok("decs eq", |o| {
        o.decs().eq(BTreeSet::from([Decimal::new(150, 2)]))
    })
    .await;
    ok("bytes", |o| {
        o.bytes().eq(vec![1u8, 2]) & o.maybe().eq(vec![9u8]) & o.fixed().eq([1u8, 2])
    })
    .await;
    ok("bytes in", |o| o.bytes().is_in([vec![1u8, 2], vec![3]])).await;
    ok("amount", |o| {
        o.amount().between(Decimal::new(4, 1), Decimal::new(50, 2))
    })
    .await;
    ok("oset", |o| o.oset().not_exists() & !o.amount().not_exists()).await;
    ok("list", |o| {
        o.list().contains(Decimal::new(5, 1)) & o.list().at(0).eq(Decimal::new(5, 1))
    })
    .await;
    ok("list eq", |o| o.list().eq(vec![Decimal::new(5, 1)])).await;
    ok("map eq", |o| {
        o.map()
            .eq(BTreeMap::from([("k".to_owned(), BTreeSet::from([1i64]))]))
    })
    .await;
    ok("map key", |o| o.map().key("k").eq(BTreeSet::from([1i64]))).await;
    ok("ints2", |o| {
        o.ints2().contains(Id(4)) & o.ints2().eq(BTreeSet::from([Id(4)]))
    })
    .await;
    ok("prec", |o| {
        (o.zero().eq(9) & o.one().eq(9)) | o.size_of().eq(3)
    })
    .await;
    ok("prec2", |o| {
        !(o.zero().eq(9) | o.one().eq(9)) & !!o.size_of().eq(3)
    })
    .await;
    ok("prec3 (fails)", |o| {
        (o.zero().eq(1) | o.one().eq(9)) & o.size_of().eq(9)
    })
    .await;
    ok("bt", |o| {
        o.zero().between(0, 5) & o.one().between(0, 5) & !o.size_of().between(7, 8)
    })
    .await;
    let all = Odd::update(1)
        .set(|o| o.dotted().key("x.y z"), 8)
        .insert(|o| o.ints(), [7])
        .insert(|o| o.bins(), [vec![7u8]])
        .discard(|o| o.decs(), [Decimal::new(15, 1)])
        .insert(|o| o.oset(), ["s"])
        .add(|o| o.zero(), 4)
        .sub(|o| o.one(), 1)
        .append(|o| o.list(), [Decimal::ONE])
        .set(|o| o.fixed(), [3, 4])
        .insert(|o| o.ints2(), [Id(5)])
        .returning_new()
        .send(&db)
        .await;
    assert_eq!(all.unwrap().zero, 5);
    let sel = Odd::get(1)
        .select(|o| {
            (
                o.zero(),
                o.dotted().key("x.y z"),
                o.bins(),
                o.amount(),
                o.list().at(1),
                o.fixed(),
                o.decs(),
            )
        })
        .send(&db)
        .await;
    assert_eq!(sel.unwrap().unwrap().6, BTreeSet::new());
}

#[tokio::test]
async fn parts_may_be_repeated() {
    // The 2020 release of DynamoDB Local takes a `%` in `begins_with` for a wildcard.
    if is_old_engine() {
        return;
    }
    let db: Db<Shapes> = table().await;
    for a in ["a", "a#", "a%", "%", "ab"] {
        for b in ["b", "b#b", "b%", "#"] {
            Rep {
                a: a.into(),
                b: b.into(),
                v: 1,
            }
            .put()
            .send(&db)
            .await
            .unwrap();
        }
    }
    for a in ["a", "a#", "a%", "%", "ab"] {
        assert_eq!(Rep::of(a).all(&db).await.unwrap().len(), 4, "{a}");
        for b in ["b", "b#b", "b%", "#"] {
            assert_eq!(Rep::of(a).b().eq(b).all(&db).await.unwrap().len(), 1);
            assert_eq!(Rep::all().b().eq(b).a().eq(a).count(&db).await.unwrap(), 1);
            assert_eq!(Rep::all().b().eq(b).count(&db).await.unwrap(), 5);
            let n = ["b", "b#b", "b%", "#"]
                .iter()
                .filter(|x| x.starts_with(b))
                .count();
            assert_eq!(
                Rep::of(a).b().begins_with(b).all(&db).await.unwrap().len(),
                n
            );
            let n = ["b", "b#b", "b%", "#"].iter().filter(|x| **x >= b).count();
            assert_eq!(
                Rep::of(a).b().from(b).all(&db).await.unwrap().len(),
                n,
                "{a} {b}"
            );
        }
    }
    let mut cursor = None;
    let mut n = 0;
    loop {
        let p = Rep::all()
            .newest_first()
            .select(|r| r.v())
            .filter(|r| r.a().ne("ab"))
            .take(3)
            .limit(2)
            .start_at(cursor)
            .load(&db)
            .await
            .unwrap();
        n += p.items.len();
        cursor = p.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(n, 16);
    let mut s = Rep::all()
        .filter(|r| r.a().ne("ab"))
        .take(5)
        .limit(3)
        .stream(&db);
    let mut n = 0;
    while let Some(x) = s.next().await {
        x.unwrap();
        n += 1;
    }
    assert_eq!(n, 5);
}

#[tokio::test]
async fn natural_numbers_and_bytes_are_compared_as_such() {
    let db: Db<Shapes> = table().await;
    for (id, b) in [(1, vec![1u8]), (2, vec![1, 2]), (3, vec![255])] {
        Nn {
            id,
            num: Decimal::new(-15, 1),
            bin: b,
        }
        .put()
        .send(&db)
        .await
        .unwrap();
    }
    assert_eq!(
        Nn::of(Decimal::new(-150, 2)).all(&db).await.unwrap().len(),
        3
    );
    assert_eq!(
        Nn::of(Decimal::new(-15, 1))
            .bin()
            .eq(vec![1u8])
            .all(&db)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        Nn::of(Decimal::new(-15, 1))
            .bin()
            .after(vec![1u8])
            .all(&db)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        Nn::of(Decimal::new(-15, 1))
            .bin()
            .between(vec![1u8], vec![1u8, 9])
            .take(1)
            .load(&db)
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    Nn::update(1)
        .set(|n| n.num(), Decimal::ONE)
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Nn::of(Decimal::ONE).count(&db).await.unwrap(), 1);
    Nn::update(1)
        .add(|n| n.num(), Decimal::ONE)
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Nn::of(Decimal::TWO).all(&db).await.unwrap().len(), 1);
}

#[tokio::test]
async fn stamps_in_indexes_stay_in_step() {
    let db: Db<Shapes> = table().await;
    let db = db.with_clock(|| instant(5));
    Clocked::update(1)
        .set(|c| c.ttl(), jiff::Timestamp::new(2_000_000_000, 0).unwrap())
        .or_create()
        .send(&db)
        .await
        .unwrap();
    let one = Clocked::get(1).send(&db).await.unwrap().unwrap();
    assert_eq!(
        Clocked::of(one.created).all(&db).await.unwrap(),
        std::slice::from_ref(&one)
    );
    let db = db.with_clock(|| instant(50));
    Clocked::update(1)
        .set(|c| c.note(), "x")
        .or_create()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(
        Clocked::of(one.created)
            .updated()
            .after(one.updated)
            .all(&db)
            .await
            .unwrap()
            .len(),
        1
    );
    Clocked::update(1)
        .set(|c| c.note(), "y")
        .send(&db)
        .await
        .unwrap();
    one.upsert().send(&db).await.unwrap();
    assert_eq!(
        Clocked::of(one.created)
            .updated()
            .after(one.updated)
            .all(&db)
            .await
            .unwrap()
            .len(),
        1
    );
    let c = Clock2 {
        id: 1,
        created: instant(0),
        updated: chrono::DateTime::UNIX_EPOCH,
        ttl: 2_000_000_000,
        note: None,
    };
    c.create().send(&db).await.unwrap();
    let got = Clock2::get(1).send(&db).await.unwrap().unwrap();
    assert_eq!(got.created, instant(50));
    assert_eq!(
        Clock2::get(1)
            .select(|c| (c.created(), c.updated(), c.ttl()))
            .send(&db)
            .await
            .unwrap()
            .unwrap(),
        (got.created, got.updated, got.ttl)
    );
    Clock2::update(1)
        .set(|c| c.ttl(), 5u64)
        .when(|c| c.created().le(instant(50)) & c.ttl().gt(5))
        .send(&db)
        .await
        .unwrap();
}

#[tokio::test]
async fn optional_parts_and_raw_names_stay_in_step() {
    // The 2020 release of DynamoDB Local refuses empty strings.
    if is_old_engine() {
        return;
    }
    let db: Db<Shapes> = table().await;
    let vals = [
        (None, None, None),
        (Some(-1), Some(Decimal::new(-25, 1)), Some("z".to_owned())),
        (Some(-1), None, Some("z".to_owned())),
        (Some(3), Some(Decimal::ONE), None),
        (Some(i32::MIN), Some(Decimal::MAX), Some(String::new())),
    ];
    for from in &vals {
        for to in &vals {
            let o = Opt {
                id: 1,
                x: from.0,
                y: from.1,
                z: from.2.clone(),
            };
            o.put().send(&db).await.unwrap();
            let w = Opt {
                id: 1,
                x: to.0,
                y: to.1,
                z: to.2.clone(),
            };
            Opt::update(1)
                .set(|o| o.x_and_y_and_z(), (to.0, to.1, to.2.clone()))
                .or_create()
                .send(&db)
                .await
                .unwrap();
            let got = Opt::get(1).send(&db).await.unwrap().unwrap();
            assert_eq!(got, w);
            let n = usize::from(to.0.is_some() && to.1.is_some() && to.2.is_some());
            assert_eq!(
                Opt::all().all(&db).await.unwrap().len(),
                n,
                "{from:?} {to:?}"
            );
        }
    }
    let m = Mixed {
        id: 1,
        region: Some("eu".into()),
        status: "a#b".into(),
        n: 1,
    };
    m.put().send(&db).await.unwrap();
    Mixed::update(1)
        .set(|m| m.region_and_status(), (None, "c"))
        .add(|m| m.n(), 1)
        .send(&db)
        .await
        .unwrap();
    let m = Mixed { region: None, ..m };
    m.upsert().send(&db).await.unwrap();
    let r = Raw {
        r#type: "t".into(),
        r#match: "m".into(),
        r#fn: Some("f".into()),
        r#async: 1,
    };
    r.put().send(&db).await.unwrap();
    Raw::update("t")
        .set(|r| r.match_and_fn(), ("n", None))
        .add(|r| r.r#async(), 1)
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Raw::r#in().count(&db).await.unwrap(), 0);
    let s = Split {
        the_id: 1,
        some_field: 2,
        new_name: 3,
        list: vec![],
        none: 0,
        nul: None,
        seven: 1,
    };
    s.put().send(&db).await.unwrap();
    assert_eq!(Split::get(1).send(&db).await.unwrap().unwrap(), s);
    s.upsert().send(&db).await.unwrap();
    Split::update(1)
        .set(|s| s.some_field(), 5)
        .append(|s| s.list(), [1])
        .set_or_remove(|s| s.nul(), None::<u32>)
        .when(|s| s.new_name().eq(3))
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Split::get(1).send(&db).await.unwrap().unwrap().list, [1]);
}
