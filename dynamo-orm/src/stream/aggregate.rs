//! Counters and sums of a parent, kept by the changes of its children, each change counted once.

use std::fmt;
use std::time::Duration;

use crate::client::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::role::Role;
use crate::expr::{Addable, Number, Path, RawPath};
use crate::op::{Applied, Creatable, Key, Once, Transaction, Update};
use crate::schema::{Entity, Table, is_expired};

use super::change::Change;
use super::record::Record;
use super::router::Router;
use super::view::NewAndOldImages;

/// Declares what a parent `P` counts of its children `E`.
///
/// Every change adds what the new image counts less what the old one did, in one transaction with a mark of the change:
/// a record that is delivered again counts nothing, and a child that moves to another parent leaves the first. A record that
/// is processed after its mark has gone is counted again: see [`keep_for`](Aggregate::keep_for).
///
/// A change of a parent that is not there is left out, whenever it is delivered; with
/// [`or_create`](Aggregate::or_create) the parent is made.
///
/// **Children that were never counted**: sums are of the changes, so children that were there before the aggregate was
/// declared are not in them. When such a child goes it is counted down all the same. A field of an unsigned type never
/// falls below zero, where it could no longer be read: what would take it there is left out for the whole parent. Write
/// the parents' numbers once where older children are to count, and give sums of values that can be negative a signed
/// field.
///
/// **Global tables**: run it in one Region. A change appears in the stream of every Region, and what is counted is
/// replicated, so an aggregate in two Regions counts twice.
///
/// **Cost**: for each change that counts something, twice that of the update, and 2 write capacity units for the mark. A
/// change that is left out is asked about first: once more that of the update, and the mark.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::stream::{Aggregate, Deadline, Router};
///
/// let db = Db::<Shop>::local().await?;
/// let open = Aggregate::<Order, Visits>::new("orders-of-customer", |o| Visits::key(&o.customer))
///     .when(|o| o.status == Status::Open)
///     .count(|v| v.count())
///     .or_create();
/// let router = Router::<Shop>::new().aggregate(open, &db);
///
/// # let image = r#"{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"ORDER#0000000001"},"_type":{"S":"Order"},"customer":{"S":"ada"},
/// #   "number":{"N":"1"},"status":{"S":"Open"},"cents":{"N":"5"},"lines":{"L":[]}}"#;
/// let event = format!(r#"[{{"eventID":"e1","eventName":"INSERT","dynamodb":{{"SequenceNumber":"1",
///     "Keys":{{"PK":{{"S":"CUSTOMER#ada"}},"SK":{{"S":"ORDER#0000000001"}}}},"NewImage":{image}}}}}]"#);
/// router.process(&event, Deadline::none()).await?;
/// router.process(&event, Deadline::none()).await?; // delivered again
/// assert_eq!(Visits::get("ada").send(&db).await?.map(|v| v.count), Some(1));
/// # Ok(()) }
/// ```
#[must_use = "an aggregate does nothing until it is given to a router"]
pub struct Aggregate<E, P> {
    name: String,
    parent: Of<E, Key<P>>,
    counts: Of<E, bool>,
    columns: Vec<Column<E>>,
    keep: Option<Duration>,
    finish: fn(Update<P>) -> Update<P>,
}

/// Something of a child.
type Of<E, V> = Box<dyn Fn(&E) -> V + Send + Sync>;

/// A field of the parent, and what one child adds to it.
struct Column<E> {
    path: RawPath,
    unsigned: bool,
    value: Of<E, i128>,
}

