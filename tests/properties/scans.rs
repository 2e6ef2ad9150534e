//! Scans, whole and in segments, stopped and resumed anywhere: each live item once, no expired one ever.

use std::time::SystemTime;

use dynamo_orm::{Db, Entity, ScanProgress, Table};
use dynamo_orm_tests::{instant, table};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::block_on;

#[derive(Table, Debug)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "kind",
    ttl = "until",
    gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK")
)]
enum Notes {
    Note(Note),
    Mark(Mark),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Notes, pk = "BOOK#{book}", sk = "NOTE#{id}", query = in_book,
         index(Gsi1, pk = "BOOK", sk = "{colour}", query = by_colour))]
struct Note {
    book: u8,
    id: u16,
    colour: u8,
    #[entity(ttl)]
    until: Option<SystemTime>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Notes, pk = "BOOK#{book}", sk = "MARK#{id}")]
struct Mark {
    book: u8,
    id: u16,
}

/// Notes of some colours in some books, some of which expire at second 0, 1 or 2, with a mark beside each third.
fn notes(rows: Vec<(u8, u8, Option<u64>)>) -> Vec<Note> {
    let rows = rows.into_iter().zip(0..);
    rows.map(|((book, colour, until), id)| Note {
        book,
        id,
        colour,
        until: until.map(instant),
    })
    .collect()
}

async fn library(notes: &[Note]) -> Db<Notes> {
    let db = table().await.with_clock(|| instant(1));
    for note in notes {
        note.put().send(&db).await.unwrap();
        if note.id % 3 == 0 {
            let mark = Mark {
                book: note.book,
                id: note.id,
            };
            mark.put().send(&db).await.unwrap();
        }
    }
    db
}

fn live(notes: &[Note]) -> Vec<u16> {
    let is_live = |note: &&Note| note.until.is_none_or(|until| until > instant(1));
    notes.iter().filter(is_live).map(|n| n.id).collect()
}

fn sorted(mut ids: Vec<u16>) -> Vec<u16> {
    ids.sort_unstable();
    ids
}

fn rows() -> impl Strategy<Value = Vec<(u8, u8, Option<u64>)>> {
    prop::collection::vec((0u8..5, 0u8..3, prop::option::of(0u64..3)), 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn segments_stopped_anywhere_give_each_live_item_once(
        rows in rows(),
        segments in 1u32..9,
        concurrency in 1usize..5,
        limit in prop::option::of(1u32..6),
        stops in prop::collection::vec(0usize..7, 0..6),
        by_index: bool,
        is_signed: bool,
    ) {
        let notes = notes(rows);
        block_on(async {
            let mut db = library(&notes).await;
            if is_signed {
                db = db.with_cursor_key([7; 32]).unwrap();
            }
            macro_rules! check {
                ($scan:expr) => {{
                    let (mut seen, mut progress) = (Vec::new(), None::<ScanProgress>);
                    for stop in stops.iter().copied().chain([usize::MAX]) {
                        let scan = match limit {
                            Some(limit) => $scan.limit(limit),
                            None => $scan,
                        };
                        let scan = scan.segments(segments).concurrency(concurrency);
                        let mut items = scan.resume(progress).stream(&db).unwrap();
                        let mut came = 0;
                        while came < stop && let Some(note) = items.next().await {
                            seen.push(note.unwrap().id);
                            came += 1;
                        }
                        progress = Some(items.progress().to_string().parse().unwrap());
                    }
                    prop_assert!(progress.unwrap().is_done());
                    prop_assert_eq!(sorted(seen), live(&notes));
                }};
            }
            if by_index {
                check!(Note::scan().through::<Gsi1>());
            } else {
                check!(Note::scan());
            }
            Ok(())
        })?;
    }

    #[test]
    fn cut_anywhere_the_pages_of_a_scan_give_each_live_item_once(
        rows in rows(),
        limit in prop::option::of(1u32..6),
        take in prop::option::of(1usize..6),
        by_index: bool,
    ) {
        let notes = notes(rows);
        block_on(async {
            let db = library(&notes).await;
            macro_rules! check {
                ($scan:expr) => {{
                    let (mut seen, mut cursor) = (Vec::new(), None);
                    loop {
                        let scan = $scan.start_at(cursor);
                        let scan = match limit {
                            Some(limit) => scan.limit(limit),
                            None => scan,
                        };
                        let page = match take {
                            Some(take) => scan.take(take).load(&db).await.unwrap(),
                            None => scan.page(&db).await.unwrap(),
                        };
                        prop_assert!(take.is_none_or(|take| page.items.len() <= take));
                        seen.extend(page.items.into_iter().filter_map(|note| match note {
                            Notes::Note(note) => Some(note.id),
                            Notes::Mark(_) => None,
                        }));
                        cursor = page.cursor;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    prop_assert_eq!(sorted(seen), live(&notes));
                }};
            }
            if by_index {
                check!(Notes::scan().through::<Gsi1>());
            } else {
                check!(Notes::scan());
            }
            Ok(())
        })?;
    }

    #[test]
    fn queries_give_each_live_item_once_and_no_expired_one(
        rows in rows(),
        limit in prop::option::of(1u32..6),
        take in prop::option::of(1usize..6),
    ) {
        let notes = notes(rows);
        block_on(async {
            let db = library(&notes).await;
            let query = || match limit {
                Some(limit) => Note::by_colour().limit(limit),
                None => Note::by_colour(),
            };
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = match take {
                    Some(take) => query().take(take).start_at(cursor).load(&db).await.unwrap(),
                    None => query().start_at(cursor).page(&db).await.unwrap(),
                };
                prop_assert!(take.is_none_or(|take| page.items.len() <= take));
                seen.extend(page.items.iter().map(|n| n.id));
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
            }
            prop_assert_eq!(sorted(seen), live(&notes));
            for note in &notes {
                let expected = live(&notes).contains(&note.id);
                let found = Note::get(note.book, note.id).send(&db).await.unwrap();
                prop_assert_eq!(found.is_some(), expected);
                let exists = Note::exists(note.book, note.id).send(&db).await.unwrap();
                prop_assert_eq!(exists, expected);
            }
            Ok(())
        })?;
    }
}
