//! An endpoint whose stream has several shards, for what the embedded engine's one shard never does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// The endpoint: shards with their parents and records, and what else it is to answer first.
pub(crate) struct Endpoint {
    pub(crate) url: String,
    /// The operations that were called, with the shard of each iterator.
    calls: Arc<Mutex<Vec<String>>>,
}

/// A shard that is closed behind its records, or never.
pub(crate) struct Shard {
    pub(crate) id: &'static str,
    pub(crate) parent: Option<&'static str>,
    pub(crate) records: Vec<u32>,
    pub(crate) closed: bool,
}

impl Endpoint {
    /// `refusals` are the codes with which the first calls of `GetRecords` fail.
    pub(crate) fn new(shards: Vec<Shard>, refusals: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        let mut refusals: Vec<&str> = refusals.iter().rev().copied().collect();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &shards, &mut refusals, &seen);
            }
        });
        Self { url, calls }
    }

    pub(crate) fn calls(&self, operation: &str) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let of = calls.iter().filter_map(|call| call.strip_prefix(operation));
        of.map(|rest| rest.trim().to_owned()).collect()
    }
}

fn answer(
    stream: TcpStream,
    shards: &[Shard],
    refusals: &mut Vec<&'static str>,
    calls: &Mutex<Vec<String>>,
) {
    let mut reader = BufReader::new(stream);
    let (mut length, mut operation) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.trim().split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "x-amz-target" => value.rsplit_once('.').unwrap().1.clone_into(&mut operation),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let ask: Value = serde_json::from_slice(&body).unwrap();
    let (status, body) = match respond(&operation, &ask, shards, refusals, calls) {
        Ok(body) => (200, body),
        Err(code) => (400, json!({"__type": format!("com.amazonaws#{code}")})),
    };
    let (body, mut stream) = (body.to_string(), reader.into_inner());
    write!(
        stream,
        "HTTP/1.1 {status} Told\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
}

fn respond(
    operation: &str,
    ask: &Value,
    shards: &[Shard],
    refusals: &mut Vec<&'static str>,
    calls: &Mutex<Vec<String>>,
) -> Result<Value, &'static str> {
    let text = |name: &str| ask[name].as_str().unwrap_or_default().to_owned();
    let note = |line: String| calls.lock().unwrap().push(line);
    let shard = |id: &str| shards.iter().find(|shard| shard.id == id).unwrap();
    match operation {
        "DescribeTable" => Ok(json!({"Table": {"LatestStreamArn": "arn:x:table/Shop/stream/y"}})),
        // One shard a page.
        "DescribeStream" => {
            let after = text("ExclusiveStartShardId");
            let at = shards.iter().position(|shard| shard.id == after);
            let shard = &shards[at.map_or(0, |at| at + 1)];
            let last = shards.last().filter(|last| last.id != shard.id);
            Ok(json!({"StreamDescription": {
                "Shards": [{"ShardId": shard.id, "ParentShardId": shard.parent}],
                "LastEvaluatedShardId": last.map(|_| shard.id)}}))
        }
        "GetShardIterator" => {
            let id = text("ShardId");
            let behind = text("SequenceNumber");
            note(format!("GetShardIterator {id} {behind}").trim().to_owned());
            let records = &shard(&id).records;
            let at = records.iter().position(|n| n.to_string() == behind);
            Ok(json!({"ShardIterator": format!("{id} {}", at.map_or(0, |at| at + 1))}))
        }
        _ => {
            let iterator = text("ShardIterator");
            let (id, at) = iterator.split_once(' ').unwrap();
            note(format!("GetRecords {id}"));
            if let Some(code) = refusals.pop() {
                return Err(code);
            }
            let (shard, at): (_, usize) = (shard(id), at.parse().unwrap());
            let most = usize::try_from(ask["Limit"].as_u64().unwrap()).unwrap();
            let until = shard.records.len().min(at + most);
            let record = |n: &u32| {
                json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": n.to_string(),
                    "NewImage": {"number": {"N": n.to_string()}}}})
            };
            let records: Vec<Value> = shard.records[at..until].iter().map(record).collect();
            let over = shard.closed && until == shard.records.len();
            let next = (!over).then(|| format!("{id} {until}"));
            Ok(json!({"Records": records, "NextShardIterator": next}))
        }
    }
}
