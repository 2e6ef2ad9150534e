//! A Lambda Runtime API, and a function that it drives.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::http::{Incoming, answer};

/// How long anything may take that has no deadline of its own.
const PATIENCE: Duration = Duration::from_secs(20);

/// An event, and the time there is for it.
type Event = (String, Duration);

/// What a function posted.
#[derive(Debug, PartialEq)]
pub(super) enum Posted {
    Response(Value),
    Error(Value),
}

/// A running function.
pub(super) struct Lambda {
    pub(super) child: Child,
    events: Sender<Event>,
    posted: Receiver<Posted>,
    /// From the start of the process to its first question for an event.
    pub(super) init: Duration,
}

impl Lambda {
    /// Starts a command as Lambda starts `bootstrap`, with these variables and no others.
    pub(super) fn start(mut command: Command, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (events, queue) = channel();
        let (out, posted) = channel();
        let (asked, ready) = channel();
        let queue = Arc::new(Mutex::new(queue));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (queue, out, asked) = (Arc::clone(&queue), out.clone(), asked.clone());
                std::thread::spawn(move || serve(stream, &queue, &out, &asked));
            }
        });
        let started = Instant::now();
        let child = command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_REGION", "eu-north-1")
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .envs(variables.iter().copied())
            .spawn()
            .unwrap();
        let mut lambda = Self {
            child,
            events,
            posted,
            init: Duration::ZERO,
        };
        ready
            .recv_timeout(PATIENCE)
            .expect("the function asks for an event");
        lambda.init = started.elapsed();
        lambda
    }

    /// Gives an event to the function, and the time there is for it, and does not wait.
    pub(super) fn begin(&self, event: &str, time: Duration) {
        self.events.send((event.to_owned(), time)).unwrap();
    }

    /// Gives an event to the function, and waits for its answer.
    pub(super) fn invoke_within(&self, event: &str, time: Duration) -> Posted {
        self.begin(event, time);
        self.posted
            .recv_timeout(time + PATIENCE)
            .expect("the function answers")
    }

    pub(super) fn invoke(&self, event: &str) -> Posted {
        self.invoke_within(event, Duration::from_secs(10))
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(
    mut stream: TcpStream,
    queue: &Mutex<Receiver<Event>>,
    out: &Sender<Posted>,
    asked: &Sender<()>,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(incoming) = Incoming::read(&mut reader) {
        if incoming.path.ends_with("/invocation/next") {
            let _ = asked.send(());
            let Ok((event, time)) = queue.lock().unwrap().recv() else {
                return;
            };
            let deadline = (SystemTime::now() + time)
                .duration_since(UNIX_EPOCH)
                .unwrap();
            let arn = "arn:aws:lambda:eu-north-1:123456789012:function:function";
            let headers = [
                ("content-type", "application/json".to_owned()),
                (
                    "lambda-runtime-aws-request-id",
                    "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned(),
                ),
                (
                    "lambda-runtime-deadline-ms",
                    deadline.as_millis().to_string(),
                ),
                ("lambda-runtime-invoked-function-arn", arn.to_owned()),
            ];
            answer(&mut stream, 200, &headers, event.as_bytes());
        } else {
            let body = serde_json::from_slice(&incoming.body).unwrap();
            let response = incoming.path.ends_with("/response");
            let posted = if response {
                Posted::Response(body)
            } else {
                Posted::Error(body)
            };
            let _ = out.send(posted);
            answer(&mut stream, 202, &[], b"");
        }
    }
}
