//! The Lambda function `devices`.

use dynamo_orm::Db;
use lambda_examples::handlers::devices::{Devices, Request};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let db = Db::connect().await?;
    let _ = db.warm_up().await;
    let devices = Devices::from_env(db)?;
    run(service_fn(|event: LambdaEvent<Request>| {
        devices.handle(event.payload)
    }))
    .await
}
