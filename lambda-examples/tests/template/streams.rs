//! What streams deliver to functions.

use std::collections::BTreeSet;

use serde_json::Value;
use yaml_rust2::Yaml;

use crate::yaml::{functions, texts};

/// The event source mappings of tables' streams: function, binary, properties.
pub(crate) fn mappings() -> Vec<(String, String, Yaml)> {
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
            ("projector", include_str!("../../events/projector.json")),
            ("archiver", include_str!("../../events/archiver.json")),
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
