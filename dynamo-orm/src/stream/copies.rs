//! Copies of an item's fields in other items, kept equal to their source.

use std::fmt;
use std::sync::Arc;

use crate::client::Db;
use crate::codec::Fault;
use crate::error::Result;
use crate::expr::{Expr, Operand, Path, RawPath, Removable, Settable, Term};
use crate::op::{Access, Delete, Key, Query, Stored, Transaction, Update};
use crate::schema::{Entity, Table, Unguarded};

use super::change::Change;
use super::fan_out::Pages;
use super::record::Record;
use super::router::Router;
use super::view::NewAndOldImages;

/// Declares which fields of an `S` are copied to which items `P`, and keeps them equal.
///
/// A change of a copied field is written to every target that the query finds. What is written is what the source has
/// *at that moment*: each write is a transaction that also asks whether the source still has the values. So an old
/// record that is delivered again, late, or beside a newer one never undoes the newer one: where the source has moved
/// on, its later record does the work. Targets that are gone stay gone, and those that are equal already are not
/// written, so that versions and timestamps move only with the copies.
///
/// # What is covered
///
/// - **Targets that are written with the old value meanwhile**, by a writer who read the source before it changed, and
///   targets that move to another source: with [`source`](Copies::source). Then the changes of targets are looked at,
///   too, and put right.
/// - **Queries through a global index** may not see a target yet that was written just before. `source` covers that as
///   well; without it use a query of the table and `.consistent()`.
/// - **Large fan-outs**: targets are written page by page, and the place is kept in the table (under `$once#…`) from the
///   second page on. Where the time of the invocation ends, the next one goes on from there. Each such invocation
///   counts as an attempt of the event source mapping, so `MaximumRetryAttempts` has to allow them. A table whose keys
///   are not of type `S` keeps no place, and begins anew.
/// - **Sources that are removed**: copies stay as they are, those of [`optional_field`](Copies::optional_field) are
///   removed, and with [`delete_orphans`](Copies::delete_orphans) so are the targets.
/// - Targets that were there before the copies were declared keep what they have until source or target changes.
///
/// What an update cannot change, such as a part of a primary key, does not compile.
///
/// **Cost**: for each change of a copied field and each new source, the query; for each target twice the update, and 2
/// write capacity units per KB of the source for every 8 of them. With `source`, also 1 read capacity unit per 4 KB of the
/// source for each target that is written with another value.
///
/// # Examples
///
/// ```
/// use dynamo_orm::local::Engine;
/// use dynamo_orm::stream::{Copies, Deadline, Router};
/// # use dynamo_orm::{Db, Entity, Table};
/// # use serde::{Deserialize, Serialize};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// #[derive(Table)]
/// #[table(pk = "PK", sk = "SK", stream = NewAndOldImages)]
/// enum Blog { Author(Author), Post(Post) }
///
/// #[derive(Entity, Serialize, Deserialize, Clone)]
/// #[entity(table = Blog, pk = "AUTHOR#{id}", sk = "PROFILE")]
/// struct Author { id: String, name: String }
///
/// #[derive(Entity, Serialize, Deserialize)]
/// #[entity(table = Blog, pk = "AUTHOR#{author}", sk = "POST#{id}", query = by_author)]
/// struct Post { author: String, id: u32, author_name: String }
///
/// let engine = Engine::memory()?;
/// let db = Db::<Blog>::on_engine(&engine).await?;
/// let names = Copies::new("author-name", |author: &Author| Post::by_author(&author.id))
///     .field(|a| a.name(), |p| p.author_name())
///     .source(|post: &Post| Author::key(&post.author));
/// let router = Router::<Blog>::new().copies(names, &db);
///
/// let ada = Author { id: "ada".into(), name: "Ada".into() };
/// ada.put().send(&db).await?;
/// Post { author: "ada".into(), id: 1, author_name: "Ada".into() }.put().send(&db).await?;
/// Author { name: "Ada Lovelace".into(), ..ada }.put().send(&db).await?;
///
/// let event = format!("[{}]", engine.stream_records("Blog")?.join(","));
/// router.process(&event, Deadline::none()).await?;
/// let post = Post::get("ada", 1).send(&db).await?;
/// assert_eq!(post.map(|p| p.author_name).as_deref(), Some("Ada Lovelace"));
/// # Ok(()) }
/// ```
///
/// Fields of different types do not fit:
///
/// ```compile_fail,E0271
/// # use dynamo_orm::stream::Copies;
/// # use dynamo_orm::{Entity, Table};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Table)]
/// # #[table(pk = "PK", sk = "SK", stream = NewAndOldImages)]
/// # enum Blog { Author(Author), Post(Post) }
/// # #[derive(Entity, Serialize, Deserialize)]
/// # #[entity(table = Blog, pk = "AUTHOR#{id}", sk = "PROFILE")]
/// # struct Author { id: String, name: Option<String> }
/// # #[derive(Entity, Serialize, Deserialize)]
/// # #[entity(table = Blog, pk = "AUTHOR#{author}", sk = "POST#{id}", query = by_author)]
/// # struct Post { author: String, id: u32, author_name: String }
/// // A name that may be absent, for one that may not.
/// Copies::new("author-name", |author: &Author| Post::by_author(&author.id))
///     .field(|a| a.name(), |p| p.author_name());
/// ```
#[must_use = "copies are not kept until they are given to a router"]
pub struct Copies<S: Entity, P: Entity> {
    pub(super) name: String,
    pub(super) pages: Pages<S, P>,
    pub(super) columns: Vec<Column<P>>,
    pub(super) source: Option<SourceOf<S, P>>,
    pub(super) delete: Option<DeleteOf<P>>,
}

