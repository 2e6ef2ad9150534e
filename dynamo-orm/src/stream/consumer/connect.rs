//! A client of the Streams API, from the environment.

use aws_sdk_dynamodbstreams::Client;

use crate::client::of_environment;

/// A client of `DynamoDB` Streams for [`Consumer::new`](super::Consumer::new), configured as
/// [`Db::connect`](crate::Db::connect) is: the SDK's usual chain, or the endpoint that `DYNAMODB_ENDPOINT` names, with
/// made-up credentials and region where there are none. Nothing is sent yet. Features `aws` and `streams`.
///
/// # Examples
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::stream::{self, Consumer, Router};
///
/// let db = Db::<Shop>::connect().await?;
/// let streams = stream::connect().await;
/// let consumer = Consumer::new(&db, &streams, "search-index", Router::new());
/// let stop = async {
///     let _ = tokio::signal::ctrl_c().await; // and SIGTERM, where a container is stopped by it
/// };
/// consumer.run(stop).await
/// # }
/// ```
pub async fn connect() -> Client {
    Client::new(&of_environment().await)
}
