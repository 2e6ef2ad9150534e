//! What a processor did, for `CloudWatch`: one line of metrics for each batch, one line for each failure.

use std::collections::VecDeque;
use std::fmt;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::codec::write_string;
use crate::schema::Table;

use super::failure::Failure;
use super::image;
use super::outcome::Outcome;
use super::raw::RawRecord;
use super::router::Router;
use super::view::View;

/// How many failed records are remembered, to count their attempts.
const REMEMBERED: usize = 64;

/// The dimension of the metrics, as `AWS/Lambda` names it.
const DIMENSION: &str = "FunctionName";

/// Takes a line.
type Writer<'a> = Box<dyn Fn(&str) + Send + Sync + 'a>;

/// Lines of JSON about what a processor does, written to standard output, where Lambda takes them to `CloudWatch` Logs.
///
/// One line for each batch, in the [embedded metric format], so that `CloudWatch` makes metrics of it without a request:
/// `Records`, `Processed`, `Unhandled`, `Unknown`, `Hidden`, `DeadLettered`, `Failed`, `Duplicates` (counts), and
/// `OldestRecordAge` (milliseconds), with the dimension `FunctionName`. An alarm on `DeadLettered` or `Duplicates` needs no
/// code. A batch of nothing but the library's own items is not worth a line.
///
/// One line for each failure, a reason for a checkpoint as well as a dead letter: event id, sequence number, reason, and
/// which attempt it was. There are never images in it. The key is a hash, since keys hold names and addresses often
/// enough: equal keys have equal hashes. [`with_keys`](Metrics::with_keys) writes them.
///
/// Lambda does not tell how often a record was delivered; attempts are counted by this process.
///
/// [embedded metric format]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use std::time::{Duration, UNIX_EPOCH};
/// use dynamo_orm::stream::{Deadline, Metrics, Router};
///
/// let lines = std::sync::Mutex::new(Vec::new());
/// let metrics = Metrics::new("Shop", "projector")
///     .to(|line| lines.lock().unwrap().push(line.to_owned())) // for tests; standard output otherwise
///     .at(|| UNIX_EPOCH + Duration::from_secs(1_700_000_002));
/// let router = Router::<Shop>::new().metrics(metrics);
/// let event = r#"[{"eventID":"e1","eventName":"REMOVE","dynamodb":{"SequenceNumber":"1","Keys":{"PK":{"S":"CUSTOMER#ada"},
///     "SK":{"S":"PROFILE"}},"ApproximateCreationDateTime":1700000000}}]"#;
/// router.process(event, Deadline::none()).await?;
/// drop(router);
/// let line = lines.into_inner().unwrap().remove(0);
/// assert!(line.ends_with(r#""FunctionName":"projector","Records":1,"Processed":0,"Unhandled":1,"Unknown":0,"Hidden":0,"DeadLettered":0,"Failed":0,"Duplicates":0,"OldestRecordAge":2000}"#));
/// # Ok(()) }
/// ```
#[must_use = "metrics are not written until they are given to a router"]
pub struct Metrics<'a> {
    namespace: String,
    function: String,
    writer: Writer<'a>,
    clock: Box<dyn Fn() -> SystemTime + Send + Sync + 'a>,
    keys: bool,
    /// The changes that failed lately, and how often.
    failures: Mutex<VecDeque<(String, u32)>>,
}

