//! Counters and sums that stay exact: under redelivery, reordering across items, and death at any point.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dynamo_orm::local::Engine;
use dynamo_orm::stream::{Aggregate, Applied, Change, Deadline, Record, Router};
use dynamo_orm::{Db, Entity};
use proptest::prelude::*;

use crate::event::{batch, insert, modify, remove};
use crate::model::{Customer, Order, Shop, order};
use crate::mortal::mixed;

fn totals() -> Aggregate<Order, Customer> {
    Aggregate::new("totals", |order: &Order| Customer::key(&order.customer))
        .count(|c| c.orders())
        .sum(|c| c.cents(), |order| order.cents)
}

async fn shop(customers: &[&str]) -> (Engine, Db<Shop>) {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    for id in customers {
        let customer = Customer {
            id: (*id).to_owned(),
            ..Customer::default()
        };
        customer.create().send(&db).await.unwrap();
    }
    (engine, db)
}

async fn of(db: &Db<Shop>, id: &str) -> (u64, i64) {
    let customer = Customer::get(id).consistent().send(db).await.unwrap();
    customer.map_or((0, 0), |c| (c.orders, c.cents))
}

#[tokio::test]
async fn changes_moves_and_deletes_are_counted() {
    let (_engine, db) = shop(&["ada", "bob"]).await;
    let router = Router::<Shop>::new().aggregate(totals(), &db);
    let a = order("a", "ada", 5);
    let b = order("b", "ada", 7);
    let dearer = order("a", "ada", 6);
    let moved = order("a", "bob", 6);
    let mut noted = moved.clone();
    noted.note = Some("x".to_owned());
    let steps = [
        (insert(1, &a), (1, 5), (0, 0)),
        (insert(2, &b), (2, 12), (0, 0)),
        (modify(3, &a, &dearer), (2, 13), (0, 0)),
        (modify(4, &dearer, &moved), (1, 7), (1, 6)),
        (modify(5, &moved, &noted), (1, 7), (1, 6)),
        (remove(6, &noted), (1, 7), (0, 0)),
    ];
    for (record, ada, bob) in steps {
        for _ in 0..2 {
            let event = batch(std::slice::from_ref(&record));
            let outcome = router.process(&event, Deadline::none()).await.unwrap();
            assert_eq!(outcome.checkpoint, None);
        }
        assert_eq!((of(&db, "ada").await, of(&db, "bob").await), (ada, bob));
    }
}

#[tokio::test]
async fn a_parent_that_is_gone_holds_nothing_up() {
    let (_engine, db) = shop(&["bob"]).await;
    let router = Router::<Shop>::new().aggregate(totals(), &db);
    let a = order("a", "ada", 5);
    let moved = order("a", "bob", 5);
    let event = batch(&[insert(1, &a), modify(2, &a, &moved)]);
    for _ in 0..2 {
        let outcome = router.process(&event, Deadline::none()).await.unwrap();
        assert_eq!(outcome.checkpoint, None);
    }
    assert_eq!(of(&db, "bob").await, (1, 5));
    assert_eq!(Customer::get("ada").send(&db).await.unwrap(), None);
}

#[tokio::test]
async fn only_children_that_count_are_counted() {
    let (_engine, db) = shop(&["ada"]).await;
    let dear = totals().when(|order| order.cents >= 10);
    let router = Router::<Shop>::new().aggregate(dear, &db);
    let (cheap, dear) = (order("a", "ada", 9), order("a", "ada", 10));
    for (event, expected) in [
        (insert(1, &cheap), (0, 0)),
        (modify(2, &cheap, &dear), (1, 10)),
        (modify(3, &dear, &cheap), (0, 0)),
    ] {
        router
            .process(&batch(&[event]), Deadline::none())
            .await
            .unwrap();
        assert_eq!(of(&db, "ada").await, expected);
    }
}

/// One write of the history: an order, its customer and its amount; no amount deletes it.
type Step = (u8, u8, Option<i64>);

const CUSTOMERS: [&str; 3] = ["ada", "bob", "eve"];

async fn write(db: &Db<Shop>, (id, customer, cents): Step) {
    let id = format!("{id}");
    match cents {
        None => Order::delete(&id).send(db).await.unwrap(),
        Some(cents) => {
            let order = order(&id, CUSTOMERS[usize::from(customer)], cents);
            order.put().send(db).await.unwrap();
        }
    }
}

/// Processes a batch and dies at a step: each record has one before its effect and one after it.
async fn until_death(db: &Db<Shop>, event: &str, die_at: usize, concurrency: usize) {
    let totals = Arc::new(totals());
    let step = Arc::new(AtomicUsize::new(0));
    let router = Router::<Shop>::new()
        .concurrency(concurrency.try_into().unwrap())
        .on(move |record: Record<Change<Order>>| {
            let (totals, step) = (Arc::clone(&totals), Arc::clone(&step));
            let live = move || {
                let step = Arc::clone(&step);
                async move {
                    if step.fetch_add(1, Ordering::SeqCst) == die_at {
                        std::future::pending::<()>().await;
                    }
                    tokio::task::yield_now().await;
                }
            };
            async move {
                live().await;
                let _: Applied = totals.apply(&record, db).await?;
                live().await;
                Ok(())
            }
        });
    let all = router.process(event, Deadline::none());
    // The clock stands still, and moves on once nothing else can.
    let _ = tokio::time::timeout(Duration::from_mins(15), all).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn aggregates_are_exact_whenever_the_function_dies(
        history in proptest::collection::vec((0u8..4, 0u8..3, proptest::option::weighted(0.8, 0i64..100)), 1..14),
        deaths in proptest::collection::vec((0usize..28, any::<u64>(), 1usize..4), 3),
    ) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (engine, db) = shop(&CUSTOMERS).await;
            for step in &history {
                write(&db, *step).await;
            }
            let records = engine.stream_records("Shop").unwrap();
            for (die_at, seed, concurrency) in deaths {
                let event = format!("[{}]", mixed(&records, seed).join(","));
                until_death(&db, &event, die_at, concurrency).await;
            }
            // The last delivery lives, and comes once more.
            let router = Router::<Shop>::new().aggregate(totals(), &db);
            let event = format!("[{}]", records.join(","));
            for _ in 0..2 {
                let outcome = router.process(&event, Deadline::none()).await.unwrap();
                prop_assert_eq!(outcome.checkpoint, None);
            }
            for id in CUSTOMERS {
                let mut expected = (0, 0);
                for n in 0..4 {
                    if let Some(order) = Order::get(n.to_string()).send(&db).await.unwrap()
                        && order.customer == id
                    {
                        expected = (expected.0 + 1, expected.1 + order.cents);
                    }
                }
                prop_assert_eq!(of(&db, id).await, expected);
            }
            Ok(())
        })?;
    }
}
