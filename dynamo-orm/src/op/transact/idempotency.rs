//! Work that is done once for each key, its result kept and given again: for requests of an API, and for effects
//! outside the table.

use std::fmt;
use std::future::Future;
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Db;
use crate::codec::{self, Hint, Presence, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::render::Placeholders;
use crate::key::Part;
use crate::op::request::body::Body;
use crate::op::request::size;
use crate::op::write::actions;
use crate::op::write::conditions::wire;
use crate::op::write::unchanged;
use crate::schema::keys::{self, KeyValue};
use crate::schema::{
    MAX_ITEM_BYTES, Table, epoch_seconds, expiry_attribute, idempotency_item, idempotency_key,
};
use crate::wire::{Operation, Request};

use super::payload;

const STATUS: &str = "$status";
const OWNER: &str = "$owner";
const LEASE: &str = "$lease";
const RESULT: &str = "$result";
const PAYLOAD: &str = "$payload";
/// There is no result because it cannot be stored.
const UNKEPT: &str = "$unkept";
/// The expiry of a table without time to live.
const EXPIRY: &str = "$expiry";

const IN_PROGRESS: &str = r#"{"S":"INPROGRESS"}"#;
const COMPLETED: &str = r#"{"S":"COMPLETED"}"#;
const YES: &str = r#"{"BOOL":true}"#;

/// What the record may need beside its result: its key has at most 3 KB.
const BESIDE_RESULT_BYTES: usize = 4 * 1024;

/// Does work once for each key, and gives its result again to whoever asks later.
///
/// A record in the table says that the work is in progress, then that it is completed, with the result. Work that fails
/// leaves no record; work whose function died can be done again once its [lease](Idempotency::lease) is over. The work
/// may then have been done in part: only what is written in one
/// [`Transaction::once`](crate::Transaction::once) is certain to happen once. Its record is of its own, so that the work may
/// make its effects with a mark of the same name and key.
///
/// **Limits**: a result is kept up to 396 KB. The work of a larger one counts as done, and who asks again is told
/// ([`run`](Idempotency::run)): give the key of what was made instead.
///
/// **Cost**: 2 writes of the record, one of them with the size of the result; 1 write for each repetition.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dynamo_orm::Idempotency;
///
/// let db = Db::<Shop>::local().await?;
/// let payments = Idempotency::new(&db, "payments");
/// let pay = || async { Ok::<_, std::io::Error>("receipt 1".to_owned()) };
/// let first = payments.run("request-7", &("ada", 1250), pay).await?;
/// let never = || async { Err(std::io::Error::other("called twice")) };
/// let again: String = payments.run("request-7", &("ada", 1250), never).await?;
/// assert_eq!(again, first);
/// # Ok(()) }
/// ```
pub struct Idempotency<'a, T> {
    db: &'a Db<T>,
    scope: String,
    keep: Duration,
    lease: Duration,
}

/// Why there is no result.
#[derive(Debug)]
pub enum Interrupted<E> {
    /// The work is being done by another call; ask again later.
    InProgress,
    /// The key was used with another payload.
    OtherPayload,
    /// The work failed. It may be done again.
    Failed(E),
    /// The record could not be read or written. The work may have been done: where that could not be said, it is done
    /// again after the lease. Of kind `ResultNotKept` where the work was done, and its result could not be kept.
    Store(Error),
}

/// What a claim of the work found.
enum Claim<R> {
    Ours,
    Done(R),
    Theirs,
    OtherPayload,
}

/// One piece of work and its record.
struct Work<'k> {
    key: &'k [KeyValue],
    owner: String,
    payload: String,
}

impl<'a, T: Table> Idempotency<'a, T> {
    /// Work of this scope, which keeps its keys apart from those of others.
    #[must_use]
    pub fn new(db: &'a Db<T>, scope: impl Into<String>) -> Self {
        Self {
            db,
            scope: scope.into(),
            keep: Duration::from_hours(24),
            lease: Duration::from_mins(15),
        }
    }

