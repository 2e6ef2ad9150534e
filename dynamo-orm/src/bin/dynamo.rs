//! The program `dynamo`: the embedded engine for other processes, and its streams for functions.

use std::process::ExitCode;

fn main() -> ExitCode {
    dynamo_orm::__cli::main()
}
