//! The workflow of orders, walked as Step Functions walks it, with the task on the embedded engine.

use std::collections::BTreeSet;

use dynamo_orm::local::Engine;
use dynamo_orm::{Db, Entity};
use lambda_examples::handlers::task::{Task, TaskError, handle};
use lambda_examples::store::{Customer, Order, Product, Reservation, Store};
use serde_json::{Value, json};

use crate::support::stocked;

fn definition() -> Value {
    serde_json::from_str(include_str!("../../statemachine/order.asl.json")).unwrap()
}

fn input() -> Value {
    serde_json::from_str(include_str!("../../statemachine/order.input.json")).unwrap()
}

/// A value of the state's input, or of the context where the path begins with `$$`.
fn at(path: &str, input: &Value) -> Value {
    let context = json!({ "Execution": { "Name": "execution-1" }, "Task": { "Token": "token-1" } });
    let (value, path) = match path.strip_prefix("$$") {
        Some(path) => (&context, path),
        None => (input, path.strip_prefix('$').unwrap()),
    };
    let mut names = path.split('.').filter(|name| !name.is_empty());
    let found = names.try_fold(value, |value, name| value.get(name));
    found
        .cloned()
        .unwrap_or_else(|| panic!("there is no {path} in {input}"))
}

/// Parameters, their paths replaced by what they stand for.
fn filled(template: &Value, input: &Value) -> Value {
    let Value::Object(members) = template else {
        return template.clone();
    };
    let member = |(name, value): (&String, &Value)| match name.strip_suffix(".$") {
        Some(name) => (name.to_owned(), at(value.as_str().unwrap(), input)),
        None => (name.clone(), filled(value, input)),
    };
    members.iter().map(member).collect()
}

/// What `ResultPath` says becomes of a result: without one it replaces the input, `null` drops it, a path says where to put
/// it.
fn placed(mut input: Value, state: &Value, result: Value) -> Value {
    match state.get("ResultPath") {
        None => result,
        Some(Value::Null) => input,
        Some(path) => {
            let name = path.as_str().unwrap().strip_prefix("$.").unwrap();
            input[name] = result;
            input
        }
    }
}

fn listed(names: &Value, error: &str) -> bool {
    let mut names = names.as_array().unwrap().iter();
    names.any(|name| name == "States.ALL" || name == error)
}

/// How an execution goes: what the payment is answered, and failures of the task that come before anything is done.
struct Run {
    payment: Result<Value, &'static str>,
    failures: Vec<(&'static str, &'static str)>,
}

impl Run {
    /// Walks the definition: the states, and the last with its output, or the error that nothing catches.
    async fn walk(&mut self, db: &Db<Store>) -> (Vec<String>, Result<Value, String>) {
        let definition = definition();
        let (mut name, mut input) = (definition["StartAt"].clone(), input());
        let mut walked = Vec::new();
        loop {
            let state = &definition["States"][name.as_str().unwrap()];
            walked.push(name.as_str().unwrap().to_owned());
            match state["Type"].as_str().unwrap() {
                "Succeed" => return (walked, Ok(input)),
                "Fail" => {
                    let error = at(state["ErrorPath"].as_str().unwrap(), &input);
                    return (walked, Err(error.as_str().unwrap().to_owned()));
                }
                "Choice" => name = choose(state, &input),
                "Task" => match self.attempts(state, &name, &input, db).await {
                    Ok(result) => {
                        input = placed(input, state, result);
                        name = state["Next"].clone();
                    }
                    Err(error) => {
                        let mut catchers = state["Catch"].as_array().into_iter().flatten();
                        let Some(catch) = catchers.find(|c| listed(&c["ErrorEquals"], &error))
                        else {
                            return (walked, Err(error));
                        };
                        let output = json!({ "Error": error, "Cause": "said by the task" });
                        input = placed(input, catch, output);
                        name = catch["Next"].clone();
                    }
                },
                other => panic!("{other}"),
            }
        }
    }

    async fn attempts(
        &mut self,
        state: &Value,
        name: &Value,
        input: &Value,
        db: &Db<Store>,
    ) -> Result<Value, String> {
        let mut attempts = 0;
        loop {
            let error = match self.attempt(state, name, input, db).await {
                Ok(result) => return Ok(result),
                Err(error) => error,
            };
            attempts += 1;
            let mut retriers = state["Retry"].as_array().into_iter().flatten();
            match retriers.find(|retry| listed(&retry["ErrorEquals"], &error)) {
                Some(retry) if attempts <= retry["MaxAttempts"].as_i64().unwrap() => {}
                _ => return Err(error),
            }
        }
    }

