//! The Lambda function `archiver`.

use dynamo_orm::Db;
use dynamo_orm::stream::StreamEvent;
use lambda_examples::handlers::archiver::{place, router};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let db = Db::connect().await?;
    let _ = db.warm_up().await;
    let router = router(&db, place()?);
    run(service_fn(|event: LambdaEvent<StreamEvent>| {
        router.invoke(event)
    }))
    .await
}
