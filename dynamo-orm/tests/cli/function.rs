//! A function's invocation endpoint, with replies told in advance.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// The status of a function that ends instead of a reply.
pub(crate) const GONE: u16 = 0;

/// What a function replies to the records of an event; status and body.
type Handler = Box<dyn FnMut(&[Value]) -> (u16, String) + Send>;

/// The endpoint. It records what it is invoked with.
pub(crate) struct Function {
    pub(crate) url: String,
    invocations: Arc<Mutex<Vec<Vec<Value>>>>,
}

impl Function {
    pub(crate) fn new(handler: impl FnMut(&[Value]) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let invocations = Arc::new(Mutex::new(Vec::new()));
        let seen = invocations.clone();
        let mut handler: Handler = Box::new(handler);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &mut handler, &seen);
            }
        });
        let url = format!("http://{address}/2015-03-31/functions/function/invocations");
        Self { url, invocations }
    }

    pub(crate) fn invocations(&self) -> Vec<Vec<Value>> {
        self.invocations.lock().unwrap().clone()
    }

    /// The numbers of the orders in each invocation.
    pub(crate) fn orders(&self) -> Vec<Vec<u32>> {
        let invocations = self.invocations();
        invocations.iter().map(|records| numbers(records)).collect()
    }
}

/// The numbers of the orders that were written.
pub(crate) fn numbers(records: &[Value]) -> Vec<u32> {
    let number = |record: &Value| record["dynamodb"]["NewImage"]["number"]["N"].clone();
    let parsed = records.iter().map(number).map(|n| n.as_str()?.parse().ok());
    parsed.map(Option::unwrap_or_default).collect()
}

/// The partial reply that begins at a record.
pub(crate) fn failed_from(record: &Value) -> String {
    let number = &record["dynamodb"]["SequenceNumber"];
    serde_json::json!({"batchItemFailures": [{"itemIdentifier": number}]}).to_string()
}

fn answer(stream: TcpStream, handler: &mut Handler, seen: &Mutex<Vec<Vec<Value>>>) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let event: Value = serde_json::from_slice(&body).unwrap();
    let records = event["Records"].as_array().unwrap().clone();
    let (status, body) = handler(&records);
    seen.lock().unwrap().push(records);
    if status == GONE {
        return;
    }
    let length = body.len();
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 {status} Told\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
}
