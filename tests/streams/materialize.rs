//! Items made from others, one from each, whatever is delivered when.

use std::time::Duration;

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::{Deadline, Materialize, Router};
use dynamo_orm::{Db, Entity, Table};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::mortal::{Mortal, mixed};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", stream = NewAndOldImages)]
enum Store {
    Product(Product),
    Listing(Listing),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "PRODUCT#{id}", sk = "PRODUCT")]
struct Product {
    id: u32,
    shelf: u32,
    cents: u32,
    hidden: bool,
    note: Option<String>,
}

/// What a shelf shows: its key has the shelf, so that it moves.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "SHELF#{shelf}", sk = "{product}", query = of_shelf)]
struct Listing {
    shelf: u32,
    product: u32,
    cents: u32,
}

fn product(id: u32, shelf: u32, cents: u32) -> Product {
    Product {
        id,
        shelf,
        cents,
        hidden: false,
        note: None,
    }
}

fn listing(product: &Product) -> Option<Listing> {
    (!product.hidden).then_some(Listing {
        shelf: product.shelf,
        product: product.id,
        cents: product.cents,
    })
}

async fn store() -> (Engine, Db<Store>) {
    let engine = Engine::memory().unwrap();
    let db = Db::<Store>::on_engine(&engine).await.unwrap();
    (engine, db)
}

fn records(engine: &Engine) -> Vec<String> {
    engine.stream_records("Store").unwrap()
}

async fn deliver(db: &Db<Store>, records: &[String]) {
    let router = Router::<Store>::new().materialize(Materialize::new(listing), db);
    let event = format!("[{}]", records.join(","));
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(outcome.checkpoint, None);
}

async fn listings(db: &Db<Store>) -> Vec<Listing> {
    let mut found = Vec::new();
    for shelf in 0..3 {
        found.extend(Listing::of_shelf(shelf).consistent().all(db).await.unwrap());
    }
    found
}

#[tokio::test]
async fn an_item_is_written_moved_and_deleted_with_its_source() {
    let (engine, db) = store().await;
    let mut seen = 0;
    let mut hidden = product(1, 2, 9);
    hidden.hidden = true;
    let steps = [
        (Some(product(1, 0, 5)), vec![(0, 5)]),
        (Some(product(1, 0, 7)), vec![(0, 7)]),
        (Some(product(1, 2, 7)), vec![(2, 7)]),
        (Some(hidden), vec![]),
        (Some(product(1, 1, 7)), vec![(1, 7)]),
        (None, vec![]),
    ];
    for (state, expected) in steps {
        match state {
            Some(product) => product.put().send(&db).await.unwrap(),
            None => Product::delete(1).send(&db).await.unwrap(),
        }
        let new = records(&engine).split_off(seen);
        deliver(&db, &new).await;
        deliver(&db, &new).await;
        seen = records(&engine).len();
        let found: Vec<(u32, u32)> = listings(&db)
            .await
            .iter()
            .map(|l| (l.shelf, l.cents))
            .collect();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn an_item_that_stays_the_same_costs_nothing() {
    let (engine, db) = store().await;
    product(1, 0, 5).put().send(&db).await.unwrap();
    let mut noted = product(1, 0, 5);
    noted.note = Some("x".to_owned());
    noted.put().send(&db).await.unwrap();
    let tap = Tap::new(engine.clone());
    let tapped = Db::<Store>::new(tap.client(), "Store");
    deliver(&tapped, &records(&engine)[1..]).await;
    assert_eq!(tap.requests().len(), 0);
}

#[tokio::test]
async fn an_old_record_leaves_no_item_of_a_source_that_is_gone() {
    let (engine, db) = store().await;
    product(1, 0, 5).put().send(&db).await.unwrap();
    product(1, 1, 6).put().send(&db).await.unwrap();
    Product::delete(1).send(&db).await.unwrap();
    let all = records(&engine);
    deliver(&db, &all[2..]).await;
    deliver(&db, &all[..1]).await;
    deliver(&db, &all[1..2]).await;
    assert_eq!(listings(&db).await, []);
}

/// Sets a product, or deletes it.
type Step = (u32, Option<(u32, u32, bool)>);

/// Writes of users; a batch of so many records, the request at which its function dies, an old batch.
type Phase = (Vec<Step>, usize, Option<usize>, usize, u64);

async fn invoke(engine: &Engine, records: &[String], die_at: Option<usize>, seed: u64) -> usize {
    let mortal = Mortal::new(engine, die_at, seed);
    let db = Db::<Store>::new(mortal.client(), "Store");
    let router = Router::<Store>::new()
        .concurrency(3.try_into().unwrap())
        .materialize(Materialize::new(listing), &db);
    let event = format!("[{}]", records.join(","));
    let all = router.process(&event, Deadline::none());
    match tokio::time::timeout(Duration::from_mins(15), all).await {
        Ok(outcome) => {
            assert_eq!(outcome.unwrap().checkpoint, None);
            records.len()
        }
        Err(_) => 0,
    }
}

async fn write(db: &Db<Store>, steps: &[Step]) {
    for (id, state) in steps {
        match state {
            Some((shelf, cents, hidden)) => {
                let hidden = *hidden;
                let product = Product {
                    hidden,
                    ..product(*id, *shelf, *cents)
                };
                product.put().send(db).await.unwrap();
            }
            None => Product::delete(*id).send(db).await.unwrap(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn items_are_those_of_their_sources_whatever_is_delivered_when(
        phases in proptest::collection::vec((
            proptest::collection::vec(
                (0u32..3, proptest::option::weighted(0.8, (0u32..3, 0u32..4, any::<bool>()))), 0..5),
            1usize..7, proptest::option::weighted(0.4, 0usize..8), 0usize..40, any::<u64>(),
        ), 1..8),
        last in 0usize..100,
    ) {
        let phases: Vec<Phase> = phases;
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (engine, db) = store().await;
            let users = Db::<Store>::new(Mortal::new(&engine, None, 7).client(), "Store");
            let (mut shard, mut acknowledged) = (Vec::new(), 0);
            for (steps, take, die_at, again, seed) in phases {
                let new = records(&engine).split_off(shard.len());
                shard.extend(mixed(&new, seed));
                let batch: Vec<String> = shard.iter().skip(acknowledged).take(take).cloned().collect();
                let old: Vec<String> = shard.iter().skip(again).take(4).cloned().collect();
                let (done, _, ()) = tokio::join!(
                    invoke(&engine, &batch, die_at, seed),
                    invoke(&engine, &old, None, seed >> 9),
                    write(&users, &steps),
                );
                acknowledged += done;
            }
            let new = records(&engine).split_off(shard.len());
            shard.extend(new);
            invoke(&engine, &shard.split_off(acknowledged), None, 3).await;
            let all = records(&engine);
            let old: Vec<String> = all.iter().skip(last % (all.len() + 1)).take(5).cloned().collect();
            invoke(&engine, &old, None, 5).await;
            let mut expected = Vec::new();
            for id in 0..3 {
                let source = Product::get(id).consistent().send(&db).await.unwrap();
                expected.extend(source.as_ref().and_then(listing));
            }
            expected.sort_by_key(|l| (l.shelf, l.product));
            prop_assert_eq!(listings(&db).await, expected);
            Ok(())
        })?;
    }
}
