//! `Scan`: items of the whole table or of an index, in no order.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::client::Db;
use crate::error::Result;
use crate::expr::{Condition, Expr};
use crate::op::answer::read_as::{Each, Mixed, ReadAs, Selected, Whole};
use crate::op::answer::select::{Projecting, Projection, Select};
use crate::op::answer::unknown::{IgnoringUnknown, RawUnknown};
use crate::op::query::cursor::Cursor;
use crate::op::query::prepared::Mode;
use crate::schema::{
    ConsistentlyReadable, Entity, EntityModel, Index, IndexModel, IndexOf, Primary, Table,
};
use crate::wire::Request;

use super::segments::Segments;

/// What a scan looks for.
pub trait Scanned: Send + Sync + 'static {
    /// The table it looks in.
    type Table: Table;
    /// How its items are read by default.
    type Whole: ReadAs;
    /// The entity, or everything.
    #[doc(hidden)]
    const ENTITY: Option<&'static EntityModel>;
    /// The name for error messages.
    #[doc(hidden)]
    const NAME: &'static str;
}

/// A scan of everything in the table.
#[derive(Debug)]
pub struct Everything<T>(PhantomData<fn() -> T>);

impl<T: Table> Scanned for Everything<T> {
    type Table = T;
    type Whole = Mixed<T>;
    const ENTITY: Option<&'static EntityModel> = None;
    const NAME: &'static str = T::MODEL.name;
}

/// A scan for the items of one entity.
#[derive(Debug)]
pub struct Only<E>(PhantomData<fn() -> E>);

impl<E: Entity> Scanned for Only<E> {
    type Table = E::Table;
    type Whole = Whole<E>;
    const ENTITY: Option<&'static EntityModel> = Some(E::MODEL);
    const NAME: &'static str = E::MODEL.name;
}

/// Reads the whole table, or a whole [index](Scan::through), in no order.
///
/// Made by [`Table::scan`] for every item, and by [`Entity::scan`] for those of one entity: the others are evaluated
/// and paid for as well, and filtered by their type attribute, or told apart by their keys where there is none.
///
/// **Cost**: half a read capacity unit per 4 KB of everything in the table or index, whatever is kept; twice that when
/// [consistent](Scan::consistent).
///
/// **Limits**: one page is at most 1 MB of items evaluated.
///
/// Items whose time to live has passed are filtered ([`including_expired`](Scan::including_expired)), and so are the
/// items that hold unique values.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// Customer { id: "ada".into(), name: "Ada".into() }.put().send(&db).await?;
///
/// let mut everything = Shop::scan().stream(&db);
/// while let Some(item) = everything.next().await {
///     match item? {
///         Shop::Order(order) => assert_eq!(order.number, 1),
///         other => assert!(matches!(other, Shop::Customer(_))),
///     }
/// }
/// let dear = Order::scan().filter(|o| o.cents().gt(1000)).all(&db).await?;
/// assert_eq!(dear.len(), 1);
/// // The index has the orders only.
/// assert_eq!(Shop::scan().through::<Gsi1>().count(&db).await?, 1);
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Scan<S: Scanned, I = Primary, O = <S as Scanned>::Whole> {
    pub(in crate::op) state: ScanState,
    pub(in crate::op) read: O,
    marker: PhantomData<fn() -> (S, I)>,
}

/// What a scan knows before it is rendered.
#[derive(Clone, Debug, Default)]
pub(in crate::op) struct ScanState {
    pub(in crate::op) index: Option<&'static IndexModel>,
    pub(in crate::op) filter: Vec<Arc<Expr>>,
    pub(in crate::op) limit: Option<u32>,
    pub(in crate::op) take: Option<usize>,
    pub(in crate::op) consistent: bool,
    pub(in crate::op) including_expired: bool,
    pub(in crate::op) start: Option<Cursor>,
}

impl<T: Table> Scan<Everything<T>> {
    pub(crate) fn everything() -> Self {
        Self::of(ScanState::default(), Mixed::new())
    }
}

impl<E: Entity> Scan<Only<E>> {
    pub(crate) fn only() -> Self {
        Self::of(ScanState::default(), Whole::new())
    }
}

impl<S: Scanned, I, O: ReadAs> Scan<S, I, O> {
    fn of(state: ScanState, read: O) -> Self {
        Self {
            state,
            read,
            marker: PhantomData,
        }
    }

