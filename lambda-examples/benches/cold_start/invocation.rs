//! The CPU time of an invocation that reads a page of a hundred orders.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;

use serde_json::json;

use super::http::{Incoming, answer};
use super::lambda::{Lambda, Posted};
use super::{cpu_micros, millis};

/// How many invocations are measured, after as many others.
const INVOCATIONS: u32 = 200;

pub(super) fn report() {
    let url = table_of_orders();
    let variables = [("DYNAMODB_ENDPOINT", url.as_str()), ("CURSOR_KEY", "")];
    let lambda = Lambda::start(Command::new(env!("CARGO_BIN_EXE_api")), &variables);
    let event = include_str!("../../events/api-list-orders.json");
    let invoke_all = || {
        for _ in 0..INVOCATIONS {
            let Posted::Response(answer) = lambda.invoke(event) else {
                return assert_eq!("an error", "");
            };
            assert_eq!(answer["statusCode"], 200, "{answer}");
        }
    };
    invoke_all();
    let begun = cpu_micros(&lambda.child.id().to_string());
    invoke_all();
    let each = (cpu_micros(&lambda.child.id().to_string()) - begun) / u64::from(INVOCATIONS);
    println!(
        "\nA page of 100 orders through `api`: {} of CPU",
        millis(each)
    );
}

/// An endpoint where every query finds the same hundred orders.
pub(super) fn table_of_orders() -> String {
    let orders = (0..100).map(|n| {
        json!({
            "PK": {"S": "CUSTOMER#ada"}, "SK": {"S": format!("ORDER#o{n}")}, "Type": {"S": "Order"},
            "GSI1PK": {"S": "ORDERS#placed"}, "GSI1SK": {"S": format!("2026-05-05T12:00:00#o{n}")},
            "customer": {"S": "ada"}, "id": {"S": format!("o{n}")}, "status": {"S": "placed"},
            "placed_at": {"S": "2026-05-05T12:00:00Z"}, "cents": {"N": "5000"}, "version": {"N": "1"},
            "lines": {"L": [{"M": {"sku": {"S": "kettle"}, "quantity": {"N": "2"}, "cents": {"N": "2500"}}}]},
        })
    });
    let orders: Vec<_> = orders.collect();
    let page = json!({"Items": orders, "Count": 100, "ScannedCount": 100}).to_string();
    let page: Arc<str> = page.into();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let page = Arc::clone(&page);
            std::thread::spawn(move || serve(stream, &page));
        }
    });
    url
}

fn serve(mut stream: TcpStream, page: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let json = [("content-type", "application/x-amz-json-1.0".to_owned())];
    while let Some(asked) = Incoming::read(&mut reader) {
        let query = asked.header("x-amz-target") == Some("DynamoDB_20120810.Query");
        answer(
            &mut stream,
            200,
            &json,
            if query { page.as_bytes() } else { b"{}" },
        );
    }
}
