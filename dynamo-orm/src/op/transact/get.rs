//! `TransactGetItems`: up to 100 items as of one moment.

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::operation::transact_get_items::builders::TransactGetItemsFluentBuilder;

use crate::client::{Capacity, Db, Metered, failure};
use crate::codec::Reader;
use crate::error::{Error, ErrorKind, Result};
use crate::op::batch::keys::Keys;
use crate::op::batch::sdk::transact_get_items;
use crate::op::batch::wanted::{Answers, Found, Wanted};
use crate::op::request::backoff::Backoff;
use crate::op::request::body::Body;
use crate::op::write::actions::passing;
use crate::schema::Table;
use crate::wire::{self, CallError, Operation, Request};

/// DynamoDB's limit on the items of one transaction.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html>
const MAX_ITEMS: usize = 100;

/// Reads up to 100 items as of one moment, with one request.
///
/// The answer has the order and the shape of the keys (see [`Keys`]), `None` where there is no item. A key given
/// twice is asked for once and answered in both places. A read that meets a transaction in progress, or that lacks
/// capacity, is tried again after waits that grow.
///
/// **Cost**: one read capacity unit per 4 KB of each item: twice that of a consistent read.
///
/// **Limits**: 100 items, 4 MB together.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::TransactGet;
///
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let (customer, first) =
///     TransactGet::new((Customer::key("ada"), Order::key("ada", 1))).send(&db).await?;
/// assert_eq!((customer, first), (None, Some(order("ada", 1))));
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct TransactGet<K> {
    keys: K,
    including_expired: bool,
    attempts: u32,
}

impl<K> TransactGet<K> {
    /// Reads the items under these keys.
    pub fn new(keys: K) -> Self {
        Self {
            keys,
            including_expired: false,
            attempts: 8,
        }
    }

    /// Gives items whose time to live has passed, too, until the service deletes them.
    pub fn including_expired(mut self) -> Self {
        self.including_expired = true;
        self
    }

    /// Gives up after this many attempts; 8 unless told otherwise.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The request exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey` when the values cannot make a key, `InvalidRequest` when there are more than 100 of them or none.
    pub fn to_request<T: Table>(&self, db: &Db<T>) -> Result<Request>
    where
        K: Keys<T>,
    {
        let wanted = self.wanted()?;
        if wanted.len() == 0 {
            return Err(Error::invalid(
                "there are no keys to read, so there is no request",
            ));
        }
        Ok(request(db, &wanted, false))
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](TransactGet::to_request).
    pub fn into_sdk<T: Table>(self, db: &Db<T>) -> Result<TransactGetItemsFluentBuilder>
    where
        K: Keys<T>,
    {
        transact_get_items(db.client(), &self.to_request(db)?)
    }

    fn wanted<T: Table>(&self) -> Result<Wanted>
    where
        K: Keys<T>,
    {
        let wanted = Wanted::of(&self.keys)?;
        match wanted.len() {
            0..=MAX_ITEMS => Ok(wanted),
            items => Err(Error::invalid(format!(
                "a transaction reads at most {MAX_ITEMS} items, and these are {items}; read fewer, or use `BatchGet` where one moment does not matter"
            ))),
        }
    }

    /// Reads the items, `None` where there is none. Without keys nothing is sent.
    ///
    /// # Errors
    /// `TransactionConflict` when other transactions were at work on an item at every attempt, `Throttled` when
    /// capacity was lacking at every attempt, `TransactionCanceled` with the key when the service refused one,
    /// `Decode` with the entity and the key for the first item that does not fit its type, `InvalidKey` and
    /// `InvalidRequest` before anything is sent, and the service's errors.
    pub async fn send<T: Table>(self, db: &Db<T>) -> Result<K::Items>
    where
        K: Keys<T>,
    {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](TransactGet::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](TransactGet::send).
    pub async fn send_metered<T: Table>(self, db: &Db<T>) -> Result<Metered<K::Items>>
    where
        K: Keys<T>,
    {
        self.run(db, true).await
    }

