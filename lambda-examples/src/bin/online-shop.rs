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
            println!("{text}");
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<String, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let db = match (arguments.next().as_deref(), arguments.next().as_deref()) {
        (None, None) => Db::<Shop>::local().await?,
        (Some("--endpoint"), Some("aws")) => Db::<Shop>::connect().await?,
        (Some("--endpoint"), Some(url)) => Db::<Shop>::connect_to(url).await?,
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
