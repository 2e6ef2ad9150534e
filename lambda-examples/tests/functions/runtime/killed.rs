//! The projector, killed in the middle of batches: what it counts is exact all the same.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use dynamo_orm::local::Engine;
use dynamo_orm::{Db, Entity};
use lambda_examples::store::{Day, Status, Store};
use serde_json::json;

use super::lambda::Posted;
use super::{Endpoint, Lambda};
use crate::support::{order, stocked};

const CUSTOMERS: [&str; 5] = ["ada", "grace", "linus", "mary", "zoe"];

/// Numbers that look random, the same for each run of the test.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// Orders that are placed, changed and cancelled, and what they come to.
async fn trade(db: &Db<Store>, dice: &mut Dice) -> BTreeMap<String, (u64, u64)> {
    let mut totals = BTreeMap::new();
    for n in 0..24 {
        let customer = CUSTOMERS[dice.below(CUSTOMERS.len())];
        let kettles = 1 + u32::try_from(dice.below(3)).unwrap();
        let new = order(customer, &format!("o{n}"), kettles);
        let placed = new.create().returning_new().send(db).await.unwrap();
        let mut last = placed.clone();
        for status in [Status::Shipped, Status::Cancelled] {
            if dice.below(3) > 0 {
                break;
            }
            let mut next = last.clone();
            next.status = status;
            next.cents += 100;
            last = next.save(&last).send(db).await.unwrap();
        }
        if last.status != Status::Cancelled {
            let total: &mut (u64, u64) = totals.entry(customer.to_owned()).or_default();
            *total = (total.0 + 1, total.1 + last.cents);
        }
    }
    totals
}

/// The records of orders in another order: those of one item keep theirs, as Lambda keeps it.
fn shuffled(records: &[String], dice: &mut Dice) -> String {
    let mut items: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for record in records {
        let read: serde_json::Value = serde_json::from_str(record).unwrap();
        let keys = read["dynamodb"]["Keys"].to_string();
        if keys.contains("ORDER#") {
            items.entry(keys).or_default().push(record);
        }
    }
    let mut queues: Vec<_> = items.into_values().map(Vec::into_iter).collect();
    let mut out = Vec::new();
    while !queues.is_empty() {
        let n = dice.below(queues.len());
        match queues[n].next() {
            Some(record) => out.push(record.as_str()),
            None => drop(queues.swap_remove(n)),
        }
    }
    format!("{{\"Records\":[{}]}}", out.join(","))
}

async fn counted(db: &Db<Store>) -> BTreeMap<String, (u64, u64)> {
    let mut totals = BTreeMap::new();
    for customer in CUSTOMERS {
        let days = Day::of_customer(customer).all(db).await.unwrap();
        for day in days.into_iter().filter(|day: &Day| day.orders > 0) {
            totals.insert(customer.to_owned(), (day.orders, day.cents));
        }
    }
    totals
}

#[tokio::test]
async fn what_a_killed_projector_counts_is_exact_when_its_batch_comes_again_three_times() {
    for seed in 1..=2 {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ seed);
        let engine = Engine::memory().unwrap();
        let db = stocked(&engine).await;
        let totals = trade(&db, &mut dice).await;
        let records = engine.stream_records("Store").unwrap();
        let endpoint = Endpoint::start(&engine);
        let url = endpoint.url();
        let variables = [("DYNAMODB_ENDPOINT", url.as_str())];
        let start = || Lambda::start(Command::new(env!("CARGO_BIN_EXE_projector")), &variables);

        for _ in 0..3 {
            let death = endpoint.requests_about("$once") + 1 + dice.below(15);
            let lambda = start();
            lambda.begin(&shuffled(&records, &mut dice), Duration::from_secs(10));
            let begun = Instant::now();
            while endpoint.requests_about("$once") < death {
                assert!(begun.elapsed() < Duration::from_secs(20), "it does nothing");
                std::thread::sleep(Duration::from_micros(200));
            }
            drop(lambda); // killed
        }
        assert!(!counted(&db).await.is_empty(), "it died before it began");

        let lambda = start();
        for _ in 0..3 {
            let answer = lambda.invoke(&shuffled(&records, &mut dice));
            assert_eq!(answer, Posted::Response(json!({ "batchItemFailures": [] })));
            assert_eq!(counted(&db).await, totals, "seed {seed}");
        }
    }
}
