//! The Lambda function `api`.

use dynamo_orm::Db;
use lambda_examples::handlers::api::{App, router};
use lambda_http::{Error, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let db = Db::connect().await?;
    let _ = db.warm_up().await;
    let app = App::from_env(db)?;
    run(router(app)).await
}
