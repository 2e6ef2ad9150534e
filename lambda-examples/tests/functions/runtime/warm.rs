//! What a cold start costs in connections.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dynamo_orm::Db;
use lambda_examples::store::{Product, Store};

/// A table's endpoint that has no items and counts its connections.
fn counted() -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&connections);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || answers(BufReader::new(stream)));
        }
    });
    (format!("http://{address}"), connections)
}

fn answers(mut stream: BufReader<TcpStream>) {
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim().to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        stream.read_exact(&mut vec![0; length]).unwrap();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}";
        stream.get_mut().write_all(head.as_bytes()).unwrap();
    }
}

/// `warm_up` has a client of its own, without retries: the requests that follow must find its connection.
#[tokio::test]
async fn the_connection_that_was_warmed_up_is_the_one_that_is_used() {
    for (warm, expected) in [(false, 1), (true, 1)] {
        let (endpoint, connections) = counted();
        let db = Db::<Store>::connect_to(&endpoint).await.unwrap();
        if warm {
            db.warm_up().await.unwrap();
        }
        for _ in 0..3 {
            assert!(Product::get("pot").send(&db).await.unwrap().is_none());
        }
        let found = connections.load(Ordering::SeqCst);
        assert_eq!(found, expected, "connections, warmed up: {warm}");
    }
}
