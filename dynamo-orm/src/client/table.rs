//! Creating the declared table, and saying how an existing one differs.

use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType as SdkKeyType, LocalSecondaryIndex, Projection, ProjectionType, ScalarAttributeType,
    StreamSpecification, StreamViewType, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};

use super::db::Db;
use super::describe::differences;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    IndexModel, KeyAttribute, KeyType, Projected, Scope, StreamView, Table, TableModel,
};

impl<T: Table> Db<T> {
    /// Creates the table with its indexes, stream and time to live, and waits until it can be used. `CreateTable`,
    /// `UpdateTimeToLive`. Capacity is on demand.
    ///
    /// An existing table is left as it is and compared with the model.
    ///
    /// # Errors
    /// `TableMismatch` says how an existing table differs; otherwise the service's errors.
    pub async fn create_table(&self) -> Result<()> {
        let model = T::MODEL;
        match self.create(model).await {
            Ok(()) => {
                self.wait_until_active().await?;
                if let Some(ttl) = model.ttl {
                    self.enable_ttl(ttl).await?;
                }
                Ok(())
            }
            Err(error) if error.code() == Some("ResourceInUseException") => {
                self.wait_until_active().await?;
                let found = self.table_differences().await?;
                if found.is_empty() {
                    return Ok(());
                }
                Err(Error::new(
                    ErrorKind::TableMismatch,
                    format!(
                        "the table `{}` differs from the model: {}",
                        self.table_name(),
                        found.join("; ")
                    ),
                ))
            }
            Err(error) => Err(error),
        }
    }

    /// How the existing table differs from the model, one sentence each. `DescribeTable`, `DescribeTimeToLive`.
    ///
    /// Indexes and attributes the model does not know are no difference.
    ///
    /// # Errors
    /// The service's errors.
    pub async fn table_differences(&self) -> Result<Vec<String>> {
        let table = self
            .client()
            .describe_table()
            .table_name(self.table_name())
            .send()
            .await
            .map_err(sdk_error)?;
        let mut found = table
            .table()
            .map(|table| differences(T::MODEL, table))
            .unwrap_or_default();
        if let Some(wanted) = T::MODEL.ttl {
            let on = self.ttl_attribute().await?;
            match on {
                Some(on) if on == wanted => {}
                Some(on) => found.push(format!(
                    "time to live is on `{on}` and should be on `{wanted}`"
                )),
                None => found.push(format!("time to live is off and should be on `{wanted}`")),
            }
        }
        Ok(found)
    }

    /// Deletes the table and everything in it. `DeleteTable`.
    ///
    /// # Errors
    /// The service's errors.
    pub async fn delete_table(&self) -> Result<()> {
        self.client()
            .delete_table()
            .table_name(self.table_name())
            .send()
            .await
            .map_err(sdk_error)?;
        Ok(())
    }

    /// The ARN of the table's stream. `DescribeTable`.
    #[cfg(feature = "streams")]
    pub(crate) async fn stream_arn(&self) -> Result<Option<String>> {
        let ask = self.client().describe_table().table_name(self.table_name());
        let described = ask.send().await.map_err(sdk_error)?;
        Ok(described.table.and_then(|table| table.latest_stream_arn))
    }

