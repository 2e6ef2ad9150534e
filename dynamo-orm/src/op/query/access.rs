//! Access paths: what the derive generates for each `query = …`, and the state they share.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::error::Error;
use crate::expr::Expr;
use crate::expr::render::copy;
use crate::key::{AsPart, KeyPart, OrderedKeyPart, Part, PartError, TextKeyPart};
use crate::op::answer::read_as::{Mixed, Whole};
use crate::schema::{Entity, Index, Primary};

use super::builder::Query;
use super::cursor::Cursor;
use super::key_condition::{Test, plan};

/// An access path at one level of its sort key. Implemented by the types behind `query = …`.
pub trait Access: Sized + Send + Sync + 'static {
    /// The entity it reads.
    type Entity: Entity;
    /// The index it reads through.
    type Index: Index;
    /// Wraps the state.
    #[doc(hidden)]
    fn from_state(state: QueryState) -> Self;
    /// The state.
    #[doc(hidden)]
    fn state(&self) -> &QueryState;
    /// Unwraps the state.
    #[doc(hidden)]
    fn into_state(self) -> QueryState;
}

/// What a query knows before it is rendered.
#[doc(hidden)]
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are options of the user's, each for itself"
)]
pub struct QueryState {
    /// Position of the index in the entity's model; `None` is the table.
    pub(crate) index: Option<usize>,
    pub(crate) parts: Vec<Option<Part<'static>>>,
    /// Parts of which the partition key holds less than the sort key: what is known of them there, and there alone.
    pub(crate) shortened: Vec<(usize, Option<Part<'static>>)>,
    pub(crate) error: Option<Arc<Error>>,
    pub(crate) range: Option<(usize, Bounds)>,
    /// The condition on the sort key of a whole partition.
    pub(crate) span: Option<Test>,
    /// Everything in the partition, of whatever type.
    pub(crate) whole_partition: bool,
    pub(crate) filter: Vec<Arc<Expr>>,
    pub(crate) limit: Option<u32>,
    pub(crate) take: Option<usize>,
    pub(crate) newest_first: bool,
    pub(crate) consistent: bool,
    pub(crate) including_expired: bool,
    pub(crate) start: Option<Cursor>,
}

/// A sort key condition on one part.
#[derive(Clone, Debug)]
pub(crate) enum Bounds {
    Between(Part<'static>, Part<'static>),
    From(Part<'static>),
    After(Part<'static>),
    To(Part<'static>),
    Before(Part<'static>),
    BeginsWith(String),
    Below(String),
}

impl QueryState {
    /// A query of an entity through one of its indexes, or through the table.
    #[must_use]
    pub fn new<E: Entity>(index: Option<usize>) -> Self {
        Self {
            index,
            parts: vec![None; E::MODEL.parts.len()],
            shortened: shortened::<E>(index),
            error: None,
            range: None,
            span: None,
            whole_partition: false,
            filter: Vec::new(),
            limit: None,
            take: None,
            newest_first: false,
            consistent: false,
            including_expired: false,
            start: None,
        }
    }

    /// Adds a known part.
    #[must_use]
    pub fn with(mut self, part: usize, value: Result<Part<'static>, PartError>) -> Self {
        let Some(value) = self.check(value) else {
            return self;
        };
        let mut shortened = self.shortened.iter_mut();
        if let Some((_, slot)) = shortened.find(|(p, slot)| *p == part && slot.is_none()) {
            *slot = Some(value);
        } else if let Some(slot) = self.parts.get_mut(part) {
            *slot = Some(value);
        }
        self
    }

    /// The parts as the partition key has them.
    pub(crate) fn partition_parts(&self) -> Vec<Option<Part<'static>>> {
        let mut parts = self.parts.clone();
        for (part, value) in &self.shortened {
            if let Some(slot) = parts.get_mut(*part) {
                slot.clone_from(value);
            }
        }
        parts
    }

    fn check(&mut self, value: Result<Part<'static>, PartError>) -> Option<Part<'static>> {
        value
            .map_err(|error| self.error.get_or_insert(Arc::new(error.into())).clone())
            .ok()
    }

    pub(crate) fn first_error(&self) -> Option<Error> {
        self.error.as_deref().map(copy)
    }
}

/// The parts of the partition key that do not tell all that the sort key holds of them.
fn shortened<E: Entity>(index: Option<usize>) -> Vec<(usize, Option<Part<'static>>)> {
    let keys = plan::<E>(index);
    let mut out: Vec<(usize, Option<Part<'static>>)> = Vec::new();
    for (_, held) in &keys.sk {
        for part in held.part_list() {
            let mut told = keys.pk.iter().filter(|(_, spec)| spec.uses(part));
            if told.clone().next().is_some()
                && !told.any(|(_, spec)| spec.tells(part, held))
                && out.iter().all(|(p, _)| *p != part)
            {
                out.push((part, None));
            }
        }
    }
    out
}

/// One part of a composed sort key, waiting for its condition.
///
/// `Order::by_customer(&c).placed_on().between(d1, d2)`: the bounds include and exclude exactly what they say, stay
/// inside the entity's own keys, and never match a value that merely begins alike.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 7).put().send(&db).await?;
/// assert_eq!(Order::by_customer("ada").number().eq(7).count(&db).await?, 1);
/// assert_eq!(Order::by_customer("ada").number().after(7).count(&db).await?, 0);
/// # Ok(()) }
/// ```
#[must_use = "a part needs a condition"]
pub struct Level<A, T, N> {
    state: QueryState,
    part: usize,
    marker: Marker<(A, T, N)>,
}

/// Names types without holding their values.
type Marker<T> = PhantomData<fn() -> T>;

impl<A: Access, T: KeyPart, N: Access<Entity = A::Entity, Index = A::Index>> Level<A, T, N> {
    /// The level of a part.
    #[doc(hidden)]
    pub fn new(access: &A, part: usize) -> Self {
        Self {
            state: access.state().clone(),
            part,
            marker: PhantomData,
        }
    }

    /// The part equals this value; the next part can be asked for.
    pub fn eq(self, value: impl AsPart<T>) -> Query<N> {
        Query::new(N::from_state(self.state.with(self.part, value.into_part())))
    }

    pub(in crate::op) fn bounded(mut self, bounds: Option<Bounds>) -> Query<Bounded<A>> {
        self.state.range = bounds.map(|bounds| (self.part, bounds));
        Query::new(Bounded {
            state: self.state,
            marker: PhantomData,
        })
    }

    fn one(
        mut self,
        value: impl AsPart<T>,
        bounds: impl FnOnce(Part<'static>) -> Bounds,
    ) -> Query<Bounded<A>> {
        let value = self.state.check(value.into_part());
        self.bounded(value.map(bounds))
    }
}

impl<A, T, N> Level<A, T, N>
where
    A: Access,
    T: KeyPart,
    N: Access<Entity = A::Entity, Index = A::Index>,
{
    /// The part lies between the two values, both included.
    pub fn between(mut self, low: impl AsPart<T>, high: impl AsPart<T>) -> Query<Bounded<A>>
    where
        T: OrderedKeyPart,
    {
        let low = self.state.check(low.into_part());
        let high = self.state.check(high.into_part());
        let bounds = low.zip(high).map(|(l, h)| Bounds::Between(l, h));
        self.bounded(bounds)
    }

    /// The part is this value or greater.
    pub fn from(self, value: impl AsPart<T>) -> Query<Bounded<A>>
    where
        T: OrderedKeyPart,
    {
        self.one(value, Bounds::From)
    }

    /// The part is greater than this value.
    pub fn after(self, value: impl AsPart<T>) -> Query<Bounded<A>>
    where
        T: OrderedKeyPart,
    {
        self.one(value, Bounds::After)
    }

    /// The part is this value or less.
    pub fn to(self, value: impl AsPart<T>) -> Query<Bounded<A>>
    where
        T: OrderedKeyPart,
    {
        self.one(value, Bounds::To)
    }

    /// The part is less than this value.
    pub fn before(self, value: impl AsPart<T>) -> Query<Bounded<A>>
    where
        T: OrderedKeyPart,
    {
        self.one(value, Bounds::Before)
    }
}

impl<A, T, N> Level<A, T, N>
where
    A: Access,
    T: KeyPart,
    N: Access<Entity = A::Entity, Index = A::Index>,
{
    /// The part begins with this text.
    pub fn begins_with(self, text: impl Into<String>) -> Query<Bounded<A>>
    where
        T: TextKeyPart,
    {
        let text = text.into();
        self.bounded(Some(Bounds::BeginsWith(text)))
    }
}

/// An access path whose sort key condition is complete.
pub struct Bounded<A> {
    state: QueryState,
    marker: PhantomData<fn() -> A>,
}

impl<A: Access> Access for Bounded<A> {
    type Entity = A::Entity;
    type Index = A::Index;

    fn from_state(state: QueryState) -> Self {
        Self {
            state,
            marker: PhantomData,
        }
    }

    fn state(&self) -> &QueryState {
        &self.state
    }

    fn into_state(self) -> QueryState {
        self.state
    }
}

/// A whole partition of the table, reached through the partition key of an entity.
#[derive(Debug)]
pub struct Partition<E> {
    state: QueryState,
    marker: PhantomData<fn() -> E>,
}

impl<E: Entity> Partition<E> {
    /// Every item of the partition, as the table's enum.
    #[doc(hidden)]
    pub fn query(state: QueryState) -> Query<Self, Mixed<E::Table>> {
        Query::new(Self::from_state(state)).whole_partition()
    }
}

impl<E: Entity> Access for Partition<E> {
    type Entity = E;
    type Index = Primary;

    fn from_state(state: QueryState) -> Self {
        Self {
            state,
            marker: PhantomData,
        }
    }

    fn state(&self) -> &QueryState {
        &self.state
    }

    fn into_state(self) -> QueryState {
        self.state
    }
}

/// The levels of an access path are looked up through its query.
impl<A: Access> std::ops::Deref for Query<A, Whole<A::Entity>> {
    type Target = A;

    fn deref(&self) -> &A {
        self.access()
    }
}

impl<A: Access, T, N> fmt::Debug for Level<A, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = A::Entity::MODEL.parts.get(self.part);
        f.debug_tuple("Level")
            .field(&part.map(|p| p.field))
            .finish()
    }
}

impl<A> fmt::Debug for Bounded<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bounded").field(&self.state.range).finish()
    }
}
