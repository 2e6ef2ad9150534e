//! `Query` and then `BatchGetItem`: edges with what they lead to.

use std::fmt;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::client::{Db, Metered};
use crate::error::{Error, Result};
use crate::key::Part;
use crate::op::answer::read_as::{ReadAs, ReadsFrom, Whole};
use crate::op::query::access::{Access, Bounded};
use crate::op::query::builder::{Query, TableOf};
use crate::op::query::page::Page;
use crate::op::request::key::Key;
use crate::schema::edge::{is_primary, part_of, source};
use crate::schema::{Entity, Table};
use crate::wire::Request;

use super::fill::Fill;
use super::keys_of::KeysOf;

/// An access path that finds edges from one of their ends. Implemented by the types behind `edge(…)`.
#[diagnostic::on_unimplemented(
    message = "this query does not follow an edge",
    label = "leads to no other item",
    note = "name it in an edge of the entity: `#[entity(edge(Group -> Person, out = members, back = groups))]`"
)]
pub trait Traversal: Access {
    /// The entity at the far end.
    type Far: Entity<Table = <Self::Entity as Entity>::Table>;

    /// The edge's fields that make the key of the far end, in its order; none where they have the same names.
    #[doc(hidden)]
    const FAR: &'static [&'static str];
}

impl<A: Traversal> Traversal for Bounded<A> {
    type Far = A::Far;
    const FAR: &'static [&'static str] = A::FAR;
}

/// Edges as a query reads them: whole, or their keys alone.
pub trait ReadsEdges<E>: ReadAs {
    /// Does what is read hold this part?
    #[doc(hidden)]
    fn holds(part: usize) -> bool;

    /// The value of a part.
    #[doc(hidden)]
    fn part(edge: &Self::Item, part: usize) -> Result<Option<Part<'static>>>;
}

impl<E: Entity> ReadsEdges<E> for Whole<E> {
    fn holds(_: usize) -> bool {
        true
    }

    fn part(edge: &E, part: usize) -> Result<Option<Part<'static>>> {
        let value = edge.part(part).map_err(|e| e.with_entity(E::MODEL.name))?;
        Ok(value.map(Part::into_owned))
    }
}

impl<E: Entity> ReadsEdges<E> for KeysOf<E> {
    fn holds(part: usize) -> bool {
        is_primary(E::MODEL, part)
    }

    fn part(edge: &Key<E>, part: usize) -> Result<Option<Part<'static>>> {
        Ok(edge.parts()?.get(part).map(Part::into_owned))
    }
}

/// Edges and the items at their far ends: two kinds of request, a `Query` for the edges, and `BatchGetItem`s for the
/// far ends.
///
/// Each edge comes with its far end, in the order of the query. `None` is a far end that is not there: one that was
/// never written, was deleted, or whose time to live has passed. DynamoDB does not keep edges and their ends in step;
/// [transactions](crate::Transaction) do, and an edge that leads nowhere is shown, so that it can be removed.
/// A far end that several edges lead to is asked for once.
///
/// **Cost**: that of the query, and that of reading each far end by itself (see [`BatchGet`](crate::op::BatchGet)).
#[must_use = "a request does nothing until it is sent"]
pub struct Neighbours<A: Traversal, O = Whole<<A as Access>::Entity>> {
    query: Query<A, O>,
    fill: Fill,
}

/// An edge and its far end.
type Pair<A, O> = (<O as ReadAs>::Item, Option<<A as Traversal>::Far>);

impl<A: Access, O: ReadsEdges<A::Entity>> Query<A, O> {
    /// Reads the far end of each edge, too: a second kind of request, `BatchGetItem`, behind each page.
    ///
    /// Behind [`keys`](Query::keys) the edges come as their keys, for indexes that carry no more.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/social.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> dynamo_orm::Result<()> {
    /// let db = Db::<Social>::local().await?;
    /// person("ada").create().send(&db).await?;
    /// membership("chess", "ada").create().send(&db).await?;
    /// membership("chess", "bob").create().send(&db).await?; // there is no Bob
    ///
    /// let members = Membership::members("chess").neighbours().all(&db).await?;
    /// assert_eq!(members[0], (membership("chess", "ada"), Some(person("ada"))));
    /// assert_eq!(members[1], (membership("chess", "bob"), None));
    /// # Ok(()) }
    /// ```
    pub fn neighbours(self) -> Neighbours<A, O>
    where
        A: Traversal,
    {
        Neighbours {
            query: self,
            fill: Fill::default(),
        }
    }
}

impl<A: Traversal, O: ReadsEdges<A::Entity>> Neighbours<A, O> {
    /// Reads the far ends consistently, at twice the cost of that part. How the edges are read is said before.
    pub fn consistent(mut self) -> Self {
        self.fill.consistent = true;
        self
    }

    /// Gives far ends whose time to live has passed, too, until the service deletes them.
    pub fn including_expired(mut self) -> Self {
        self.fill.including_expired = true;
        self
    }

    /// The request for the first page of edges, exactly as it would be sent. Those for their far ends:
    /// [`to_requests`](Neighbours::to_requests).
    ///
    /// # Errors
    /// As [`Query::to_request`].
    pub fn to_request(&self, db: &Db<TableOf<A>>) -> Result<Request> {
        self.query.to_request(db)
    }

