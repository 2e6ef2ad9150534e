//! A published design on disk: its table, its items, its access patterns.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use aws_sdk_dynamodb::types::{
    AttributeValue, KeySchemaElement, Projection, PutRequest, TableDescription, WriteRequest,
};
use dynamo_orm::{Db, Table};
use serde_json::{Value, json};

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// What a typed value is in the table.
pub(crate) trait Stored {
    /// The item that `put` would write.
    fn stored(&self) -> Item;
}

/// `Stored` for a table's enum and for its entities.
macro_rules! stored {
    ($table:ident { $($entity:ident),* }) => {
        impl crate::case::Stored for $table {
            fn stored(&self) -> crate::case::Item {
                match self {
                    $($table::$entity(item) => item.stored(),)*
                }
            }
        }
        $(impl crate::case::Stored for $entity {
            fn stored(&self) -> crate::case::Item {
                dynamo_orm::to_item(self).unwrap()
            }
        })*
    };
}

/// One design.
pub(crate) struct Case {
    folder: PathBuf,
    expected: Value,
    pub(crate) items: Vec<Item>,
}

/// One access pattern: its request and its answer.
pub(crate) struct Pattern {
    pub(crate) request: Value,
    keys: Vec<(String, String)>,
    count: usize,
    ordered: bool,
}

impl Case {
    /// Reads the design, or says that there is none to read.
    pub(crate) fn open(name: &str) -> Option<Self> {
        let Some(cases) = std::env::var_os("DYNAMO_ORM_CASES").filter(|path| !path.is_empty())
        else {
            eprintln!("skipped: DYNAMO_ORM_CASES names no folder");
            return None;
        };
        let folder = PathBuf::from(cases).join(name);
        let lines = std::fs::read_to_string(folder.join("items.jsonl")).expect("the items");
        let items = lines
            .lines()
            .map(|line| item(&serde_json::from_str(line).expect("an item")))
            .collect();
        let mut case = Self {
            folder,
            expected: Value::Null,
            items,
        };
        case.expected = case.json("expected.json");
        Some(case)
    }

    fn json(&self, file: &str) -> Value {
        let text = std::fs::read_to_string(self.folder.join(file)).expect("a file of the case");
        serde_json::from_str(&text).expect("a JSON file")
    }

    /// The access pattern of this name.
    pub(crate) fn pattern(&self, id: &str) -> Pattern {
        let patterns = self.expected["patterns"].as_array().unwrap();
        let pattern = patterns.iter().find(|p| p["id"] == id).expect(id);
        let keys = pattern["items"]
            .as_array()
            .map_or_else(Vec::new, |items| items.iter().map(key_of_answer).collect());
        Pattern {
            request: pattern["request"].clone(),
            keys,
            count: usize::try_from(pattern["count"].as_u64().unwrap()).unwrap(),
            ordered: pattern["order"] == "exact",
        }
    }

    /// The keys at one end of an answer that is too long to be given in full.
    pub(crate) fn end(&self, id: &str, which: &str) -> Vec<(String, String)> {
        let patterns = self.expected["patterns"].as_array().unwrap();
        let pattern = patterns.iter().find(|p| p["id"] == id).expect(id);
        let end = pattern[which].as_array().unwrap();
        end.iter().map(key_of_answer).collect()
    }

    /// A table of its own with the published items, written without the library.
    pub(crate) async fn load<T: Table>(&self) -> Db<T> {
        let db = dynamo_orm_tests::table::<T>().await;
        for chunk in self.items.chunks(25) {
            let puts = chunk.iter().map(|item| {
                let put = PutRequest::builder().set_item(Some(item.clone())).build();
                WriteRequest::builder().put_request(put.unwrap()).build()
            });
            let answer = db
                .client()
                .batch_write_item()
                .request_items(db.table_name(), puts.collect())
                .send()
                .await
                .expect("the items can be written");
            assert!(answer.unprocessed_items.is_none_or(|u| u.is_empty()));
        }
        db
    }

    /// The published item under a key.
    pub(crate) fn item(&self, (pk, sk): &(String, String)) -> &Item {
        let found = self
            .items
            .iter()
            .find(|i| key(i) == (pk.clone(), sk.clone()));
        found.expect("a published item")
    }

