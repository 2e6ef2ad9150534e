//! The embedded engine behind an HTTP endpoint, for functions in processes of their own.

use std::io::BufReader;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use dynamo_orm::local::Engine;

use super::http::{Incoming, answer};

/// A DynamoDB that refuses what is about `refused` and never answers what is about `stuck`.
pub(super) struct Endpoint {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Endpoint {
    pub(super) fn start(engine: &Engine) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (engine, log) = (engine.clone(), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (engine, log) = (engine.clone(), Arc::clone(&log));
                std::thread::spawn(move || serve(stream, &engine, &log));
            }
        });
        Self { address, seen }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests had this in their body.
    pub(super) fn requests_about(&self, what: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|body| body.contains(what)).count()
    }
}

fn serve(mut stream: TcpStream, engine: &Engine, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let json = [("content-type", "application/x-amz-json-1.0".to_owned())];
    while let Some(incoming) = Incoming::read(&mut reader) {
        let body = String::from_utf8(incoming.body.clone()).unwrap();
        log.lock().unwrap().push(body.clone());
        if body.contains("stuck") {
            std::thread::sleep(Duration::from_mins(1));
            return;
        }
        if body.contains("refused") {
            answer(
                &mut stream,
                400,
                &json,
                br#"{"__type":"x#AccessDeniedException"}"#,
            );
            continue;
        }
        let mut request = HttpRequest::new(SdkBody::from(body));
        let target = incoming.header("x-amz-target").unwrap().to_owned();
        request.headers_mut().insert("x-amz-target", target);
        let response = runtime.block_on(engine.call(request)).unwrap();
        let status = response.status().as_u16();
        answer(&mut stream, status, &json, response.body().bytes().unwrap());
    }
}
