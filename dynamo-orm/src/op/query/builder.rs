//! `Query`: items of one partition of the table or an index, in the order of their sort key.

use std::fmt;
use std::sync::Arc;

use crate::client::Db;
use crate::error::Result;
use crate::expr::Condition;
use crate::op::answer::read_as::{Each, Mixed, ReadAs, Selected, Whole};
use crate::op::answer::select::{Projecting, Projection, Select};
use crate::op::answer::unknown::{IgnoringUnknown, RawUnknown};
use crate::schema::{ConsistentlyReadable, Entity};
use crate::wire::Request;

use super::access::{Access, QueryState};
use super::cursor::Cursor;
use super::prepared::Mode;

/// Reads items of one partition, in the order of their sort key.
///
/// **Cost**: half a read capacity unit per 4 KB of items evaluated, before any filter; twice that when
/// [consistent](Query::consistent).
///
/// **Limits**: one page is at most 1 MB of items evaluated.
///
/// Items whose time to live has passed are filtered: [`including_expired`](Query::including_expired). Items of other types
/// under the same keys are passed over, and paid for.
///
/// # As an argument or a result
///
/// The types behind `query = …` have no names of your own; a function takes and gives a query by its entity and index:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// use dynamo_orm::reading::Access;
/// use dynamo_orm::{Page, Query, Result};
///
/// fn open() -> Query<impl Access<Entity = Order, Index = Gsi1>> {
///     Order::by_status(Status::Open).newest_first()
/// }
///
/// async fn twenty(
///     query: Query<impl Access<Entity = Order, Index = Gsi1>>,
///     db: &Db<Shop>,
/// ) -> Result<Page<Order>> {
///     query.limit(20).page(db).await
/// }
/// # fn main() {}
/// ```
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// for number in 1..=5 {
///     order("ada", number).put().send(&db).await?;
/// }
/// let page = Order::by_customer("ada")
///     .number()
///     .between(2, 4)
///     .filter(|o| o.status().eq(Status::Open) | o.note().exists())
///     .newest_first()
///     .limit(2)
///     .page(&db)
///     .await?;
/// assert_eq!(page.items.len(), 2);
///
/// let rest = Order::by_customer("ada")
///     .number()
///     .between(2, 4)
///     .filter(|o| o.status().eq(Status::Open) | o.note().exists())
///     .newest_first()
///     .start_at(page.cursor)
///     .all(&db)
///     .await?;
/// assert_eq!(rest[0].number, 2);
///
/// // The same, item by item.
/// let mut orders = Order::by_status(Status::Open).stream(&db);
/// while let Some(order) = orders.next().await {
///     assert_eq!(order?.customer, "ada");
/// }
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Query<A: Access, O = Whole<<A as Access>::Entity>> {
    pub(in crate::op) access: A,
    pub(in crate::op) read: O,
}

/// The table of an access path's entity.
pub(in crate::op) type TableOf<A> = <<A as Access>::Entity as Entity>::Table;

/// Fields of an access path's entity.
type FieldsOf<A> = <<A as Access>::Entity as Entity>::Fields;

impl<A: Access> Query<A> {
    /// A query of whole items.
    #[doc(hidden)]
    pub fn new(access: A) -> Self {
        Self {
            access,
            read: Whole::new(),
        }
    }

    /// A query of everything in a partition, read in a way of its own.
    pub(crate) fn read_as<O: ReadAs>(access: A, read: O) -> Query<A, O> {
        let query = Query { access, read };
        query.change(|state| state.whole_partition = true)
    }

    pub(crate) fn access(&self) -> &A {
        &self.access
    }

    /// Every item of the partition, of whatever type, as the table's enum.
    ///
    /// What was said about the sort key no longer holds.
    pub fn whole_partition(self) -> Query<A, Mixed<TableOf<A>>> {
        let mut query = Query {
            access: self.access,
            read: Mixed::new(),
        };
        query = query.change(|state| {
            state.whole_partition = true;
            state.range = None;
        });
        query
    }

    /// Reads only these fields: `.select(|o| (o.status(), o.total()))`. The cost stays that of whole items.
    pub fn select<S: Select>(self, fields: impl FnOnce(FieldsOf<A>) -> S) -> Query<A, Selected<S>> {
        Query {
            access: self.access,
            read: Selected(fields(A::Entity::fields())),
        }
    }

