//! The one error type: what went wrong, for which entity and key, and what came back with it.

use std::error::Error as StdError;
use std::fmt;

use crate::codec::Fault;
use crate::schema::Entity;

/// What went wrong.
///
/// | kind | what to do |
/// |---|---|
/// | `AlreadyExists` | `create` found an item under the key: [`Error::old_item`] has it |
/// | `NotFound` | `update` or `delete().existing()` found no item under the key |
/// | `ConditionFailed` | the condition given with `when` did not hold: [`Error::old_item`] has the item |
/// | `InvalidKey` | a part of a key is empty, too long, or does not fit its template |
/// | `InvalidRequest` | the request breaks a documented limit or contradicts itself; it was not sent |
/// | `InvalidCursor` | the cursor is damaged or belongs to another query |
/// | `Encode` | a value cannot be stored as an attribute |
/// | `Decode` | a stored item does not fit its type |
/// | `NotUnique` | `one` found more than one item, or an item collection two for a member that takes one |
/// | `VersionConflict` | another writer was faster: [`Error::old_item`] has the item as it is now |
/// | `UniqueViolation` | a unique value is taken: [`Error::constraint`] names which |
/// | `TransactionCanceled` | an action of a transaction failed: [`Error::reasons`] has one for each that did |
/// | `TransactionConflict` | another transaction was at work on an item, after all retries |
/// | `Unprocessed` | a batch did not get through, after all retries |
/// | `MissingMember` | an item collection lacks a required member |
/// | `TableMismatch` | the existing table differs from the declared one |
/// | `ResultNotKept` | idempotent work was done, but its result was too large to be kept |
/// | `Throttled` | capacity exceeded, after the SDK's own retries |
/// | `Timeout` | no answer in time; a write may or may not have happened |
/// | `Transport` | the request did not reach the service, or its answer could not be read |
/// | `Service` | any other refusal by the service: see [`Error::code`] |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `create` found an item under the key.
    AlreadyExists,
    /// There is no item under the key.
    NotFound,
    /// A condition did not hold.
    ConditionFailed,
    /// A key cannot be built from the given values.
    InvalidKey,
    /// The request breaks a limit or contradicts itself.
    InvalidRequest,
    /// The cursor is damaged or belongs to another query.
    InvalidCursor,
    /// A value cannot be stored.
    Encode,
    /// A stored item does not fit its type.
    Decode,
    /// More than one item where at most one was expected.
    NotUnique,
    /// The item has another version than expected.
    VersionConflict,
    /// A unique value is taken.
    UniqueViolation,
    /// An action of a transaction failed.
    TransactionCanceled,
    /// Another transaction was at work on an item.
    TransactionConflict,
    /// A batch did not get through.
    Unprocessed,
    /// An item collection lacks a required member.
    MissingMember,
    /// The existing table differs from the declared one.
    TableMismatch,
    /// Idempotent work was done, but its result could not be kept.
    ResultNotKept,
    /// The service refused for lack of capacity.
    Throttled,
    /// No answer in time.
    Timeout,
    /// The request was not delivered or its answer could not be read.
    Transport,
    /// Any other refusal by the service.
    Service,
}

/// Any failure of this library.
///
/// Match on [`Error::kind`]; the text is for people and may change.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let error = order("ada", 1).create().send(&db).await.unwrap_err();
/// assert_eq!(error.kind(), dynamo_orm::ErrorKind::AlreadyExists);
/// assert_eq!(error.key(), Some("PK=CUSTOMER#ada, SK=ORDER#0000000001"));
/// assert_eq!(error.old_item::<Order>().unwrap()?, order("ada", 1));
/// # Ok(()) }
/// ```
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: String,
    entity: Option<&'static str>,
    key: Option<String>,
    path: Option<String>,
    code: Option<String>,
    request_id: Option<String>,
    old_item: Option<String>,
    raw_item: Option<String>,
    constraint: Option<&'static str>,
    owner: Option<String>,
    reasons: Vec<CancellationReason>,
    own_write: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Why an operation of a transaction failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct CancellationReason {
    /// The operation, counted from 0 in the order they were added.
    pub operation: usize,
    /// What was wrong with it: kind, entity, key and the item that stands there.
    pub error: Error,
}

