//! The Lambda function `api`.

use dynamo_orm::Db;
use lambda_examples::handlers::api::{App, handle};
use lambda_http::{Error, Request, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut db = Db::connect().await?;
    // Empty means unset, as on a local machine; the template asks for one.
    let key = std::env::var("CURSOR_KEY").ok();
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        db = db.with_cursor_key(key)?;
    }
    let app = App::new(db);
    run(service_fn(|request: Request| async {
        Ok::<_, Error>(handle(&app, request).await)
    }))
    .await
}
