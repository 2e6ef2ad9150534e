//! Counters and sums of a parent, kept by the changes of its children, each change counted once.

use std::fmt;

use crate::client::Db;
use crate::error::{ErrorKind, Result};
use crate::expr::role::Role;
use crate::expr::{Addable, Number, Path, RawPath};
use crate::op::{Applied, Creatable, Key, Transaction, Update};
use crate::schema::{Entity, Table};

use super::change::Change;
use super::record::Record;
use super::router::Router;
use super::view::NewAndOldImages;

/// Declares what a parent `P` counts of its children `E`.
///
/// Every change adds what the new image counts less what the old one did, in one transaction with a mark of the change:
/// a record that is delivered again counts nothing, and a child that moves to another parent leaves the first. Sums are
/// of the changes: children that were there before the aggregate was declared are not in them.
///
/// A change of a parent that is not there is left out; with [`or_create`](Aggregate::or_create) the parent is made.
///
/// **Cost**: for each change that counts something, twice that of the update, and 2 write capacity units for the mark.
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
    finish: fn(Update<P>) -> Update<P>,
}

/// Something of a child.
type Of<E, V> = Box<dyn Fn(&E) -> V + Send + Sync>;

/// A field of the parent, and what one child adds to it.
struct Column<E> {
    path: RawPath,
    value: Of<E, i128>,
}

impl<E: Entity, P: Entity<Table = E::Table>> Aggregate<E, P> {
    /// An aggregate of this name, which its marks carry: keep it, and give each aggregate its own.
    pub fn new(
        name: impl Into<String>,
        parent: impl Fn(&E) -> Key<P> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            parent: Box::new(parent),
            counts: Box::new(|_| true),
            columns: Vec::new(),
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
            value: Box::new(move |child| value(child).into()),
        });
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
        let once = record.once(&self.name);
        let mut deltas = self.deltas(&record.change)?;
        loop {
            if deltas.is_empty() {
                return Ok(Applied::Now);
            }
            let mut transaction = Transaction::new();
            for (key, values) in &deltas {
                transaction = transaction.update(self.update(key.clone(), values));
            }
            match transaction.once(&once).send(db).await {
                Err(error)
                    if error.kind() == ErrorKind::TransactionCanceled
                        && error.reasons().iter().all(|r| r.error.is_not_found())
                        && !error.reasons().is_empty() =>
                {
                    let gone: Vec<usize> = error.reasons().iter().map(|r| r.operation).collect();
                    let mut position = 0..;
                    deltas.retain(|_| position.next().is_some_and(|n: usize| !gone.contains(&n)));
                }
                done => return done,
            }
        }
    }

    fn update(&self, key: Key<P>, values: &[i128]) -> Update<P> {
        let columns = self.columns.iter().zip(values);
        let changed = columns.filter(|(_, value)| **value != 0);
        let update = changed.fold(Update::new(key), |update, (column, value)| {
            update.add_number(column.path.clone(), *value)
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
    /// Keeps an aggregate.
    #[must_use]
    pub fn aggregate<E, P>(self, aggregate: Aggregate<E, P>, db: &'a Db<T>) -> Self
    where
        E: Entity<Table = T>,
        P: Entity<Table = T>,
    {
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
