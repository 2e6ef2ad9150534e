//! Work that is done once for each key.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Idempotency, Interrupted};
use dynamo_orm_tests::{instant, partition_keys, table};
use serde::{Deserialize, Serialize};

use crate::model::Shop;

/// A clock that is moved by hand.
#[derive(Clone, Default)]
struct Clock(Arc<AtomicU64>);

impl Clock {
    fn on(&self, db: Db<Shop>) -> Db<Shop> {
        let now = Arc::clone(&self.0);
        db.with_clock(move || -> SystemTime { instant(now.load(Ordering::SeqCst)) })
    }

    fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Receipt {
    number: u64,
    lines: Vec<Option<String>>,
}

fn receipt(number: u64) -> Receipt {
    Receipt {
        number,
        lines: vec![None, Some("tea".to_owned())],
    }
}

fn give(number: u64) -> Ready<Result<Receipt, Infallible>> {
    ready(Ok(receipt(number)))
}

#[tokio::test]
async fn a_result_is_kept_and_given_again_until_it_expires() {
    let clock = Clock::default();
    let db = clock.on(table().await);
    let pay = Idempotency::new(&db, "pay").keep_for(Duration::from_mins(1));
    assert_eq!(pay.run("k", &(), || give(1)).await.unwrap(), receipt(1));
    assert_eq!(pay.run("k", &(), || give(2)).await.unwrap(), receipt(1));
    // Another key, and another scope.
    assert_eq!(pay.run("l", &(), || give(3)).await.unwrap(), receipt(3));
    let refund = Idempotency::new(&db, "refund");
    assert_eq!(refund.run("k", &(), || give(4)).await.unwrap(), receipt(4));
    // Its time is compared: the item itself is still there.
    clock.forward(61);
    assert_eq!(pay.run("k", &(), || give(5)).await.unwrap(), receipt(5));
}

#[tokio::test]
async fn nothing_is_a_result_too() {
    let db: Db<Shop> = table().await;
    let pay = Idempotency::new(&db, "pay");
    let nothing = || async { Ok::<Option<u64>, Infallible>(None) };
    assert_eq!(pay.run("k", &(), nothing).await.unwrap(), None);
    let something = || async { Ok::<_, Infallible>(Some(1)) };
    assert_eq!(pay.run("k", &(), something).await.unwrap(), None);
}

#[tokio::test]
async fn work_that_failed_may_be_done_again() {
    let db: Db<Shop> = table().await;
    let pay = Idempotency::new(&db, "pay");
    let failed = pay
        .run("k", &(), || async { Err::<Receipt, _>("no money") })
        .await;
    assert!(matches!(failed, Err(Interrupted::Failed("no money"))));
    assert!(partition_keys(&db).await.is_empty());
    assert_eq!(pay.run("k", &(), || give(2)).await.unwrap(), receipt(2));
}

#[tokio::test]
async fn a_key_with_another_payload_is_refused() {
    let db: Db<Shop> = table().await;
    let pay = Idempotency::new(&db, "pay");
    pay.run("k", &("ada", 1), || give(1)).await.unwrap();
    let other = pay.run("k", &("ada", 2), || give(2)).await;
    assert!(matches!(other, Err(Interrupted::OtherPayload)));
    assert_eq!(
        pay.run("k", &("ada", 1), || give(3)).await.unwrap(),
        receipt(1)
    );
}

#[tokio::test(start_paused = true)]
async fn work_in_progress_is_left_alone_until_its_lease_is_over() {
    let clock = Clock::default();
    let db = clock.on(table().await);
    let pay = Idempotency::new(&db, "pay").lease(Duration::from_secs(10));
    // The function dies inside its work.
    let work = pay.run(
        "k",
        &(),
        std::future::pending::<Result<Receipt, Infallible>>,
    );
    assert!(
        tokio::time::timeout(Duration::from_secs(1), work)
            .await
            .is_err()
    );
    let busy = pay.run("k", &(), || give(2)).await;
    assert!(matches!(busy, Err(Interrupted::InProgress)));
    clock.forward(11);
    // A late first call does not touch what the second one did.
    let late = pay.run("k", &(), || async {
        clock.forward(11);
        assert_eq!(pay.run("k", &(), || give(4)).await.unwrap(), receipt(4));
        give(3).await
    });
    assert_eq!(late.await.unwrap(), receipt(3));
    assert_eq!(pay.run("k", &(), || give(5)).await.unwrap(), receipt(4));
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_its_own() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine);
    let db = Db::<Shop>::new(tap.client(), db.table_name());
    tap.lose_answer("PutItem");
    let pay = Idempotency::new(&db, "pay");
    assert_eq!(pay.run("k", &(), || give(1)).await.unwrap(), receipt(1));
    assert_eq!(tap.calls("PutItem"), 2);
}

#[tokio::test]
async fn the_claim_asks_what_it_has_to() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine);
    let db = Db::<Shop>::new(tap.client(), db.table_name()).with_clock(|| instant(0));
    let pay = Idempotency::new(&db, "pay");
    pay.run("k", &(), || give(1)).await.unwrap();
    let requests = tap.requests();
    let operations: Vec<&str> = requests.iter().map(|r| &*r.operation).collect();
    assert_eq!(operations, ["PutItem", "UpdateItem"]);
    let body: serde_json::Value = serde_json::from_str(&requests[0].body).unwrap();
    assert_eq!(
        body["ConditionExpression"],
        "attribute_not_exists(#PK) OR (#2 = :0 AND #expires < :1) OR (#2 = :2 AND #3 < :3)"
    );
    assert_eq!(body["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    // Seconds for the expiry, milliseconds for the lease.
    assert_eq!(body["Item"]["expires"]["N"], "1767312000");
    assert_eq!(body["Item"]["$lease"]["N"], "1767226500000");
}