    /// Reads the items as a smaller type. The cost stays that of whole items.
    pub fn project<P: Projection<Entity = A::Entity>>(self) -> Query<A, Selected<Projecting<P>>> {
        Query {
            access: self.access,
            read: Selected(Projecting::new()),
        }
    }
}

impl<A: Access, O: ReadAs> Query<A, O> {
    fn change(self, change: impl FnOnce(&mut QueryState)) -> Self {
        let mut state = self.access.into_state();
        change(&mut state);
        Self {
            access: A::from_state(state),
            read: self.read,
        }
    }

    /// Keeps only items for which this holds, after they were evaluated and paid for. Several add up.
    pub fn filter(self, condition: impl FnOnce(FieldsOf<A>) -> Condition<A::Entity>) -> Self {
        let expr = Arc::new(condition(A::Entity::fields()).expr);
        self.change(|state| state.filter.push(expr))
    }

    /// Evaluates at most this many items for a page, before the filter: `Limit`.
    pub fn limit(self, items: u32) -> Self {
        self.change(|state| state.limit = Some(items))
    }

    /// Wants at most this many items, after the filter.
    ///
    /// Holds for [`load`](Query::load), [`all`](Query::all) and [`stream`](Query::stream), which ask until they have
    /// them or the end is reached.
    pub fn take(self, items: usize) -> Self {
        self.change(|state| state.take = Some(items))
    }

    /// From the greatest sort key down.
    pub fn newest_first(self) -> Self {
        self.change(|state| state.newest_first = true)
    }

    /// From the least sort key up, which is the default.
    pub fn oldest_first(self) -> Self {
        self.change(|state| state.newest_first = false)
    }

    /// Sees every write that came before, at twice the cost. Not for global secondary indexes.
    pub fn consistent(self) -> Self
    where
        A::Index: ConsistentlyReadable,
    {
        self.change(|state| state.consistent = true)
    }

    /// Gives items whose time to live has passed as well, until DynamoDB deletes them.
    ///
    /// By default they are filtered, by the time of the [`Db`]'s clock. An index that does not carry the time-to-live
    /// attribute (projection `KeysOnly`, or `Include` without it) cannot filter: it gives expired items.
    pub fn including_expired(self) -> Self {
        self.change(|state| state.including_expired = true)
    }

    /// Continues where a page ended; `None` begins at the start.
    pub fn start_at(self, cursor: impl Into<Option<Cursor>>) -> Self {
        let cursor = cursor.into();
        self.change(|state| state.start = cursor)
    }

    /// Gives each item as a result of its own, so that one that does not fit its type loses nothing else.
    pub fn results(self) -> Query<A, Each<O>> {
        Query {
            access: self.access,
            read: Each(self.read),
        }
    }

    /// The request of the first page, exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey`, `InvalidRequest` or `InvalidCursor` when the query cannot be expressed.
    pub fn to_request(&self, db: &Db<TableOf<A>>) -> Result<Request> {
        let prepared = self.prepare(db)?;
        let state = self.access.state();
        let start = prepared.start_key(db, state.start.as_ref())?;
        Ok(prepared.request(db, start.as_deref(), state.limit, None, Mode::Items))
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Query::to_request).
    pub fn into_sdk(
        self,
        db: &Db<TableOf<A>>,
    ) -> Result<aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder> {
        crate::op::request::sdk::query(db.client(), &self.to_request(db)?)
    }
}

impl<A: Access> Query<A, Mixed<TableOf<A>>> {
    /// Leaves out items of types that the table's enum does not have, and counts them in
    /// [`Page::unknown`](crate::op::Page::unknown).
    ///
    /// Without it such an item, which a newer version of the program may have written, is an error.
    pub fn ignore_unknown(self) -> Query<A, IgnoringUnknown<TableOf<A>>> {
        Query {
            access: self.access,
            read: IgnoringUnknown::new(),
        }
    }

    /// Gives items of types that the table's enum does not have as they are stored, as
    /// [`Known::Unknown`](crate::op::Known::Unknown).
    pub fn raw_unknown(self) -> Query<A, RawUnknown<TableOf<A>>> {
        Query {
            access: self.access,
            read: RawUnknown::new(),
        }
    }
}

impl<A: Access, O> fmt::Debug for Query<A, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("entity", &A::Entity::MODEL.name)
            .field("state", self.access.state())
            .finish_non_exhaustive()
    }
}
