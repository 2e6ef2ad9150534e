//! Runs the online shop: seeds a table and shows its sixteen access patterns.
//!
//! ```text
//! cargo run                                      the embedded engine, in memory
//! cargo run -- --endpoint http://localhost:8000  DynamoDB Local, or anything else that answers there
//! cargo run -- --endpoint aws                    Amazon DynamoDB, with the credentials of the environment
//! ```

use dynamo_orm::Db;
use lambda_examples::shop::model::Shop;
use lambda_examples::shop::{patterns, seed};

const USAGE: &str = "usage: online-shop [--endpoint URL | --endpoint aws]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    match run().await {
        Ok(text) => {
            print!("{text}");
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let db = match arguments.as_slice() {
        [] => Db::<Shop>::local().await?,
        ["--endpoint", "aws"] => Db::<Shop>::connect().await?,
        ["--endpoint", url] => Db::<Shop>::connect_to(url).await?,
        _ => return Err(USAGE.into()),
    };
    db.create_table().await?;
    let written = seed::seed(&db).await?;
    let text = patterns::run(&db).await?;
    Ok(format!(
        "{written} items in `{}`\n\n{text}",
        db.table_name()
    ))
}
