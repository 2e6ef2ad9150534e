//! `dynamo stream-bridge`: a table's stream for a function on this machine, as Lambda would deliver it.

mod batch;
mod invoke;
mod sink;
mod source;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::http::Url;
use super::{Failure, interrupted};
use crate::stream::lineage::Lineage;
use batch::{Batch, Next, Policy};
use sink::Sink;
use source::{Shard, Source};

/// How often an idle stream is asked, as Lambda does.
const IDLE: Duration = Duration::from_millis(250);
/// The first wait before a batch is delivered again; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Deliver a table's stream to a function on this machine, as Lambda would
///
/// Every record since the stream began is delivered, in batches of one shard, in order, and again until the function has
/// done it: nothing is kept between two runs. A function that cannot be connected to is waited for; one that ends, or does not answer in time,
/// has failed.
#[derive(Debug, Args)]
pub(super) struct Bridge {
    /// The engine: `dynamo local`, DynamoDB Local, or another one that checks no signatures
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    endpoint: Url,
    /// The table, which must have a stream
    #[arg(long)]
    table: String,
    /// Where the function is invoked: `http://127.0.0.1:9000/2015-03-31/functions/function/invocations`
    #[arg(long)]
    function_url: Url,
    /// The most records in one invocation
    #[arg(long, default_value_t = 100, value_parser = RangedU64ValueParser::<u32>::new().range(1..=1000))]
    batch_size: u32,
    /// How long the function may take for a batch, in seconds; then its invocation has failed
    #[arg(long, default_value_t = 900, value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    timeout_seconds: u64,
    /// How often a failed batch is delivered again before it is given up; without it, for ever
    #[arg(long)]
    retries: Option<u32>,
    /// Halve a batch whose invocation failed
    #[arg(long)]
    bisect: bool,
    /// Append what is given up to this file: one JSON line a batch, in the form of Lambda's destinations
    #[arg(long)]
    on_failure: Option<PathBuf>,
    /// Stop at the end of the stream
    #[arg(long)]
    once: bool,
}

impl Bridge {
    pub(super) async fn run(self) -> Result<(), Failure> {
        tokio::select! {
            done = self.deliver_all() => done,
            () = interrupted() => Ok(()),
        }
    }

    async fn deliver_all(&self) -> Result<(), Failure> {
        let source = Source::of_table(&self.endpoint, &self.table).await?;
        let sink = Sink::open(self.on_failure.as_deref())?;
        let mut lineage = Lineage::default();
        let mut shards: BTreeMap<String, Shard> = BTreeMap::new();
        loop {
            for gone in lineage.list(source.shards().await?) {
                shards.remove(&gone);
            }
            let ready: Vec<String> = lineage.ready().map(str::to_owned).collect();
            let mut delivered = false;
            for id in ready {
                let new = || Shard::new(id.clone());
                let shard = shards.entry(id.clone()).or_insert_with(new);
                let records = source.read(shard, self.batch_size).await?;
                // A shard that has just been closed lets its children begin.
                delivered |= !records.is_empty() || shard.is_closed();
                if shard.is_closed() {
                    lineage.finish(&id);
                }
                if !records.is_empty() {
                    let batch = Batch::new(records);
                    self.deliver(&source, &sink, &id, batch).await?;
                }
            }
            if delivered {
                continue;
            }
            if self.once {
                return Ok(());
            }
            tokio::time::sleep(IDLE).await;
        }
    }

    /// Delivers a batch until it is done or given up.
    async fn deliver(
        &self,
        source: &Source,
        sink: &Sink,
        shard: &str,
        batch: Batch,
    ) -> Result<(), Failure> {
        let policy = Policy {
            retries: self.retries,
            bisect: self.bisect,
        };
        // The last one is the next, so that halves stay in order.
        let mut waiting = vec![batch];
        let mut wait = FIRST_WAIT;
        while let Some(batch) = waiting.pop() {
            let limit = Duration::from_secs(self.timeout_seconds);
            let reply = invoke::invoke(&self.function_url, &batch, limit).await;
            match policy.after(batch, reply) {
                Next::Done => wait = FIRST_WAIT,
                Next::Again(batches) => {
                    waiting.extend(batches.into_iter().rev());
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Next::GiveUp(batch) => {
                    sink.write(source.arn(), shard, &batch)?;
                    wait = FIRST_WAIT;
                }
            }
        }
        Ok(())
    }
}
