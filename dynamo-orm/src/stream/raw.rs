//! One record of a stream as it was delivered, taken apart but not yet read as an entity.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::base64;

use crate::codec::{Malformed, Reader};

/// The principal behind the deletes of time to live.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html>
const TTL_PRINCIPAL: &str = "dynamodb.amazonaws.com";

/// What happened to the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventName {
    /// A new item.
    Insert,
    /// A change of an item that was there.
    Modify,
    /// The item is gone.
    Remove,
}

/// One record of a stream as it was delivered: of Lambda, of `EventBridge` Pipes, or of Kinesis Data Streams for
/// `DynamoDB`.
///
/// Its `Debug` form shows no images, which are user data.
///
/// # Examples
///
/// ```
/// use dynamo_orm::stream::{EventName, RawRecord};
///
/// let record = RawRecord::parse(r#"{"eventID":"e1","eventName":"REMOVE","dynamodb":{
///     "Keys":{"PK":{"S":"a"}},"SequenceNumber":"111","SizeBytes":3},
///     "userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}}"#);
/// assert_eq!(record.event_name(), Some(EventName::Remove));
/// assert!(record.is_expiry());
/// assert_eq!(record.sequence_number(), Some("111"));
/// ```
#[derive(Clone, Default)]
pub struct RawRecord {
    text: String,
    fault: Option<String>,
    event_id: Option<String>,
    name: Option<EventName>,
    region: Option<String>,
    source: Option<String>,
    table: Option<String>,
    identity_type: Option<String>,
    principal: Option<String>,
    sequence: Option<String>,
    time: Option<String>,
    precision: Option<String>,
    size: Option<u64>,
    view: Option<String>,
    keys: Option<String>,
    new: Option<String>,
    old: Option<String>,
}

