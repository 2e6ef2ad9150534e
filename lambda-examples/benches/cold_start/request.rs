//! The first request of a process over TLS, and the second.

use std::process::Command;
use std::time::Instant;

use dynamo_orm::Db;
use lambda_examples::store::{Product, Store};

use super::tls::Server;
use super::{RUNS, millis};

/// The argument of a process that measures itself.
pub(super) const CHILD: &str = "--child";

const STEPS: [&str; 4] = ["connect", "warm up", "first request", "second request"];

pub(super) fn report() {
    let server = Server::start();
    println!("\n| over TLS | step | wall |\n|---|---|---|");
    for way in ["cold", "warm"] {
        let runs: Vec<Vec<u64>> = (0..RUNS).map(|_| run(&server, way)).collect();
        for (n, step) in STEPS.iter().enumerate() {
            let wall = runs.iter().map(|run| run[n]).min().unwrap();
            if way == "warm" || *step != "warm up" {
                println!("| {way} | {step} | {} |", millis(wall));
            }
        }
    }
}

/// A process of its own: what is made once in a process is made anew.
fn run(server: &Server, way: &str) -> Vec<u64> {
    let done = Command::new(std::env::current_exe().unwrap())
        .args([CHILD, way])
        .env("DYNAMODB_ENDPOINT", &server.url)
        .env("SSL_CERT_FILE", server.certificate())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let text = String::from_utf8(done.stdout).unwrap();
    let figures = text
        .split_whitespace()
        .map(|figure| figure.parse().unwrap());
    figures.collect()
}

pub(super) fn child(way: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let mut last = Instant::now();
        let mut lap = || {
            println!("{}", last.elapsed().as_micros());
            last = Instant::now();
        };
        let db = Db::<Store>::connect().await.unwrap();
        lap();
        if way == "warm" {
            db.warm_up().await.unwrap();
        }
        lap();
        for _ in 0..2 {
            assert_eq!(Product::get("kettle").send(&db).await.unwrap(), None);
            lap();
        }
    });
}
