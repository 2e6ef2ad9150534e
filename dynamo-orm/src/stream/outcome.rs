//! What became of a batch, and the answer that says so to Lambda.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::codec;

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// Records of the batch.
    pub records: usize,
    /// Records that functions processed.
    pub processed: usize,
    /// Records that concerned no function.
    pub unhandled: usize,
    /// Records of items that are of no entity of the table, and were left.
    pub unknown: usize,
    /// Records of items that the library keeps beside yours.
    pub hidden: usize,
    /// Records that can never be processed, and were put away.
    pub dead_lettered: usize,
    /// Failures that are reasons for a checkpoint. What stands behind the first one comes again, also where it did not
    /// fail.
    pub failed: usize,
    /// Effects that were made before already, as their [marks](super::Once) said.
    ///
    /// They are counted where a handler sends its transaction itself, not in tasks that it spawns.
    pub duplicates: usize,
    /// About when the oldest record was written.
    pub oldest: Option<SystemTime>,
    /// The sequence number of the first record that is not done: it is delivered again, and all behind it.
    pub checkpoint: Option<String>,
}

impl Outcome {
    /// How old the oldest record is at this time: how far the processor is behind the table.
    #[must_use]
    pub fn oldest_age(&self, now: SystemTime) -> Option<Duration> {
        let oldest = self.oldest?;
        Some(now.duration_since(oldest).unwrap_or_default())
    }

    /// The answer of the function, for an event source mapping with `ReportBatchItemFailures`.
    #[must_use]
    pub fn response(&self) -> BatchResponse {
        let first = self.checkpoint.iter();
        BatchResponse {
            batch_item_failures: first
                .map(|number| BatchItemFailure {
                    item_identifier: number.clone(),
                })
                .collect(),
        }
    }
}

/// A partial batch response: at most one failure, the first one that is not done.
///
/// It means something only where the event source mapping has `FunctionResponseTypes: [ReportBatchItemFailures]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BatchResponse {
    /// The checkpoint, if there is one.
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// A record that is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BatchItemFailure {
    /// Its sequence number.
    pub item_identifier: String,
}

impl BatchResponse {
    /// The response as JSON: `{"batchItemFailures":[{"itemIdentifier":"…"}]}`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"batchItemFailures\":[");
        for (n, failure) in self.batch_item_failures.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            out.push_str("{\"itemIdentifier\":");
            codec::write_string(&failure.item_identifier, &mut out);
            out.push('}');
        }
        out.push_str("]}");
        out
    }
}
