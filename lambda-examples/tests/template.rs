//! The SAM template: its tables are those of the models, its functions those of the code, and each may do what it does
//! and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

use std::collections::BTreeSet;

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::model::{KeyAttribute, Projected, StreamView, TableModel};
use dynamo_orm::stream::Deadline;
use dynamo_orm::{Db, Entity, Table};
use lambda_examples::handlers::{api, archiver, get_order, projector, task};
use lambda_examples::shop::model::Shop;
use lambda_examples::store::{Product, Store};
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

fn template() -> Yaml {
    let text = include_str!("../../template.yaml");
    YamlLoader::load_from_str(text).unwrap().remove(0)
}

/// The resources of a type, with their names.
fn resources(of: &str) -> Vec<(String, Yaml)> {
    let template = template();
    let all = template["Resources"].as_hash().unwrap();
    all.iter()
        .filter(|(_, resource)| resource["Type"].as_str() == Some(of))
        .map(|(name, resource)| (name.as_str().unwrap().to_owned(), resource.clone()))
        .collect()
}

fn functions() -> Vec<(String, Yaml)> {
    resources("AWS::Serverless::Function")
}

fn texts(of: &Yaml) -> BTreeSet<String> {
    match of {
        Yaml::Array(list) => list
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect(),
        text => BTreeSet::from([text.as_str().unwrap().to_owned()]),
    }
}

fn rows(of: &Yaml, first: &str, second: &str) -> Vec<(String, String)> {
    let text = |yaml: &Yaml| yaml.as_str().unwrap().to_owned();
    let rows = of.as_vec().unwrap().iter();
    rows.map(|row| (text(&row[first]), text(&row[second])))
        .collect()
}

fn schema(pk: &[KeyAttribute], sk: &[KeyAttribute]) -> Vec<(String, String)> {
    let typed = |keys: &[KeyAttribute], kind: &str| -> Vec<(String, String)> {
        keys.iter()
            .map(|key| (key.name.to_owned(), kind.to_owned()))
            .collect()
    };
    [typed(pk, "HASH"), typed(sk, "RANGE")].concat()
}

/// Everything in which the resource differs from the model.
fn compare(resource: &str, model: &TableModel) {
    let template = template();
    let table = &template["Resources"][resource]["Properties"];
    let sk: Vec<KeyAttribute> = model.sk.into_iter().collect();
    let key = rows(&table["KeySchema"], "AttributeName", "KeyType");
    assert_eq!(key, schema(&[model.pk], &sk));

    let mut attributes: BTreeSet<(String, String)> = BTreeSet::new();
    for key in [model.pk].into_iter().chain(sk) {
        attributes.insert((key.name.to_owned(), format!("{:?}", key.ty)));
    }

    let indexes = table["GlobalSecondaryIndexes"].as_vec().unwrap();
    assert_eq!(indexes.len(), model.indexes.len());
    for (index, model) in indexes.iter().zip(model.indexes) {
        assert_eq!(index["IndexName"].as_str(), Some(model.name));
        let key = rows(&index["KeySchema"], "AttributeName", "KeyType");
        assert_eq!(key, schema(model.pk, model.sk), "{}", model.name);
        for key in model.pk.iter().chain(model.sk) {
            attributes.insert((key.name.to_owned(), format!("{:?}", key.ty)));
        }
        let kind = match model.projection {
            Projected::All => "ALL",
            Projected::KeysOnly => "KEYS_ONLY",
            Projected::Include(names) => {
                let names: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
                assert_eq!(texts(&index["Projection"]["NonKeyAttributes"]), names);
                "INCLUDE"
            }
        };
        assert_eq!(index["Projection"]["ProjectionType"].as_str(), Some(kind));
    }

    let defined = rows(
        &table["AttributeDefinitions"],
        "AttributeName",
        "AttributeType",
    );
    assert_eq!(
        defined.len(),
        attributes.len(),
        "each attribute is defined once"
    );
    assert_eq!(defined.into_iter().collect::<BTreeSet<_>>(), attributes);

    let ttl = &table["TimeToLiveSpecification"];
    assert_eq!(ttl["AttributeName"].as_str(), model.ttl);
    assert_eq!(ttl["Enabled"].as_bool(), model.ttl.map(|_| true));
    let view = model.stream.map(|view| match view {
        StreamView::KeysOnly => "KEYS_ONLY",
        StreamView::NewImage => "NEW_IMAGE",
        StreamView::OldImage => "OLD_IMAGE",
        StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
    });
    assert_eq!(
        table["StreamSpecification"]["StreamViewType"].as_str(),
        view
    );
}

#[test]
fn the_tables_are_those_of_the_models() {
    compare("StoreTable", Store::MODEL);
    compare("ShopTable", Shop::MODEL);
    assert_eq!(resources("AWS::DynamoDB::Table").len(), 2);
}

