//! A collection holds exactly its members, each in the order of the sort key, however the pages fall.

use std::collections::BTreeMap;

use dynamo_orm::{Collection, Entity, Table};
use dynamo_orm_tests::table;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::block_on;

#[derive(Table, Debug)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "kind",
    gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK")
)]
enum House {
    Owner(Owner),
    Room(Room),
    Chair(Chair),
    Keyring(Keyring),
    Visit(Visit),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = House, pk = "HOUSE#{house}", sk = "OWNER",
         index(Gsi1, pk = "CITY#{house}", sk = "M"))]
struct Owner {
    house: u8,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = House, pk = "HOUSE#{house}", sk = "ROOM#{room}#A", query = rooms,
         index(Gsi1, pk = "CITY#{house}", sk = "X#{room}"))]
struct Room {
    house: u8,
    room: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = House, pk = "HOUSE#{house}", sk = "ROOM#{room}#CHAIR#{seat}",
         index(Gsi1, pk = "CITY#{house}", sk = "A#{seat}#{room}"))]
struct Chair {
    house: u8,
    room: String,
    seat: i8,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = House, pk = "HOUSE#{house}", sk = "KEY#{key}",
         index(Gsi1, pk = "CITY#{house}", sk = "K#{key}"))]
struct Keyring {
    house: u8,
    key: i16,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = House, pk = "HOUSE#{house}", sk = "P#{visit}",
         index(Gsi1, pk = "CITY#{house}", sk = "P#{visit}"))]
struct Visit {
    house: u8,
    visit: u8,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = House, pk = "HOUSE#{house}")]
struct Furnished {
    room: Room,
    chairs: Vec<Chair>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = House, pk = "HOUSE#{house}")]
struct Inventory {
    rooms: Vec<Furnished>,
    keys: Vec<Keyring>,
    owner: Option<Owner>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = House, index = Gsi1, pk = "CITY#{house}")]
struct Seats {
    room: Room,
    chairs: Vec<Chair>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = House, index = Gsi1, pk = "CITY#{house}")]
struct Listed {
    owner: Option<Owner>,
    rooms: Vec<Seats>,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_anywhere_the_pages_make_the_collection(
        rooms in prop::collection::btree_map("[ab#%~C]{1,3}", prop::collection::btree_set(-3i8..4, 0..4), 0..5),
        keys in prop::collection::btree_set(-300i16..300, 0..5),
        visits in prop::collection::btree_set(0u8..9, 0..5),
        owner: bool,
        limit in 1u32..7,
        newest_first: bool,
    ) {
        block_on(async {
            let db = table::<House>().await;
            let house = 7;
            if owner {
                Owner { house }.put().send(&db).await.unwrap();
            }
            for key in &keys {
                Keyring { house, key: *key }.put().send(&db).await.unwrap();
            }
            for visit in &visits {
                Visit { house, visit: *visit }.put().send(&db).await.unwrap();
            }
            for (room, chairs) in &rooms {
                Room { house, room: room.clone() }.put().send(&db).await.unwrap();
                for chair in chairs {
                    let chair = Chair { house, room: room.clone(), seat: *chair };
                    chair.put().send(&db).await.unwrap();
                }
            }
            let mut expected = Inventory {
                owner: owner.then_some(Owner { house }),
                keys: keys.iter().map(|key| Keyring { house, key: *key }).collect(),
                rooms: rooms
                    .iter()
                    .map(|(room, chairs)| Furnished {
                        room: Room { house, room: room.clone() },
                        chairs: chairs
                            .iter()
                            .map(|chair| Chair { house, room: room.clone(), seat: *chair })
                            .collect(),
                    })
                    .collect(),
            };
            if newest_first {
                expected.keys.reverse();
                expected.rooms.reverse();
                for room in &mut expected.rooms {
                    room.chairs.reverse();
                }
            }
            let nothing = !owner && keys.is_empty() && rooms.is_empty();
            let expected = (!nothing).then_some(expected);
            let inventory = || {
                let inventory = Inventory::of(house).limit(limit);
                if newest_first { inventory.newest_first() } else { inventory }
            };
            let found = inventory().load(&db).await.unwrap();
            prop_assert_eq!(&found, &expected);

            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = inventory().start_at(cursor).page(&db).await.unwrap();
                seen.extend(page.members.keys);
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
            }
            prop_assert_eq!(seen, expected.map(|e| e.keys).unwrap_or_default());

            // In the index the chairs come before their rooms.
            let listed = Listed::of(house).limit(limit).load_counted(&db).await.unwrap();
            let found: BTreeMap<_, _> = listed
                .collection
                .iter()
                .flat_map(|listed| &listed.rooms)
                .map(|seats| {
                    let chairs = seats.chairs.iter().map(|c| c.seat).collect();
                    (seats.room.room.clone(), chairs)
                })
                .collect();
            prop_assert_eq!(&found, &rooms);
            prop_assert_eq!(listed.collection.is_some(), owner || !rooms.is_empty());
            Ok(())
        })?;
    }
}
