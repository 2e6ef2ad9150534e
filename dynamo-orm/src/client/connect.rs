//! Ways to a table: the embedded engine, or the environment.

#[cfg(any(feature = "local", feature = "aws"))]
use super::db::Db;
#[cfg(any(feature = "local", feature = "aws"))]
use crate::error::{Error, ErrorKind, Result};
#[cfg(any(feature = "local", feature = "aws"))]
use crate::schema::Table;

#[cfg(feature = "local")]
impl<T: Table> Db<T> {
    /// A new table on an embedded engine in memory: no socket, no account, gone when dropped.
    ///
    /// # Errors
    /// The engine cannot start, or refuses the table.
    pub async fn local() -> Result<Self> {
        let engine = crate::local::Engine::memory().map_err(|e| engine_error(&e))?;
        Self::on_engine(&engine).await
    }

    /// A table on an embedded engine that keeps its data in this file, created where it does not exist.
    ///
    /// # Errors
    /// The file cannot be opened, or its table differs from the declared one.
    pub async fn local_at(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let engine = crate::local::Engine::file(path).map_err(|e| engine_error(&e))?;
        Self::on_engine(&engine).await
    }

    /// A table on this engine, created where it does not exist. What has expired is judged by the engine's time.
    ///
    /// # Errors
    /// The engine refuses the table, or has one that differs.
    pub async fn on_engine(engine: &crate::local::Engine) -> Result<Self> {
        let clock = engine.clone();
        let db = Self::new(engine.client(), T::MODEL.name).with_clock(move || clock.now());
        db.create_table().await?;
        Ok(db)
    }
}

#[cfg(feature = "local")]
fn engine_error(error: &crate::local::EngineError) -> Error {
    Error::new(ErrorKind::Transport, error.to_string())
}

#[cfg(feature = "aws")]
impl<T: Table> Db<T> {
    /// The table on Amazon DynamoDB, or on the endpoint that the environment names. Nothing is sent yet.
    ///
    /// Credentials and region come from the SDK's usual chain. Two variables more are read, empty meaning unset:
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `DYNAMODB_TABLE` | the table's name, instead of the model's |
    /// | `DYNAMODB_ENDPOINT` | as [`connect_to`](Db::connect_to): `http://localhost:8000` for DynamoDB Local |
    ///
    /// # Errors
    /// `InvalidRequest` when the table's name is none.
    pub async fn connect() -> Result<Self> {
        Self::named(aws_sdk_dynamodb::Client::new(&of_environment().await))
    }

    /// The table on another endpoint than Amazon's, such as DynamoDB Local. Nothing is sent yet.
    ///
    /// Without `AWS_ACCESS_KEY_ID` and `AWS_REGION` in the environment it uses made-up ones, which such endpoints
    /// accept.
    ///
    /// # Errors
    /// `InvalidRequest` when the table's name is none.
    pub async fn connect_to(endpoint: &str) -> Result<Self> {
        Self::named(aws_sdk_dynamodb::Client::new(&of_endpoint(endpoint).await))
    }

    fn named(client: aws_sdk_dynamodb::Client) -> Result<Self> {
        let table = variable("DYNAMODB_TABLE").unwrap_or_else(|| T::MODEL.name.to_owned());
        if !(3..=255).contains(&table.len()) {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("`{table}` is no table name; DynamoDB wants 3 to 255 characters"),
            ));
        }
        Ok(Self::new(client, table))
    }
}

/// The configuration of the SDK's usual chain, or of the endpoint that `DYNAMODB_ENDPOINT` names.
#[cfg(feature = "aws")]
pub(crate) async fn of_environment() -> aws_config::SdkConfig {
    match variable("DYNAMODB_ENDPOINT") {
        Some(endpoint) => of_endpoint(&endpoint).await,
        None => aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await,
    }
}

/// The configuration of another endpoint than Amazon's, with made-up credentials and region where there are none.
#[cfg(feature = "aws")]
async fn of_endpoint(endpoint: &str) -> aws_config::SdkConfig {
    use aws_sdk_dynamodb::config::{Credentials, Region};
    let mut loader =
        aws_config::defaults(aws_config::BehaviorVersion::latest()).endpoint_url(endpoint);
    if variable("AWS_ACCESS_KEY_ID").is_none() {
        let made_up = Credentials::new("local", "local", None, None, "made up");
        loader = loader.credentials_provider(made_up);
    }
    if variable("AWS_REGION").is_none() {
        loader = loader.region(Region::from_static("us-east-1"));
    }
    loader.load().await
}

/// A variable of the environment, empty meaning unset.
#[cfg(feature = "aws")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
