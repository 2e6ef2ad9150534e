//! Items as their primary keys.

use std::marker::PhantomData;

use crate::codec::{Fault, Reader};
use crate::error::Result;
use crate::expr::RawPath;
use crate::op::answer::read_as::{ReadAs, ReadsFrom, SelectedPath, Whole};
use crate::op::query::access::Access;
use crate::op::query::builder::Query;
use crate::op::request::key::Key;
use crate::schema::{Entity, Table};

/// Reads items as their primary keys, which every index carries.
#[derive(Debug)]
pub struct KeysOf<E>(PhantomData<fn() -> E>);

impl<E> KeysOf<E> {
    pub(in crate::op) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<E> Clone for KeysOf<E> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<E: Entity> ReadAs for KeysOf<E> {
    type Item = Key<E>;
    type Memory = ();

    fn read(&self, (): &mut (), reader: &mut Reader<'_>) -> Result<Key<E>, Fault> {
        Key::of_item(reader.raw_value().map_err(Fault::Malformed)?)
    }

    fn projection(&self) -> Option<Vec<SelectedPath>> {
        let keys = E::Table::MODEL.keys();
        Some(
            keys.map(|key| SelectedPath(RawPath::name(key.name)))
                .collect(),
        )
    }

    fn name(&self) -> &'static str {
        E::MODEL.name
    }
}

impl<E: Entity, I> ReadsFrom<I> for KeysOf<E> {}

impl<A: Access> Query<A, Whole<A::Entity>> {
    /// Reads only the primary keys of the items, through any index. The cost stays that of what the index carries.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> dynamo_orm::Result<()> {
    /// use dynamo_orm::BatchWrite;
    ///
    /// let db = Db::<Shop>::local().await?;
    /// order("ada", 1).put().send(&db).await?;
    /// let keys = Order::by_status(Status::Open).keys().all(&db).await?;
    /// BatchWrite::new().delete_all(keys).write_all(&db).await?;
    /// assert_eq!(Order::by_customer("ada").count(&db).await?, 0);
    /// # Ok(()) }
    /// ```
    pub fn keys(self) -> Query<A, KeysOf<A::Entity>> {
        Query {
            access: self.access,
            read: KeysOf::new(),
        }
    }
}
