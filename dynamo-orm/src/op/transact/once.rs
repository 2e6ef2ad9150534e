//! An effect that is made once for each event: a transaction with a mark.

use std::cell::Cell;
use std::time::Duration;

use crate::client::Db;
use crate::error::{ErrorKind, Result};
use crate::expr::render::Placeholders;
use crate::expr::{Expr, RawPath, Term};
use crate::key::Part;
use crate::op::request::body::Body;
use crate::op::write::action::{Action, Failure, Verb, Write};
use crate::op::write::conditions::Conditions;
use crate::schema::{Table, epoch_seconds, expiry_attribute, keys, mark_item, mark_key};
use crate::wire::Request;

use super::transaction::Transaction;

/// How long a mark is kept: longer than a queue keeps a dead letter that may be processed again (SQS: at most 14 days,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>).
pub(super) const KEEP: Duration = Duration::from_hours(15 * 24);

thread_local! {
    /// How many marks were met since work began to be polled.
    static MET: Cell<usize> = const { Cell::new(0) };
}

/// Polls work, and counts the marks it meets that are there already.
pub(crate) fn marks_met<R>(poll: impl FnOnce() -> R) -> (R, usize) {
    let before = MET.replace(0);
    let result = poll();
    (result, MET.replace(before))
}

/// The mark of an effect: what it is, and which event it is for.
///
/// Made by [`Record::once`](crate::stream::Record::once), or from a name of your own, such as a request's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    effect: String,
    event: String,
    keep: Duration,
}

/// Whether an effect was made now or before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// By this call.
    Now,
    /// By an earlier one; this call wrote nothing.
    Before,
}

impl Once {
    /// An effect of this name for the event of this name.
    #[must_use]
    pub fn new(effect: &str, event: &str) -> Self {
        Self {
            effect: effect.to_owned(),
            event: event.to_owned(),
            keep: KEEP,
        }
    }

    /// How long the mark is kept: 15 days unless said otherwise. It must outlast every repetition: a stream's records live
    /// for a day, those of a dead-letter queue up to 14. What comes again after that is done again.
    #[must_use]
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep = time;
        self
    }

    fn mark<T: Table>(&self, db: &Db<T>) -> Result<Write> {
        let table = T::MODEL;
        let key = mark_key(table, &self.effect, &self.event)?;
        let until = epoch_seconds(db.now()).saturating_add(self.keep.as_secs());
        let mut wire = String::new();
        Part::Number(until.to_string().into()).to_wire(&mut wire);
        let expiry: Vec<(&str, String)> = expiry_attribute(table)
            .map(|name| (name, wire))
            .into_iter()
            .collect();
        let item = mark_item(table, &key, &expiry);
        let mut body = Body::new(db.table_name());
        body.json("Item", &item);
        let mut names = Placeholders::default();
        let pk = Term::Path(RawPath::name(table.pk.name));
        let condition = names.condition(&Expr::Call("attribute_not_exists", vec![pk]))?;
        body.text("ConditionExpression", &condition);
        body.placeholders(&names);
        Ok(Write::alone(Action {
            verb: Verb::Put,
            body,
            conditional: true,
            entity: "$once",
            on_behalf_of: Some(keys::describe(&key)),
            key,
            failure: Failure::Item(Conditions::absent().meaning_of_any()),
            sent: Some(item),
        }))
    }
}

/// A transaction that is carried out once: made by [`Transaction::once`].
///
/// **Cost**: that of the transaction and 2 write capacity units for the mark; as much when it was carried out before.
///
/// **Limits**: one action less than a transaction has. Marks go by the table's time to live (`ttl = …`); without one they
/// stay.
#[must_use = "a transaction does nothing until it is sent"]
#[derive(Debug)]
pub struct OnceTransaction<'a, T> {
    transaction: Transaction<'a, T>,
    mark: usize,
}

impl<'a, T: Table> Transaction<'a, T> {
    /// Carries the transaction out unless it was carried out with this mark before: the operations and the mark are
    /// written together, or not at all. An empty transaction only sets the mark.
    pub fn once(self, once: &Once) -> OnceTransaction<'a, T> {
        let once = once.clone();
        let (transaction, mark) = self.add_own(move |db| once.mark(db).map(Some));
        OnceTransaction { transaction, mark }
    }
}

impl<T: Table> OnceTransaction<'_, T> {
    /// The request exactly as it would be sent at the time of the `db`'s clock, but for a token that is not yours.
    ///
    /// # Errors
    /// As [`Transaction::to_request`], and `InvalidRequest` for a table whose keys are not of type `S`.
    pub fn to_request(&self, db: &Db<T>) -> Result<Request> {
        self.transaction.to_request(db)
    }

    /// Writes all, or nothing where the mark is there already.
    ///
    /// # Errors
    /// As [`Transaction::send`], but a mark that is there is no error; `InvalidRequest` for a table whose keys are not of
    /// type `S`.
    pub async fn send(self, db: &Db<T>) -> Result<Applied> {
        let error = match self.transaction.send(db).await {
            Ok(()) => return Ok(Applied::Now),
            Err(error) => error,
        };
        let mut reasons = error.reasons().iter();
        let marked = reasons.any(|r| r.operation == self.mark && r.error.is_condition_failed());
        if marked && error.kind() == ErrorKind::TransactionCanceled {
            MET.set(MET.get().saturating_add(1));
            return Ok(Applied::Before);
        }
        Err(error)
    }
}
