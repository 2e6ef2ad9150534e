//! Tumbling windows: the state that goes from batch to batch covers exactly what is acknowledged.

use std::collections::BTreeMap;
use std::sync::Mutex;

use dynamo_orm::stream::{Change, Closed, Deadline, Failure, NotWritten, Record, Router, Windowed};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::event::{failed_at, insert, sequence};
use crate::model::{Log, Order, Session, Shop, order};

/// Orders and cents by customer.
#[derive(Serialize, Deserialize, Default, Debug, PartialEq, Clone)]
struct Sales {
    by: BTreeMap<String, (u32, i64)>,
}

fn add(sales: &mut Sales, record: &Record<Change<Order>>) {
    let Some(order) = record.change.new_item() else {
        return;
    };
    let entry = sales.by.entry(order.customer.clone()).or_default();
    entry.0 += 1;
    assert_ne!(order.note.as_deref(), Some("panic"), "half way");
    entry.1 += order.cents;
}

fn sales(log: &Log) -> Windowed<'_, Shop, Sales> {
    Router::new()
        .concurrency(2.try_into().unwrap())
        .on(|order: Record<Change<Order>>| async move {
            match order.change.new_item().and_then(|o| o.note.as_deref()) {
                Some("fail") => Err(Failure::transient("told to")),
                Some("refuse") => Err(Failure::permanent("told to")),
                _ => Ok(()),
            }
        })
        .dead_letters(|_| async { Ok(()) })
        .window::<Sales>()
        .fold(add)
        .close(move |closed: Closed<Sales>| async move {
            let once = closed.once("close");
            log.add(format!("{:?} {} {once:?}", closed.state.by, closed.early));
            if closed.state.by.contains_key("nobody") {
                return Err(Failure::transient("told to"));
            }
            Ok(())
        })
}

fn noted(id: &str, note: &str) -> Order {
    let mut order = order(id, "ada", 1);
    order.note = Some(note.to_owned());
    order
}

fn event(records: &[Value], state: &Value, last: bool, early: bool) -> String {
    json!({"Records": records, "state": state, "shardId": "shard-1", "eventSourceARN": "stream",
        "window": {"start": "2026-05-06T12:00:00Z", "end": "2026-05-06T12:02:00.5Z"},
        "isFinalInvokeForWindow": last, "isWindowTerminatedEarly": early})
    .to_string()
}

async fn answer(windowed: &Windowed<'_, Shop, Sales>, event: &str) -> Value {
    let answer = windowed.handle(event, Deadline::none()).await.unwrap();
    serde_json::from_str(&answer.to_json()).unwrap()
}

