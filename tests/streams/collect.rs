//! What a batch gives together: written before the answer, and nothing acknowledged that is not written.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dynamo_orm::stream::{Change, Deadline, Failure, NotWritten, Outcome, Record, Router};
use proptest::prelude::*;

use crate::event::{ALL_DONE, batch, failed_at, insert, sequence};
use crate::model::{Log, Order, Shop, order};

/// A handler that fails or waits as the order's note says, and the ids of the orders, written together.
fn router<'a, F>(write: impl Fn(Vec<Record<String>>) -> F + Send + Sync + 'a) -> Router<'a, Shop>
where
    F: Future<Output = Result<(), NotWritten>> + Send + 'a,
{
    Router::new()
        .concurrency(3.try_into().unwrap())
        .on(|order: Record<Change<Order>>| async move {
            let note = order.change.new_item().and_then(|o| o.note.clone());
            match note.as_deref() {
                Some("fail") => Err(Failure::transient("told to")),
                Some("slow") => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Ok(())
                }
                _ => Ok(()),
            }
        })
        .collect(
            |order: Record<Change<Order>>| Ok(order.change.new_item().map(|o| o.id.clone())),
            write,
        )
}

fn noted(id: &str, note: &str) -> Order {
    let mut order = order(id, "ada", 1);
    order.note = Some(note.to_owned());
    order
}

fn ids(values: &[Record<String>]) -> String {
    let ids: Vec<&str> = values.iter().map(|v| &*v.change).collect();
    ids.join(" ")
}

async fn process(router: &Router<'_, Shop>, event: &str) -> Outcome {
    router.process(event, Deadline::none()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_a_batch_gave_is_written_together_in_its_order() {
    let log = Log::default();
    let router = router(|values| {
        log.add(ids(&values));
        async { Ok(()) }
    });
    let event = batch(&[
        insert(1, &noted("a", "slow")),
        insert(2, &order("b", "ada", 1)),
        insert(3, &order("c", "ada", 1)),
    ]);
    let outcome = process(&router, &event).await;
    assert_eq!(outcome.response().to_json(), ALL_DONE);
    assert_eq!(log.take(), ["a b c"]);
    // Nothing taken, nothing written.
    process(&router, r#"{"Records":[]}"#).await;
    assert_eq!(log.take(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_written_is_the_checkpoint() {
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &order("b", "ada", 1)),
        insert(3, &order("c", "ada", 1)),
    ]);
    let nothing = router(|_| async { Err(std::io::Error::other("full"))? });
    let outcome = process(&nothing, &event).await;
    assert_eq!(outcome.response().to_json(), failed_at(1));
    assert_eq!((outcome.processed, outcome.failed), (3, 1));
    let some = router(|_| async { Err(NotWritten::from(2, std::io::Error::other("full"))) });
    let outcome = process(&some, &event).await;
    assert_eq!(outcome.response().to_json(), failed_at(3));
    // A failure that is said to be permanent gives up nothing, either.
    let permanent = router(|_| async { Err(Failure::permanent("no such bucket"))? });
    let outcome = process(&permanent, &event).await;
    assert_eq!(outcome.response().to_json(), failed_at(1));
}

#[tokio::test]
async fn the_first_record_that_gave_something_is_the_checkpoint_not_those_that_gave_nothing() {
    let router = Router::<Shop>::new().collect(
        |order: Record<Change<Order>>| {
            let dear = order.change.new_item().filter(|o| o.cents > 1);
            Ok(dear.map(|o| o.id.clone()))
        },
        |_| async { Err(std::io::Error::other("full"))? },
    );
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &order("b", "ada", 2)),
    ]);
    let outcome = process(&router, &event).await;
    assert_eq!(outcome.response().to_json(), failed_at(2));
    assert_eq!(outcome.unhandled, 1);
}

