//! From the start of a process to its first question for an event.

use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::time::Instant;

use super::invocation::table_of_orders;
use super::{RUNS, cpu_micros, millis};

/// The functions of the template.
const FUNCTIONS: [(&str, &str); 6] = [
    ("api", env!("CARGO_BIN_EXE_api")),
    ("projector", env!("CARGO_BIN_EXE_projector")),
    ("archiver", env!("CARGO_BIN_EXE_archiver")),
    ("task", env!("CARGO_BIN_EXE_task")),
    ("devices", env!("CARGO_BIN_EXE_devices")),
    ("get-order", env!("CARGO_BIN_EXE_get-order")),
];

pub(super) fn report() {
    let table = table_of_orders();
    println!("| function | size | to the first event | CPU |\n|---|---|---|---|");
    for (name, binary) in FUNCTIONS {
        let runs: Vec<(u64, u64)> = (0..RUNS).map(|_| start(binary, &table)).collect();
        let wall = runs.iter().map(|run| run.0).min().unwrap();
        let cpu = runs.iter().map(|run| run.1).min().unwrap();
        let tenths = std::fs::metadata(binary).unwrap().len() / 100_000;
        println!(
            "| {name} | {}.{} MB | {} | {} |",
            tenths / 10,
            tenths % 10,
            millis(wall),
            millis(cpu)
        );
    }
}

/// Starts a function as Lambda does.
fn start(binary: &str, table: &str) -> (u64, u64) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let started = Instant::now();
    let mut child = Command::new(binary)
        .env_clear()
        .env(
            "AWS_LAMBDA_RUNTIME_API",
            listener.local_addr().unwrap().to_string(),
        )
        .env("AWS_LAMBDA_FUNCTION_NAME", "function")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_REGION", "eu-north-1")
        .env("AWS_ACCESS_KEY_ID", "local")
        .env("AWS_SECRET_ACCESS_KEY", "local")
        .env("DYNAMODB_ENDPOINT", table)
        .env("TENANT", "acme")
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut first = [0; 4];
    stream.read_exact(&mut first).unwrap();
    let wall = started.elapsed();
    let cpu = cpu_micros(&child.id().to_string());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(&first, b"GET ");
    (u64::try_from(wall.as_micros()).unwrap(), cpu)
}