    async fn run<T: Table>(self, db: &Db<T>, metered: bool) -> Result<Metered<K::Items>>
    where
        K: Keys<T>,
    {
        let wanted = Arc::new(self.wanted()?);
        let mut done = Metered::with_capacity(Vec::new(), Capacity::default(), 0);
        if wanted.len() > 0 {
            let request = request(db, &wanted, metered);
            let mut backoff = Backoff::new(self.attempts);
            loop {
                done.requests += 1;
                let expired_at = (!self.including_expired).then(|| db.now());
                match attempt(db, &wanted, &request, expired_at).await {
                    Ok((found, capacity)) => {
                        done.value = found;
                        done.capacity.add(&capacity);
                        break;
                    }
                    Err(error) => {
                        let (error, again) = refused(&wanted, error);
                        if !again || !backoff.wait().await {
                            return Err(error);
                        }
                    }
                }
            }
        }
        let mut answers = Answers::new(&wanted, done.value, &[]);
        let items = self.keys.items(&mut answers);
        answers.take_error()?;
        Ok(Metered::with_capacity(items, done.capacity, done.requests))
    }
}

fn request<T: Table>(db: &Db<T>, wanted: &Wanted, metered: bool) -> Request {
    let gets: Vec<String> = (0..wanted.len())
        .map(|n| {
            let mut get = Body::new(db.table_name());
            get.json("Key", &wanted.wire(n));
            format!("{{\"Get\":{}}}", get.finish())
        })
        .collect();
    let mut body = Body::bare();
    body.json("TransactItems", &format!("[{}]", gets.join(",")));
    if metered {
        body.text("ReturnConsumedCapacity", "INDEXES");
    }
    Request::new(Operation::TransactGetItems, db.table_name(), body.finish())
}

async fn attempt<T: Table>(
    db: &Db<T>,
    wanted: &Arc<Wanted>,
    request: &Request,
    expired_at: Option<std::time::SystemTime>,
) -> Result<(Vec<Found>, Capacity), CallError> {
    let readers = Arc::clone(wanted);
    let answer = wire::send(
        db.client(),
        request,
        "Responses",
        Arc::new(move |text: &str, offset| {
            let mut reader = Reader::new(text);
            reader.seek(offset);
            let mut found: Vec<Found> = Vec::new();
            let mut position = 0;
            reader.array(&mut |reader| {
                reader.object(&mut |reader, name| {
                    let item = reader.raw_value()?;
                    if name == "Item" && item.starts_with('{') {
                        found.extend(readers.read(position, item, expired_at));
                    }
                    Ok(())
                })?;
                position += 1;
                Ok(())
            })?;
            Ok((found, reader.position()))
        }),
    )
    .await?;
    let capacity = Capacity::of(&answer.meta.capacity);
    Ok((answer.value.unwrap_or_default(), capacity))
}

/// The error of a refused transaction, and whether another attempt may succeed.
fn refused(wanted: &Wanted, mut error: CallError) -> (Error, bool) {
    let reasons = error.cancellation_reasons.take().unwrap_or_default();
    let mut causes = reasons
        .iter()
        .enumerate()
        .filter(|(_, reason)| !matches!(reason.code.as_str(), "" | "None"))
        .map(|(n, reason)| (n, reason, passing(&reason.code)));
    // One reason that stays is the reason.
    let cause = causes
        .clone()
        .find(|(_, _, passing)| passing.is_none())
        .or_else(|| causes.next());
    let Some((position, reason, passing)) = cause else {
        let error = failure(error);
        let again = error.kind() == ErrorKind::Throttled;
        return (error, again);
    };
    let kind = passing.unwrap_or(ErrorKind::TransactionCanceled);
    let message = match (kind, &reason.message) {
        (ErrorKind::TransactionConflict, _) => {
            "another transaction is at work on the item".to_owned()
        }
        (_, Some(message)) => format!("{}: {message}", reason.code),
        (_, None) => reason.code.clone(),
    };
    let canceled = Error::new(kind, message)
        .with_code(error.code)
        .with_request_id(error.request_id)
        .with_source(error.source);
    (wanted.blame(Some(position), canceled), passing.is_some())
}

impl<K: fmt::Debug> fmt::Debug for TransactGet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TransactGet").field(&self.keys).finish()
    }
}
