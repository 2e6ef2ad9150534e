//! Writing copies: to all targets of a source, and to one target that was written.

use crate::client::Db;
use crate::error::{Error, Result};
use crate::expr::{Condition, Expr, RawPath};
use crate::op::{Key, Transaction, Update};
use crate::schema::{Entity, Writing, decode_item, write_item};

use super::change::Change;
use super::copies::{Column, Copies};
use super::failure::Failure;
use super::fan_out::FanOut;
use super::image;
use super::record::Record;
use super::source::{self, Seen, Sent};

/// How often a source that changes all the time is read for one target.
const ATTEMPTS: usize = 8;

impl<S: Entity, P: Entity<Table = S::Table>> Copies<S, P> {
    /// Brings the targets of a source in step: a query, and a `TransactWriteItems` for every 8 targets.
    ///
    /// # Errors
    /// Those of [`Query::page`](crate::Query::page) and [`Transaction::send`]; `Decode` when the source's image does not fit.
    pub async fn apply(&self, record: &Record<Change<S>>, db: &Db<S::Table>) -> Result<()> {
        let (source, seen) = match &record.change {
            Change::Insert { new } => (new, record.raw().new_json()),
            Change::Modify { new, .. } => {
                if !self.columns.iter().any(|c| record.differs_at(&c.from)) {
                    return Ok(());
                }
                (new, record.raw().new_json())
            }
            Change::Remove { old, .. } => {
                if self.delete.is_none() && !self.columns.iter().any(|c| c.optional) {
                    return Ok(());
                }
                (old, None)
            }
        };
        let seen: Seen = seen.map(str::to_owned);
        let key = record.key()?;
        let fan_out = FanOut {
            pages: &self.pages,
            effect: &self.name,
            event: &record.identity_of_change(),
        };
        let write = |targets| self.write(&key, &seen, targets, db);
        fan_out.run(source, db, write).await
    }

    /// Puts a target right that was written with another value than its source has: `GetItem` of the source, and a
    /// `TransactWriteItems` where they differ.
    ///
    /// # Errors
    /// A transient failure when the source changes all the time, otherwise as [`apply`](Copies::apply).
    pub async fn correct(
        &self,
        record: &Record<Change<P>>,
        db: &Db<S::Table>,
    ) -> Result<(), Failure> {
        let (Some(source_of), Some(written)) = (&self.source, record.change.new_item()) else {
            return Ok(());
        };
        if let Change::Modify { old, .. } = &record.change
            && !self.columns.iter().any(|c| record.differs_at(&c.to))
            && source_of(old).to_json()? == source_of(written).to_json()?
        {
            return Ok(());
        }
        let key = record.key()?;
        let mut target: Seen = record.raw().new_json().map(str::to_owned);
        for _ in 0..ATTEMPTS {
            let Some(item) = &target else { return Ok(()) };
            let source_key = source_of(&decode_item(&image::own(item))?);
            let seen = source::now(&source_key, db).await?;
            if self.is_in_step(&seen, item)?
                || self.put_right(&source_key, &seen, &key, item, db).await?
            {
                return Ok(());
            }
            target = source::now(&key, db).await?;
        }
        Err(Failure::transient(
            "the copy or its source changed whenever they were read",
        ))
    }

    /// Writes to one target if it is as it was seen, but for the copies: so it still is of this source.
    async fn put_right(
        &self,
        source: &Key<S>,
        seen: &Seen,
        target: &Key<P>,
        item: &str,
        db: &Db<S::Table>,
    ) -> Result<bool> {
        let own = source::fields::<P>(item).into_iter();
        let own = own.filter(|path| !self.columns.iter().any(|c| c.to.overlaps(path)));
        let mut update = self.update(target.clone(), seen)?;
        if let Some(same) = source::same(item, own) {
            update = update.when(|_| Condition::new(same));
        }
        let check = source::still(source.clone(), seen, &self.paths());
        let transaction = Transaction::new().check(check).update(update);
        Ok(matches!(
            source::sent(transaction.send(db).await)?,
            Sent::Done
        ))
    }

    /// The copied fields of the source.
    fn paths(&self) -> Vec<RawPath> {
        self.columns.iter().map(|c| c.from.clone()).collect()
    }

    /// Does a target with this image have what the source has?
    fn is_in_step(&self, seen: &Seen, image: &str) -> Result<bool> {
        for column in self.columns.iter().filter(|c| seen.is_some() || c.optional) {
            let value = self.value(column, seen)?;
            let same = match (value, image::at(image, &column.to)) {
                (Some(wanted), Some(found)) => image::same(&wanted, &found),
                (None, None) => true,
                _ => false,
            };
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The stored value of a column: that of the image, or what the entity has where the image is older than the field.
    #[expect(clippy::unused_self, reason = "it names the types")]
    fn value(&self, column: &Column<P>, seen: &Seen) -> Result<Option<String>> {
        let Some(item) = seen else { return Ok(None) };
        if let Some(raw) = image::at(item, &column.from) {
            return Ok(Some(raw));
        }
        let source: S = decode_item(&image::own(item))?;
        let again = write_item(&source, Writing::Stored)?;
        Ok(image::at(&again.item, &column.from))
    }

    /// Writes to the targets, or deletes them; `false` where the source is another one by now.
    async fn write(
        &self,
        key: &Key<S>,
        seen: &Seen,
        mut targets: Vec<Key<P>>,
        db: &Db<S::Table>,
    ) -> Result<bool> {
        // An item that is found as its own target has what it has.
        let own = key.to_json()?;
        targets.retain(|target| target.to_json().is_ok_and(|json| json != own));
        if targets.is_empty() {
            return Ok(true);
        }
        let Some(delete) = self.delete.filter(|_| seen.is_none()) else {
            return self.set_all(key, seen, targets, db).await;
        };
        let transaction = Transaction::new().check(source::still(key.clone(), seen, &[]));
        let all = targets.into_iter().fold(transaction, delete);
        Ok(matches!(source::sent(all.send(db).await)?, Sent::Done))
    }

    async fn set_all(
        &self,
        key: &Key<S>,
        seen: &Seen,
        mut targets: Vec<Key<P>>,
        db: &Db<S::Table>,
    ) -> Result<bool> {
        let paths = self.paths();
        while !targets.is_empty() {
            let check = source::still(key.clone(), seen, &paths);
            let mut transaction = Transaction::new().check(check);
            for target in &targets {
                transaction = transaction.update(self.update(target.clone(), seen)?);
            }
            match source::sent(transaction.send(db).await)? {
                Sent::Done => break,
                Sent::Moved => return Ok(false),
                Sent::Without(operations) => {
                    // The check is operation 0.
                    let mut operation = 1..;
                    targets.retain(|_| operation.next().is_none_or(|n| !operations.contains(&n)));
                }
            }
        }
        Ok(true)
    }

    /// Sets what the source has, in a target that is there and has something else.
    fn update(&self, target: Key<P>, seen: &Seen) -> Result<Update<P>> {
        let mut update = Update::new(target);
        let mut known: Option<Expr> = None;
        for column in self.columns.iter().filter(|c| seen.is_some() || c.optional) {
            let value = self.value(column, seen)?;
            let image = seen.as_deref().unwrap_or_default();
            let (next, same) = (column.set)(value.as_deref(), update)
                .map_err(|fault| Error::decode(S::MODEL.name, image, &fault))?;
            update = next;
            known = Some(match known {
                None => same,
                Some(before) => Expr::all(before, same),
            });
        }
        Ok(match known {
            Some(known) => update.when(|_| Condition::new(Expr::Not(Box::new(known)))),
            None => update,
        })
    }
}