    /// How long a result is kept from when it is there: a day unless said otherwise. Its time is compared, so that a record
    /// which time to live has not deleted yet is not used any more.
    #[must_use]
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep = time;
        self
    }

    /// How long work may be in progress before another call may do it: 15 minutes unless said otherwise, the most a
    /// Lambda function has. Give the time that is left: `.lease(deadline.left())`.
    #[must_use]
    pub fn lease(mut self, time: impl Into<Option<Duration>>) -> Self {
        if let Some(time) = time.into() {
            self.lease = time;
        }
        self
    }

    /// Does the work of this key, or gives the result it had.
    ///
    /// The payload is what the key stands for: its hash is kept and compared. `&()` compares nothing. Equal maps have equal
    /// hashes; a `HashSet` is a list in an order of its own, so give a `BTreeSet`.
    ///
    /// # Errors
    /// [`Interrupted`]. A result that cannot be kept, for its size or because it is no attribute value, is given to this
    /// caller; those that ask again get [`Interrupted::Store`] of kind `ResultNotKept`, and the work is not done twice.
    pub async fn run<P, R, E, F>(
        &self,
        key: &str,
        payload: &P,
        work: impl FnOnce() -> F + Send,
    ) -> Result<R, Interrupted<E>>
    where
        P: Serialize + Sync,
        R: Serialize + DeserializeOwned + Send + Sync,
        E: Send,
        F: Future<Output = Result<R, E>> + Send,
    {
        let key = idempotency_key(T::MODEL, &self.scope, key)?;
        let claimed = Work {
            key: &key,
            owner: text(&actions::token()),
            payload: text(&payload::hash(payload)?),
        };
        match self.claim(&claimed).await? {
            Claim::Ours => {}
            Claim::Done(result) => return Ok(result),
            Claim::Theirs => return Err(Interrupted::InProgress),
            Claim::OtherPayload => return Err(Interrupted::OtherPayload),
        }
        match work().await {
            Ok(result) => {
                self.complete(&claimed, &result).await?;
                Ok(result)
            }
            Err(error) => {
                // Where this fails, too, the lease frees the key later.
                let _ = self.release(&claimed).await;
                Err(Interrupted::Failed(error))
            }
        }
    }

    fn expiry() -> &'static str {
        expiry_attribute(T::MODEL).unwrap_or(EXPIRY)
    }

    /// When a record of now goes.
    fn until(&self, least: Duration) -> String {
        let time = self.keep.max(least).as_secs();
        wire(epoch_seconds(self.db.now()).saturating_add(time))
    }

    /// Nothing is there, or it is completed and has expired, or it is in progress beyond its lease.
    async fn claim<R: DeserializeOwned>(&self, work: &Work<'_>) -> Result<Claim<R>> {
        let now = self.db.now();
        let seconds = epoch_seconds(now);
        let millis = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let attributes = [
            (STATUS, IN_PROGRESS.to_owned()),
            (OWNER, work.owner.clone()),
            (LEASE, wire(at(millis + self.lease))),
            (PAYLOAD, work.payload.clone()),
            // Time to live leaves work in progress alone, too.
            (Self::expiry(), self.until(self.lease)),
        ];
        let item = idempotency_item(T::MODEL, work.key, &attributes);
        let mut body = Body::new(self.db.table_name());
        body.json("Item", &item);
        let mut names = Placeholders::default();
        let condition = format!(
            "attribute_not_exists({}) OR ({status} = {} AND {} < {}) OR ({status} = {} AND {lease} < {})",
            names.name(T::MODEL.pk.name),
            names.value(COMPLETED),
            names.name(Self::expiry()),
            names.value(wire(seconds)),
            names.value(IN_PROGRESS),
            names.value(wire(at(millis))),
            status = names.name(STATUS),
            lease = names.name(LEASE),
        );
        body.text("ConditionExpression", &condition);
        body.placeholders(&names);
        body.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        let request = Request::new(Operation::PutItem, self.db.table_name(), body.finish());
        let found = match self.db.write(&request).await {
            Ok(_) => return Ok(Claim::Ours),
            Err(error) if refused(error.code.as_deref()) => error.old_item,
            Err(error) => return Err(crate::client::failure(error)),
        };
        // Engines that do not give the item are asked for it.
        let found = match found {
            Some(item) => item,
            None => match self.read(work.key).await? {
                Some(item) => item,
                None => return Ok(Claim::Theirs),
            },
        };
        let attribute = |name: &str| unchanged::attribute(&found, name);
        // Its own first attempt, the answer lost on the way.
        if attribute(OWNER).is_some_and(|owner| owner == work.owner) {
            return Ok(Claim::Ours);
        }
        if attribute(PAYLOAD).is_some_and(|payload| payload != work.payload) {
            return Ok(Claim::OtherPayload);
        }
        if attribute(STATUS).as_deref() != Some(COMPLETED) {
            return Ok(Claim::Theirs);
        }
        if attribute(UNKEPT).is_some() {
            return Err(Error::new(
                ErrorKind::ResultNotKept,
                "the work was done, but its result could not be kept: it is larger than 396 KB, or no attribute value; \
                 give the key of what was made instead",
            ));
        }
        let result = attribute(RESULT).unwrap_or_else(|| r#"{"NULL":true}"#.to_owned());
        let read = codec::read_value(&mut Reader::new(&result), Hint::Auto);
        read.map(Claim::Done).map_err(|fault| {
            Error::new(
                ErrorKind::Decode,
                format!("the kept result does not fit: {fault}"),
            )
        })
    }

    async fn read(&self, key: &[KeyValue]) -> Result<Option<String>> {
        let mut body = Body::new(self.db.table_name());
        body.json("Key", &keys::wire(key));
        body.json("ConsistentRead", "true");
        let request = Request::new(Operation::GetItem, self.db.table_name(), body.finish());
        let answer = self
            .db
            .call(&request, "Item", std::sync::Arc::new(crate::op::raw_member));
        Ok(answer.await?.value)
    }

    async fn complete<R: Serialize + Sync>(&self, work: &Work<'_>, result: &R) -> Result<()> {
        let mut names = Placeholders::default();
        let status = names.name(STATUS);
        let completed = names.value(COMPLETED.to_owned());
        let mut set = format!("{status} = {completed}");
        let expiry = (Self::expiry(), self.until(Duration::ZERO));
        for (name, value) in std::iter::once(expiry).chain(kept(result)) {
            let (name, value) = (names.name(name), names.value(value));
            set = format!("{set}, {name} = {value}");
        }
        let update = format!("SET {set} REMOVE {}", names.name(LEASE));
        let mut body = Body::new(self.db.table_name());
        body.json("Key", &keys::wire(work.key));
        body.text("UpdateExpression", &update);
        self.if_ours(Operation::UpdateItem, body, names, work).await
    }

    async fn release(&self, work: &Work<'_>) -> Result<()> {
        let mut body = Body::new(self.db.table_name());
        body.json("Key", &keys::wire(work.key));
        let names = Placeholders::default();
        self.if_ours(Operation::DeleteItem, body, names, work).await
    }

    /// Writes the record unless another call has taken it over meanwhile, which then answers for it.
    async fn if_ours(
        &self,
        operation: Operation,
        mut body: Body,
        mut names: Placeholders,
        work: &Work<'_>,
    ) -> Result<()> {
        let condition = format!("{} = {}", names.name(OWNER), names.value(&*work.owner));
        body.text("ConditionExpression", &condition);
        body.placeholders(&names);
        let request = Request::new(operation, self.db.table_name(), body.finish());
        match self.db.write(&request).await {
            Ok(_) => Ok(()),
            Err(error) if refused(error.code.as_deref()) => Ok(()),
            Err(error) => Err(crate::client::failure(error)),
        }
    }
}

