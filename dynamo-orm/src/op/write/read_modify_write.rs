//! A change that depends on what is stored: read, change, save, and again after a conflict.

use crate::client::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::op::item::get::Get;
use crate::op::request::backoff::Backoff;
use crate::op::request::key::Key;
use crate::schema::{Entity, Versioned};

use super::action::ATTEMPTS;

impl<E: Entity> Key<E> {
    /// Reads the item, changes it, and writes what changed; after a version conflict, changes the item as it is now.
    ///
    /// The closure runs once for each attempt, up to 8 times with jittered waits, each time on the item as it is stored
    /// then: let it do nothing else. Two requests, a consistent `GetItem` and an `UpdateItem`, and one more for each
    /// conflict, which brings the current item with it. For a change that does not depend on what is stored use
    /// [`Update`](crate::Update), which is one.
    ///
    /// When an answer was lost and the item is just as it was sent, nothing is done again: with an `updated_at` field it
    /// counts as done, without one the conflict is given, and [`may_be_own_write`](Error::may_be_own_write) says so.
    ///
    /// # Errors
    /// `NotFound` when there is no item, `VersionConflict` after all attempts, and those of
    /// [`save`](crate::Entity::save).
    ///
    /// # Examples
    ///
    /// ```
    /// # use dynamo_orm::{Db, Entity, Table};
    /// # use serde::{Deserialize, Serialize};
    /// #[derive(Table)]
    /// #[table(pk = "PK")]
    /// enum Bank { Account(Account) }
    ///
    /// #[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
    /// #[entity(table = Bank, pk = "ACCOUNT#{iban}")]
    /// struct Account {
    ///     iban: String,
    ///     cents: i64,
    ///     #[entity(version)]
    ///     version: u64,
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> dynamo_orm::Result<()> {
    /// let db = Db::<Bank>::local().await?;
    /// Account { iban: "NO1".to_owned(), cents: 500, version: 0 }.create().send(&db).await?;
    ///
    /// let account = Account::key("NO1")
    ///     .read_modify_write(&db, |account| account.cents += account.cents / 10)
    ///     .await?;
    /// assert_eq!((account.cents, account.version), (550, 2));
    /// # Ok(()) }
    /// ```
    pub async fn read_modify_write(
        self,
        db: &Db<E::Table>,
        mut change: impl FnMut(&mut E) + Send,
    ) -> Result<E>
    where
        E: Versioned + Clone,
    {
        let change = |item: &mut E| {
            change(item);
            Ok::<(), Error>(())
        };
        self.try_read_modify_write(db, change).await
    }

    /// As [`read_modify_write`](Key::read_modify_write), with a closure that may refuse the change.
    ///
    /// # Errors
    /// The closure's, and those of [`read_modify_write`](Key::read_modify_write).
    pub async fn try_read_modify_write<X: From<Error>>(
        self,
        db: &Db<E::Table>,
        mut change: impl FnMut(&mut E) -> Result<(), X> + Send,
    ) -> Result<E, X>
    where
        E: Versioned + Clone,
    {
        let mut backoff = Backoff::new(ATTEMPTS);
        let mut current = self.read(db).await?;
        loop {
            let mut changed = current.clone();
            change(&mut changed)?;
            let error = match changed.save(&current).send(db).await {
                Ok(saved) => return Ok(saved),
                Err(error) => error,
            };
            // `ConditionFailed`: an item created anew has the same version but other values. `NotFound`: engines that do
            // not bring the item with the error cannot tell a conflict from a missing item.
            let again = matches!(
                error.kind(),
                ErrorKind::VersionConflict | ErrorKind::ConditionFailed | ErrorKind::NotFound
            );
            // It may be done already: to do it again could do it twice.
            if error.may_be_own_write() {
                return match error.old_item::<E>() {
                    // A stamp to the nanosecond is this write's own.
                    Some(stored) if E::MODEL.updated.is_some() => Ok(stored?),
                    _ => Err(error.into()),
                };
            }
            if !again || !backoff.wait().await {
                return Err(error.into());
            }
            current = match error.old_item::<E>() {
                Some(item) => item?,
                None => self.read(db).await?,
            };
        }
    }

    async fn read(&self, db: &Db<E::Table>) -> Result<E> {
        let found = Get::new(self.clone()).consistent().send(db).await?;
        found.ok_or_else(|| {
            let error = Error::new(ErrorKind::NotFound, "there is no item under this key");
            let error = error.with_entity(E::MODEL.name);
            match self.wire() {
                Ok((_, key)) => error.with_key(key),
                Err(_) => error,
            }
        })
    }
}
