//! An HTTP client that answers from a list, in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// Not a status: there is no answer.
const HANGS: u16 = 0;

/// One answer: status, body, and the checksum header if any.
type Reply = (u16, String, Option<u32>);

#[derive(Clone, Debug, Default)]
pub(super) struct Canned {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) body: String,
    headers: Vec<(String, String)>,
}

impl Sent {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map_or("", |(_, value)| value)
    }
}

impl Canned {
    /// Answers with the right checksum, as the service does.
    pub(super) fn reply(&self, status: u16, body: &str) -> &Self {
        self.reply_with(status, body, Some(crc32fast::hash(body.as_bytes())))
    }

    pub(super) fn reply_with(&self, status: u16, body: &str, checksum: Option<u32>) -> &Self {
        let mut replies = self.replies.lock().unwrap();
        replies.push_back((status, body.to_owned(), checksum));
        self
    }

    /// Never answers.
    pub(super) fn hang(&self) {
        self.reply_with(HANGS, "", None);
    }

    pub(super) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub(super) fn client(&self) -> Client {
        Client::from_conf(self.config().build())
    }

    pub(super) fn config(&self) -> Builder {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-north-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .retry_config(retries)
            .http_client(self.clone())
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
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.sent.lock().unwrap().push(Sent {
            headers: headers.collect(),
            body: String::from_utf8(request.body().bytes().unwrap().to_vec()).unwrap(),
        });
        let reply = self.replies.lock().unwrap().pop_front();
        let Some((status, body, checksum)) = reply else {
            return HttpConnectorFuture::ready(Err(ConnectorError::io("no reply left".into())));
        };
        if status == HANGS {
            return HttpConnectorFuture::new(std::future::pending());
        }
        let status = StatusCode::try_from(status).unwrap();
        let mut response = HttpResponse::new(status, SdkBody::from(body));
        let headers = response.headers_mut();
        headers.insert("x-amzn-requestid", "REQUEST");
        if let Some(checksum) = checksum {
            headers.insert("x-amz-crc32", checksum.to_string());
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}