fn refused(code: Option<&str>) -> bool {
    code == Some("ConditionalCheckFailedException")
}

fn text(value: &str) -> String {
    let mut out = String::new();
    Part::Text(value.into()).to_wire(&mut out);
    out
}

/// The attribute of a result; one that says so where it cannot be kept.
fn kept<R: Serialize>(result: &R) -> Option<(&'static str, String)> {
    let mut value = String::new();
    match codec::write_value(result, Hint::Auto, &mut value) {
        Ok(Presence::Present) => {}
        Ok(_) => return None,
        Err(_) => return Some((UNKEPT, YES.to_owned())),
    }
    // The text of a value is seldom shorter than the value: measure only when it could matter.
    let large = value.len() > MAX_ITEM_BYTES / 4
        && size::of(&format!("{{\"{RESULT}\":{value}}}")) > MAX_ITEM_BYTES - BESIDE_RESULT_BYTES;
    Some(if large {
        (UNKEPT, YES.to_owned())
    } else {
        (RESULT, value)
    })
}

impl<E> From<Error> for Interrupted<E> {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl<E: fmt::Display> fmt::Display for Interrupted<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InProgress => f.write_str("the work is in progress; ask again later"),
            Self::OtherPayload => f.write_str("the key was used with another payload"),
            Self::Failed(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Interrupted<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::Store(error) => error.source(),
            Self::InProgress | Self::OtherPayload => None,
        }
    }
}

impl<T> fmt::Debug for Idempotency<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
