//! One POST to an endpoint on this machine or near it, without TLS.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::Failure;

/// What a server answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The header with which Lambda marks the error of a function.
    pub(super) function_error: bool,
    pub(super) body: Bytes,
}

/// Where to send requests.
#[derive(Clone, Debug)]
pub(super) struct Url {
    authority: String,
    address: String,
    path: String,
}

impl std::str::FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no address; write `http://host:port`, without TLS");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        if uri.scheme_str() != Some("http") {
            return Err(wrong());
        }
        let port = authority.port_u16().unwrap_or(80);
        Ok(Self {
            authority: authority.as_str().to_owned(),
            address: format!("{}:{port}", authority.host()),
            path: uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        })
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// There was no connection, so the server knows of nothing.
    Unreachable(Failure),
    /// The connection ended, or the time did: the request may have arrived.
    Broken(Failure),
}

impl From<Unanswered> for Failure {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::Unreachable(failure) | Unanswered::Broken(failure) => failure,
        }
    }
}

/// Sends one request on a connection of its own. Connecting, and the answer, may each take so long.
pub(super) async fn post(
    url: &Url,
    headers: &[(&str, &str)],
    body: String,
    limit: Duration,
) -> Result<Answer, Unanswered> {
    let unreachable = |error: &dyn std::error::Error| {
        let what = format!("http://{} cannot be reached", url.address);
        Unanswered::Unreachable(Failure::of(what, error))
    };
    let stream = tokio::time::timeout(limit, TcpStream::connect(&url.address)).await;
    let stream = stream
        .map_err(|late| unreachable(&late))?
        .map_err(|error| unreachable(&error))?;
    let answer = tokio::time::timeout(limit, exchange(url, headers, body, stream)).await;
    let answer = answer.unwrap_or_else(|_| {
        let seconds = limit.as_secs();
        Err(Failure(format!(
            "http://{} did not answer within {seconds} s",
            url.address
        )))
    });
    answer.map_err(Unanswered::Broken)
}

async fn exchange(
    url: &Url,
    headers: &[(&str, &str)],
    body: String,
    stream: TcpStream,
) -> Result<Answer, Failure> {
    let failed = |error: &dyn std::error::Error| {
        let what = format!("http://{} ended the connection", url.address);
        Failure::of(what, error)
    };
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failed(&error))?;
    // It ends with the request, also where nobody waits for the answer any more.
    let connection = Running(tokio::spawn(async {
        let _ = connection.await;
    }));
    let mut request = Request::post(&url.path).header(HOST, &url.authority);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| failed(&error))?;
    let response = sender
        .send_request(request)
        .await
        .map_err(|error| failed(&error))?;
    let status = response.status().as_u16();
    let function_error = response.headers().contains_key("x-amz-function-error");
    let body = response.into_body().collect().await;
    drop(connection);
    Ok(Answer {
        status,
        function_error,
        body: body.map_err(|error| failed(&error))?.to_bytes(),
    })
}

struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}