    async fn attempt(
        &mut self,
        state: &Value,
        name: &Value,
        input: &Value,
        db: &Db<Store>,
    ) -> Result<Value, String> {
        let parameters = filled(&state["Parameters"], input);
        if state["Resource"] != "arn:aws:states:::lambda:invoke" {
            assert_eq!(parameters["MessageBody"]["token"], "token-1");
            return self.payment.clone().map_err(str::to_owned);
        }
        if let Some(n) = self.failures.iter().position(|(state, _)| name == state) {
            return Err(self.failures.remove(n).1.to_owned());
        }
        let task: Task = serde_json::from_value(parameters["Payload"].clone()).unwrap();
        let done = handle(db, task)
            .await
            .map_err(|error| error.name().to_owned())?;
        Ok(json!({ "Payload": done }))
    }
}

fn choose(state: &Value, input: &Value) -> Value {
    for choice in state["Choices"].as_array().unwrap() {
        let name = choice["Variable"].as_str().unwrap().strip_prefix("$.");
        assert_eq!(choice["IsPresent"], true);
        if input.get(name.unwrap()).is_some() {
            return choice["Next"].clone();
        }
    }
    state["Default"].clone()
}

fn paid() -> Run {
    Run {
        payment: Ok(json!({ "receipt": 1 })),
        failures: Vec::new(),
    }
}

async fn kettles(db: &Db<Store>) -> u32 {
    Product::get("kettle")
        .send(db)
        .await
        .unwrap()
        .unwrap()
        .stock
}

async fn is_ordered(db: &Db<Store>) -> bool {
    let order = Order::get("ada", "execution-1").send(db).await.unwrap();
    let reserved = Reservation::get("execution-1").send(db).await.unwrap();
    assert!(reserved.is_none() || order.is_none());
    order.is_some()
}

async fn shop() -> Db<Store> {
    stocked(&Engine::memory().unwrap()).await
}

#[tokio::test]
async fn what_is_paid_is_ordered() {
    let db = shop().await;
    let (walked, output) = paid().walk(&db).await;
    assert_eq!(walked, ["Reserve", "Pay", "Order", "Ordered"]);
    assert_eq!(output.unwrap()["payment"]["receipt"], 1);
    assert!(is_ordered(&db).await);
    assert_eq!(kettles(&db).await, 8);
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let db = shop().await;
    let mut run = paid();
    run.failures = vec![
        ("Reserve", "TryAgain"),
        ("Reserve", "Lambda.TooManyRequestsException"),
        ("Order", "TryAgain"),
        ("Order", "StoreError"),
    ];
    let (walked, _) = run.walk(&db).await;
    assert_eq!(walked.last().unwrap(), "Ordered");
    assert_eq!(kettles(&db).await, 8);
}

#[tokio::test]
async fn what_is_not_paid_gives_its_stock_back() {
    for refused in ["PaymentRefused", "States.Timeout"] {
        let db = shop().await;
        let mut run = paid();
        run.payment = Err(refused);
        run.failures = vec![("Release", "TryAgain")];
        let (walked, output) = run.walk(&db).await;
        let path = ["Reserve", "Pay", "Release", "WhyReleased", "Refused"];
        assert_eq!(walked, path);
        assert_eq!(output.unwrap()["refused"]["Error"], refused);
        assert!(!is_ordered(&db).await);
        assert_eq!(kettles(&db).await, 10);
    }
}

#[tokio::test]
async fn what_is_out_of_stock_is_refused_and_not_paid() {
    let db = shop().await;
    Product::update("kettle")
        .set(|p| p.stock(), 1)
        .send(&db)
        .await
        .unwrap();
    let (walked, output) = paid().walk(&db).await;
    assert_eq!(walked, ["Reserve", "Refused"]);
    assert_eq!(output.unwrap()["error"]["Error"], "OutOfStock");
    assert_eq!(kettles(&db).await, 1);
}

#[tokio::test]
async fn a_reservation_of_which_nobody_knows_is_released_and_the_execution_fails() {
    let db = shop().await;
    let mut run = paid();
    run.failures = vec![("Reserve", "StoreError")];
    let (walked, output) = run.walk(&db).await;
    assert_eq!(walked, ["Reserve", "Release", "WhyReleased", "Failed"]);
    assert_eq!(output, Err("StoreError".to_owned()));
    assert_eq!(kettles(&db).await, 10);
}