impl RawRecord {
    /// Takes one record's JSON apart. What is wrong with it is said by [`fault`](RawRecord::fault).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut record = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        let read = record.read_outer(text);
        record.check(read);
        record
    }

    fn check(&mut self, read: Result<(), Malformed>) {
        let missing = || match (&self.name, &self.keys) {
            (None, _) => Some("the record has no known `eventName`"),
            (_, None) => Some("the record has no `Keys`"),
            _ => None,
        };
        let fault = match read {
            Err(malformed) => Some(malformed.to_string()),
            Ok(()) => missing().map(str::to_owned),
        };
        if self.fault.is_none() {
            self.fault = fault;
        }
    }

    fn read_outer(&mut self, text: &str) -> Result<(), Malformed> {
        let mut reader = Reader::new(text);
        let mut kinesis = None;
        let (mut data, mut sequence) = (None, None);
        reader.object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            match &*name {
                "kinesis" => kinesis = Some(raw),
                "data" => data = string(raw),
                "sequenceNumber" => sequence = string(raw),
                _ => self.member(&name, raw)?,
            }
            Ok(())
        })?;
        reader.end()?;
        // Pipes put the members of `kinesis` beside the others.
        if let Some(inner) = kinesis {
            Reader::new(inner).object(&mut |reader, name| {
                let raw = reader.raw_value()?;
                match &*name {
                    "data" => data = string(raw),
                    "sequenceNumber" => sequence = string(raw),
                    _ => {}
                }
                Ok(())
            })?;
        }
        if let Some(data) = data {
            self.read_kinesis(&data);
            // The checkpoint of a Kinesis stream is its own sequence number.
            self.sequence = sequence;
        }
        Ok(())
    }

    /// The record of `DynamoDB` inside a Kinesis record. The outer event id is not the change's, so it is dropped.
    fn read_kinesis(&mut self, data: &str) {
        (self.event_id, self.name) = (None, None);
        let inner = base64::decode(data)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(inner) = inner else {
            self.fault = Some("the Kinesis record's `data` is no base64 of text".to_owned());
            return;
        };
        let mut reader = Reader::new(&inner);
        let read = reader.object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            self.member(&name, raw)
        });
        if let Err(malformed) = read.and_then(|()| reader.end()) {
            self.fault = Some(format!("inside the Kinesis record: {malformed}"));
        }
    }

    fn member(&mut self, name: &str, raw: &str) -> Result<(), Malformed> {
        match name {
            "eventID" => self.event_id = string(raw),
            "eventName" => {
                self.name = match string(raw).as_deref() {
                    Some("INSERT") => Some(EventName::Insert),
                    Some("MODIFY") => Some(EventName::Modify),
                    Some("REMOVE") => Some(EventName::Remove),
                    _ => None,
                }
            }
            "awsRegion" => self.region = string(raw),
            "eventSourceARN" => self.source = string(raw),
            "tableName" => self.table = string(raw),
            "userIdentity" if raw.starts_with('{') => self.identity(raw)?,
            "dynamodb" if raw.starts_with('{') => self.change(raw)?,
            _ => {}
        }
        Ok(())
    }

    /// Lambda writes `type`, the stream's own API `Type`.
    fn identity(&mut self, raw: &str) -> Result<(), Malformed> {
        Reader::new(raw).object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            match &*name {
                "type" | "Type" => self.identity_type = string(raw),
                "principalId" | "PrincipalId" => self.principal = string(raw),
                _ => {}
            }
            Ok(())
        })
    }

    fn change(&mut self, raw: &str) -> Result<(), Malformed> {
        Reader::new(raw).object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            match &*name {
                "SequenceNumber" => self.sequence = string(raw),
                "ApproximateCreationDateTime" => self.time = string(raw),
                "ApproximateCreationDateTimePrecision" => self.precision = string(raw),
                "SizeBytes" => self.size = string(raw).and_then(|text| text.parse().ok()),
                "StreamViewType" => self.view = string(raw),
                "Keys" => self.keys = object(raw),
                "NewImage" => self.new = object(raw),
                "OldImage" => self.old = object(raw),
                _ => {}
            }
            Ok(())
        })
    }

    /// The record's JSON as it was delivered.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.text
    }

    /// Why it is no record of a change.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// The id of the change, the same whenever it is delivered.
    #[must_use]
    pub fn event_id(&self) -> Option<&str> {
        self.event_id.as_deref()
    }

    /// A name for the change that is the same whenever it is delivered: the event id, or the key and the sequence
    /// number where there is none.
    #[must_use]
    pub fn identity_of_change(&self) -> String {
        match &self.event_id {
            Some(id) => id.clone(),
            None => format!(
                "{}@{}",
                self.keys.as_deref().unwrap_or_default(),
                self.sequence.as_deref().unwrap_or_default()
            ),
        }
    }

    /// What happened.
    #[must_use]
    pub fn event_name(&self) -> Option<EventName> {
        self.name
    }

    /// The number a checkpoint names: the stream's, or that of Kinesis.
    #[must_use]
    pub fn sequence_number(&self) -> Option<&str> {
        self.sequence.as_deref()
    }

    /// About when it happened: to the second, or finer where Kinesis tells.
    #[must_use]
    pub fn time(&self) -> Option<SystemTime> {
        let text = self.time.as_deref()?;
        let number: f64 = text.parse().ok()?;
        let per_second: u32 = match self.precision.as_deref() {
            Some("MILLISECOND") => 1_000,
            Some("MICROSECOND") => 1_000_000,
            // A time in milliseconds, read as seconds, would be in the year 50000.
            _ if number >= 1e14 => 1_000_000,
            _ if number >= 1e11 => 1_000,
            _ => 1,
        };
        let since = match (text.parse().ok(), per_second) {
            (Some(whole), 1) => Duration::from_secs(whole),
            (Some(whole), 1_000) => Duration::from_millis(whole),
            (Some(whole), _) => Duration::from_micros(whole),
            (None, _) => Duration::try_from_secs_f64(number / f64::from(per_second)).ok()?,
        };
        UNIX_EPOCH.checked_add(since)
    }

    /// The Region of the stream.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The stream's ARN.
    #[must_use]
    pub fn source_arn(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// The table's name, where the record has it: in Kinesis, or as a part of the stream's ARN.
    #[must_use]
    pub fn table_name(&self) -> Option<&str> {
        let of_arn = || {
            let arn = self.source.as_deref()?;
            arn.split_once(":table/")?.1.split('/').next()
        };
        self.table.as_deref().or_else(of_arn)
    }

    /// The size of the record in bytes, keys and images together.
    #[must_use]
    pub fn size_bytes(&self) -> Option<u64> {
        self.size
    }

    /// The stream's view, as `NEW_AND_OLD_IMAGES`.
    #[must_use]
    pub fn view(&self) -> Option<&str> {
        self.view.as_deref()
    }

    /// The item's primary key as `DynamoDB` JSON.
    #[must_use]
    pub fn keys_json(&self) -> Option<&str> {
        self.keys.as_deref()
    }

    /// The item after the change, as `DynamoDB` JSON.
    #[must_use]
    pub fn new_json(&self) -> Option<&str> {
        self.new.as_deref()
    }

    /// The item before the change, as `DynamoDB` JSON.
    #[must_use]
    pub fn old_json(&self) -> Option<&str> {
        self.old.as_deref()
    }

    /// Time to live deleted the item. In a global table only the Region that deleted it says so; in the others it is a
    /// plain delete.
    #[must_use]
    pub fn is_expiry(&self) -> bool {
        self.name == Some(EventName::Remove)
            && self.identity_type.as_deref() == Some("Service")
            && self.principal.as_deref() == Some(TTL_PRINCIPAL)
    }

    /// The Region that wrote this change, for the replicas of a global table of version 2017: another one than the
    /// stream's makes it an echo. Version 2019 writes no such attributes.
    #[must_use]
    pub fn written_in(&self) -> Option<String> {
        let image = self.new.as_deref().or(self.old.as_deref())?;
        super::image::text(image, "aws:rep:updateregion")
    }

    /// The change was written in another Region and replicated to this stream's.
    #[must_use]
    pub fn is_replicated(&self) -> bool {
        match (self.written_in(), self.region.as_deref()) {
            (Some(written), Some(here)) => written != here,
            _ => false,
        }
    }
}

impl fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRecord")
            .field("event_id", &self.event_id)
            .field("event_name", &self.name)
            .field("sequence_number", &self.sequence)
            .field("keys", &self.keys)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// A string without its quotes, or a number as it stands; nothing for what is neither.
fn string(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'"' => Reader::new(raw)
            .string()
            .ok()
            .map(std::borrow::Cow::into_owned),
        b'0'..=b'9' | b'-' => Some(raw.to_owned()),
        _ => None,
    }
}

/// An item's text. Every item has its key, so an empty one stands for none.
fn object(raw: &str) -> Option<String> {
    let inside = raw.strip_prefix('{')?.trim_start();
    (inside != "}").then(|| raw.to_owned())
}
