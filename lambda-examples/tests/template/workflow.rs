//! State machines: their definitions are there, their substitutions fill them, and they may do what their states do.

use std::collections::BTreeSet;

use serde_json::Value;
use yaml_rust2::Yaml;

use crate::yaml::{resources, template};

fn machine() -> Yaml {
    let mut machines = resources("AWS::Serverless::StateMachine");
    assert_eq!(machines.len(), 1);
    machines.remove(0).1["Properties"].clone()
}

fn definition() -> (String, Value) {
    let machine = machine();
    let uri = machine["DefinitionUri"].as_str().unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
    let text = std::fs::read_to_string(format!("{root}{uri}")).unwrap();
    let definition = serde_json::from_str(&text).unwrap();
    (text, definition)
}

#[test]
fn the_substitutions_are_those_that_the_definition_asks_for_and_name_what_is_there() {
    let (text, _) = definition();
    let asked: BTreeSet<&str> = text
        .split("${")
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap())
        .collect();
    let machine = machine();
    let given = machine["DefinitionSubstitutions"].as_hash().unwrap();
    let names: BTreeSet<&str> = given.keys().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(asked, names);
    for value in given.values() {
        let resource = value.as_str().unwrap().split('.').next().unwrap();
        assert!(
            !template()["Resources"][resource].is_badvalue(),
            "{resource}"
        );
    }
}

#[test]
fn a_state_machine_may_call_what_its_states_call_and_nothing_else() {
    let (_, definition) = definition();
    let mut needed = BTreeSet::new();
    let mut longest = 0;
    for state in definition["States"].as_object().unwrap().values() {
        needed.extend(state["Resource"].as_str().map(|resource| match resource {
            "arn:aws:states:::lambda:invoke" => "LambdaInvokePolicy FunctionName Task",
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken" => {
                longest = state["TimeoutSeconds"].as_i64().unwrap();
                "SQSSendMessagePolicy QueueName Payments.QueueName"
            }
            other => panic!("{other}"),
        }));
    }
    let mut given = BTreeSet::new();
    let machine = machine();
    for policy in machine["Policies"].as_vec().unwrap() {
        // The policy that writes logs is a document of its own.
        for statement in policy["Statement"].as_vec().into_iter().flatten() {
            let actions = statement["Action"].as_vec().unwrap().iter();
            assert!(
                actions
                    .map(|a| a.as_str().unwrap())
                    .all(|a| a.starts_with("logs:"))
            );
        }
        for (name, parameters) in policy.as_hash().unwrap() {
            for (parameter, value) in parameters.as_hash().into_iter().flatten() {
                let texts = [name, parameter, value].map(|text| text.as_str().unwrap());
                given.insert(texts.join(" "));
            }
        }
    }
    assert_eq!(given, needed.into_iter().map(str::to_owned).collect());
    let queue = &template()["Resources"]["Payments"]["Properties"];
    let kept = queue["MessageRetentionPeriod"].as_i64();
    assert_eq!(kept, Some(longest), "nobody pays what is given up");
}

#[test]
fn a_state_machine_is_traced_and_logs_its_errors_without_data() {
    let machine = machine();
    assert_eq!(machine["Tracing"]["Enabled"].as_bool(), Some(true));
    let logging = &machine["Logging"];
    assert_eq!(logging["Level"].as_str(), Some("ERROR"));
    assert_eq!(logging["IncludeExecutionData"].as_bool(), Some(false));
    let group = &logging["Destinations"][0]["CloudWatchLogsLogGroup"]["LogGroupArn"];
    assert_eq!(group.as_str(), Some("OrderWorkflowLog.Arn"));
    assert!(!template()["Resources"]["OrderWorkflowLog"].is_badvalue());
}

#[test]
fn a_state_waits_longer_than_the_function_may_run() {
    let template = template();
    let function = &template["Globals"]["Function"]["Timeout"];
    let task = &template["Resources"]["Task"]["Properties"]["Timeout"];
    assert!(task.is_badvalue());
    let (_, definition) = definition();
    for state in definition["States"].as_object().unwrap().values() {
        if let Some(seconds) = state["TimeoutSeconds"].as_i64() {
            assert!(seconds > function.as_i64().unwrap());
        }
    }
}
