//! `Collect`: one query of a partition, put together to a struct.

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Db, Metered};
use crate::error::{Error, Result};
use crate::key::{Part, PartError};
use crate::op::{Access, Cursor, ProjectsAll, Query, QueryState, Test, key_tests, plan};
use crate::schema::{ConsistentlyReadable, Entity, Index, KeySpec};
use crate::wire::Request;

use super::Collection;
use super::access::PartitionOf;
use super::cover::cover;
use super::edge::{Edge, EdgeKeys};
use super::gather::{Gather, Unknown};
use super::model::TableOf;
use super::result::{CollectionPage, Counted};
use super::sort::{counted, page};

/// Reads the items of one partition into the struct of a collection. `Query`.
///
/// Items of the table's other entities are left out. Where the members' sort keys lie in one range, only that is read.
///
/// **Cost**: half a read capacity unit per 4 KB of items in the range, members or not; twice that when
/// [consistent](Collect::consistent).
///
/// **Limits**: one request reads at most 1 MB; [`load`](Collect::load) sends as many as it needs.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::Collection;
///
/// #[derive(Collection, Debug)]
/// #[collection(table = Shop, pk = "CUSTOMER#{customer}")]
/// struct Account {
///     customer: Customer,
///     orders: Vec<Order>,
/// }
///
/// let db = Db::<Shop>::local().await?;
/// Customer { id: "ada".into(), name: "Ada".into() }.put().send(&db).await?;
/// for number in 1..=5 {
///     order("ada", number).put().send(&db).await?;
/// }
/// // The customer and the orders from the fourth on: "ORDER#…" sorts before "PROFILE".
/// let account = Account::of("ada")
///     .starting_at(Order::by_customer("ada").number().from(4))
///     .load(&db)
///     .await?
///     .expect("there are such items");
/// assert_eq!(account.customer.name, "Ada");
/// assert_eq!(account.orders.len(), 2);
///
/// // Page by page.
/// let page = Account::of("ada").newest_first().limit(3).page(&db).await?;
/// assert_eq!((page.members.customer.len(), page.members.orders.len()), (1, 2));
/// let rest = Account::of("ada").newest_first().start_at(page.cursor).page(&db).await?;
/// assert_eq!((rest.members.orders[0].number, rest.is_last()), (3, true));
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Collect<C> {
    state: QueryState,
    low: Option<EdgeKeys>,
    high: Option<EdgeKeys>,
    error: Option<Error>,
    unknown: Unknown,
    marker: PhantomData<fn() -> C>,
}

/// The table of a collection.
type TableIn<C> = TableOf<<C as Collection>::Anchor>;

