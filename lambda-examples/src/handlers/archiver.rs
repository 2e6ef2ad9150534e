//! Keeps the carts that have expired, as lines of JSON.

use dynamo_orm::Db;
use dynamo_orm::stream::{Archive, FirstFailure, Metrics, Record, Removed, Router};
use object_store::local::LocalFileSystem;
use serde_json::json;

use super::letters;
use crate::store::{CartLine, Store};

/// The folder of the store that the lines are under.
pub const PREFIX: &str = "carts";

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Where lines are kept: the bucket that `ARCHIVE_BUCKET` names (with feature `s3`), or the folder that `ARCHIVE_FOLDER`
/// names, such as a file system that is mounted into the function. Where both are empty or not there it is none: the lines
/// are in the log then, where one may come twice.
///
/// # Errors
/// A bucket that there is no client for, or a folder that is not there.
pub fn place() -> Result<Option<Archive>, Error> {
    let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(bucket) = named("ARCHIVE_BUCKET") {
        return in_bucket(&bucket).map(Some);
    }
    let folder = named("ARCHIVE_FOLDER");
    let store = folder.map(LocalFileSystem::new_with_prefix).transpose()?;
    Ok(store.map(|store| Archive::new(store, PREFIX)))
}

/// S3 by the function's own credentials, with so few attempts that they end within its time.
#[cfg(feature = "s3")]
fn in_bucket(bucket: &str) -> Result<Archive, Error> {
    use object_store::aws::AmazonS3Builder;
    use object_store::{ClientOptions, RetryConfig};
    use std::time::Duration;

    let retries = RetryConfig {
        max_retries: 3,
        retry_timeout: Duration::from_secs(10),
        ..RetryConfig::default()
    };
    let store = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_retry(retries)
        .with_client_options(ClientOptions::new().with_timeout(Duration::from_secs(5)))
        .build()?;
    Ok(Archive::new(store, PREFIX))
}

#[cfg(not(feature = "s3"))]
fn in_bucket(bucket: &str) -> Result<Archive, Error> {
    Err(format!("`ARCHIVE_BUCKET` names {bucket}; build the function with feature `s3`").into())
}

/// The processor of the function: an object for each batch and day, under [`PREFIX`].
///
/// Lines that a customer removed or bought are left out. Records that cannot be read become
/// [letters](crate::store::Letter) under `archiver`. Like the [projector](super::projector), it lets the mapping find a record
/// that always fails.
#[must_use]
pub fn router(db: &Db<Store>, place: Option<Archive>) -> Router<'_, Store> {
    let router = Router::new()
        .first_failure(FirstFailure::FailInvocation)
        .metrics(Metrics::of_function("Store"))
        .dead_letters(move |letter| letters::put(db, "archiver", letter));
    match place {
        Some(archive) => router.archive::<CartLine>(archive),
        None => router.on_expire(|cart: Record<Removed<CartLine>>| async move {
            let event = cart.identity_of_change();
            println!("{}", json!({"eventID": event, "item": cart.change.old}));
            Ok(())
        }),
    }
}