    /// The table that the library creates is the published one: keys, indexes, projections, billing.
    pub(crate) async fn same_table<T: Table>(&self) {
        let db = dynamo_orm_tests::table::<T>().await;
        assert_eq!(db.table_differences().await.unwrap(), Vec::<String>::new());
        let published = self.json("table.json");
        assert_eq!(T::model().name, published["TableName"]);
        let described = db
            .client()
            .describe_table()
            .table_name(db.table_name())
            .send()
            .await
            .unwrap()
            .table
            .unwrap();
        let billing = described
            .billing_mode_summary()
            .and_then(|b| b.billing_mode());
        assert_eq!(billing.unwrap().as_str(), published["BillingMode"]);
        assert_eq!(parts(&as_json(&described)), parts(&published));
    }
}

impl Pattern {
    /// The answer has the published items in the published order.
    pub(crate) fn is_answered_by<T: Stored>(&self, items: &[T]) {
        let mut keys: Vec<_> = items.iter().map(|i| key(&i.stored())).collect();
        let mut wanted = self.keys.clone();
        if !self.ordered {
            keys.sort();
            wanted.sort();
        }
        assert_eq!(keys, wanted);
        assert_eq!(items.len(), self.count);
    }

    /// As many items as published.
    pub(crate) fn counts(&self, items: usize) {
        assert_eq!(items, self.count);
    }
}

/// The primary key of an item.
pub(crate) fn key(item: &Item) -> (String, String) {
    let text = |name: &str| item[name].as_s().unwrap().clone();
    (text("PK"), text("SK"))
}

/// Answers list `[PK, SK]`, some with the type in front.
fn key_of_answer(answer: &Value) -> (String, String) {
    let parts = answer.as_array().unwrap();
    let text = |n: usize| parts[parts.len() - n].as_str().unwrap().to_owned();
    (text(2), text(1))
}

fn item(json: &Value) -> Item {
    let attributes = json.as_object().unwrap().iter();
    attributes
        .map(|(name, v)| (name.clone(), value(v)))
        .collect()
}

/// An attribute value; the published items have strings, numbers, lists and maps.
fn value(json: &Value) -> AttributeValue {
    let (tag, inner) = json.as_object().unwrap().iter().next().unwrap();
    match tag.as_str() {
        "S" => AttributeValue::S(inner.as_str().unwrap().to_owned()),
        "N" => AttributeValue::N(inner.as_str().unwrap().to_owned()),
        "L" => AttributeValue::L(inner.as_array().unwrap().iter().map(value).collect()),
        "M" => AttributeValue::M(item(inner)),
        other => panic!("an attribute of type {other}"),
    }
}

/// What two tables must have in common, whatever the order of indexes and attributes.
fn parts(table: &Value) -> (Value, BTreeMap<String, Value>, BTreeMap<String, Value>) {
    let by = |list: &str, name: &str| {
        let list = table[list].as_array().unwrap();
        list.iter()
            .map(|entry| (entry[name].as_str().unwrap().to_owned(), entry.clone()))
            .collect()
    };
    (
        table["KeySchema"].clone(),
        by("AttributeDefinitions", "AttributeName"),
        by("GlobalSecondaryIndexes", "IndexName"),
    )
}

fn as_json(table: &TableDescription) -> Value {
    let schema = |keys: &[KeySchemaElement]| -> Value {
        let keys = keys.iter();
        keys.map(|k| json!({"AttributeName": k.attribute_name(), "KeyType": k.key_type().as_str()}))
            .collect()
    };
    let projected = |p: Option<&Projection>| {
        p.and_then(|p| p.projection_type())
            .map(|t| t.as_str().to_owned())
    };
    let attributes: Value = table
        .attribute_definitions()
        .iter()
        .map(|a| json!({"AttributeName": a.attribute_name(), "AttributeType": a.attribute_type().as_str()}))
        .collect();
    let indexes: Value = table
        .global_secondary_indexes()
        .iter()
        .map(|g| {
            json!({
                "IndexName": g.index_name(),
                "KeySchema": schema(g.key_schema()),
                "Projection": {"ProjectionType": projected(g.projection())},
            })
        })
        .collect();
    json!({
        "KeySchema": schema(table.key_schema()),
        "AttributeDefinitions": attributes,
        "GlobalSecondaryIndexes": indexes,
    })
}
