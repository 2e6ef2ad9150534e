//! Items made from other items, one from each.

use std::fmt;
use std::sync::Arc;

use crate::client::Db;
use crate::error::Result;
use crate::op::{Delete, Key, Transaction};
use crate::schema::{Entity, Table, Unguarded, Writing, decode_item, write_item};

use super::change::Change;
use super::failure::Failure;
use super::image;
use super::record::Record;
use super::router::Router;
use super::source::{self, Seen, Sent};
use super::view::NewAndOldImages;

/// How often a source that changes all the time is read for one record.
const ATTEMPTS: usize = 8;

/// Declares an item `P` that is made from each `S`: written when the source is, deleted with it.
///
/// A materialised item is made from its source *as it is at that moment*: it is written in one transaction that also asks
/// whether the source is still the same, and made anew where it is not. So an old record that is delivered again, late,
/// or beside a newer one never undoes the newer one, and no item outlives its source.
///
/// The items need keys of their own source: two sources that make the same key take it from each other. What others write
/// to the items is lost with the next change of the source. Sources that were there before have no item until they are
/// written.
///
/// **Cost**: for each change twice that of the put, and 2 write capacity units per KB of the source; nothing where the item
/// stays the same.
///
/// **Limits**: sources of up to 300 fields, since each is compared.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::stream::{Deadline, Materialize, Router};
///
/// let db = Db::<Shop>::local().await?;
/// // How many lines each open order has, to be read without the orders.
/// let sizes = Materialize::new(|order: &Order| {
///     let page = format!("order-{}-{}", order.customer, order.number);
///     (order.status == Status::Open).then(|| Visits { page, count: order.lines.len() as u64 })
/// });
/// let router = Router::<Shop>::new().materialize(sizes, &db);
///
/// order("ada", 1).put().send(&db).await?;
/// # let image = r#"{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"ORDER#0000000001"},"_type":{"S":"Order"},"customer":{"S":"ada"},
/// #   "number":{"N":"1"},"status":{"S":"Open"},"cents":{"N":"1250"},
/// #   "lines":{"L":[{"M":{"sku":{"S":"tea"},"count":{"N":"2"}}}]}}"#;
/// let event = format!(r#"[{{"eventID":"e1","eventName":"INSERT","dynamodb":{{"SequenceNumber":"1",
///     "Keys":{{"PK":{{"S":"CUSTOMER#ada"}},"SK":{{"S":"ORDER#0000000001"}}}},"NewImage":{image}}}}}]"#);
/// router.process(&event, Deadline::none()).await?;
/// assert_eq!(Visits::get("order-ada-1").send(&db).await?.map(|v| v.count), Some(1));
///
/// // The record comes once more, when the order is shipped already: nothing of it comes back.
/// Order::update("ada", 1).set(|o| o.status(), Status::Shipped).send(&db).await?;
/// router.process(&event, Deadline::none()).await?;
/// assert_eq!(Visits::get("order-ada-1").send(&db).await?, None);
/// # Ok(()) }
/// ```
#[must_use = "nothing is materialised until it is given to a router"]
pub struct Materialize<S, P> {
    make: Make<S, P>,
}

/// Makes the item of a source.
type Make<S, P> = Box<dyn Fn(&S) -> Option<P> + Send + Sync>;

impl<S, P> Materialize<S, P>
where
    S: Entity,
    P: Entity<Table = S::Table> + Unguarded,
{
    /// Items made by this function, which must make the same from the same source; `None` where there is none.
    pub fn new(make: impl Fn(&S) -> Option<P> + Send + Sync + 'static) -> Self {
        Self {
            make: Box::new(make),
        }
    }

    /// Brings the item of a source in step: `TransactWriteItems`, or nothing where it stays the same.
    ///
    /// # Errors
    /// A transient failure when the source changes all the time; those of [`Transaction::send`].
    pub async fn apply(
        &self,
        record: &Record<Change<S>>,
        db: &Db<S::Table>,
    ) -> Result<(), Failure> {
        let before = record.change.old_item().and_then(&self.make);
        let after = record.change.new_item().and_then(&self.make);
        if record.change.old_item().is_some()
            && record.change.new_item().is_some()
            && stored(before.as_ref())? == stored(after.as_ref())?
        {
            return Ok(());
        }
        let stale: Vec<Key<P>> = before.iter().chain(&after).map(P::to_key).collect();
        let key = record.key()?;
        let mut seen: Seen = match &record.change {
            Change::Remove { .. } => None,
            _ => record.raw().new_json().map(str::to_owned),
        };
        for _ in 0..ATTEMPTS {
            if self.write(&key, &seen, &stale, db).await? {
                return Ok(());
            }
            seen = source::now(&key, db).await?;
        }
        Err(Failure::transient(
            "the source of the materialised item changed whenever it was read",
        ))
    }

    /// Writes the item of the source as it was seen, and deletes the others; `false` where the source is another one.
    async fn write(
        &self,
        key: &Key<S>,
        seen: &Seen,
        stale: &[Key<P>],
        db: &Db<S::Table>,
    ) -> Result<bool> {
        let source: Option<S> = match seen {
            Some(item) => Some(decode_item(&image::own(item))?),
            None => None,
        };
        let item = source.as_ref().and_then(&self.make);
        let fields = seen.as_deref().map_or_else(Vec::new, source::fields::<S>);
        let mut written = Vec::new();
        let mut transaction = Transaction::new().check(source::still(key.clone(), seen, &fields));
        if let Some(item) = &item {
            written.push(item.to_key().to_json()?);
            transaction = transaction.put(item);
        }
        for key in stale {
            let text = key.to_json()?;
            if !written.contains(&text) {
                written.push(text);
                transaction = transaction.delete(Delete::<P>::new(key.clone()));
            }
        }
        if written.is_empty() {
            return Ok(true);
        }
        Ok(matches!(
            source::sent(transaction.send(db).await)?,
            Sent::Done
        ))
    }
}

fn stored<P: Entity>(item: Option<&P>) -> Result<Option<String>> {
    let written = item
        .map(|item| write_item(item, Writing::Stored))
        .transpose()?;
    Ok(written.map(|written| written.item))
}

impl<'a, T: Table> Router<'a, T, NewAndOldImages> {
    /// Keeps materialised items in step.
    #[must_use]
    pub fn materialize<S, P>(self, items: Materialize<S, P>, db: &'a Db<T>) -> Self
    where
        S: Entity<Table = T>,
        P: Entity<Table = T> + Unguarded,
    {
        let items = Arc::new(items);
        self.on(move |record: Record<Change<S>>| {
            let items = Arc::clone(&items);
            async move { items.apply(&record, db).await }
        })
    }
}

impl<S, P> fmt::Debug for Materialize<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Materialize").finish_non_exhaustive()
    }
}
