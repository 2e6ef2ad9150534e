//! The Lambda function `get-order`.

use dynamo_orm::Db;
use lambda_examples::handlers::get_order::{Request, handle};
use lambda_examples::shop::model::Shop;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let db = Db::<Shop>::connect().await?;
    let _ = db.warm_up().await;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Request>| {
        let db = db.clone();
        async move { Ok::<_, Error>(handle(&db, event.payload).await?) }
    }))
    .await
}