#[test]
fn every_function_is_a_binary_and_every_binary_of_a_function_is_there() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin");
    let mut binaries = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        binaries.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    assert!(binaries.remove("online-shop"), "it is no function");
    let mut built = BTreeSet::new();
    for (name, function) in functions() {
        let metadata = &function["Metadata"];
        assert_eq!(
            metadata["BuildMethod"].as_str(),
            Some("rust-cargolambda"),
            "{name}"
        );
        built.insert(
            metadata["BuildProperties"]["Binary"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(built, binaries);
}

/// The event source mappings of tables' streams: function, binary, properties.
fn mappings() -> Vec<(String, String, Yaml)> {
    let mut mappings = Vec::new();
    for (name, function) in functions() {
        let binary = function["Metadata"]["BuildProperties"]["Binary"]
            .as_str()
            .unwrap();
        for (_, event) in function["Properties"]["Events"]
            .as_hash()
            .into_iter()
            .flatten()
        {
            if event["Type"].as_str() == Some("DynamoDB") {
                mappings.push((name.clone(), binary.to_owned(), event["Properties"].clone()));
            }
        }
    }
    mappings
}

#[test]
fn every_function_that_answers_for_a_batch_is_asked_for_partial_answers_and_gives_up_in_the_end() {
    let mappings = mappings();
    for (name, binary, properties) in &mappings {
        let types = texts(&properties["FunctionResponseTypes"]);
        assert!(types.contains("ReportBatchItemFailures"), "{name}");
        assert_eq!(
            properties["BisectBatchOnFunctionError"].as_bool(),
            Some(true),
            "{name}"
        );
        assert!((1..=100).contains(&properties["MaximumRetryAttempts"].as_i64().unwrap()));
        assert!((60..86_400).contains(&properties["MaximumRecordAgeInSeconds"].as_i64().unwrap()));
        assert_eq!(
            properties["StartingPosition"].as_str(),
            Some("TRIM_HORIZON"),
            "{binary}"
        );
        let queue = &properties["DestinationConfig"]["OnFailure"]["Destination"];
        assert_eq!(queue.as_str(), Some("GivenUp.Arn"), "{name}");
    }
    let mapped: BTreeSet<String> = mappings.into_iter().map(|(_, binary, _)| binary).collect();
    for binary in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin")).unwrap() {
        let path = binary.unwrap().path();
        let answers = std::fs::read_to_string(&path)
            .unwrap()
            .contains("StreamEvent");
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert_eq!(answers, mapped.contains(name), "{name}");
    }
}

#[test]
fn a_panic_unwinds_in_what_is_deployed() {
    let manifest = include_str!("../../Cargo.toml");
    let (_, release) = manifest.split_once("[profile.release]").unwrap();
    assert!(release.contains("panic = \"unwind\""));
}

/// As much of event filtering as the patterns use: members, lists of values, prefixes.
fn matches(pattern: &Value, value: Option<&Value>) -> bool {
    match pattern {
        Value::Object(members) => members
            .iter()
            .all(|(name, pattern)| matches(pattern, value.and_then(|value| value.get(name)))),
        Value::Array(choices) => choices.iter().any(|choice| {
            let text = value.and_then(Value::as_str).unwrap_or_default();
            match choice.get("prefix").and_then(Value::as_str) {
                Some(prefix) => text.starts_with(prefix),
                None => value == Some(choice),
            }
        }),
        _ => panic!("values of a pattern are in lists"),
    }
}

#[test]
fn the_filters_let_the_sample_events_through_and_those_of_other_functions_not() {
    for (_, binary, properties) in mappings() {
        let filters = properties["FilterCriteria"]["Filters"].as_vec().unwrap();
        assert_eq!(filters.len(), 1);
        let pattern: Value = serde_json::from_str(filters[0]["Pattern"].as_str().unwrap()).unwrap();
        for (of, sample) in [
            ("projector", include_str!("../events/projector.json")),
            ("archiver", include_str!("../events/archiver.json")),
        ] {
            let sample: Value = serde_json::from_str(sample).unwrap();
            for record in sample["Records"].as_array().unwrap() {
                assert_eq!(
                    matches(&pattern, Some(record)),
                    of == binary,
                    "{binary}: {record}"
                );
            }
        }
    }
}

#[test]
fn every_alarm_watches_something_that_is_there_and_every_function_has_its_alarms() {
    let mut watched = BTreeSet::new();
    for (name, alarm) in resources("AWS::CloudWatch::Alarm") {
        let properties = &alarm["Properties"];
        let of = rows(&properties["Dimensions"], "Name", "Value").remove(0).1;
        let resource = of.split('.').next().unwrap();
        assert!(
            !template()["Resources"][resource].is_badvalue(),
            "{name}: {of}"
        );
        let metric = properties["MetricName"].as_str().unwrap();
        watched.insert(format!("{resource} {metric}"));
    }
    for (name, _) in functions() {
        for metric in ["Errors", "Throttles"] {
            assert!(
                watched.contains(&format!("{name} {metric}")),
                "{name} {metric}"
            );
        }
    }
    for (name, _, _) in mappings() {
        assert!(watched.contains(&format!("{name} IteratorAge")), "{name}");
    }
    assert!(watched.contains("GivenUp ApproximateNumberOfMessagesVisible"));
}

/// What a function's policies allow on tables.
fn allowed(function: &str) -> BTreeSet<String> {
    let template = template();
    let policies = &template["Resources"][function]["Properties"]["Policies"];
    let mut allowed = BTreeSet::new();
    for policy in policies.as_vec().unwrap() {
        for statement in policy["Statement"].as_vec().unwrap() {
            let resource = statement["Resource"].as_str().unwrap();
            assert!(!resource.contains('*'), "{function}: {resource}");
            allowed.extend(texts(&statement["Action"]));
        }
    }
    allowed.retain(|action| action.starts_with("dynamodb:"));
    allowed
}

/// What requests need: those of a transaction need what their actions are called.
fn needed(tap: &Tap) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    for passed in tap.requests() {
        let body: Value = serde_json::from_str(&passed.body).unwrap();
        match body["TransactItems"].as_array() {
            None => drop(needed.insert(format!("dynamodb:{}", passed.operation))),
            Some(actions) => needed.extend(actions.iter().map(|action| {
                match action.as_object().unwrap().keys().next().unwrap().as_str() {
                    "ConditionCheck" => "dynamodb:ConditionCheckItem".to_owned(),
                    action => format!("dynamodb:{action}Item"),
                }
            })),
        }
    }
    needed
}

