//! The answer to Lambda: which record is named, and when the invocation fails.

use std::time::Duration;

use dynamo_orm::stream::{
    Change, DeadLetter, Deadline, Failure, FirstFailure, Inserted, Record, Router,
};
use serde_json::json;

use crate::event::{ALL_DONE, batch, failed_at, image, insert, keys, record};
use crate::model::{Log, Order, Shop, order};

/// Fails, panics or waits as the order's note says.
async fn obey(log: Log, note: Option<String>, id: String) -> Result<(), Failure> {
    match note.as_deref() {
        Some("fail") => return Err(Failure::transient("told to")),
        Some("refuse") => return Err(Failure::permanent("told to refuse")),
        Some("panic") => panic!("told to panic"),
        Some("slow") => tokio::time::sleep(Duration::from_millis(400)).await,
        _ => {}
    }
    log.add(id);
    Ok(())
}

fn router(log: &Log) -> Router<'static, Shop> {
    let log = log.clone();
    Router::new().on_insert(move |order: Record<Inserted<Order>>| {
        let Order { note, id, .. } = order.change.new;
        obey(log.clone(), note, id)
    })
}

fn noted(id: &str, note: &str) -> Order {
    let mut order = order(id, "ada", 1);
    order.note = Some(note.to_owned());
    order
}

async fn answer(router: &Router<'_, Shop>, event: &str) -> String {
    let answer = router.handle(event, Deadline::none()).await.unwrap();
    assert_eq!(serde_json::to_string(&answer).unwrap(), answer.to_json());
    answer.to_json()
}

#[tokio::test]
async fn a_batch_that_is_done_has_no_failures() {
    let log = Log::default();
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &order("b", "ada", 1)),
    ]);
    assert_eq!(answer(&router(&log), &event).await, ALL_DONE);
    assert_eq!(log.lines(), ["a", "b"]);
    assert_eq!(answer(&router(&log), r#"{"Records":[]}"#).await, ALL_DONE);
}

#[tokio::test]
async fn only_the_first_failed_sequence_number_is_reported_and_nothing_behind_it_runs() {
    let log = Log::default();
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &noted("b", "fail")),
        insert(3, &noted("c", "fail")),
        insert(4, &order("d", "ada", 1)),
    ]);
    assert_eq!(answer(&router(&log), &event).await, failed_at(2));
    assert_eq!(log.lines(), ["a"]);
}

#[tokio::test]
async fn the_first_failure_is_the_first_of_the_batch_however_its_number_sorts() {
    let log = Log::default();
    // As text "1000…" sorts before "9…"; the batch's order counts.
    let mut first = insert(0, &noted("a", "fail"));
    first["dynamodb"]["SequenceNumber"] = json!("999");
    let mut second = insert(1, &noted("b", "fail"));
    second["dynamodb"]["SequenceNumber"] = json!("1000");
    let router = router(&log).concurrency(4.try_into().unwrap());
    let answer = answer(&router, &batch(&[first, second])).await;
    assert_eq!(
        answer,
        r#"{"batchItemFailures":[{"itemIdentifier":"999"}]}"#
    );
}

#[tokio::test]
async fn a_record_that_cannot_be_read_fails_alone() {
    let log = Log::default();
    let mut odd = image(&order("b", "ada", 1));
    odd["x"] = json!({"Q": "1"});
    odd["cents"] = json!({"S": "no number"});
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        record(2, keys("b"), None, Some(odd)),
        insert(3, &order("c", "ada", 1)),
    ]);
    assert_eq!(answer(&router(&log), &event).await, failed_at(2));
    assert_eq!(log.lines(), ["a"]);
}

#[tokio::test]
async fn a_panic_is_the_failure_of_its_record() {
    let log = Log::default();
    let failures = Log::default();
    let seen = failures.clone();
    let router = router(&log).on_failure(move |record, failure| {
        seen.add(format!("{} {failure}", record.event_id().unwrap()));
    });
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &noted("b", "panic")),
    ]);
    assert_eq!(answer(&router, &event).await, failed_at(2));
    assert_eq!(failures.lines(), ["e2 the handler panicked: told to panic"]);
    assert_eq!(log.lines(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn before_the_deadline_what_is_done_is_told() {
    let log = Log::default();
    let event = batch(&[
        insert(1, &noted("a", "slow")),
        insert(2, &noted("b", "slow")),
        insert(3, &noted("c", "slow")),
    ]);
    let deadline = Deadline::within(Duration::from_millis(1200));
    let router = router(&log).margin(Duration::from_millis(200));
    let answer = router.handle(&event, deadline).await.unwrap();
    assert_eq!(answer.to_json(), failed_at(3));
    assert_eq!(log.take(), ["a", "b"]);
    assert!(deadline.left().unwrap() >= Duration::from_millis(200));
    // No time at all: nothing is begun.
    let over = Deadline::within(Duration::ZERO);
    let answer = router.handle(&event, over).await.unwrap();
    assert_eq!(answer.to_json(), failed_at(1));
    assert!(log.lines().is_empty());
}

#[tokio::test]
async fn without_a_sequence_number_the_invocation_fails_before_anything_is_done() {
    let log = Log::default();
    let good = insert(1, &order("a", "ada", 1));
    for bad in [
        json!({"eventID": "x"}),
        json!(7),
        json!({"dynamodb": {"SequenceNumber": ""}}),
    ] {
        let event = batch(&[good.clone(), bad]);
        let error = router(&log)
            .process(&event, Deadline::none())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), dynamo_orm::ErrorKind::InvalidRequest);
    }
    assert!(router(&log).process("{}", Deadline::none()).await.is_err());
    assert!(router(&log).process("[", Deadline::none()).await.is_err());
    assert!(log.lines().is_empty());
}

