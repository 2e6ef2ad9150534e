//! The Lambda function `task`.

use dynamo_orm::Db;
use lambda_examples::handlers::task::{Task, handle};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let db = Db::connect().await?;
    let _ = db.warm_up().await;
    run(service_fn(|event: LambdaEvent<Task>| {
        handle(&db, event.payload)
    }))
    .await
}
