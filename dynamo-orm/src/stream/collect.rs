//! What is gathered from the records of a batch, and written before the answer.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::schema::{Entity, Table, decode_item};

use super::failure::Failure;
use super::process::Found;
use super::raw::RawRecord;
use super::record::Record;
use super::router::Router;
use super::view::View;

/// Why what was collected is not written, and from which record on.
///
/// Any error becomes one with `?`: then nothing is written.
#[derive(Debug)]
pub struct NotWritten {
    from: usize,
    failure: Failure,
}

impl NotWritten {
    /// What was collected from this position of the list on is not written; what stands before it is.
    pub fn from(position: usize, failure: impl Into<Failure>) -> Self {
        Self {
            from: position,
            failure: failure.into(),
        }
    }
}

impl<E: Into<Failure>> From<E> for NotWritten {
    fn from(failure: E) -> Self {
        Self::from(0, failure)
    }
}

/// Something that gathers from the records of each batch.
pub(super) trait Collector: Send + Sync {
    /// Begins a batch.
    fn begin(&self) -> Box<dyn Gathering + '_>;
}

/// Why what was gathered is not written, and the first position of the batch that it holds for.
pub(super) type Unwritten = (usize, Failure);

/// What was gathered from one batch.
pub(super) trait Gathering: Send + Sync {
    /// Takes what there is to take of a record; `false` where it does not concern this one.
    fn take(&self, position: usize, raw: &Arc<RawRecord>, found: &Found) -> Result<bool, Failure>;

    /// The first position that something was taken from.
    fn first(&self) -> Option<usize>;

    /// Writes what was taken from the positions before this one.
    fn write(&self, end: usize)
    -> Pin<Box<dyn Future<Output = Result<(), Unwritten>> + Send + '_>>;
}

/// Takes values of records, and has them written together.
struct Values<E, V, H, W> {
    take: H,
    write: W,
    marker: PhantomData<fn() -> (E, V)>,
}

struct Taken<'c, L, E, V, H, W> {
    of: &'c Values<E, V, H, W>,
    list: Mutex<Vec<(usize, Record<L>)>>,
}

impl<E, V, H, W, L, F> Collector for Values<E, V, H, W>
where
    E: Entity,
    V: View,
    L: Send + 'static,
    H: Fn(Record<V::Of<E>>) -> Result<Option<L>, Failure> + Send + Sync,
    W: Fn(Vec<Record<L>>) -> F + Send + Sync,
    F: Future<Output = Result<(), NotWritten>> + Send,
{
    fn begin(&self) -> Box<dyn Gathering + '_> {
        Box::new(Taken {
            of: self,
            list: Mutex::default(),
        })
    }
}

impl<E, V, H, W, L, F> Gathering for Taken<'_, L, E, V, H, W>
where
    E: Entity,
    V: View,
    L: Send,
    H: Fn(Record<V::Of<E>>) -> Result<Option<L>, Failure> + Send + Sync,
    W: Fn(Vec<Record<L>>) -> F + Send + Sync,
    F: Future<Output = Result<(), NotWritten>> + Send,
{
    fn take(&self, position: usize, raw: &Arc<RawRecord>, found: &Found) -> Result<bool, Failure> {
        let entity = E::Table::MODEL.entity_of_kind(E::MODEL.kind);
        let sides = found.sides(|found| Some(found) == entity);
        let Some(change) = V::read(raw, sides, &|image| decode_item::<E>(image))? else {
            return Ok(false);
        };
        let Some(value) = (self.of.take)(Record::new(change, Arc::clone(raw)))? else {
            return Ok(false);
        };
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.push((position, Record::new(value, Arc::clone(raw))));
        Ok(true)
    }

    fn first(&self) -> Option<usize> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter().map(|(position, _)| *position).min()
    }

    fn write(
        &self,
        end: usize,
    ) -> Pin<Box<dyn Future<Output = Result<(), Unwritten>> + Send + '_>> {
        let mut list = {
            let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *list)
        };
        // Records run side by side, and those behind a failure come again.
        list.retain(|(position, _)| *position < end);
        list.sort_by_key(|(position, _)| *position);
        let (positions, values): (Vec<usize>, Vec<Record<L>>) = list.into_iter().unzip();
        Box::pin(async move {
            let Some(first) = positions.first().copied() else {
                return Ok(());
            };
            (self.of.write)(values).await.map_err(|not_written| {
                let from = positions.get(not_written.from).copied();
                (from.unwrap_or(first), not_written.failure)
            })
        })
    }
}

impl<'a, T: Table, V: View> Router<'a, T, V> {
    /// Takes something of every change of an `E`, and has what a batch gave written together before the answer: for
    /// places that want few large writes, such as buckets, queues and other streams.
    ///
    /// `write` gets what was taken, in the order of the batch, of the records that are to be acknowledged. Where it
    /// fails, the first record whose value is [not written](NotWritten) is the checkpoint, so that nothing is lost
    /// when the function dies, runs out of time, or cannot write. What was written comes again with the records that
    /// are delivered again, so a write should be one that can be repeated.
    ///
    /// Records are worked on until [`write_margin`](Router::write_margin) before the end, so that there is time to write.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
    /// use dynamo_orm::stream::{Change, NotWritten, Record, Router};
    ///
    /// # async fn send_all(messages: &[String]) -> std::io::Result<()> { let _ = messages; Ok(()) }
    /// # fn main() {
    /// let router = Router::<Shop>::new().collect(
    ///     |order: Record<Change<Order>>| match &order.change {
    ///         Change::Insert { new } => Ok(Some(format!("order {} of {}", new.number, new.customer))),
    ///         _ => Ok(None),
    ///     },
    ///     |messages: Vec<Record<String>>| async move {
    ///         for (n, ten) in messages.chunks(10).enumerate() {
    ///             let texts: Vec<String> = ten.iter().map(|m| m.change.clone()).collect();
    ///             send_all(&texts).await.map_err(|e| NotWritten::from(n * 10, e))?;
    ///         }
    ///         Ok(())
    ///     },
    /// );
    /// # let _ = router;
    /// # }
    /// ```
    #[must_use]
    pub fn collect<E, L, F>(
        mut self,
        take: impl Fn(Record<V::Of<E>>) -> Result<Option<L>, Failure> + Send + Sync + 'a,
        write: impl Fn(Vec<Record<L>>) -> F + Send + Sync + 'a,
    ) -> Self
    where
        E: Entity<Table = T>,
        L: Send + 'static,
        F: Future<Output = Result<(), NotWritten>> + Send + 'a,
    {
        self.collectors.push(Box::new(Values {
            take,
            write,
            marker: PhantomData::<fn() -> (E, V)>,
        }));
        self
    }
}