/// The result of this library's operations.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                entity: None,
                key: None,
                path: None,
                code: None,
                request_id: None,
                old_item: None,
                raw_item: None,
                constraint: None,
                owner: None,
                reasons: Vec::new(),
                own_write: false,
                source: None,
            }),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message)
    }

    pub(crate) fn decode(entity: &'static str, item: &str, fault: &Fault) -> Self {
        let mut error = match fault {
            Fault::Invalid { path, message } => {
                let mut error = Self::new(ErrorKind::Decode, message.clone());
                let path = path.to_string();
                error.inner.path = (!path.is_empty()).then_some(path);
                error
            }
            Fault::OtherKind(kind) => Self::new(
                ErrorKind::Decode,
                format!("the item is of type `{kind}`, not of this entity"),
            ),
            Fault::Malformed(m) => Self::new(ErrorKind::Decode, m.to_string()),
        };
        error.inner.entity = Some(entity);
        error.inner.raw_item = Some(item.to_owned());
        error
    }

    pub(crate) fn with_entity(mut self, entity: &'static str) -> Self {
        self.inner.entity.get_or_insert(entity);
        self
    }

    pub(crate) fn with_key(mut self, key: impl Into<String>) -> Self {
        self.inner.key.get_or_insert_with(|| key.into());
        self
    }

    pub(crate) fn with_path(mut self, path: impl Into<String>) -> Self {
        self.inner.path.get_or_insert_with(|| path.into());
        self
    }

    pub(crate) fn with_code(mut self, code: Option<String>) -> Self {
        self.inner.code = code;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.inner.request_id = id;
        self
    }

    pub(crate) fn with_old_item(mut self, item: Option<String>) -> Self {
        self.inner.old_item = item;
        self
    }

    pub(crate) fn with_source(mut self, source: Option<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = source;
        self
    }

    pub(crate) fn with_raw_item(mut self, item: Option<String>) -> Self {
        self.inner.raw_item = item;
        self
    }

    pub(crate) fn with_constraint(mut self, name: &'static str, owner: Option<String>) -> Self {
        self.inner.constraint = Some(name);
        self.inner.owner = owner;
        self
    }

    pub(crate) fn with_reasons(mut self, reasons: Vec<CancellationReason>) -> Self {
        self.inner.reasons = reasons;
        self
    }

    pub(crate) fn with_own_write(mut self, own: bool) -> Self {
        self.inner.own_write = own;
        self
    }

    /// The reason of a cancelled transaction that was one write of the user's: the first that does not pass.
    pub(crate) fn into_reason(mut self) -> Self {
        if self.inner.reasons.is_empty() || self.inner.kind != ErrorKind::TransactionCanceled {
            return self;
        }
        let request_id = self.inner.request_id.take();
        let stays = |r: &CancellationReason| !r.error.is_retryable();
        let position = self.inner.reasons.iter().position(stays).unwrap_or(0);
        let reason = self.inner.reasons.swap_remove(position).error;
        reason.with_request_id(request_id)
    }

    pub(crate) fn message(&self) -> &str {
        &self.inner.message
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The name of the entity type concerned.
    #[must_use]
    pub fn entity(&self) -> Option<&str> {
        self.inner.entity
    }

    /// The primary key concerned, as `PK=…, SK=…`. It holds stored values: think before logging it.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.inner.key.as_deref()
    }

    /// The path of the attribute that could not be encoded or decoded, as `ship_to.lines[2].sku`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.inner.path.as_deref()
    }

    /// The service's error code, as `ConditionalCheckFailedException`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// The service's request id.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// The item that stood under the key when the condition failed, decoded.
    ///
    /// `None` when the error has none: DynamoDB Local's 2020 release never sends it, and there is none if nothing
    /// stood under the key.
    ///
    /// # Errors
    /// The inner result fails with [`ErrorKind::Decode`] when the item does not fit `E`.
    #[must_use]
    pub fn old_item<E: Entity>(&self) -> Option<Result<E>> {
        let item = self.inner.old_item.as_deref()?;
        Some(crate::schema::decode_item::<E>(item))
    }

    /// The stored item concerned, as DynamoDB JSON: the one that did not decode, or the one that stood in the way.
    #[must_use]
    pub fn raw_item(&self) -> Option<&str> {
        self.inner
            .raw_item
            .as_deref()
            .or(self.inner.old_item.as_deref())
    }

    /// The name of the unique constraint that a value violates.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.inner.constraint
    }

    /// The primary key of the item that has a unique value, as `PK=…, SK=…`. It holds stored values.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.inner.owner.as_deref()
    }

    /// Why a transaction was cancelled: one reason for each action that failed, in the order of the operations.
    #[must_use]
    pub fn reasons(&self) -> &[CancellationReason] {
        &self.inner.reasons
    }

    /// The condition failed on a repeated attempt, and what stands under the key is just what was sent: the first
    /// attempt may have written it, its answer lost on the way. Another writer with the very same values looks alike.
    ///
    /// Where that must be told apart, send the write in a [`Transaction`](crate::Transaction), which carries a token.
    #[must_use]
    pub fn may_be_own_write(&self) -> bool {
        self.inner.own_write
    }

    /// Another writer was faster: read the item again, or take it from [`old_item`](Error::old_item).
    #[must_use]
    pub fn is_version_conflict(&self) -> bool {
        self.kind() == ErrorKind::VersionConflict
    }

    /// A unique value is taken; [`constraint`](Error::constraint) says which.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.kind() == ErrorKind::UniqueViolation
    }

    /// An item stood where `create` wanted to write.
    #[must_use]
    pub fn is_already_exists(&self) -> bool {
        self.kind() == ErrorKind::AlreadyExists
    }

    /// There was no item under the key.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// A condition did not hold: yours, or an implied one of the operation.
    #[must_use]
    pub fn is_condition_failed(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::ConditionFailed
                | ErrorKind::AlreadyExists
                | ErrorKind::NotFound
                | ErrorKind::VersionConflict
                | ErrorKind::UniqueViolation
        )
    }

    /// Sending the same request again later may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Throttled
                | ErrorKind::Timeout
                | ErrorKind::Transport
                | ErrorKind::TransactionConflict
                | ErrorKind::Unprocessed
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        if let Some(entity) = inner.entity {
            write!(f, "{entity}: ")?;
        }
        if let Some(path) = &inner.path {
            write!(f, "`{path}`: ")?;
        }
        f.write_str(&inner.message)?;
        if let Some(key) = &inner.key {
            write!(f, " ({key})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("message", &inner.message)
            .field("entity", &inner.entity)
            .field("key", &inner.key)
            .field("path", &inner.path)
            .field("code", &inner.code)
            .field("request_id", &inner.request_id)
            .field("constraint", &inner.constraint)
            .field("reasons", &inner.reasons)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner
            .source
            .as_deref()
            .map(|s| s as &(dyn StdError + 'static))
    }
}