    fn change(mut self, change: impl FnOnce(&mut ScanState)) -> Self {
        change(&mut self.state);
        self
    }

    /// Scans this index: the items that are in it, with the attributes that it carries.
    pub fn through<J: IndexOf<S::Table>>(self) -> Scan<S, J, O> {
        let mut state = self.state;
        state.index = <J as Index>::MODEL;
        Scan::of(state, self.read)
    }

    /// Evaluates at most this many items for a page, before the filter: `Limit`.
    pub fn limit(self, items: u32) -> Self {
        self.change(|state| state.limit = Some(items))
    }

    /// Wants at most this many items, after the filter.
    ///
    /// Holds for [`load`](Scan::load), [`all`](Scan::all) and [`stream`](Scan::stream), which ask until they have
    /// them or the end is reached.
    pub fn take(self, items: usize) -> Self {
        self.change(|state| state.take = Some(items))
    }

    /// Sees every write that came before the scan began, at twice the cost. Not for global secondary indexes.
    pub fn consistent(self) -> Self
    where
        I: ConsistentlyReadable,
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
    pub fn results(self) -> Scan<S, I, Each<O>> {
        Scan::of(self.state, Each(self.read))
    }

    /// Splits the scan into so many segments, to be read at the same time.
    pub fn segments(self, segments: u32) -> Segments<S, I, O> {
        Segments::new(self, segments)
    }

    /// The request of the first page, exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidRequest` or `InvalidCursor` when the scan cannot be expressed.
    pub fn to_request(&self, db: &Db<S::Table>) -> Result<Request> {
        let prepared = self.prepare(db, None)?;
        let start = prepared.start_key(db, self.state.start.as_ref())?;
        Ok(prepared.request(db, start.as_deref(), self.state.limit, None, Mode::Items))
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Scan::to_request).
    pub fn into_sdk(
        self,
        db: &Db<S::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder> {
        crate::op::request::sdk::scan(db.client(), &self.to_request(db)?)
    }
}

impl<E: Entity, I, O: ReadAs> Scan<Only<E>, I, O> {
    /// Keeps only items for which this holds, after they were evaluated and paid for. Several add up.
    pub fn filter(self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        let expr = Arc::new(condition(E::fields()).expr);
        self.change(|state| state.filter.push(expr))
    }

    /// Reads only these fields: `.select(|o| (o.status(), o.total()))`. The cost stays that of whole items.
    pub fn select<P: Select>(
        self,
        fields: impl FnOnce(E::Fields) -> P,
    ) -> Scan<Only<E>, I, Selected<P>> {
        Scan::of(self.state, Selected(fields(E::fields())))
    }

    /// Reads the items as a smaller type. The cost stays that of whole items.
    pub fn project<P: Projection<Entity = E>>(self) -> Scan<Only<E>, I, Selected<Projecting<P>>> {
        Scan::of(self.state, Selected(Projecting::new()))
    }
}

impl<T: Table, I, O: ReadAs> Scan<Everything<T>, I, O> {
    /// Keeps only items for which this holds, whatever their type, after they were evaluated and paid for:
    /// `.filter::<Order>(|o| o.status().eq(Open))`. Several add up.
    pub fn filter<E: Entity<Table = T>>(
        self,
        condition: impl FnOnce(E::Fields) -> Condition<E>,
    ) -> Self {
        let expr = Arc::new(condition(E::fields()).expr);
        self.change(|state| state.filter.push(expr))
    }
}

impl<T: Table, I> Scan<Everything<T>, I> {
    /// Leaves out items of types that the table's enum does not have, and counts them in
    /// [`Page::unknown`](crate::op::Page::unknown).
    ///
    /// Without it such an item, which a newer version of the program may have written, is an error.
    pub fn ignore_unknown(self) -> Scan<Everything<T>, I, IgnoringUnknown<T>> {
        Scan::of(self.state, IgnoringUnknown::new())
    }

    /// Gives items of types that the table's enum does not have as they are stored, as
    /// [`Known::Unknown`](crate::op::Known::Unknown).
    pub fn raw_unknown(self) -> Scan<Everything<T>, I, RawUnknown<T>> {
        Scan::of(self.state, RawUnknown::new())
    }
}

impl<S: Scanned, I, O: Clone> Clone for Scan<S, I, O> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            read: self.read.clone(),
            marker: PhantomData,
        }
    }
}

impl<S: Scanned, I, O> fmt::Debug for Scan<S, I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("of", &S::NAME)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