    /// The requests for the far ends of these edges, exactly as they would be sent.
    ///
    /// # Errors
    /// `InvalidKey` when an edge's values cannot make the key of its far end.
    pub fn to_requests(&self, db: &Db<TableOf<A>>, edges: &[O::Item]) -> Result<Vec<Request>> {
        let far = Self::far_parts()?;
        let keys = far_keys::<A, O>(&far, edges)?;
        let keys = keys.into_iter().flatten().collect();
        self.fill.get::<A::Far>(keys).to_requests(db)
    }

    /// The request for the first page of edges as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Neighbours::to_request).
    pub fn into_sdk(self, db: &Db<TableOf<A>>) -> Result<QueryFluentBuilder> {
        self.query.into_sdk(db)
    }

    /// Reads one page of edges and their far ends.
    ///
    /// A page may be empty and still have a cursor: only its absence is the end. The cursor fits the query by itself,
    /// too.
    ///
    /// # Errors
    /// As [`Query::page`] and [`BatchGet::load`](crate::op::BatchGet::load).
    pub async fn page(self, db: &Db<TableOf<A>>) -> Result<Page<Pair<A, O>>>
    where
        O: ReadsFrom<A::Index>,
    {
        let far = Self::far_parts()?;
        let page = self.query.page(db).await?;
        Ok(fill::<A, O>(self.fill, &far, db, page, false).await?.value)
    }

    /// Gives as many edges as the query's [`take`](Query::take) wants, with their far ends, with as many requests as
    /// it needs, and the cursor behind the last of them.
    ///
    /// # Errors
    /// As [`Query::page`] and [`BatchGet::load`](crate::op::BatchGet::load).
    pub async fn load(self, db: &Db<TableOf<A>>) -> Result<Page<Pair<A, O>>>
    where
        O: ReadsFrom<A::Index>,
    {
        let far = Self::far_parts()?;
        let page = self.query.load(db).await?;
        Ok(fill::<A, O>(self.fill, &far, db, page, false).await?.value)
    }

    /// As [`load`](Neighbours::load), with the number of requests of both kinds and the capacity they consumed
    /// together.
    ///
    /// # Errors
    /// As [`load`](Neighbours::load).
    pub async fn load_metered(self, db: &Db<TableOf<A>>) -> Result<Metered<Page<Pair<A, O>>>>
    where
        O: ReadsFrom<A::Index>,
    {
        let far = Self::far_parts()?;
        let edges = self.query.load_metered(db).await?;
        let mut all = fill::<A, O>(self.fill, &far, db, edges.value, true).await?;
        all.requests += edges.requests;
        all.capacity.add(&edges.capacity);
        Ok(all)
    }

    /// Gives every edge with its far end, with as many requests as it needs.
    ///
    /// # Errors
    /// As [`load`](Neighbours::load).
    pub async fn all(self, db: &Db<TableOf<A>>) -> Result<Vec<Pair<A, O>>>
    where
        O: ReadsFrom<A::Index>,
    {
        Ok(self.load(db).await?.items)
    }

    /// Which parts of the edge make which parts of the far end's key.
    fn far_parts() -> Result<Vec<(usize, usize)>> {
        let (edge, far) = (A::Entity::MODEL, A::Far::MODEL);
        let parts = (0..far.parts.len()).filter(|part| is_primary(far, *part));
        parts
            .map(|part| {
                let field = source(far, part, A::FAR);
                let own = part_of(edge, field).filter(|own| O::holds(*own));
                let own = own.ok_or_else(|| {
                    Error::invalid(format!(
                        "the keys of the edges do not hold `{field}`, which the key of `{}` needs; read whole edges",
                        far.name
                    ))
                    .with_entity(edge.name)
                })?;
                Ok((part, own))
            })
            .collect()
    }
}

/// The keys of the edges' far ends; `None` where an optional part of one is absent.
fn far_keys<A: Traversal, O: ReadsEdges<A::Entity>>(
    far: &[(usize, usize)],
    edges: &[O::Item],
) -> Result<Vec<Option<Key<A::Far>>>> {
    let key = |edge: &O::Item| {
        let mut key = Key::new();
        for (part, own) in far {
            let Some(value) = O::part(edge, *own)? else {
                return Ok(None);
            };
            key = key.with(*part, Ok(value));
        }
        Ok(Some(key))
    };
    edges.iter().map(key).collect()
}

/// Puts each edge beside its far end.
async fn fill<A: Traversal, O: ReadsEdges<A::Entity>>(
    fill: Fill,
    far: &[(usize, usize)],
    db: &Db<<A::Far as Entity>::Table>,
    page: Page<O::Item>,
    metered: bool,
) -> Result<Metered<Page<Pair<A, O>>>>
where
    <A::Far as Entity>::Table: Table,
{
    let edges = page.items;
    let keys = far_keys::<A, O>(far, &edges)?;
    let leads: Vec<bool> = keys.iter().map(Option::is_some).collect();
    let keys: Vec<Key<A::Far>> = keys.into_iter().flatten().collect();
    let found = fill.run::<A::Far>(db, keys, metered).await?;
    let mut ends = found.value.into_iter();
    let ends = leads
        .into_iter()
        .map(|leads| if leads { ends.next().flatten() } else { None });
    let page = Page {
        items: edges.into_iter().zip(ends).collect(),
        cursor: page.cursor,
        scanned: page.scanned,
        unknown: page.unknown,
    };
    Ok(Metered::with_capacity(page, found.capacity, found.requests))
}

impl<A: Traversal, O> fmt::Debug for Neighbours<A, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Neighbours").field(&self.query).finish()
    }
}
