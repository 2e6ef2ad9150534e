//! `Db`: a client and the name of a table.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_dynamodb::Client;

use crate::codec::Malformed;
use crate::error::{Error, ErrorKind, Result};
use crate::op::CursorKeys;
use crate::schema::Table;
use crate::wire::{self, Answer, CallError, Class, Decode, Request, Undecodable};

/// A handle on one table: cheap to clone, made once and shared.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let shared = db.clone();
/// assert!(Order::exists("ada", 1).send(&shared).await?);
/// # Ok(()) }
/// ```
pub struct Db<T> {
    client: Client,
    table: Arc<str>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    cursor_keys: Option<Arc<CursorKeys>>,
    marker: PhantomData<fn() -> T>,
}

impl<T: Table> Db<T> {
    /// A table of this name, through this client.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into().into(),
            clock: Arc::new(SystemTime::now),
            cursor_keys: None,
            marker: PhantomData,
        }
    }

    /// Takes the time of `created_at` and `updated_at` fields from this clock, and what has expired.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Signs every cursor and every scan's progress that reads give out, and accepts only signed ones: HMAC-SHA256.
    ///
    /// For services whose clients hold the cursors; [`Cursor`](crate::Cursor) says what a forged one can do. Cursors
    /// given out before there was a key are refused from then on, with `InvalidCursor`.
    ///
    /// # Errors
    /// `InvalidRequest` when the key has less than 32 bytes. They should be random.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> dynamo_orm::Result<()> {
    /// # let (secret, previous) = ([1; 32], [2; 32]);
    /// let db = Db::<Shop>::local().await?.with_cursor_key(secret)?;
    /// # let signed = Order::by_customer("ada").page(&db).await?.cursor;
    /// // While keys are changed: the first signs, any verifies.
    /// let db = db.with_cursor_keys([secret, previous])?;
    /// # Order::by_customer("ada").start_at(signed).page(&db).await?;
    /// # Ok(()) }
    /// ```
    pub fn with_cursor_key(self, key: impl AsRef<[u8]>) -> Result<Self> {
        self.with_cursor_keys([key])
    }

    /// As [`with_cursor_key`](Db::with_cursor_key) with several keys, to change them: the first signs, any verifies.
    ///
    /// # Errors
    /// `InvalidRequest` when there is no key, or one of less than 32 bytes.
    pub fn with_cursor_keys<K: AsRef<[u8]>>(
        mut self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self> {
        self.cursor_keys = Some(Arc::new(CursorKeys::new(keys)?));
        Ok(self)
    }

    /// The SDK's client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The table's name.
    #[must_use]
    pub fn table_name(&self) -> &str {
        &self.table
    }

    pub(crate) fn cursor_keys(&self) -> Option<&CursorKeys> {
        self.cursor_keys.as_deref()
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// Sends a request; `decode` reads `member` of its answer.
    pub(crate) async fn call<V: Send + 'static>(
        &self,
        request: &Request,
        member: &'static str,
        decode: Decode<V>,
    ) -> Result<Answer<V>> {
        wire::send(&self.client, request, member, decode)
            .await
            .map_err(failure)
    }

    /// Sends a write of one item and gives the attributes it returns.
    pub(crate) async fn write(&self, request: &Request) -> Result<Answer<String>, CallError> {
        wire::send(
            &self.client,
            request,
            "Attributes",
            Arc::new(|text: &str, offset| {
                let mut reader = crate::codec::Reader::new(text);
                reader.seek(offset);
                let raw = reader.raw_value()?;
                Ok((raw.to_owned(), reader.position()))
            }),
        )
        .await
    }
}

/// A failed call as this library's error.
pub(crate) fn failure(error: CallError) -> Error {
    let kind = match error.class {
        _ if error.code.as_deref() == Some("TransactionConflictException") => {
            ErrorKind::TransactionConflict
        }
        Class::Throttled => ErrorKind::Throttled,
        Class::Timeout => ErrorKind::Timeout,
        Class::Dispatch | Class::Response => ErrorKind::Transport,
        _ => ErrorKind::Service,
    };
    let message = match (&error.code, error.message.is_empty()) {
        (Some(code), false) => format!("{code}: {}", error.message),
        (Some(code), true) => code.clone(),
        (None, _) => error.message,
    };
    Error::new(kind, message)
        .with_code(error.code)
        .with_request_id(error.request_id)
        .with_old_item(error.old_item)
        .with_source(error.source)
}

/// Text that is no JSON is for the SDK to judge.
impl From<Malformed> for Undecodable {
    fn from(malformed: Malformed) -> Self {
        Self::new(malformed.position, malformed.expected)
    }
}

impl<T> Clone for Db<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            table: Arc::clone(&self.table),
            clock: Arc::clone(&self.clock),
            cursor_keys: self.cursor_keys.clone(),
            marker: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Db<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.table).finish()
    }
}
