//! Every class of failure, and what is taken out of it.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, Error, Output,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::config_bag::ConfigBag;

use super::canned::Canned;
use super::{query, text};
use crate::wire::{CallError, Class, Decode, Operation, Request, Undecodable, send};

async fn fail(canned: &Canned, request: &Request) -> CallError {
    send(&canned.client(), request, "Items", text())
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_failed_condition_carries_its_code_and_the_old_item() {
    let canned = Canned::default();
    canned.reply(
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
            "Item":{"PK":{"S":"a}"}},"message":"The conditional request failed"}"#,
    );
    let error = fail(&canned, &Request::new(Operation::PutItem, "Shop", "{}")).await;
    assert_eq!(error.class, Class::Service);
    assert_eq!(
        error.to_string(),
        "ConditionalCheckFailedException: The conditional request failed"
    );
    assert_eq!(error.old_item.as_deref(), Some(r#"{"PK":{"S":"a}"}}"#));
    assert_eq!((error.status, error.attempts), (Some(400), 1));
    assert_eq!(error.request_id.as_deref(), Some("REQUEST"));
    let sdk = error.source().unwrap().downcast_ref::<PutItemError>();
    assert!(sdk.unwrap().is_conditional_check_failed_exception());
    assert!(!format!("{error:?}").contains("PK"));
}

#[tokio::test]
async fn a_cancelled_transaction_carries_its_reasons() {
    let canned = Canned::default();
    canned.reply(
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message":"Transaction cancelled","CancellationReasons":[{"Code":"None"},
            {"Code":"ConditionalCheckFailed","Item":{"PK":{"S":"a"}},"Message":"say \"no\""}]}"#,
    );
    let request = Request::new(Operation::TransactWriteItems, "Shop", "{}");
    let error = fail(&canned, &request).await;
    assert_eq!(error.code.as_deref(), Some("TransactionCanceledException"));
    let reasons = error.cancellation_reasons.unwrap();
    assert_eq!(reasons[0].code, "None");
    assert_eq!(reasons[0].item, None);
    assert_eq!(reasons[1].message.as_deref(), Some("say \"no\""));
    assert_eq!(reasons[1].item.as_deref(), Some(r#"{"PK":{"S":"a"}}"#));
    assert!(!format!("{reasons:?}").contains("PK"));
}

#[tokio::test]
async fn throttling_and_unknown_answers_are_told_apart() {
    let canned = Canned::default();
    let slow = r#"{"__type":"x#ThrottlingException","message":"slow"}"#;
    canned.reply(400, slow).reply(400, slow).reply(400, slow);
    let error = fail(&canned, &query()).await;
    assert_eq!((error.class, error.attempts), (Class::Throttled, 3));

    let html = "<html>";
    canned.reply(503, html).reply(503, html).reply(503, html);
    let error = fail(&canned, &query()).await;
    assert_eq!((error.class, error.status), (Class::Response, Some(503)));

    for body in ["<html>", r#"{"Items":[}"#, r#"{"Items":[]} {}"#, "[]"] {
        canned.reply(200, body);
        let error = fail(&canned, &query()).await;
        assert_eq!((error.class, error.attempts), (Class::Response, 1));
        assert_eq!(error.code, None);
    }
}

#[tokio::test]
async fn a_lost_connection_forgets_the_answer_before_it() {
    let canned = Canned::default();
    canned.reply(500, r#"{"__type":"x#InternalServerError","Item":{}}"#);
    let error = fail(&canned, &query()).await;
    assert_eq!((error.class, error.attempts), (Class::Dispatch, 3));
    assert!(error.message.contains("no reply left"), "{error}");
    assert_eq!((error.old_item, error.status), (None, None));

    let error = fail(&canned, &Request::new(Operation::Query, "", "{}")).await;
    assert_eq!((error.class, error.attempts), (Class::Dispatch, 0));
}

#[tokio::test]
async fn a_timeout_is_a_timeout() {
    let canned = Canned::default();
    canned.hang();
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(1));
    let config = canned.config().timeout_config(timeouts.build());
    let client = Client::from_conf(config.build());
    let error = send(&client, &query(), "Items", text()).await.unwrap_err();
    assert_eq!(error.class, Class::Timeout, "{error}");
}

#[tokio::test]
async fn an_answer_that_only_the_sdk_accepts_is_refused() {
    let canned = Canned::default();
    canned.reply(200, r#"{"Items":[],"Count":0}"#);
    let decode: Decode<()> = Arc::new(|_, offset| Err(Undecodable::new(offset, "a miracle")));
    let error = send(&canned.client(), &query(), "Items", decode).await;
    let error = error.unwrap_err();
    assert_eq!(error.class, Class::Response);
    assert_eq!(
        error.to_string(),
        "the answer cannot be read: expected a miracle at byte 9"
    );

    canned.reply(200, r#"{"Items":[],"Count":0}"#);
    let config = canned.config().interceptor(Usurper);
    let client = Client::from_conf(config.build());
    let error = send(&client, &query(), "Items", text()).await.unwrap_err();
    assert_eq!(error.class, Class::Response);
    assert_eq!(
        error.to_string(),
        "the answer bypassed this library's deserializer"
    );
}

/// Takes the deserializer's place at the last moment.
#[derive(Debug)]
struct Usurper;

#[dyn_dispatch_hint]
impl Intercept for Usurper {
    fn name(&self) -> &'static str {
        "Usurper"
    }

    fn modify_before_transmit(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let usurper = SharedResponseDeserializer::new(Self);
        cfg.interceptor_state().store_put(usurper);
        Ok(())
    }
}

impl DeserializeResponse for Usurper {
    fn deserialize_nonstreaming_with_config(
        &self,
        _: &HttpResponse,
        _: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        Ok(Output::erase(QueryOutput::builder().build()))
    }
}
