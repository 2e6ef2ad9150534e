//! A key of whichever entity of a table.

use std::fmt;

use crate::error::Result;
use crate::expr::render::copy;
use crate::op::request::key::Key;
use crate::op::request::lookup::Lookup;
use crate::schema::keys::{KeyValue, describe};
use crate::schema::{Entity, Table, decode_item};

use super::keys::Keys;
use super::wanted::{Answer, Answers, ReadItem, Wanted};

/// The primary key of any entity of the table `T`: what is read by it is the table's enum.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::{AnyKey, BatchGet};
///
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let keys: Vec<AnyKey<Shop>> = vec![Customer::key("ada").into(), Order::key("ada", 1).into()];
/// let found = BatchGet::new(keys).load(&db).await?;
/// assert_eq!(found, [None, Some(Shop::Order(order("ada", 1)))]);
/// # Ok(()) }
/// ```
pub struct AnyKey<T> {
    values: Result<Vec<KeyValue>>,
    entity: &'static str,
    ttl: Option<&'static str>,
    read: ReadItem,
    marker: std::marker::PhantomData<fn() -> T>,
}

impl<T: Table + From<E>, E: Entity<Table = T>> From<Key<E>> for AnyKey<T> {
    fn from(key: Key<E>) -> Self {
        Self {
            values: key.values(),
            entity: E::MODEL.name,
            ttl: E::MODEL.ttl,
            read: |item| Box::new(decode_item::<E>(item).map(T::from)),
            marker: std::marker::PhantomData,
        }
    }
}

impl<T> AnyKey<T> {
    /// The name of the entity type.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.entity
    }

    fn values(&self) -> Result<Vec<KeyValue>> {
        match &self.values {
            Ok(values) => Ok(values.clone()),
            Err(error) => Err(copy(error).with_entity(self.entity)),
        }
    }

    fn described(&self) -> String {
        self.values
            .as_ref()
            .map_or_else(ToString::to_string, |values| describe(values))
    }
}

impl<T: Table> Keys<T> for AnyKey<T> {
    type Items = Option<T>;
    type Lookups = Lookup<T, Self>;

    fn want(&self, wanted: &mut Wanted) {
        wanted.add(self.values(), self.entity, self.ttl, self.read);
    }

    fn items(self, answers: &mut Answers) -> Self::Items {
        answers.item(|| self.described())
    }

    fn lookups(self, answers: &mut Answers) -> Self::Lookups {
        match answers.next::<T>() {
            Answer::Found(Ok(item)) => Lookup::Found(item),
            Answer::Found(Err(error)) => Lookup::Unreadable(error.with_key(self.described())),
            Answer::Missing => Lookup::Missing,
            Answer::Unprocessed => Lookup::Unprocessed(self),
        }
    }
}

impl<T> Clone for AnyKey<T> {
    fn clone(&self) -> Self {
        Self {
            values: self.values(),
            ..*self
        }
    }
}

impl<T> fmt::Debug for AnyKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyKey<{}>({})", self.entity, self.described())
    }
}
