//! A connection that is opened ahead.

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, ErrorKind};
use dynamo_orm_tests::accounts::{Accounts, Note};

fn tapped() -> (Db<Accounts>, Tap) {
    let tap = Tap::new(Engine::memory().unwrap());
    (Db::new(tap.client(), "Accounts"), tap)
}

#[tokio::test]
async fn warming_up_is_one_read_of_nothing() {
    let (db, tap) = tapped();
    db.create_table().await.unwrap();
    tap.clear();
    db.warm_up().await.unwrap();
    let requests = tap.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].operation, "GetItem");
    assert_eq!(
        requests[0].body,
        r##"{"TableName":"Accounts","Key":{"PK":{"S":"$warm"},"SK":{"S":"$warm"}},"ProjectionExpression":"#k","ExpressionAttributeNames":{"#k":"PK"}}"##
    );
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    let (db, tap) = tapped();
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}"#;
    tap.answer("GetItem", 400, denied);
    db.warm_up().await.unwrap();
    // There is no such table at all.
    db.warm_up().await.unwrap();
    let missing = Note::get("a").send(&db).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Service);
}

#[tokio::test(start_paused = true)]
async fn nobody_there_is_an_error() {
    let (db, tap) = tapped();
    for _ in 0..3 {
        tap.disconnect("GetItem");
    }
    let error = db.warm_up().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

/// An address that nobody has, behind a network that drops what is sent to it.
#[tokio::test(start_paused = true)]
async fn a_function_is_held_up_for_two_seconds_at_most() {
    let config = Engine::memory().unwrap().client().config().to_builder();
    let client = Client::from_conf(config.http_client(Silent).build());
    let begun = tokio::time::Instant::now();
    let error = Db::<Accounts>::new(client, "Accounts").warm_up().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(begun.elapsed().as_secs(), 2);
}

/// A connector that never answers.
#[derive(Debug, Clone)]
struct Silent;

impl HttpConnector for Silent {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(std::future::pending())
    }
}

impl HttpClient for Silent {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
