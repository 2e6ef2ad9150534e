//! The program `dynamo`: its commands, and how they fail.

mod bridge;
mod http;
mod local;

use std::process::ExitCode;
use std::{error, fmt, io};

use clap::{Parser, Subcommand};

/// Tools for designs with dynamo-orm.
#[derive(Debug, Parser)]
#[command(name = "dynamo")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Local(local::Local),
    StreamBridge(bridge::Bridge),
}

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("dynamo: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // The engine evaluates conditions recursively.
        .thread_stack_size(16 << 20)
        .build()
        .map_err(|error| Failure::of("cannot start", error))?;
    runtime.block_on(async {
        match arguments.command {
            Command::Local(command) => command.run().await,
            Command::StreamBridge(command) => command.run().await,
        }
    })
}

/// What went wrong, in one line.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    /// A failure and everything behind it.
    fn of(what: impl fmt::Display, error: impl error::Error) -> Self {
        let mut line = format!("{what}: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            line.push_str(": ");
            line.push_str(&error.to_string());
            source = error.source();
        }
        Self(line)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Ready when the user, or the one who started this process, wants it to end.
async fn interrupted() {
    #[cfg(unix)]
    if let Ok(mut terminated) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    let _: io::Result<()> = tokio::signal::ctrl_c().await;
}