#[tokio::test]
async fn what_is_paid_and_cannot_be_ordered_keeps_its_stock_until_it_is_redriven() {
    let db = shop().await;
    let mut run = paid();
    run.failures = vec![("Order", "Sandbox.Timedout")];
    let (walked, output) = run.walk(&db).await;
    assert_eq!(walked, ["Reserve", "Pay", "Order"]);
    assert!(output.is_err());
    assert!(!is_ordered(&db).await);
    assert_eq!(kettles(&db).await, 8);
    // Redriven, it goes on; here from the start, which changes nothing that is done.
    assert!(paid().walk(&db).await.1.is_ok());
    assert_eq!(kettles(&db).await, 8);
}

/// Where a state leads.
fn next(state: &Value) -> BTreeSet<String> {
    let lists = [&state["Catch"], &state["Choices"]];
    let of_lists = lists.iter().filter_map(|list| list.as_array()).flatten();
    let nexts = of_lists.map(|entry| &entry["Next"]);
    nexts
        .chain([&state["Next"], &state["Default"]])
        .filter_map(|next| next.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn every_state_is_reachable_and_each_way_ends() {
    let definition = definition();
    let states = definition["States"].as_object().unwrap();
    let mut reached = BTreeSet::new();
    let mut open = vec![definition["StartAt"].as_str().unwrap().to_owned()];
    while let Some(name) = open.pop() {
        let state = states.get(&name).unwrap_or_else(|| panic!("no {name}"));
        let ends = matches!(state["Type"].as_str(), Some("Succeed" | "Fail"));
        assert_eq!(next(state).is_empty(), ends, "{name}");
        if reached.insert(name) {
            open.extend(next(state));
        }
    }
    let all: BTreeSet<String> = states.keys().cloned().collect();
    assert_eq!(reached, all);
}

#[test]
fn the_names_that_states_compare_are_those_that_the_task_gives() {
    let definition = definition();
    let mut compared = BTreeSet::new();
    for state in definition["States"].as_object().unwrap().values() {
        if state["Resource"] != "arn:aws:states:::lambda:invoke" {
            continue;
        }
        for list in [&state["Retry"], &state["Catch"]] {
            for entry in list.as_array().into_iter().flatten() {
                for name in entry["ErrorEquals"].as_array().unwrap() {
                    compared.insert(name.as_str().unwrap().to_owned());
                }
            }
        }
    }
    let own = |name: &&String| !name.starts_with("States.") && !name.starts_with("Lambda.");
    let own: BTreeSet<&str> = compared.iter().filter(own).map(String::as_str).collect();
    assert_eq!(own, TaskError::NAMES.into());
}

#[tokio::test]
async fn what_costs_something_else_is_refused_and_what_nobody_buys_fails_before_it_is_paid() {
    let db = shop().await;
    let dearer = Product::update("kettle").set(|p| p.cents(), 2_600);
    dearer.send(&db).await.unwrap();
    let (walked, output) = paid().walk(&db).await;
    assert_eq!(walked, ["Reserve", "Refused"]);
    assert_eq!(output.unwrap()["error"]["Error"], "PriceChanged");

    let db = shop().await;
    let ada = Customer::get("ada").send(&db).await.unwrap().unwrap();
    ada.remove().send(&db).await.unwrap();
    let (walked, output) = paid().walk(&db).await;
    assert_eq!(walked, ["Reserve", "Failed"]);
    assert_eq!(output, Err("InvalidRequest".to_owned()));
    assert_eq!(kettles(&db).await, 10);
}

/// A path that leads nowhere is `States.Runtime`, which no `Catch` catches, not even `States.ALL`.
#[test]
fn an_input_without_a_member_fails_before_stock_is_reserved() {
    fn paths(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => members.values().for_each(|v| paths(v, into)),
            Value::String(text) if text.starts_with("$.") => {
                into.insert(text.clone());
            }
            _ => {}
        }
    }
    let states = &definition()["States"];
    let of = |state: &str| {
        let mut found = BTreeSet::new();
        paths(&states[state]["Parameters"], &mut found);
        found
    };
    let (reserved, mut later) = (of("Reserve"), of("Pay"));
    later.extend(of("Order"));
    let unchecked: Vec<&String> = later.difference(&reserved).collect();
    assert!(
        unchecked.is_empty(),
        "without {unchecked:?} the execution ends behind `Reserve`, and its stock stays reserved"
    );
}