#[tokio::test]
async fn what_one_function_refuses_for_good_is_given_to_the_others() {
    let log = Log::default();
    let seen = log.clone();
    let letters = Log::default();
    let put = letters.clone();
    let router = Router::<Shop>::new()
        .on(|_: Record<Change<Order>>| async { Err(Failure::permanent("never")) })
        .on(move |order: Record<Change<Order>>| {
            let seen = seen.clone();
            async move {
                seen.add(order.change.new_item().unwrap().id.clone());
                Ok(())
            }
        })
        .dead_letters(move |letter: DeadLetter| {
            let put = put.clone();
            async move {
                put.add(letter.reason().to_owned());
                Ok(())
            }
        });
    let event = batch(&[insert(1, &order("a", "ada", 1))]);
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!((outcome.dead_lettered, outcome.checkpoint), (1, None));
    assert_eq!(log.lines(), ["a"]);
    assert_eq!(letters.lines(), ["never"]);
}

#[tokio::test]
async fn what_can_never_succeed_goes_to_the_dead_letters_and_the_next_follows() {
    let (log, letters) = (Log::default(), Log::default());
    let seen = letters.clone();
    let router = router(&log).dead_letters(move |letter: DeadLetter| {
        let seen = seen.clone();
        async move {
            seen.add(format!(
                "{}: {}",
                letter.record().event_id().unwrap(),
                letter.reason()
            ));
            assert!(letter.record().as_json().contains("SequenceNumber"));
            Ok(())
        }
    });
    let mut nameless = insert(3, &order("c", "ada", 1));
    nameless["eventName"] = json!("FROBNICATE");
    let event = batch(&[
        insert(1, &noted("a", "refuse")),
        record(2, keys("b"), None, Some(json!({"PK": {"Q": "x"}}))),
        nameless,
        insert(4, &order("d", "ada", 1)),
    ]);
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!((outcome.dead_lettered, outcome.processed), (3, 1));
    assert_eq!(outcome.checkpoint, None);
    assert_eq!(letters.lines().len(), 3);
    assert_eq!(letters.lines()[0], "e1: told to refuse");
    assert!(letters.lines()[2].contains("eventName"));
    assert_eq!(log.lines(), ["d"]);
}

#[tokio::test]
async fn a_dead_letter_that_cannot_be_put_away_is_not_lost() {
    let log = Log::default();
    let broken = |_: DeadLetter| async { Err(Failure::permanent("the queue is gone")) };
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &noted("b", "refuse")),
    ]);
    assert_eq!(
        answer(&router(&log).dead_letters(broken), &event).await,
        failed_at(2)
    );
    // And without any place for it.
    assert_eq!(answer(&router(&log), &event).await, failed_at(2));
}

#[tokio::test]
async fn a_first_record_that_fails_can_fail_the_invocation_so_that_lambda_bisects() {
    let log = Log::default();
    let router = router(&log).first_failure(FirstFailure::FailInvocation);
    let bad = insert(1, &noted("a", "fail"));
    let good = insert(2, &order("b", "ada", 1));
    let event = batch(&[bad.clone(), good.clone()]);
    let error = router.process(&event, Deadline::none()).await.unwrap_err();
    assert!(error.to_string().contains("told to"), "{error}");
    // Alone it is a checkpoint, and so it is behind another.
    assert_eq!(
        answer(&router, &batch(std::slice::from_ref(&bad))).await,
        failed_at(1)
    );
    assert_eq!(answer(&router, &batch(&[good, bad])).await, failed_at(1));
}

/// An error of a handler's own around one of the library.
#[derive(Debug)]
struct Wrapped(dynamo_orm::Error);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("while indexing")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test]
async fn errors_of_the_library_know_whether_another_attempt_helps() {
    let invalid = dynamo_orm::stream::records("{}").unwrap_err();
    assert!(Failure::from(invalid).is_permanent());
    assert!(!Failure::from(std::io::Error::other("x")).is_permanent());
    let within = dynamo_orm::stream::records("{}").unwrap_err();
    assert!(Failure::from(Wrapped(within)).is_permanent());
    let log = Log::default();
    let event = batch(&[insert(1, &order("a", "ada", 1))]);
    let router = Router::<Shop>::new().on(|order: Record<Change<Order>>| async move {
        order.key_of::<crate::model::Session>()?;
        Ok(())
    });
    let seen = log.clone();
    let router = router.dead_letters(move |letter: DeadLetter| {
        seen.add(letter.reason());
        async { Ok(()) }
    });
    assert_eq!(answer(&router, &event).await, ALL_DONE);
    assert!(log.lines()[0].contains("Session"), "{:?}", log.lines());
}
