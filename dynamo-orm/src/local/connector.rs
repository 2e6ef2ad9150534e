//! The engine in the place of the SDK's HTTP client, and SDK clients on top of it.

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    AsyncSleep, BehaviorVersion, Credentials, IdentityCache, Region, Sleep,
    StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::dispatch;
use super::engine::Engine;

impl HttpClient for Engine {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Engine {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = operation(&request).to_owned();
        let Some(body) = request.body().bytes().map(<[u8]>::to_vec) else {
            let streaming = "the embedded engine takes no streaming body";
            return HttpConnectorFuture::ready(Err(ConnectorError::user(streaming.into())));
        };
        if !self.is_blocking() {
            let (status, json) = dispatch::respond(self.database(), &operation, &body);
            return HttpConnectorFuture::ready(response(status, json));
        }
        let database = self.database().clone();
        HttpConnectorFuture::new(async move {
            let answering = tokio::task::spawn_blocking(move || {
                dispatch::respond(&database, &operation, &body)
            });
            let (status, json) = answering.await.map_err(|panic| other(panic.into()))?;
            response(status, json)
        })
    }
}

/// `PutItem` of the header `x-amz-target: DynamoDB_20120810.PutItem`.
pub(super) fn operation(request: &HttpRequest) -> &str {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    target.rsplit_once('.').map_or(target, |(_, name)| name)
}

/// An answer as the service's front end would send it, but for its checksum.
pub(super) fn response(status: u16, json: Vec<u8>) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).map_err(|invalid| other(invalid.into()))?;
    let mut response = HttpResponse::new(status, SdkBody::from(json));
    response
        .headers_mut()
        .insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}

fn other(source: Box<dyn std::error::Error + Send + Sync>) -> ConnectorError {
    ConnectorError::other(source, None)
}

/// A client with invented credentials, which retries as the SDK does but never waits: it needs no
/// timer in the runtime.
pub(super) fn client(http: impl HttpClient + 'static) -> Client {
    let credentials = Credentials::new("local", "local", None, None, "local");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url("http://local.invalid")
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::standard())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .sleep_impl(NoSleep)
        .http_client(http)
        .build();
    Client::from_conf(config)
}

/// Time to wait passes at once.
#[derive(Debug)]
struct NoSleep;

impl AsyncSleep for NoSleep {
    fn sleep(&self, _: Duration) -> Sleep {
        Sleep::new(std::future::ready(()))
    }
}

/// As [`client`], for `DynamoDB` Streams.
#[cfg(feature = "streams")]
pub(super) fn streams_client(http: impl HttpClient + 'static) -> aws_sdk_dynamodbstreams::Client {
    let credentials = Credentials::new("local", "local", None, None, "local");
    let config = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url("http://local.invalid")
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::standard())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .sleep_impl(NoSleep)
        .http_client(http)
        .build();
    aws_sdk_dynamodbstreams::Client::from_conf(config)
}