    async fn create(&self, model: &TableModel) -> Result<()> {
        let mut request = self
            .client()
            .create_table()
            .table_name(self.table_name())
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema(
                std::slice::from_ref(&model.pk),
                model.sk.as_slice(),
            )?))
            .set_attribute_definitions(Some(attributes(model)?));
        for index in model.indexes {
            request = match index.scope {
                Scope::Global => request.global_secondary_indexes(
                    GlobalSecondaryIndex::builder()
                        .index_name(index.name)
                        .set_key_schema(Some(key_schema(index.pk, index.sk)?))
                        .projection(projection(index))
                        .build()
                        .map_err(|e| build_error(&e))?,
                ),
                Scope::Local => request.local_secondary_indexes(
                    LocalSecondaryIndex::builder()
                        .index_name(index.name)
                        .set_key_schema(Some(key_schema(
                            std::slice::from_ref(&model.pk),
                            index.sk,
                        )?))
                        .projection(projection(index))
                        .build()
                        .map_err(|e| build_error(&e))?,
                ),
            };
        }
        if let Some(view) = model.stream {
            request = request.stream_specification(
                StreamSpecification::builder()
                    .stream_enabled(true)
                    .stream_view_type(stream_view(view))
                    .build()
                    .map_err(|e| build_error(&e))?,
            );
        }
        request.send().await.map_err(sdk_error)?;
        Ok(())
    }

    async fn wait_until_active(&self) -> Result<()> {
        let mut pause = Duration::from_millis(20);
        for _ in 0..60 {
            let table = self
                .client()
                .describe_table()
                .table_name(self.table_name())
                .send()
                .await
                .map_err(sdk_error)?;
            let status = table.table().and_then(|t| t.table_status());
            if status == Some(&TableStatus::Active) {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
        Err(Error::new(
            ErrorKind::Timeout,
            format!("the table `{}` did not become active", self.table_name()),
        ))
    }

    async fn ttl_attribute(&self) -> Result<Option<String>> {
        let described = self
            .client()
            .describe_time_to_live()
            .table_name(self.table_name())
            .send()
            .await
            .map_err(sdk_error)?;
        Ok(described
            .time_to_live_description()
            .filter(|d| {
                matches!(
                    d.time_to_live_status(),
                    Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
                )
            })
            .and_then(|d| d.attribute_name())
            .map(str::to_owned))
    }

    async fn enable_ttl(&self, attribute: &str) -> Result<()> {
        let specification = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(attribute)
            .build()
            .map_err(|e| build_error(&e))?;
        self.client()
            .update_time_to_live()
            .table_name(self.table_name())
            .time_to_live_specification(specification)
            .send()
            .await
            .map_err(sdk_error)?;
        Ok(())
    }
}

fn key_schema(pk: &[KeyAttribute], sk: &[KeyAttribute]) -> Result<Vec<KeySchemaElement>> {
    let element = |key: &KeyAttribute, ty| {
        KeySchemaElement::builder()
            .attribute_name(key.name)
            .key_type(ty)
            .build()
            .map_err(|e| build_error(&e))
    };
    pk.iter()
        .map(|k| element(k, SdkKeyType::Hash))
        .chain(sk.iter().map(|k| element(k, SdkKeyType::Range)))
        .collect()
}

/// Every key attribute once.
fn attributes(model: &TableModel) -> Result<Vec<AttributeDefinition>> {
    let indexed = model.indexes.iter().flat_map(|i| i.pk.iter().chain(i.sk));
    let mut seen: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for key in model.keys().chain(indexed.copied()) {
        if seen.contains(&key.name) {
            continue;
        }
        seen.push(key.name);
        out.push(
            AttributeDefinition::builder()
                .attribute_name(key.name)
                .attribute_type(scalar(key.ty))
                .build()
                .map_err(|e| build_error(&e))?,
        );
    }
    Ok(out)
}

pub(super) fn scalar(ty: KeyType) -> ScalarAttributeType {
    match ty {
        KeyType::S => ScalarAttributeType::S,
        KeyType::N => ScalarAttributeType::N,
        KeyType::B => ScalarAttributeType::B,
    }
}

pub(super) fn stream_view(view: StreamView) -> StreamViewType {
    match view {
        StreamView::KeysOnly => StreamViewType::KeysOnly,
        StreamView::NewImage => StreamViewType::NewImage,
        StreamView::OldImage => StreamViewType::OldImage,
        StreamView::NewAndOldImages => StreamViewType::NewAndOldImages,
    }
}

fn projection(index: &IndexModel) -> Projection {
    let builder = Projection::builder();
    match index.projection {
        Projected::All => builder.projection_type(ProjectionType::All),
        Projected::KeysOnly => builder.projection_type(ProjectionType::KeysOnly),
        Projected::Include(names) => builder
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(names.iter().map(|n| (*n).to_owned()).collect())),
    }
    .build()
}

fn build_error(error: &aws_sdk_dynamodb::error::BuildError) -> Error {
    Error::invalid(error.to_string())
}

fn sdk_error<E, R>(error: aws_sdk_dynamodb::error::SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let code = error.code().map(str::to_owned);
    let message = match (&code, error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.clone(),
        (None, _) => error.to_string(),
    };
    let kind = if code.is_some() {
        ErrorKind::Service
    } else {
        ErrorKind::Transport
    };
    Error::new(kind, message)
        .with_code(code)
        .with_source(Some(Box::new(error)))
}
