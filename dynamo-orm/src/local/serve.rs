//! The embedded engine for other processes: `DynamoDB`'s JSON protocol over HTTP/1.1.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use http_body_util::{BodyExt, Collected, Full, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use super::Engine;
use super::dispatch::{self, UNKNOWN_OPERATION};

/// The largest request that the service takes.
const MAX_BODY: usize = 16 << 20;
/// How long a stopping server waits for the requests that it has begun.
const GRACE: Duration = Duration::from_secs(5);

/// Answers other processes from an engine, until `stop` is ready; then what has begun is finished.
///
/// It speaks the JSON protocol of `DynamoDB` and of `DynamoDB` Streams over HTTP/1.1, with the service's error codes and
/// checksums, so that every SDK can talk to it. Nobody is asked for credentials: listen on a loopback address.
/// Feature `server`; the program `dynamo local` is this function.
///
/// **Limits.** Requests of 16 MiB, as the service has.
///
/// # Errors
///
/// Where the listener is lost. A broken connection ends alone.
///
/// # Examples
///
/// ```
/// # use dynamo_orm::local;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let endpoint = format!("http://{}", listener.local_addr()?);
/// let server = local::serve(local::Engine::memory()?, listener, async { /* ctrl-c, say */ });
/// server.await?;
/// # Ok(())
/// # }
/// ```
pub async fn serve(
    engine: Engine,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let mut stop = std::pin::pin!(stop);
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => converse(&engine, stream, &connections),
            Err(error) if is_of_the_connection(&error) => {}
            // No file descriptor is left, say: those in use will be given back.
            Err(error) if error.raw_os_error().is_some() => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error),
        }
    }
    drop(listener);
    // A client that neither ends its request nor goes away does not keep the server.
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
    Ok(())
}

fn is_of_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

fn converse(engine: &Engine, stream: TcpStream, connections: &GracefulShutdown) {
    // Without it small answers wait for the peer's acknowledgement.
    let _ = stream.set_nodelay(true);
    let engine = engine.clone();
    let service = service_fn(move |request| {
        let engine = engine.clone();
        async move { Ok::<_, Infallible>(answer(&engine, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::spawn(connections.watch(connection));
}

async fn answer(engine: &Engine, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() == Method::GET {
        return response(200, b"healthy: dynamo local".to_vec());
    }
    let operation = operation(&request).map(str::to_owned);
    if request.body().size_hint().lower() > MAX_BODY as u64 {
        return response(413, error("RequestEntityTooLargeException"));
    }
    let body = Limited::new(request.into_body(), MAX_BODY).collect().await;
    let Ok(body) = body.map(Collected::to_bytes) else {
        return response(413, error("RequestEntityTooLargeException"));
    };
    let Some(operation) = operation else {
        return response(400, UNKNOWN_OPERATION.to_vec());
    };
    let database = engine.database().clone();
    // The engine is synchronous, and a panic in it stays there.
    let answering =
        tokio::task::spawn_blocking(move || dispatch::respond(&database, &operation, &body));
    match answering.await {
        Ok((status, json)) => response(status, json),
        Err(_) => response(500, error("InternalServerError")),
    }
}

/// `PutItem` of `DynamoDB_20120810.PutItem`, where the operation is one of that API's.
fn operation(request: &Request<Incoming>) -> Option<&str> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    let (api, operation) = target.split_once('.')?;
    let of_streams = matches!(
        operation,
        "ListStreams" | "DescribeStream" | "GetShardIterator" | "GetRecords"
    );
    let right = match api {
        "DynamoDB_20120810" => !of_streams,
        "DynamoDBStreams_20120810" => of_streams,
        _ => false,
    };
    (right && request.method() == Method::POST).then_some(operation)
}

fn error(name: &str) -> Vec<u8> {
    format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{name}"}}"#).into_bytes()
}

fn response(status: u16, body: Vec<u8>) -> Response<Full<Bytes>> {
    let checksum = crc32fast::hash(&body);
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    headers.insert("x-amz-crc32", HeaderValue::from(checksum));
    if let Ok(id) = HeaderValue::try_from(request_id()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

/// 52 letters and digits, as the service's are.
fn request_id() -> String {
    let letter = || match fastrand::u8(..36) {
        digit @ ..10 => char::from(b'0' + digit),
        letter => char::from(b'A' + letter - 10),
    };
    std::iter::repeat_with(letter).take(52).collect()
}
