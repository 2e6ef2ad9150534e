//! What a cold start costs: from the start of a process to its first question for an event, and the first request over
//! TLS, with and without `Db::warm_up`; and what an invocation of a warm function costs.
//!
//! ```text
//! cargo bench --profile release -p lambda-examples --bench cold_start
//! ```
//!
//! The profile is that of what is deployed. The least of 25 runs, since other work on the machine only adds. Needs Linux and the command `openssl`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot measure stops"
)]

#[path = "../../tests/functions/runtime/http.rs"]
mod http;
mod init;
mod invocation;
#[path = "../../tests/functions/runtime/lambda.rs"]
mod lambda;
mod request;
mod tls;

/// How often each is measured.
const RUNS: usize = 25;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == request::CHILD) {
        return request::child(&arguments[at + 1]);
    }
    init::report();
    request::report();
    invocation::report();
}

/// The CPU time of a process so far, all its threads together, in microseconds.
fn cpu_micros(process: &str) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let nanos = threads.flatten().map(|thread| {
        let stat = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        let first = stat.split(' ').next().unwrap_or_default();
        first.parse::<u64>().unwrap_or_default()
    });
    nanos.sum::<u64>() / 1_000
}

fn millis(micros: u64) -> String {
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}
