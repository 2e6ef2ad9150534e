//! An HTTP client that always gives the same answer, from memory.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use crate::Result;

/// The answer, and the last request's body.
#[derive(Clone, Debug)]
pub(crate) struct Canned {
    body: Arc<SdkBody>,
    checksum: String,
    sent: Arc<Mutex<SdkBody>>,
}

impl Canned {
    pub(crate) fn new(body: String) -> Self {
        Self {
            checksum: crc32fast::hash(body.as_bytes()).to_string(),
            body: Arc::new(body.into()),
            sent: Arc::new(Mutex::new(SdkBody::empty())),
        }
    }

    pub(crate) fn client(&self) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-north-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "bench"))
            .http_client(self.clone());
        Client::from_conf(config.build())
    }

    /// The last request.
    pub(crate) fn sent(&self) -> Result<serde_json::Value> {
        let sent = self.sent.lock().map_err(|e| e.to_string())?;
        Ok(serde_json::from_slice(sent.bytes().unwrap_or_default())?)
    }

    fn respond(&self, mut request: HttpRequest) -> Option<HttpResponse> {
        *self.sent.lock().ok()? = request.take_body();
        let mut response = HttpResponse::new(200.try_into().ok()?, self.body.try_clone()?);
        let headers = response.headers_mut();
        headers.insert("content-type", "application/x-amz-json-1.0");
        headers.insert("x-amzn-requestid", "REQUEST");
        headers.insert("x-amz-crc32", self.checksum.clone());
        Some(response)
    }
}

impl HttpClient for Canned {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let response = self.respond(request);
        HttpConnectorFuture::ready(
            response.ok_or_else(|| ConnectorError::io("there is no answer".into())),
        )
    }
}
