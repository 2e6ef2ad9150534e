//! A record of the Streams API in the shape that Lambda delivers.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::primitives::{Blob, DateTime};
use aws_sdk_dynamodbstreams::types::{AttributeValue, OperationType, Record, StreamViewType};
use aws_smithy_types::base64;

use crate::codec::write_string;

/// The record as JSON. Lambda adds the stream's ARN, spells the identity otherwise, and writes times as numbers.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>
pub(super) fn delivered(record: &Record, arn: &str) -> String {
    let mut out = Object::new();
    out.text("eventID", record.event_id());
    out.text("eventName", record.event_name().map(OperationType::as_str));
    out.text("eventVersion", record.event_version());
    out.text("eventSource", record.event_source());
    out.text("awsRegion", record.aws_region());
    if let Some(change) = record.dynamodb() {
        let mut inner = Object::new();
        if let Some(time) = change.approximate_creation_date_time() {
            inner.raw("ApproximateCreationDateTime", &seconds(time));
        }
        let images = [
            ("Keys", change.keys()),
            ("NewImage", change.new_image()),
            ("OldImage", change.old_image()),
        ];
        for (name, image) in images {
            if let Some(image) = image {
                inner.raw(name, &item(image));
            }
        }
        inner.text("SequenceNumber", change.sequence_number());
        if let Some(size) = change.size_bytes() {
            inner.raw("SizeBytes", &size.to_string());
        }
        let view = change.stream_view_type();
        inner.text("StreamViewType", view.map(StreamViewType::as_str));
        out.raw("dynamodb", &inner.finish());
    }
    if let Some(identity) = record.user_identity() {
        let mut inner = Object::new();
        inner.text("principalId", identity.principal_id());
        inner.text("type", identity.r#type());
        out.raw("userIdentity", &inner.finish());
    }
    out.text("eventSourceARN", Some(arn));
    out.finish()
}

/// A JSON object under construction.
struct Object(String);

impl Object {
    fn new() -> Self {
        Self("{".to_owned())
    }

    fn raw(&mut self, name: &str, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        write_string(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.raw(name, &string(text));
        }
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

fn seconds(time: &DateTime) -> String {
    if time.subsec_nanos() == 0 {
        return time.secs().to_string();
    }
    time.as_secs_f64().to_string()
}

fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_string(text, &mut out);
    out
}

fn blob(bytes: &Blob) -> String {
    format!("\"{}\"", base64::encode(bytes))
}

fn array(elements: impl Iterator<Item = String>) -> String {
    let elements: Vec<String> = elements.collect();
    format!("[{}]", elements.join(","))
}

fn item(item: &HashMap<String, AttributeValue>) -> String {
    let mut out = Object::new();
    let mut names: Vec<&String> = item.keys().collect();
    names.sort_unstable();
    for name in names {
        if let Some(attribute) = item.get(name) {
            out.raw(name, &value(attribute));
        }
    }
    out.finish()
}

/// `{"S":"text"}` and so on. Of a type that this SDK does not know nothing is left; whoever reads it will say so.
fn value(attribute: &AttributeValue) -> String {
    use AttributeValue::{B, Bool, Bs, L, M, N, Ns, Null, S, Ss};
    let (kind, json) = match attribute {
        S(text) => ("S", string(text)),
        N(number) => ("N", string(number)),
        B(bytes) => ("B", blob(bytes)),
        Bool(value) => ("BOOL", value.to_string()),
        Null(value) => ("NULL", value.to_string()),
        Ss(set) => ("SS", array(set.iter().map(|text| string(text)))),
        Ns(set) => ("NS", array(set.iter().map(|number| string(number)))),
        Bs(set) => ("BS", array(set.iter().map(blob))),
        L(list) => ("L", array(list.iter().map(value))),
        M(map) => ("M", item(map)),
        _ => return "{}".to_owned(),
    };
    format!("{{\"{kind}\":{json}}}")
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodbstreams::types::{Identity, StreamRecord};

    use super::*;
    use crate::stream::{EventName, RawRecord};

    #[test]
    fn every_type_and_every_member_is_as_lambda_writes_it() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let number = |text: &str| AttributeValue::N(text.to_owned());
        let bytes = |bytes: &[u8]| Blob::new(bytes);
        let nested = HashMap::from([
            ("\"q\"".to_owned(), text("line\nend \u{1F980} \u{0}")),
            ("e".to_owned(), text("")),
        ]);
        let exact = "123456789012345678901234567890.12345678";
        let image = HashMap::from([
            ("a".to_owned(), text("x")),
            ("b".to_owned(), number(exact)),
            ("c".to_owned(), AttributeValue::B(bytes(&[0, 255, 128]))),
            ("d".to_owned(), AttributeValue::Bool(true)),
            ("e".to_owned(), AttributeValue::Null(true)),
            (
                "f".to_owned(),
                AttributeValue::Ss(vec!["a".into(), "b".into()]),
            ),
            (
                "g".to_owned(),
                AttributeValue::Ns(vec!["1".into(), "2.5".into()]),
            ),
            (
                "h".to_owned(),
                AttributeValue::Bs(vec![bytes(b""), bytes(&[1])]),
            ),
            (
                "i".to_owned(),
                AttributeValue::L(vec![text("y"), number("1")]),
            ),
            ("j".to_owned(), AttributeValue::M(nested)),
            ("k".to_owned(), AttributeValue::L(Vec::new())),
        ]);
        let change = StreamRecord::builder()
            .approximate_creation_date_time(DateTime::from_secs(1_700_000_000))
            .keys("PK", text("x"))
            .set_old_image(Some(image))
            .sequence_number("111")
            .size_bytes(26)
            .stream_view_type(StreamViewType::NewAndOldImages)
            .build();
        let identity = Identity::builder()
            .r#type("Service")
            .principal_id("dynamodb.amazonaws.com")
            .build();
        let record = Record::builder()
            .event_id("e1")
            .event_name(OperationType::Remove)
            .event_version("1.1")
            .event_source("aws:dynamodb")
            .aws_region("eu-west-1")
            .dynamodb(change)
            .user_identity(identity)
            .build();
        let json = delivered(&record, "arn:aws:dynamodb:eu-west-1:1:table/Shop/stream/x");
        let found: serde_json::Value = serde_json::from_str(&json).unwrap();
        let expected = serde_json::json!({
            "eventID": "e1", "eventName": "REMOVE", "eventVersion": "1.1",
            "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_700_000_000,
                "Keys": {"PK": {"S": "x"}},
                "OldImage": {
                    "a": {"S": "x"}, "b": {"N": exact}, "c": {"B": "AP+A"},
                    "d": {"BOOL": true}, "e": {"NULL": true}, "f": {"SS": ["a", "b"]},
                    "g": {"NS": ["1", "2.5"]}, "h": {"BS": ["", "AQ=="]},
                    "i": {"L": [{"S": "y"}, {"N": "1"}]},
                    "j": {"M": {"\"q\"": {"S": "line\nend \u{1F980} \u{0}"}, "e": {"S": ""}}},
                    "k": {"L": []},
                },
                "SequenceNumber": "111", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
            "eventSourceARN": "arn:aws:dynamodb:eu-west-1:1:table/Shop/stream/x",
        });
        assert_eq!(found, expected);
        let raw = RawRecord::parse(&json);
        assert_eq!(
            (raw.fault(), raw.event_name()),
            (None, Some(EventName::Remove))
        );
        assert!(raw.is_expiry());
        assert_eq!(raw.table_name(), Some("Shop"));
    }

    #[test]
    fn a_time_keeps_its_fraction() {
        assert_eq!(
            seconds(&DateTime::from_millis(1_700_000_000_250)),
            "1700000000.25"
        );
    }
}
