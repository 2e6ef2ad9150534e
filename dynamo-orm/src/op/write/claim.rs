//! Guards for the unique values of an item that was stored before they were declared.

use std::fmt;

use crate::client::{Db, Metered};
use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::op::request::body::Body;
use crate::schema::{Entity, Writing, keys, write_item};
use crate::wire::Request;

use super::action::{Action, Verb, Write};
use super::conditions::Conditions;
use super::unchanged;
use super::unique;

/// Takes the guards of the unique values of a stored item: `TransactWriteItems` of a check and the guards.
///
/// For items that were written before the entity had `unique(…)`, one by one; an item that has its guards keeps them.
/// The stored values must be those of this value.
///
/// **Cost**: 2 write capacity units per KB of the item, and 2 for each guard.
///
/// # Examples
///
/// ```
/// # use dynamo_orm::{Db, Entity, Table};
/// # use serde::{Deserialize, Serialize};
/// #[derive(Table)]
/// #[table(pk = "PK")]
/// enum App { User(User) }
///
/// #[derive(Entity, Serialize, Deserialize)]
/// #[entity(table = App, pk = "USER#{id}", unique(email))]
/// struct User { id: u32, email: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<App>::local().await?;
/// // Written before `unique(email)` was there.
/// let ada = User { id: 1, email: "ada@example.com".to_owned() };
/// let item = dynamo_orm::to_item(&ada)?;
/// db.client().put_item().table_name(db.table_name()).set_item(Some(item)).send().await.unwrap();
///
/// let mut users = User::scan().stream(&db);
/// while let Some(user) = users.next().await {
///     user?.claim().send(&db).await?;
/// }
/// let second = User { id: 2, ..ada };
/// assert!(second.create().send(&db).await.unwrap_err().is_unique_violation());
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Claim<'a, E> {
    entity: &'a E,
}

impl<'a, E: Entity> Claim<'a, E> {
    /// Takes the guards of this value.
    pub fn new(entity: &'a E) -> Self {
        Self { entity }
    }

    /// The request exactly as it would be sent, but for its token.
    ///
    /// # Errors
    /// `InvalidRequest` when the entity has no unique values, or none of them is there; `InvalidKey` and `Encode`.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        self.prepare(db)?.request(db, None, false)
    }

    /// Takes the guards.
    ///
    /// # Errors
    /// `UniqueViolation` when another item has a value; `NotFound`, `VersionConflict` and `ConditionFailed` when the
    /// stored item is not this value, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<()> {
        let write = self.prepare(db)?;
        write.send(db, None, false).await.map(|_: Metered<_>| ())
    }

    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<Write> {
        let stored = write_item(self.entity, Writing::Stored)?;
        let guards = unique::changes::<E>(db, None, Some(&stored))?;
        if guards.is_empty() {
            return Err(
                Error::invalid("there is no unique value to claim").with_entity(E::MODEL.name)
            );
        }
        let conditions = Conditions::existing().version_of(self.entity);
        let unchanged = unchanged::of_unique_values::<E>(&stored.item);
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&stored.key));
        let names = Placeholders::default();
        let check = Verb::Check;
        let main = Action::new::<E>(db, check, body, names, &conditions, &unchanged, stored.key)?;
        let mut write = Write::alone(main);
        write.guards = guards;
        Ok(write)
    }
}

impl<E: Entity> fmt::Debug for Claim<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Claim").field(&E::MODEL.name).finish()
    }
}
