//! A function that can die at any request, and whose requests meet those of others in any order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::RawRecord;

/// Stands before the engine: waits a random while before each request, and dies at one of them.
#[derive(Clone, Debug)]
pub(crate) struct Mortal {
    engine: Engine,
    left: Arc<AtomicUsize>,
    random: Arc<AtomicU64>,
}

impl Mortal {
    /// Dies at the request of this number: half of the times before it reaches the table, half of the times after.
    pub(crate) fn new(engine: &Engine, die_at: Option<usize>, seed: u64) -> Self {
        Self {
            engine: engine.clone(),
            left: Arc::new(AtomicUsize::new(die_at.unwrap_or(usize::MAX))),
            random: Arc::new(AtomicU64::new(seed | 1)),
        }
    }

    pub(crate) fn client(&self) -> Client {
        Tap::new(self.clone()).client()
    }

    fn next(&self, below: u64) -> u64 {
        let mut value = self.random.load(Ordering::SeqCst);
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
        self.random.store(value, Ordering::SeqCst);
        (value >> 33) % below
    }
}

impl HttpClient for Mortal {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Mortal {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            for _ in 0..this.next(4) {
                tokio::task::yield_now().await;
            }
            let left = this.left.load(Ordering::SeqCst);
            this.left.store(left.saturating_sub(1), Ordering::SeqCst);
            if left == 0 || (left == 1 && this.next(2) == 0) {
                this.left.store(0, Ordering::SeqCst);
                std::future::pending::<()>().await;
            }
            let answer = this.engine.call(request).await;
            if left == 1 {
                std::future::pending::<()>().await;
            }
            answer
        })
    }
}

/// Mixes the records of different items anew; those of one item keep their order.
pub(crate) fn mixed(records: &[String], seed: u64) -> Vec<String> {
    let mut random = seed | 1;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 33).unwrap()
    };
    let key = |text: &str| RawRecord::parse(text).keys_json().unwrap().to_owned();
    let mut queues: Vec<(String, Vec<String>)> = Vec::new();
    for record in records {
        let key = key(record);
        match queues.iter_mut().find(|(known, _)| *known == key) {
            Some((_, queue)) => queue.push(record.clone()),
            None => queues.push((key, vec![record.clone()])),
        }
    }
    let mut out = Vec::new();
    while !queues.is_empty() {
        let n = next() % queues.len();
        out.push(queues[n].1.remove(0));
        if queues[n].1.is_empty() {
            queues.remove(n);
        }
    }
    out
}
