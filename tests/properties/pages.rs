//! Pages lose nothing and repeat nothing, however they are cut.

use dynamo_orm::{Db, Entity, Table};
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
enum Notes {
    Note(Note),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Notes, pk = "BOOK", sk = "NOTE#{id}", query = all_notes,
         index(Gsi1, pk = "BOOK", sk = "{colour}", query = by_colour))]
struct Note {
    id: u16,
    colour: u8,
}

async fn book(notes: &[Note]) -> Db<Notes> {
    let db = table().await;
    for note in notes {
        note.put().send(&db).await.unwrap();
    }
    db
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_anywhere_the_pages_make_the_whole(
        colours in prop::collection::vec(0u8..4, 0..25),
        limit in prop::option::of(1u32..8),
        take in prop::option::of(1usize..8),
        wanted in 0u8..5,
        newest_first: bool,
        by_index: bool,
    ) {
        let notes: Vec<Note> = colours
            .into_iter()
            .zip(0..)
            .map(|(colour, id)| Note { id, colour })
            .collect();
        block_on(async {
            let db = book(&notes).await;
            macro_rules! check {
                ($query:expr) => {{
                    let query = || {
                        let query = $query.filter(|n| n.colour().lt(wanted));
                        let query = if newest_first { query.newest_first() } else { query };
                        match limit {
                            Some(limit) => query.limit(limit),
                            None => query,
                        }
                    };
                    let whole = query().all(&db).await.unwrap();
                    let mut expected: Vec<Note> =
                        notes.iter().filter(|n| n.colour < wanted).cloned().collect();
                    let mut sorted = whole.clone();
                    sorted.sort_by_key(|n| n.id);
                    expected.sort_by_key(|n| n.id);
                    prop_assert_eq!(&sorted, &expected);

                    let mut seen = Vec::new();
                    let mut cursor = None;
                    loop {
                        let query = query().start_at(cursor);
                        let page = match take {
                            Some(take) => query.take(take).load(&db).await.unwrap(),
                            None => query.page(&db).await.unwrap(),
                        };
                        prop_assert!(take.is_none_or(|take| page.items.len() <= take));
                        seen.extend(page.items);
                        cursor = page.cursor;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    prop_assert_eq!(&seen, &whole);
                    let streamed = query().stream(&db).collect().await.unwrap();
                    prop_assert_eq!(&streamed, &whole);
                    prop_assert_eq!(query().count(&db).await.unwrap(), whole.len() as u64);
                }};
            }
            if by_index {
                check!(Note::by_colour());
            } else {
                check!(Note::all_notes());
            }
            Ok(())
        })?;
    }
}