#[tokio::test]
async fn the_state_goes_from_batch_to_batch() {
    let log = Log::default();
    let windowed = sales(&log);
    let first = event(
        &[insert(1, &order("a", "ada", 5))],
        &json!({}),
        false,
        false,
    );
    let first = answer(&windowed, &first).await;
    assert_eq!(
        first,
        json!({"state": {"by": {"ada": [1, 5]}}, "batchItemFailures": []})
    );
    let records = [
        insert(2, &order("b", "ada", 7)),
        insert(3, &order("c", "bob", 1)),
    ];
    let second = answer(&windowed, &event(&records, &first["state"], false, false)).await;
    assert_eq!(
        second["state"],
        json!({"by": {"ada": [2, 12], "bob": [1, 1]}})
    );
    assert!(log.take().is_empty());
    // The last invocation may have no records, or no list of them.
    let last = event(&[], &second["state"], true, false);
    let without = last.replacen(r#""Records":[],"#, "", 1);
    assert_ne!(last, without);
    for last in [last, without] {
        let last = answer(&windowed, &last).await;
        assert_eq!(last, json!({"state": {"by": {}}, "batchItemFailures": []}));
    }
    let closed = log.take();
    assert_eq!(closed.len(), 2);
    assert_eq!(closed[0], closed[1]);
    assert!(
        closed[0].starts_with(r#"{"ada": (2, 12), "bob": (1, 1)} false"#),
        "{closed:?}"
    );
    assert!(
        closed[0].contains("shard-1@2026-05-06T12:00:00Z@none"),
        "{closed:?}"
    );
}

#[tokio::test]
async fn the_state_covers_what_is_acknowledged() {
    let log = Log::default();
    let windowed = sales(&log);
    let state = json!({"by": {"ada": [1, 5]}});
    let of = |second: Order| {
        let records = [
            insert(1, &order("a", "ada", 1)),
            insert(2, &second),
            insert(3, &order("c", "ada", 1)),
        ];
        event(&records, &state, false, false)
    };
    for note in ["fail", "panic"] {
        let answer = windowed
            .handle(&of(noted("b", note)), Deadline::none())
            .await
            .unwrap();
        let text = answer.to_json();
        assert_eq!(
            text,
            failed_at(2).replacen('{', r#"{"state":{"by":{"ada":[2,6]}},"#, 1)
        );
    }
    // Another function has refused it for good; it is put away, and counted here.
    let refused = answer(&windowed, &of(noted("b", "refuse"))).await;
    assert_eq!(
        refused,
        json!({"state": {"by": {"ada": [4, 8]}}, "batchItemFailures": []})
    );
}

#[tokio::test]
async fn a_window_that_is_ended_early_is_closed_and_begins_anew() {
    let log = Log::default();
    let windowed = sales(&log);
    let state = json!({"by": {"ada": [1, 5]}});
    let early = event(&[insert(1, &order("a", "ada", 1))], &state, false, true);
    let early = answer(&windowed, &early).await;
    assert_eq!(early["state"], json!({"by": {}}));
    assert!(log.take()[0].starts_with(r#"{"ada": (2, 6)} true"#));
}

#[tokio::test]
async fn the_last_batch_of_a_window_is_processed_wholly_or_not_at_all() {
    let log = Log::default();
    let windowed = sales(&log);
    let records = [
        insert(1, &order("a", "ada", 1)),
        insert(2, &noted("b", "fail")),
    ];
    let last = event(&records, &json!({}), true, false);
    let error = windowed.handle(&last, Deadline::none()).await.unwrap_err();
    assert!(error.to_string().contains(&sequence(2)), "{error}");
    assert!(log.take().is_empty());
    // So is the close.
    let last = event(&[], &json!({"by": {"nobody": [0, 0]}}), true, false);
    assert!(windowed.handle(&last, Deadline::none()).await.is_err());
}

#[tokio::test]
async fn a_state_that_is_too_large_or_does_not_fit_is_an_error() {
    let windowed = Router::<Shop>::new()
        .window::<String>()
        .fold(|text: &mut String, _: &Record<Change<Order>>| text.push_str(&"x".repeat(600_000)));
    let one = event(
        &[insert(1, &order("a", "ada", 1))],
        &json!(null),
        false,
        false,
    );
    let answer = windowed.handle(&one, Deadline::none()).await.unwrap();
    let answer: Value = serde_json::from_str(&answer.to_json()).unwrap();
    // Lambda's states are objects.
    assert_eq!(answer["state"]["$value"].as_str().unwrap().len(), 600_000);
    let two = event(
        &[insert(2, &order("b", "ada", 1))],
        &answer["state"],
        false,
        false,
    );
    let error = windowed.handle(&two, Deadline::none()).await.unwrap_err();
    assert!(error.to_string().contains("1200013 bytes"), "{error}");
    let log = Log::default();
    let other = event(&[], &json!({"by": 7}), false, false);
    let error = sales(&log)
        .handle(&other, Deadline::none())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("does not fit"), "{error}");
    let none = sales(&log)
        .handle(r#"{"Records":[]}"#, Deadline::none())
        .await;
    assert!(
        none.unwrap_err()
            .to_string()
            .contains("TumblingWindowInSeconds")
    );
}

#[tokio::test]
async fn several_entities_are_folded_in_the_order_of_the_batch() {
    let windowed = Router::<Shop>::new()
        .window::<Vec<String>>()
        .fold(|all: &mut Vec<String>, order: &Record<Change<Order>>| {
            all.push(order.sequence_number().unwrap().to_owned());
        })
        .fold(|all: &mut Vec<String>, session: &Record<Change<Session>>| {
            all.push(session.sequence_number().unwrap().to_owned());
        });
    let session = |number| {
        let keys = json!({"PK": {"S": "SESSION#s"}, "SK": {"S": "SESSION"}});
        let image = json!({"PK": {"S": "SESSION#s"}, "SK": {"S": "SESSION"}, "_type": {"S": "Session"},
            "id": {"S": "s"}, "expires": {"N": "1"}});
        crate::event::record(number, keys, None, Some(image))
    };
    let records = [session(1), insert(2, &order("a", "ada", 1)), session(3)];
    let event = event(&records, &json!({}), false, false);
    let (outcome, answer) = windowed.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(outcome.processed, 3);
    let expected = json!({"$value": [sequence(1), sequence(2), sequence(3)]});
    assert_eq!(
        serde_json::from_str::<Value>(answer.state.get()).unwrap(),
        expected
    );
}

#[tokio::test]
async fn what_is_not_written_is_not_in_the_state() {
    let windowed = Router::<Shop>::new()
        .collect(
            |order: Record<Change<Order>>| Ok(order.change.new_item().map(|o| o.id.clone())),
            |_| async { Err(NotWritten::from(1, Failure::transient("full"))) },
        )
        .window::<Sales>()
        .fold(add);
    let records = [
        insert(1, &order("a", "ada", 1)),
        insert(2, &order("b", "ada", 1)),
    ];
    let answer = answer(&windowed, &event(&records, &json!({}), false, false)).await;
    assert_eq!(answer["state"], json!({"by": {"ada": [1, 1]}}));
    let failures = json!([{"itemIdentifier": sequence(2)}]);
    assert_eq!(answer["batchItemFailures"], failures);
}

proptest! {
    #[test]
    fn a_window_sums_up_every_record_once_wherever_batches_fail(
        notes in proptest::collection::vec(prop_oneof![4 => Just(""), 1 => Just("fail"), 1 => Just("panic")], 1..20),
        sizes in proptest::collection::vec(1usize..6, 40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let log = Log::default();
            let windowed = sales(&log);
            let (mut acknowledged, mut state) = (0, json!({}));
            let notes = Mutex::new(notes);
            for size in sizes {
                let all = notes.lock().unwrap().clone();
                let records: Vec<Value> = all
                    .iter()
                    .enumerate()
                    .skip(acknowledged)
                    .take(size)
                    .map(|(n, note)| insert(n, &noted(&format!("o{n}"), note)))
                    .collect();
                let answer = answer(&windowed, &event(&records, &state, false, false)).await;
                state = answer["state"].clone();
                acknowledged = match answer["batchItemFailures"][0]["itemIdentifier"].as_str() {
                    None => acknowledged + records.len(),
                    Some(number) => (0..all.len()).find(|n| sequence(*n) == number).unwrap(),
                };
                let sums: Sales = serde_json::from_value(state.clone()).unwrap();
                let (orders, cents) = sums.by.get("ada").copied().unwrap_or_default();
                prop_assert_eq!((orders as usize, cents), (acknowledged, i64::from(orders)));
                // What failed once does not fail for ever.
                if let Some(first) = notes.lock().unwrap().get_mut(acknowledged) {
                    *first = "";
                }
            }
            prop_assert_eq!(acknowledged, notes.lock().unwrap().len());
            Ok(())
        })?;
    }
}