impl<C: Collection> Collect<C> {
    /// The collection in the partition with these parts of its key.
    #[doc(hidden)]
    pub fn new<const N: usize>(parts: [Result<Part<'static>, PartError>; N]) -> Self {
        let index = position::<C>();
        let specs: Vec<KeySpec> = plan::<C::Anchor>(index).pk.iter().map(|p| p.1).collect();
        let mut positions: Vec<usize> = Vec::new();
        for part in specs.iter().flat_map(KeySpec::part_list) {
            if !positions.contains(&part) {
                positions.push(part);
            }
        }
        let mut state = QueryState::new::<C::Anchor>(index);
        for (position, part) in positions.into_iter().zip(parts) {
            state = state.with(position, part);
        }
        Self {
            state,
            low: None,
            high: None,
            error: None,
            unknown: Unknown::default(),
            marker: PhantomData,
        }
    }

    /// Leaves out what sorts before this key, or before the first key of this query of one entity.
    pub fn starting_at(mut self, edge: impl Edge<TableIn<C>, C::Index>) -> Self {
        self.low = self.keep(edge.keys());
        self
    }

    /// Leaves out what sorts behind this key, or behind the last key of this query of one entity.
    ///
    /// What is grouped under the item of a key may sort behind it: end with a query of the last kind of item.
    pub fn ending_at(mut self, edge: impl Edge<TableIn<C>, C::Index>) -> Self {
        self.high = self.keep(edge.keys());
        self
    }

    fn keep(&mut self, keys: Result<EdgeKeys>) -> Option<EdgeKeys> {
        keys.map_err(|error| self.error.get_or_insert(error)).ok()
    }

    /// From the greatest sort key down, which is also the order in the lists.
    pub fn newest_first(mut self) -> Self {
        self.state.newest_first = true;
        self
    }

    /// Sees every write that came before, at twice the cost. Not through a global secondary index.
    pub fn consistent(mut self) -> Self
    where
        C::Index: ConsistentlyReadable,
    {
        self.state.consistent = true;
        self
    }

    /// Evaluates at most this many items for each request: `Limit`.
    pub fn limit(mut self, items: u32) -> Self {
        self.state.limit = Some(items);
        self
    }

    /// Continues where a page ended; `None` is the beginning.
    pub fn start_at(mut self, cursor: Option<Cursor>) -> Self {
        self.state.start = cursor;
        self
    }

    /// What becomes of items whose type the table does not know. With `Fail` and `Raw` the whole partition is read,
    /// since they may lie anywhere.
    pub fn unknown(mut self, choice: Unknown) -> Self {
        self.unknown = choice;
        self
    }

    /// The request of the first page, exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey`, `InvalidRequest` or `InvalidCursor` when the query cannot be expressed.
    pub fn to_request(&self, db: &Db<TableIn<C>>) -> Result<Request> {
        self.query()?.to_request(db)
    }

    /// Reads the collection, with as many requests as it needs. `None` when none of its members is there.
    ///
    /// # Errors
    /// `MissingMember` when a required member is missing while others are there; `NotUnique` when there are several
    /// for a member that takes one; `Decode` for an item that does not fit its type; the service's errors.
    pub async fn load(self, db: &Db<TableIn<C>>) -> Result<Option<C>>
    where
        C::Index: ProjectsAll,
    {
        Ok(self.load_counted(db).await?.collection)
    }

    /// As [`load`](Collect::load), with the number of requests and the capacity they consumed together.
    ///
    /// # Errors
    /// As [`load`](Collect::load).
    pub async fn load_metered(self, db: &Db<TableIn<C>>) -> Result<Metered<Option<C>>>
    where
        C::Index: ProjectsAll,
    {
        let loaded = self.query()?.load_metered(db).await?;
        loaded.try_map(|page| Ok(counted::<C>(page)?.collection))
    }

    /// As [`load`](Collect::load), with the number of items that are no members.
    ///
    /// # Errors
    /// As [`load`](Collect::load).
    pub async fn load_counted(self, db: &Db<TableIn<C>>) -> Result<Counted<C>>
    where
        C::Index: ProjectsAll,
    {
        counted(self.query()?.load(db).await?)
    }

    /// Sends one request and gives what it found of each member, with a cursor unless the end was reached.
    ///
    /// # Errors
    /// `Decode` for an item that does not fit its type; the service's errors.
    pub async fn page(self, db: &Db<TableIn<C>>) -> Result<CollectionPage<C>>
    where
        C::Index: ProjectsAll,
    {
        page(self.query()?.page(db).await?)
    }

    /// As [`page`](Collect::page), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`page`](Collect::page).
    pub async fn page_metered(self, db: &Db<TableIn<C>>) -> Result<Metered<CollectionPage<C>>>
    where
        C::Index: ProjectsAll,
    {
        self.query()?.page_metered(db).await?.try_map(page)
    }

    fn query(&self) -> Result<Query<PartitionOf<C>, Gather<C>>> {
        let query = self.ranged().map_err(|e| e.with_entity(C::MODEL.name))?;
        Ok(query)
    }

    fn ranged(&self) -> Result<Query<PartitionOf<C>, Gather<C>>> {
        if let Some(error) = &self.error {
            return Err(crate::expr::render::copy(error));
        }
        if let Some(error) = self.state.first_error() {
            return Err(error);
        }
        let mut state = self.state.clone();
        state.whole_partition = true;
        state.span = self.span(&state)?;
        let read = Gather::new(self.unknown);
        Ok(Query::read_as(PartitionOf::from_state(state), read))
    }

    /// The range that holds all members, cut to what was asked for.
    fn span(&self, state: &QueryState) -> Result<Option<Test>> {
        let plan = plan::<C::Anchor>(state.index);
        let own: Vec<Part<'static>> = key_tests::<C::Anchor>(state, &plan)?
            .into_iter()
            .filter_map(|(_, test)| match test {
                Test::Compare(_, part) => Some(part),
                _ => None,
            })
            .collect();
        for edge in self.low.iter().chain(&self.high) {
            if edge.partition != own {
                return Err(Error::invalid(
                    "an end of the range is in another partition than the collection; give both the same key",
                ));
            }
        }
        let (mut low, mut high) = match self.unknown {
            Unknown::Ignore => cover::<C>(),
            Unknown::Fail | Unknown::Raw => (None, None),
        };
        if let Some(edge) = self.low.as_ref().and_then(|edge| edge.low.clone()) {
            low = Some(outer(edge, low, Ord::max));
        }
        if let Some(edge) = self.high.as_ref().and_then(|edge| edge.high.clone()) {
            high = Some(outer(edge, high, Ord::min));
        }
        Ok(match (low, high) {
            (None, None) => None,
            (Some(low), None) => Some(Test::Compare(">=", low)),
            (None, Some(high)) => Some(Test::Compare("<=", high)),
            (Some(Part::Text(low)), Some(Part::Text(high))) if low > high => {
                return Err(Error::invalid(
                    "the range ends before it begins; no member of the collection has such keys",
                ));
            }
            (Some(low), Some(high)) if low == high => Some(Test::Compare("=", low)),
            (Some(low), Some(high)) => Some(Test::Between(low, high)),
        })
    }
}

/// Of two ends of text the narrower one; of others the one that was asked for.
fn outer<'t>(
    asked: Part<'t>,
    own: Option<Part<'t>>,
    pick: fn(String, String) -> String,
) -> Part<'t> {
    match (asked, own) {
        (Part::Text(asked), Some(Part::Text(own))) => {
            Part::Text(pick(asked.into_owned(), own.into_owned()).into())
        }
        (asked, _) => asked,
    }
}

/// The position of the collection's index in the model of its first member.
pub(super) fn position<C: Collection>() -> Option<usize> {
    let index = C::Index::MODEL?;
    let mut uses = C::Anchor::MODEL.indexes.iter();
    uses.position(|used| used.index.name == index.name)
}

impl<C: Collection> fmt::Debug for Collect<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collect")
            .field("collection", &C::MODEL.name)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
