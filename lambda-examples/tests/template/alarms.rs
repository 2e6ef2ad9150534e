//! Alarms.

use std::collections::BTreeSet;

use crate::streams::mappings;
use crate::yaml::{functions, resources, rows, template, texts};

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
        let actions = texts(&properties["AlarmActions"]);
        assert_eq!(actions, ["Alarms".to_owned()].into(), "{name}");
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
        assert!(watched.contains(&format!("{name} DeadLettered")), "{name}");
    }
    // The function answers 500 itself: no invocation fails.
    assert!(watched.contains("HttpApi 5xx"));
    assert_eq!(resources("AWS::SNS::Topic").remove(0).0, "Alarms");
    assert!(watched.contains("GivenUp ApproximateNumberOfMessagesVisible"));
    for (name, _) in resources("AWS::Serverless::StateMachine") {
        for metric in [
            "ExecutionsFailed",
            "ExecutionsAborted",
            "ExecutionsTimedOut",
            "ExecutionThrottled",
        ] {
            assert!(
                watched.contains(&format!("{name} {metric}")),
                "{name} {metric}"
            );
        }
    }
}