async fn tapped<T: Table>() -> (Engine, Tap, Db<T>) {
    let engine = Engine::memory().unwrap();
    Db::<T>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine.clone());
    let db = Db::new(tap.client(), T::MODEL.name);
    (engine, tap, db)
}

async fn kettles(engine: &Engine) {
    let (sku, name) = ("kettle".to_owned(), "Kettle".to_owned());
    let kettle = Product {
        sku,
        name,
        cents: 2_500,
        stock: 10,
    };
    kettle
        .put()
        .send(&Db::<Store>::on_engine(engine).await.unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn the_api_may_do_what_it_does_and_nothing_else() {
    let (engine, tap, db) = tapped().await;
    kettles(&engine).await;
    let app = api::App::new(db);
    let place = include_str!("../events/api-place-order.json");
    let read = include_str!("../events/api-list-orders.json")
        .replace("\"/orders\"", "\"/customers/mary/orders/order-1\"");
    for event in [
        include_str!("../events/api-create-customer.json"),
        include_str!("../events/api-put-cart.json"),
        place,
        &place.replace("order-1", "order-2"),
        include_str!("../events/api-list-orders.json"),
        &read,
    ] {
        let request = lambda_http::request::from_str(event).unwrap();
        let response = api::handle(&app, request).await;
        assert!(response.status().as_u16() < 410, "{:?}", response.body());
    }
    assert_eq!(needed(&tap), allowed("Api"));
}

#[tokio::test]
async fn the_stream_functions_may_do_what_they_do_and_nothing_else() {
    let (_engine, tap, db) = tapped().await;
    let sample = include_str!("../events/projector.json");
    let torn = sample.replacen(r#""cents": { "N": "5000" }"#, r#""cents": { "S": "x" }"#, 1);
    let outcome = projector::router(&db)
        .process(&torn, Deadline::none())
        .await
        .unwrap();
    assert_eq!((outcome.processed, outcome.dead_lettered), (1, 1));
    assert_eq!(needed(&tap), allowed("Projector"));

    let (_engine, tap, db) = tapped().await;
    let torn =
        include_str!("../events/archiver.json").replace(r#"{ "N": "2" }"#, r#"{ "N": "x" }"#);
    let place = archiver::Place::Log;
    let outcome = archiver::router(&db, &place)
        .process(&torn, Deadline::none())
        .await
        .unwrap();
    assert_eq!(outcome.dead_lettered, 1);
    assert_eq!(needed(&tap), allowed("Archiver"));
}

#[tokio::test]
async fn task_and_get_order_may_do_what_they_do_and_nothing_else() {
    let (engine, tap, db) = tapped().await;
    kettles(&engine).await;
    for event in [
        include_str!("../events/task-reserve.json"),
        include_str!("../events/task-release.json"),
    ] {
        task::handle(&db, serde_json::from_str(event).unwrap())
            .await
            .unwrap();
    }
    assert_eq!(needed(&tap), allowed("Task"));

    let (_engine, tap, db) = tapped().await;
    let event = serde_json::from_str(include_str!("../events/get-order.json")).unwrap();
    get_order::handle(&db, event).await.unwrap();
    assert_eq!(needed(&tap), allowed("GetOrder"));
}
