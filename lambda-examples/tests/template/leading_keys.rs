//! A function that is scoped to a tenant: every request it makes is about keys that its policy names.

use std::collections::BTreeSet;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use dynamo_orm::Table;
use dynamo_orm::local::{Engine, Passed, Tap};
use lambda_examples::fleet::Fleet;
use lambda_examples::handlers::devices::Devices;
use serde_json::Value;
use yaml_rust2::Yaml;

use crate::policies::{allowed, needed, tapped};
use crate::yaml::{template, texts};

fn noon() -> SystemTime {
    "2026-05-05T12:00:00Z"
        .parse::<DateTime<Utc>>()
        .unwrap()
        .into()
}

/// Every request that the function makes for its sample events.
async fn requests(tenant: &str) -> (Engine, Tap) {
    let (engine, tap, db) = tapped::<Fleet>().await;
    let devices = Devices::new(db.with_clock(noon), tenant).with_clock(noon);
    for event in [
        include_str!("../../events/devices-record.json"),
        include_str!("../../events/devices-latest.json"),
        include_str!("../../events/devices-hottest.json"),
        include_str!("../../events/devices-readings.json"),
    ] {
        let request = serde_json::from_str(event).unwrap();
        devices.handle(request).await.unwrap();
    }
    (engine, tap)
}

/// What `dynamodb:LeadingKeys` holds for a request: the partition keys of the table, or of the index that is queried.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>
fn leading_keys(request: &Passed) -> Vec<String> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let pk = Fleet::MODEL.pk.name;
    let of = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
    match request.operation.as_str() {
        "GetItem" => vec![of(&body["Key"], pk)],
        "PutItem" => vec![of(&body["Item"], pk)],
        "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().unwrap().values();
            let writes = tables.flat_map(|writes| writes.as_array().unwrap());
            let items = writes.map(|write| &write["PutRequest"]["Item"]);
            items.map(|item| of(item, pk)).collect()
        }
        "Query" => {
            let name = match body["IndexName"].as_str() {
                Some(index) => {
                    let mut indexes = Fleet::MODEL.indexes.iter();
                    indexes.find(|i| i.name == index).unwrap().pk[0].name
                }
                None => pk,
            };
            vec![of_condition(&body, name)]
        }
        other => panic!("{other}"),
    }
}

/// The value that a key condition asks of this attribute.
fn of_condition(query: &Value, attribute: &str) -> String {
    let condition = query["KeyConditionExpression"].as_str().unwrap();
    let names = query["ExpressionAttributeNames"].as_object().unwrap();
    for term in condition.split(" AND ") {
        let Some((left, right)) = term.split_once(" = ") else {
            continue;
        };
        if names[left.trim()] == attribute {
            let value = &query["ExpressionAttributeValues"][right.trim()]["S"];
            return value.as_str().unwrap().to_owned();
        }
    }
    panic!("{condition} asks nothing of {attribute}");
}

/// `StringLike`, as far as the patterns use it: `*` at the end.
fn like(pattern: &str, text: &str) -> bool {
    assert!(!pattern.contains('?'));
    match pattern.split_once('*') {
        Some((start, "")) => text.starts_with(start),
        None => text == pattern,
        Some(_) => panic!("{pattern}"),
    }
}

/// Does a statement of the policy let a request through, for this tenant?
fn permits(statement: &Yaml, tenant: &str, request: &Passed) -> bool {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let resource = match body["IndexName"].as_str() {
        Some(index) => format!("${{FleetTable.Arn}}/index/{index}"),
        None => "FleetTable.Arn".to_owned(),
    };
    let condition = &statement["Condition"];
    let patterns = texts(&condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]);
    let keys = leading_keys(request);
    let null = condition["Null"]["dynamodb:LeadingKeys"].as_str();
    let ours = |key: &String| {
        let mut patterns = patterns.iter().map(|p| p.replace("${Tenant}", tenant));
        patterns.any(|pattern| like(&pattern, key))
    };
    statement["Effect"].as_str() == Some("Allow")
        && texts(&statement["Action"]).contains(&format!("dynamodb:{}", request.operation))
        && statement["Resource"].as_str() == Some(&resource)
        && (null != Some("false") || !keys.is_empty())
        && keys.iter().all(ours)
}

fn statements() -> Vec<Yaml> {
    let template = template();
    let policies = &template["Resources"]["Devices"]["Properties"]["Policies"];
    let policies = policies.as_vec().unwrap().iter();
    let statements = policies.flat_map(|policy| policy["Statement"].as_vec().unwrap());
    statements.cloned().collect()
}

#[tokio::test]
async fn the_devices_of_one_tenant_are_within_the_reach_of_its_function_and_no_others() {
    let statements = statements();
    let (_engine, tap) = requests("acme").await;
    assert_eq!(needed(&tap), allowed("Devices"));
    let requests = tap.requests();
    assert!(
        requests
            .iter()
            .any(|request| request.body.contains("IndexName"))
    );
    for request in &requests {
        let permitted = |tenant: &str| statements.iter().any(|s| permits(s, tenant, request));
        assert!(permitted("acme"), "{request:?}");
        for other in ["acm", "acme2", "other", ""] {
            assert!(!permitted(other), "{other}: {request:?}");
        }
    }
}

#[tokio::test]
async fn a_tenant_whose_name_looks_like_keys_reaches_nobody_else() {
    let (_engine, tap) = requests("acme#DEVICE").await;
    for request in &tap.requests() {
        for key in leading_keys(request) {
            assert!(!like("TENANT#acme#*", &key), "{key}");
        }
    }
}

#[test]
fn nothing_is_allowed_without_the_tenant() {
    for statement in statements() {
        let condition = &statement["Condition"];
        let patterns = texts(&condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]);
        let only: BTreeSet<String> = BTreeSet::from(["TENANT#${Tenant}#*".to_owned()]);
        assert_eq!(patterns, only);
        assert_eq!(
            condition["Null"]["dynamodb:LeadingKeys"].as_str(),
            Some("false")
        );
        assert!(!texts(&statement["Action"]).contains("dynamodb:Scan"));
    }
    // The name is no pattern itself.
    let template = template();
    let allowed = template["Parameters"]["Tenant"]["AllowedPattern"].as_str();
    assert_eq!(allowed, Some("^[a-z0-9-]{1,40}$"));
    let variables = &template["Resources"]["Devices"]["Properties"]["Environment"]["Variables"];
    assert_eq!(variables["TENANT"].as_str(), Some("Tenant"));
}