impl<'a> Metrics<'a> {
    /// Metrics of this namespace (not one that begins with `AWS/`), of the processor of this name.
    pub fn new(namespace: impl Into<String>, function: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            function: function.into(),
            writer: Box::new(|line| println!("{line}")),
            clock: Box::new(SystemTime::now),
            keys: false,
            failures: Mutex::default(),
        }
    }

    /// Metrics of the Lambda function that this is, by its `AWS_LAMBDA_FUNCTION_NAME`.
    pub fn of_function(namespace: impl Into<String>) -> Self {
        let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME").ok();
        let name = name.filter(|name| !name.is_empty());
        Self::new(namespace, name.unwrap_or_else(|| "local".to_owned()))
    }

    /// Writes the lines somewhere else than to standard output.
    pub fn to(mut self, writer: impl Fn(&str) + Send + Sync + 'a) -> Self {
        self.writer = Box::new(writer);
        self
    }

    /// Takes the time from this clock.
    pub fn at(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'a) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Writes keys as they are, not as hashes.
    pub fn with_keys(mut self) -> Self {
        self.keys = true;
        self
    }

    /// The line of a batch.
    pub(super) fn batch(&self, outcome: &Outcome) {
        let now = (self.clock)();
        let counts = [
            ("Records", outcome.records),
            ("Processed", outcome.processed),
            ("Unhandled", outcome.unhandled),
            ("Unknown", outcome.unknown),
            ("Hidden", outcome.hidden),
            ("DeadLettered", outcome.dead_lettered),
            ("Failed", outcome.failed),
            ("Duplicates", outcome.duplicates),
        ];
        let age = outcome.oldest_age(now).map(|age| age.as_millis());
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut line = format!(
            r#"{{"_aws":{{"Timestamp":{},"CloudWatchMetrics":[{{"Namespace":{},"Dimensions":[["{DIMENSION}"]],"Metrics":["#,
            since.as_millis(),
            text(&self.namespace),
        );
        for (n, (name, _)) in counts.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            let _ = write!(line, r#"{comma}{{"Name":"{name}","Unit":"Count"}}"#);
        }
        // A metric that is named must be there.
        if age.is_some() {
            line.push_str(r#",{"Name":"OldestRecordAge","Unit":"Milliseconds"}"#);
        }
        let _ = write!(line, r#"]}}]}},"{DIMENSION}":{}"#, text(&self.function));
        for (name, count) in counts {
            let _ = write!(line, r#","{name}":{count}"#);
        }
        if let Some(age) = age {
            let _ = write!(line, r#","OldestRecordAge":{age}"#);
        }
        line.push('}');
        (self.writer)(&line);
    }

    /// The line of a failure.
    pub(super) fn failure(&self, record: &RawRecord, failure: &Failure) {
        let attempt = self.attempt(record.identity_of_change());
        let (level, message) = if failure.is_permanent() {
            ("ERROR", "a record can never be processed")
        } else {
            ("WARN", "a record was not processed")
        };
        let mut line = format!(
            r#"{{"level":"{level}","message":"{message}","function":{}"#,
            text(&self.function)
        );
        let members = [
            ("eventID", record.event_id()),
            ("sequenceNumber", record.sequence_number()),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                let _ = write!(line, r#","{name}":{}"#, text(value));
            }
        }
        if let Some(keys) = record.keys_json() {
            if self.keys {
                // Line breaks are outside of strings in JSON.
                let _ = write!(line, r#","keys":{}"#, keys.replace(['\n', '\r'], " "));
            } else {
                let _ = write!(line, r#","keysHash":"{}""#, hash(keys));
            }
        }
        let reason = text(&failure.to_string());
        let _ = write!(line, r#","reason":{reason},"attempt":{attempt}}}"#);
        (self.writer)(&line);
    }

    /// Counts a failure of this change.
    fn attempt(&self, change: String) -> u32 {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = failures.iter().position(|(known, _)| *known == change);
        let before = known.and_then(|n| failures.remove(n)).map_or(0, |(_, n)| n);
        let attempt = before.saturating_add(1);
        failures.push_back((change, attempt));
        if failures.len() > REMEMBERED {
            failures.pop_front();
        }
        attempt
    }
}

fn text(value: &str) -> String {
    let mut out = String::new();
    write_string(value, &mut out);
    out
}

/// The first 16 digits of the SHA-256 of a key, however it is written.
fn hash(keys: &str) -> String {
    let form = image::canonical(keys).unwrap_or_else(|| keys.to_owned());
    hex(&Sha256::digest(form.as_bytes()), 8)
}

/// So many bytes as digits.
pub(super) fn hex(bytes: &[u8], count: usize) -> String {
    bytes
        .iter()
        .take(count)
        .fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

impl<'a, T: Table, V: View> Router<'a, T, V> {
    /// Writes a line of metrics for each batch, and a line for each failure: see [`Metrics`].
    #[must_use]
    pub fn metrics(mut self, metrics: Metrics<'a>) -> Self {
        self.metrics = Some(metrics);
        self
    }
}

impl fmt::Debug for Metrics<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("namespace", &self.namespace)
            .field("function", &self.function)
            .finish_non_exhaustive()
    }
}
