//! Where batches go that are given up.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use super::batch::{Batch, sequence_number};
use crate::cli::Failure;

/// A file of JSON lines, or only a line on the standard error.
#[derive(Debug)]
pub(super) struct Sink(Option<File>);

impl Sink {
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let open = |path: &Path| {
            let file = OpenOptions::new().create(true).append(true).open(path);
            file.map_err(|error| Failure::of(format!("cannot open {}", path.display()), error))
        };
        path.map(open).transpose().map(Self)
    }

    /// Puts a batch away; it is lost to the function.
    pub(super) fn write(&self, arn: &str, shard: &str, batch: &Batch) -> Result<(), Failure> {
        let line = metadata(arn, shard, batch).to_string();
        eprintln!("dynamo: given up: {line}");
        let Some(mut file) = self.0.as_ref() else {
            return Ok(());
        };
        let written = file.write_all(format!("{line}\n").as_bytes());
        written.map_err(|error| Failure::of("cannot write what is given up", error))
    }
}

/// As Lambda describes a batch to an on-failure destination: where its records are, and not what is in them.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html>
fn metadata(arn: &str, shard: &str, batch: &Batch) -> Value {
    let (first, last) = (batch.records.first(), batch.records.last());
    let time = |record: Option<&Value>| {
        let seconds = record?.pointer("/dynamodb/ApproximateCreationDateTime")?;
        DateTime::from_secs_f64(seconds.as_f64()?)
            .fmt(Format::DateTime)
            .ok()
    };
    let now = DateTime::from(SystemTime::now()).fmt(Format::DateTime);
    json!({
        "requestContext": {
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": batch.failures,
        },
        "version": "1.0",
        "timestamp": now.ok(),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": first.and_then(sequence_number),
            "endSequenceNumber": last.and_then(sequence_number),
            "approximateArrivalOfFirstRecord": time(first),
            "approximateArrivalOfLastRecord": time(last),
            "batchSize": batch.records.len(),
            "streamArn": arn,
        },
    })
}