#[tokio::test]
async fn what_comes_again_behind_a_failure_is_not_written() {
    let log = Log::default();
    let router = router(|values| {
        log.add(ids(&values));
        async { Ok(()) }
    });
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &noted("b", "fail")),
        insert(3, &order("c", "ada", 1)),
    ]);
    let outcome = process(&router, &event).await;
    assert_eq!(outcome.response().to_json(), failed_at(2));
    assert_eq!(log.take(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn there_is_time_left_to_write() {
    let log = Log::default();
    let written = log.clone();
    let router = router(move |values| {
        let log = written.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(1500)).await;
            log.add(ids(&values));
            Ok(())
        }
    });
    let slow: Vec<_> = (1..=30)
        .map(|n| insert(n, &noted(&n.to_string(), "slow")))
        .collect();
    // Three at a time and a second each, until two and a half seconds before the end.
    let deadline = Deadline::within(Duration::from_millis(6700));
    let outcome = router.process(&batch(&slow), deadline).await.unwrap();
    assert_eq!(outcome.checkpoint, Some(sequence(13)));
    assert_eq!(log.take(), ["1 2 3 4 5 6 7 8 9 10 11 12"]);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_panics_or_has_no_time_acknowledges_nothing() {
    let event = batch(&[insert(1, &order("a", "ada", 1))]);
    let panics = router(|_| async { panic!("told to") });
    let outcome = process(&panics, &event).await;
    assert_eq!(outcome.checkpoint, Some(sequence(1)));
    let hangs = router(|_| std::future::pending());
    let deadline = Deadline::within(Duration::from_secs(5));
    let outcome = hangs.process(&event, deadline).await.unwrap();
    assert_eq!(outcome.checkpoint, Some(sequence(1)));
}

/// Whether a write is carried out in part, fails, or is the last thing the function does.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Writes,
    Fails(usize),
    DiesBefore,
    DiesAfter,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Writes),
        (0usize..6).prop_map(Fate::Fails),
        Just(Fate::DiesBefore),
        Just(Fate::DiesAfter),
    ]
}

proptest! {
    #[test]
    fn nothing_that_is_acknowledged_is_lost(
        fails in proptest::collection::vec(proptest::bool::weighted(0.2), 1..12),
        fates in proptest::collection::vec(fate(), 0..10),
    ) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let kept: Arc<Mutex<BTreeSet<String>>> = Arc::default();
            let mut acknowledged = 0;
            let mut fates = fates.into_iter();
            let mut fails = fails;
            for _ in 0..100 {
                let fate = fates.next().unwrap_or(Fate::Writes);
                let all = kept.clone();
                let router = router(move |values| {
                    let all = all.clone();
                    async move {
                        if matches!(fate, Fate::DiesBefore) {
                            std::future::pending::<()>().await;
                        }
                        let until = match fate {
                            Fate::Fails(until) => until.min(values.len()),
                            _ => values.len(),
                        };
                        let written = values.iter().take(until).map(|v| v.change.clone());
                        all.lock().unwrap().extend(written);
                        match fate {
                            Fate::DiesAfter => std::future::pending().await,
                            Fate::Fails(_) => {
                                Err(NotWritten::from(until, std::io::Error::other("full")))
                            }
                            _ => Ok(()),
                        }
                    }
                });
                let records: Vec<_> = fails
                    .iter()
                    .enumerate()
                    .skip(acknowledged)
                    .map(|(n, fails)| {
                        let note = if *fails { "fail" } else { "" };
                        insert(n, &noted(&format!("o{n}"), note))
                    })
                    .collect();
                let event = batch(&records);
                let processed = router.process(&event, Deadline::none());
                let outcome = tokio::time::timeout(Duration::from_mins(15), processed).await;
                if let Ok(outcome) = outcome {
                    let checkpoint = outcome.unwrap().checkpoint;
                    let number = (0..fails.len()).find(|n| Some(sequence(*n)) == checkpoint);
                    acknowledged = number.unwrap_or(fails.len());
                }
                for n in 0..acknowledged {
                    prop_assert!(kept.lock().unwrap().contains(&format!("o{n}")), "{n} is lost");
                }
                // What failed once does not fail for ever.
                if let Some(first) = fails.get_mut(acknowledged) {
                    *first = false;
                }
            }
            prop_assert_eq!(acknowledged, fails.len());
            Ok(())
        })?;
    }
}
