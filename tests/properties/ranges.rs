//! A typed range on a part of a key selects exactly what the typed comparison says.

use dynamo_orm::{Db, Entity, Table};
use dynamo_orm_tests::{is_old_engine, table};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block_on;

#[derive(Table, Debug)]
#[table(pk = "PK", sk = "SK")]
enum Things {
    Thing(Thing),
    Other(Other),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Things, pk = "ALL", sk = "THING#{name}#{level}#{price}", query = things)]
struct Thing {
    name: String,
    level: i16,
    price: Decimal,
}

/// Sorts right behind the things.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Things, pk = "ALL", sk = "THINGS#{id}")]
struct Other {
    id: String,
}

/// The 2020 release of DynamoDB Local takes a `%` in `begins_with` for a wildcard, so nothing is escaped there.
fn name() -> impl Strategy<Value = String> {
    if is_old_engine() {
        "[abé~]{1,3}"
    } else {
        "[ab#% é!~]{1,3}"
    }
}

fn thing() -> impl Strategy<Value = Thing> {
    (name(), -3i16..3, -300i64..300).prop_map(|(name, level, cents)| Thing {
        name,
        level,
        price: Decimal::new(cents, 2).normalize(),
    })
}

async fn shop(things: &[Thing]) -> Db<Things> {
    let db = table().await;
    for thing in things {
        thing.put().send(&db).await.unwrap();
    }
    for id in ["a", "#", "~"] {
        let other = Other { id: id.to_owned() };
        other.put().send(&db).await.unwrap();
    }
    db
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_first_level(things in prop::collection::vec(thing(), 0..12), a in name(), b in name()) {
        block_on(async {
            let db = shop(&things).await;
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            macro_rules! check {
                ($query:expr, $holds:expr) => {
                    let mut found = $query.all(&db).await.unwrap();
                    let holds: fn(&Thing, &str, &str) -> bool = $holds;
                    let mut expected: Vec<Thing> =
                        things.iter().filter(|t| holds(t, &low, &high)).cloned().collect();
                    let key = |t: &Thing| (t.name.clone(), t.level, t.price);
                    prop_assert!(found.is_sorted_by_key(key), "keys sort as their values do");
                    found.sort_by_key(key);
                    expected.sort_by_key(key);
                    expected.dedup();
                    prop_assert_eq!(found, expected, "{}", stringify!($query));
                };
            }
            check!(Thing::things(), |_, _, _| true);
            check!(Thing::things().name().eq(&low), |t, a, _| t.name == a);
            check!(Thing::things().name().between(&low, &high), |t, a, b| a <= &*t.name && &*t.name <= b);
            check!(Thing::things().name().from(&low), |t, a, _| &*t.name >= a);
            check!(Thing::things().name().after(&low), |t, a, _| &*t.name > a);
            check!(Thing::things().name().to(&low), |t, a, _| &*t.name <= a);
            check!(Thing::things().name().before(&low), |t, a, _| &*t.name < a);
            check!(Thing::things().name().begins_with(low.clone()), |t, a, _| t.name.starts_with(a));
            Ok(())
        })?;
    }

    #[test]
    fn the_other_levels(things in prop::collection::vec(thing(), 0..12), pick in thing(), level in -3i16..3) {
        block_on(async {
            let mut things = things;
            things.push(pick.clone());
            let db = shop(&things).await;
            let (low, high) = (pick.level.min(level), pick.level.max(level));
            macro_rules! check {
                ($query:expr, $holds:expr) => {
                    let found = $query.all(&db).await.unwrap();
                    let mut expected: Vec<Thing> = things
                        .iter()
                        .filter(|t| t.name == pick.name && $holds(*t))
                        .cloned()
                        .collect();
                    expected.sort_by_key(|t| (t.level, t.price));
                    expected.dedup();
                    prop_assert_eq!(found, expected, "{}", stringify!($query));
                };
            }
            let by = || Thing::things().name().eq(&pick.name);
            check!(by().level().between(low, high), |t: &Thing| (low..=high).contains(&t.level));
            check!(by().level().after(low), |t: &Thing| t.level > low);
            check!(by().level().before(high), |t: &Thing| t.level < high);
            let price = pick.price;
            let by = || by().level().eq(pick.level);
            check!(by().price().from(price), |t: &Thing| t.level == pick.level && t.price >= price);
            check!(by().price().before(price), |t: &Thing| t.level == pick.level && t.price < price);
            check!(by().price().eq(price), |t: &Thing| t.level == pick.level && t.price == price);
            Ok(())
        })?;
    }
}