/// The key of a target's source.
type SourceOf<S, P> = Box<dyn Fn(&P) -> Key<S> + Send + Sync>;
/// Adds the delete of a target.
type DeleteOf<P> = fn(Transaction<'static, TableOf<P>>, Key<P>) -> Transaction<'static, TableOf<P>>;
/// The table of an entity.
type TableOf<P> = <P as Entity>::Table;

/// A field of the source, and what is done with its value in a target.
pub(super) struct Column<P> {
    pub(super) from: RawPath,
    pub(super) to: RawPath,
    /// The value has a meaning without a source: there is none.
    pub(super) optional: bool,
    pub(super) set: SetOf<P>,
}

/// Sets a stored value in a target; also gives the condition under which the target has it already.
type SetOf<P> =
    Box<dyn Fn(Option<&str>, Update<P>) -> Result<(Update<P>, Expr), Fault> + Send + Sync>;

impl<S: Entity, P: Entity<Table = S::Table>> Copies<S, P> {
    /// Copies of this name, which their marks carry, to the items that this query finds. It should find them by the key of
    /// the source, so that it finds the same ones whatever else changes.
    pub fn new<A: Access<Entity = P>>(
        name: impl Into<String>,
        targets: impl Fn(&S) -> Query<A> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            pages: super::fan_out::pages(targets),
            columns: Vec::new(),
            source: None,
            delete: None,
        }
    }

    /// Copies a field to one of the same type.
    pub fn field<T, K, L>(
        mut self,
        from: impl FnOnce(S::Fields) -> Path<S, T, K>,
        to: impl FnOnce(P::Fields) -> Path<P, T, L>,
    ) -> Self
    where
        T: Send + Sync + 'static,
        K: Stored<T, Value = T> + 'static,
        L: Settable<T> + 'static,
    {
        let (from, to) = (from(S::fields()), to(P::fields()));
        let hint = from.hint;
        self.columns.push(Column {
            from: from.raw,
            to: to.raw.clone(),
            optional: false,
            set: Box::new(move |raw, update| {
                let value = K::read(raw, hint)?;
                let known = equals(&to, &value);
                Ok((update.set(|_| to.clone(), value), known))
            }),
        });
        self
    }

    /// Copies a field to one that may be absent: it is removed where the source has no value, or is no more.
    pub fn optional_field<T, K, L>(
        mut self,
        from: impl FnOnce(S::Fields) -> Path<S, T, K>,
        to: impl FnOnce(P::Fields) -> Path<P, T, L>,
    ) -> Self
    where
        T: Send + Sync + 'static,
        K: Stored<T, Value: Into<Option<T>>> + 'static,
        L: Settable<T> + Removable + 'static,
    {
        let (from, to) = (from(S::fields()), to(P::fields()));
        let hint = from.hint;
        self.columns.push(Column {
            from: from.raw,
            to: to.raw.clone(),
            optional: true,
            set: Box::new(move |raw, update| {
                let value: Option<T> = match raw {
                    Some(raw) => K::read(Some(raw), hint)?.into(),
                    None => None,
                };
                let known = match &value {
                    Some(value) => equals(&to, value),
                    None => absent(&to.raw),
                };
                Ok((update.set_or_remove(|_| to.clone(), value), known))
            }),
        });
        self
    }

    /// Also puts targets right that are written with another value than their source has.
    pub fn source(mut self, source: impl Fn(&P) -> Key<S> + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Deletes the targets of a source that is removed.
    pub fn delete_orphans(mut self) -> Self
    where
        P: Unguarded,
    {
        self.delete = Some(|transaction, key| transaction.delete(Delete::<P>::new(key)));
        self
    }
}

fn absent(path: &RawPath) -> Expr {
    Expr::Call("attribute_not_exists", vec![Term::Path(path.clone())])
}

/// The field has this value.
fn equals<P, T, L: Settable<T>>(path: &Path<P, T, L>, value: &T) -> Expr {
    match value.into_assigned::<L>(path.hint).term {
        Term::Absent => absent(&path.raw),
        term => Expr::Compare(Term::Path(path.raw.clone()), "=", term),
    }
}

impl<'a, T: Table> Router<'a, T, NewAndOldImages> {
    /// Keeps copies in step.
    #[must_use]
    pub fn copies<S, P>(self, copies: Copies<S, P>, db: &'a Db<T>) -> Self
    where
        S: Entity<Table = T>,
        P: Entity<Table = T>,
    {
        let copies = Arc::new(copies);
        let of_source = Arc::clone(&copies);
        let router = self.on(move |record: Record<Change<S>>| {
            let copies = Arc::clone(&of_source);
            async move { Ok(copies.apply(&record, db).await?) }
        });
        if copies.source.is_none() {
            return router;
        }
        router.on(move |record: Record<Change<P>>| {
            let copies = Arc::clone(&copies);
            async move { copies.correct(&record, db).await }
        })
    }
}

impl<S: Entity, P: Entity> fmt::Debug for Copies<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copies")
            .field("name", &self.name)
            .field("fields", &self.columns.len())
            .finish_non_exhaustive()
    }
}