impl<E: Entity, P: Entity<Table = E::Table>> Aggregate<E, P> {
    /// An aggregate of this name, which its marks carry: keep it, and give each aggregate its own. A router with two of one
    /// name processes nothing.
    pub fn new(
        name: impl Into<String>,
        parent: impl Fn(&E) -> Key<P> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            parent: Box::new(parent),
            counts: Box::new(|_| true),
            columns: Vec::new(),
            keep: None,
            finish: |update| update,
        }
    }

    /// Counts only children of which this is true.
    pub fn when(mut self, counts: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.counts = Box::new(counts);
        self
    }

    /// A field with the number of children.
    pub fn count<T, K>(self, field: impl FnOnce(P::Fields) -> Path<P, T, K>) -> Self
    where
        T: Number,
        K: Role<T> + Addable,
    {
        self.sum(field, |_| 1)
    }

    /// A field with the sum of a whole number of the children.
    pub fn sum<T, K, N: Into<i128>>(
        mut self,
        field: impl FnOnce(P::Fields) -> Path<P, T, K>,
        value: impl Fn(&E) -> N + Send + Sync + 'static,
    ) -> Self
    where
        T: Number,
        K: Role<T> + Addable,
    {
        self.columns.push(Column {
            path: field(P::fields()).raw,
            unsigned: T::UNSIGNED,
            value: Box::new(move |child| value(child).into()),
        });
        self
    }

    /// How long the marks of changes are kept: 15 days unless said otherwise, which outlasts a stream and a dead-letter
    /// queue of 14 days. A record that is processed again after that is counted again.
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep = Some(time);
        self
    }

    /// Makes a parent that is not there.
    pub fn or_create(mut self) -> Self
    where
        P: Creatable,
    {
        self.finish = |update| update.or_create();
        self
    }

    /// Counts one change: `TransactWriteItems`, or nothing where the change counts nothing.
    ///
    /// # Errors
    /// As [`OnceTransaction::send`](crate::stream::OnceTransaction::send).
    pub async fn apply(&self, record: &Record<Change<E>>, db: &Db<E::Table>) -> Result<Applied> {
        let mut once = record.once(&self.name);
        if let Some(time) = self.keep {
            once = once.keep_for(time);
        }
        self.count_once(&once, self.deltas(&record.change)?, db)
            .await
    }

    async fn count_once(
        &self,
        once: &Once,
        mut deltas: Vec<(Key<P>, Vec<i128>)>,
        db: &Db<E::Table>,
    ) -> Result<Applied> {
        if deltas.is_empty() {
            return Ok(Applied::Now);
        }
        // When all is left out there is the mark still, so that another delivery does not count what this one did not.
        loop {
            let mut transaction = Transaction::new();
            for (key, values) in &deltas {
                transaction = transaction.update(self.update(key.clone(), values));
            }
            match transaction.once(once).send(db).await {
                Err(error)
                    if error.kind() == ErrorKind::TransactionCanceled
                        && !error.reasons().is_empty()
                        && error.reasons().iter().all(|reason| {
                            let delta = deltas.get(reason.operation);
                            delta.is_some_and(|(_, values)| {
                                self.leaves_out(&reason.error, values, db)
                            })
                        }) =>
                {
                    let left: Vec<usize> = error.reasons().iter().map(|r| r.operation).collect();
                    let mut position = 0..;
                    deltas.retain(|_| position.next().is_some_and(|n: usize| !left.contains(&n)));
                }
                done => return done,
            }
        }
    }

    /// The parent is gone, or it has less than what is to be taken.
    fn leaves_out(&self, error: &Error, values: &[i128], db: &Db<E::Table>) -> bool {
        if error.is_not_found() {
            return true;
        }
        // An expired parent, which an update cannot create anew, is refused with the same code.
        let expired = |item: &str| {
            let ttl = P::MODEL.ttl;
            ttl.is_some_and(|ttl| is_expired(item, ttl, db.now()))
        };
        let mut columns = self.columns.iter().zip(values);
        error.kind() == ErrorKind::ConditionFailed
            && columns.any(|(column, value)| column.unsigned && *value < 0)
            && !error.raw_item().is_some_and(expired)
    }

    fn update(&self, key: Key<P>, values: &[i128]) -> Update<P> {
        let columns = self.columns.iter().zip(values);
        let changed = columns.filter(|(_, value)| **value != 0);
        let update = changed.fold(Update::new(key), |update, (column, value)| {
            let update = update.add_number(column.path.clone(), *value);
            if column.unsigned && *value < 0 {
                return update.at_least(column.path.clone(), value.unsigned_abs());
            }
            update
        });
        (self.finish)(update)
    }

    /// What each parent gains; parents that gain nothing are left out.
    fn deltas(&self, change: &Change<E>) -> Result<Vec<(Key<P>, Vec<i128>)>> {
        let mut deltas: Vec<(String, Key<P>, Vec<i128>)> = Vec::new();
        for (child, sign) in [(change.old_item(), -1), (change.new_item(), 1)] {
            let Some(child) = child.filter(|child| (self.counts)(child)) else {
                continue;
            };
            let key = (self.parent)(child);
            let text = key.to_json()?;
            let values = self
                .columns
                .iter()
                .map(|column| sign * (column.value)(child));
            match deltas.iter_mut().find(|(known, _, _)| *known == text) {
                Some((_, _, sums)) => {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += value;
                    }
                }
                None => deltas.push((text, key, values.collect())),
            }
        }
        let some = |values: &[i128]| values.iter().any(|value| *value != 0);
        let deltas = deltas.into_iter().filter(|(_, _, values)| some(values));
        Ok(deltas.map(|(_, key, values)| (key, values)).collect())
    }
}

impl<'a, T: Table> Router<'a, T, NewAndOldImages> {
    /// Keeps an aggregate. Its name is its own in the router, among aggregates and audit trails.
    #[must_use]
    pub fn aggregate<E, P>(mut self, aggregate: Aggregate<E, P>, db: &'a Db<T>) -> Self
    where
        E: Entity<Table = T>,
        P: Entity<Table = T>,
    {
        self.name(&aggregate.name);
        let aggregate = std::sync::Arc::new(aggregate);
        self.on(move |record: Record<Change<E>>| {
            let aggregate = std::sync::Arc::clone(&aggregate);
            async move {
                aggregate.apply(&record, db).await?;
                Ok(())
            }
        })
    }
}

impl<E, P> fmt::Debug for Aggregate<E, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregate")
            .field("name", &self.name)
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}
