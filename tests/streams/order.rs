//! Order: kept for each item, and side by side for different ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dynamo_orm::stream::{Change, Deadline, Failure, Record, Router};
use serde_json::Value;

use crate::event::{batch, failed_at, insert, modify};
use crate::model::{Log, Order, Shop, order};

/// Orders `a` to `d`, each changed in turn: the amounts are the positions in the batch.
fn rounds(rounds: usize) -> Vec<Value> {
    let mut records = Vec::new();
    for round in 0..rounds {
        for id in ["a", "b", "c", "d"] {
            let number = i64::try_from(records.len()).unwrap();
            let new = order(id, "ada", number);
            records.push(match round {
                0 => insert(records.len(), &new),
                _ => modify(records.len(), &order(id, "ada", number - 4), &new),
            });
        }
    }
    records
}

#[tokio::test(start_paused = true)]
async fn records_of_one_item_run_in_order_while_other_items_run_beside_them() {
    let log = Log::default();
    let seen = log.clone();
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&running), Arc::clone(&most));
    let router = Router::<Shop>::new().concurrency(3.try_into().unwrap()).on(
        move |order: Record<Change<Order>>| {
            let (seen, now, peak) = (seen.clone(), Arc::clone(&now), Arc::clone(&peak));
            async move {
                let new = order.change.new_item().unwrap();
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let wait = if new.id == "a" { 50 } else { 1 };
                tokio::time::sleep(Duration::from_millis(wait)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                seen.add(format!("{} {:03}", new.id, new.cents));
                Ok(())
            }
        },
    );
    let outcome = router
        .process(&batch(&rounds(5)), Deadline::none())
        .await
        .unwrap();
    assert_eq!((outcome.processed, outcome.checkpoint), (20, None));
    assert_eq!(most.load(Ordering::SeqCst), 3);
    let lines = log.lines();
    assert_ne!(lines[0], "a 000", "the slow item holds nobody up");
    for id in ["a", "b", "c", "d"] {
        let of: Vec<&String> = lines.iter().filter(|line| line.starts_with(id)).collect();
        assert!(of.is_sorted() && of.len() == 5, "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_stops_at_its_failure_and_the_checkpoint_is_the_first_not_done() {
    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Shop>::new().concurrency(4.try_into().unwrap()).on(
        move |order: Record<Change<Order>>| {
            let seen = seen.clone();
            async move {
                let new = order.change.new_item().unwrap();
                // `a` is slow, so that position 4 is reached long after position 6 failed.
                let wait = if new.id == "a" { 50 } else { 1 };
                tokio::time::sleep(Duration::from_millis(wait)).await;
                if new.cents == 6 {
                    return Err(Failure::transient("no"));
                }
                seen.add(format!("{}", new.cents));
                Ok(())
            }
        },
    );
    let answer = router
        .handle(&batch(&rounds(4)), Deadline::none())
        .await
        .unwrap();
    assert_eq!(answer.to_json(), failed_at(6));
    let done: Vec<i64> = log
        .lines()
        .iter()
        .map(|line| line.parse().unwrap())
        .collect();
    for before in 0..6 {
        assert!(done.contains(&before), "{done:?}");
    }
    // Of the failed item nothing later was begun.
    assert!(!done.contains(&10) && !done.contains(&14), "{done:?}");
}

#[tokio::test]
async fn one_key_written_in_two_ways_is_one_item() {
    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Shop>::new().concurrency(2.try_into().unwrap()).on(
        move |order: Record<Change<Order>>| {
            let seen = seen.clone();
            async move {
                let cents = order.change.new_item().map(|o| o.cents);
                if cents == Some(1) {
                    tokio::task::yield_now().await;
                }
                seen.add(format!("{cents:?}"));
                Ok(())
            }
        },
    );
    let first = insert(1, &order("a", "ada", 1));
    let second = modify(2, &order("a", "ada", 1), &order("a", "ada", 2));
    // The members of `Keys` in another order, and with an escape.
    let text = second.to_string().replace(
        r#""Keys":{"PK":{"S":"ORDER#a"},"SK":{"S":"ORDER"}}"#,
        r#""Keys":{ "SK":{"S":"\u004fRDER"},"PK":{"S":"ORDER#a"}}"#,
    );
    assert!(text.contains("u004f"));
    let event = format!("[{first},{text}]");
    router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(log.lines(), ["Some(1)", "Some(2)"]);
}
