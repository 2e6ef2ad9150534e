//! Any keys, in whatever order and however often, give exactly the stored items, whatever the service leaves undone.

#![expect(
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{BatchGet, BatchWrite, Db, Entity, Key, Lookup, Table, TransactGet};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::block_on;

#[derive(Table, Debug)]
#[table(name = "Pins", pk = "PK", sk(SK: N))]
enum Pins {
    Pin(Pin),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Pins, pk = "BOARD#{board}", sk = "{place}")]
struct Pin {
    board: u8,
    place: i16,
    word: String,
}

/// Leaves keys and writes of batches undone: whether the next one is, and so on round and round.
#[derive(Clone, Debug)]
struct Lazy {
    engine: Engine,
    undone: Arc<Mutex<Vec<bool>>>,
    next: Arc<AtomicUsize>,
}

impl Lazy {
    fn is_next_undone(&self) -> bool {
        let pattern = self.undone.lock().unwrap();
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        pattern.get(n % pattern.len().max(1)) == Some(&true)
    }

    /// Takes away from the list of a request what is to be left undone.
    fn part(&self, list: &mut Value) -> Vec<Value> {
        let all = std::mem::take(list.as_array_mut().unwrap());
        let (left, done): (Vec<_>, Vec<_>) = all.into_iter().partition(|_| self.is_next_undone());
        *list = done.into();
        left
    }
}

fn answer(json: &Value) -> HttpResponse {
    let status = StatusCode::try_from(200).unwrap();
    HttpResponse::new(status, SdkBody::from(json.to_string()))
}

impl HttpClient for Lazy {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Lazy {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap().to_owned();
        let mut body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let tables = &mut body["RequestItems"];
        let (left, list) = if target.ends_with("BatchGetItem") {
            let list = &mut tables["Pins"]["Keys"];
            let left = self.part(list);
            (json!({"UnprocessedKeys": {"Pins": {"Keys": left}}}), list)
        } else if target.ends_with("BatchWriteItem") {
            let list = &mut tables["Pins"];
            let left = self.part(list);
            (json!({"UnprocessedItems": {"Pins": left}}), list)
        } else {
            return self.engine.call(request);
        };
        if list == &json!([]) {
            return HttpConnectorFuture::ready(Ok(answer(&left)));
        }
        *request.body_mut() = SdkBody::from(body.to_string());
        let asked = self.engine.call(request);
        HttpConnectorFuture::new(async move {
            let response = asked.await?;
            let mut done: Value = serde_json::from_slice(response.body().bytes().unwrap()).unwrap();
            for (member, value) in left.as_object().unwrap() {
                done[member] = value.clone();
            }
            Ok(answer(&done))
        })
    }
}

fn key() -> impl Strategy<Value = (u8, i16)> {
    (0u8..3, -20i16..20)
}

fn pin((board, place): (u8, i16)) -> Pin {
    Pin {
        board,
        place,
        word: format!("{board}/{place}"),
    }
}

fn pin_key((board, place): (u8, i16)) -> Key<Pin> {
    Pin::key(board, place)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_stored_is_found_in_every_place(
        stored in prop::collection::btree_set(key(), 0..60),
        asked in prop::collection::vec(key(), 0..150),
        gone in prop::collection::btree_set(key(), 0..10),
        // One in so many is done at least, or nothing would ever end.
        undone in prop::collection::vec(prop::bool::weighted(0.7), 1..7).prop_map(|mut undone| {
            undone.push(false);
            undone
        }),
        concurrency in 1usize..4,
    ) {
        block_on(async {
            tokio::time::pause();
            let engine = Engine::memory().unwrap();
            Db::<Pins>::on_engine(&engine).await.unwrap();
            let lazy = Lazy {
                engine,
                undone: Arc::new(Mutex::new(undone)),
                next: Arc::default(),
            };
            let db = Db::<Pins>::new(Tap::new(lazy).client(), "Pins");

            let pins: Vec<Pin> = stored.iter().copied().map(pin).collect();
            BatchWrite::new().put_all(&pins).concurrency(concurrency).write_all(&db).await.unwrap();
            let keys = gone.iter().copied().map(pin_key);
            BatchWrite::new().delete_all(keys).write_all(&db).await.unwrap();

            let expected: Vec<Option<Pin>> = asked
                .iter()
                .map(|key| (stored.contains(key) && !gone.contains(key)).then(|| pin(*key)))
                .collect();
            let keys: Vec<Key<Pin>> = asked.iter().copied().map(pin_key).collect();
            let read = BatchGet::new(keys.clone()).concurrency(concurrency).load(&db).await.unwrap();
            prop_assert_eq!(&read, &expected);
            let partial = BatchGet::new(keys.clone()).load_partial(&db).await.unwrap();
            let partial: Vec<Option<Pin>> = partial.into_iter().map(Lookup::found).collect();
            prop_assert_eq!(&partial, &expected);
            let different: std::collections::BTreeSet<_> = asked.iter().collect();
            if different.len() <= 100 {
                let read = TransactGet::new(keys).send(&db).await.unwrap();
                prop_assert_eq!(&read, &expected);
            }
            Ok(())
        })?;
    }
}
