//! The places where the SDK's pipeline sends our body and hands us the answer.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextRef, Error, Input,
    Output,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer};

use super::capture::{Captured, Sink};
use super::scan::Undecodable;

/// One call, from its body to what came back; shared by the three hooks and the caller.
pub(super) struct Exchange {
    body: Mutex<String>,
    member: &'static str,
    sink: Arc<dyn Sink>,
    /// The operation's own layer, which holds the SDK's deserializer.
    sdk: Option<FrozenLayer>,
    attempts: AtomicU32,
    captured: Mutex<Captured>,
}

impl Exchange {
    pub(super) fn new(
        body: String,
        member: &'static str,
        sink: Arc<dyn Sink>,
        sdk: Option<FrozenLayer>,
    ) -> Arc<Self> {
        Arc::new(Self {
            body: Mutex::new(body),
            member,
            sink,
            sdk,
            attempts: AtomicU32::new(0),
            captured: Mutex::default(),
        })
    }

    /// Attempts begun so far.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// What the last attempt left; a second call finds nothing.
    pub(super) fn take_captured(&self) -> Captured {
        std::mem::take(&mut *lock(&self.captured))
    }

    /// Reads one answer and returns the response the SDK should see, if not the whole one.
    fn read(&self, response: &HttpResponse) -> Result<Option<HttpResponse>, BadChecksum> {
        self.sink.clear();
        let mut captured = Captured::default();
        let mut rest = None;
        if let Some(body) = response.body().bytes() {
            verify_checksum(response, body)?;
            if !response.status().is_success() {
                captured.error(std::str::from_utf8(body).unwrap_or_default());
            } else if let Ok(text) = std::str::from_utf8(body) {
                match captured.answer(text, self.member, self.sink.as_ref()) {
                    Ok(body) => {
                        captured.read = true;
                        rest = body;
                    }
                    Err(unreadable) => captured.unreadable = Some(unreadable),
                }
            } else {
                captured.unreadable = Some(Undecodable::new(0, "UTF-8"));
            }
        }
        if captured.unreadable.is_some() {
            self.sink.clear();
        }
        *lock(&self.captured) = captured;
        Ok(rest.map(|body| {
            let mut small = HttpResponse::new(response.status(), SdkBody::from(body));
            *small.headers_mut() = response.headers().clone();
            small
        }))
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

/// Puts our serializer and deserializer in the place of the operation's.
#[derive(Debug)]
pub(super) struct Hook(pub(super) Arc<Exchange>);

#[dyn_dispatch_hint]
impl Intercept for Hook {
    fn name(&self) -> &'static str {
        "DynamoOrmWire"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let sdk = cfg.load::<SharedRequestSerializer>().cloned();
        let serializer = Serializer {
            sdk: sdk.ok_or("the operation has no request serializer")?,
            exchange: Arc::clone(&self.0),
        };
        let deserializer = Deserializer(Arc::clone(&self.0));
        cfg.interceptor_state()
            .store_put(SharedRequestSerializer::new(serializer))
            .store_put(SharedResponseDeserializer::new(deserializer));
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.attempts.fetch_add(1, Ordering::Relaxed);
        // An attempt that never gets an answer must not report the previous one's.
        *lock(&self.0.captured) = Captured::default();
        Ok(())
    }
}

/// The SDK's serializer on the stub input, then our body.
#[derive(Debug)]
struct Serializer {
    sdk: SharedRequestSerializer,
    exchange: Arc<Exchange>,
}

impl SerializeRequest for Serializer {
    fn serialize_input(&self, input: Input, cfg: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let mut request = self.sdk.serialize_input(input, cfg)?;
        let body = std::mem::take(&mut *lock(&self.exchange.body));
        let length = body.len().to_string();
        request.headers_mut().try_insert("content-length", length)?;
        *request.body_mut() = SdkBody::from(body);
        Ok(request)
    }
}

/// Our member first, then the SDK's deserializer on the rest.
#[derive(Debug)]
struct Deserializer(Arc<Exchange>);

impl DeserializeResponse for Deserializer {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        cfg: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let layer = self.0.sdk.as_ref();
        let Some(sdk) = layer.and_then(|layer| layer.load::<SharedResponseDeserializer>()) else {
            return Err(OrchestratorError::other(
                "the operation has no response deserializer",
            ));
        };
        match self.0.read(response) {
            Ok(Some(rest)) => sdk.deserialize_nonstreaming_with_config(&rest, cfg),
            Ok(None) => sdk.deserialize_nonstreaming_with_config(response, cfg),
            // Response errors are retried by the SDK.
            Err(bad) => Err(OrchestratorError::response(bad.into())),
        }
    }
}

/// The body is not the one whose checksum the service sent.
#[derive(Debug)]
struct BadChecksum;

impl fmt::Display for BadChecksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body does not match its x-amz-crc32 header")
    }
}

impl std::error::Error for BadChecksum {}

/// DynamoDB sends the checksum with every answer; emulators often do not.
fn verify_checksum(response: &HttpResponse, body: &[u8]) -> Result<(), BadChecksum> {
    match response.headers().get("x-amz-crc32").map(str::parse::<u32>) {
        Some(Ok(sent)) if sent != crc32fast::hash(body) => Err(BadChecksum),
        _ => Ok(()),
    }
}

/// A panic elsewhere cannot leave these values half written.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
