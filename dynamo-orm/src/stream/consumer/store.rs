//! Checkpoints and leases: one item for each shard, one for the consumer, written on conditions.
//!
//! A shard's item stands under `$stream#<consumer>#<shard>`: who reads the shard (`$owner`) until when (`$lease`, in
//! milliseconds since 1970), how long a lease of that worker is (`$time`, in milliseconds), the last record that is done
//! (`$position`), and whether all are (`$end`). The consumer's own item has
//! an empty shard: since when it reads (`$began`), from where (`$since`), and which stream (`$arn`).

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;

use super::item::{
    ARN, BEGAN, Begun, END, Known, LEASE, OWNER, POSITION, SINCE, TIME, Update, begun, known,
    number, text,
};
use crate::client::{Db, failure};
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::op::{Body, raw_member};
use crate::schema::keys::{self, KeyValue};
use crate::schema::{
    CHECKPOINT, Table, TableModel, checkpoint_key, epoch_seconds, expiry_attribute,
};
use crate::wire::{self, CallError, Operation, Request};

/// How long the item of a shard that is read to its end is kept: a stream keeps its records, and lists its shards, for
/// about a day.
const KEEP: Duration = Duration::from_hours(7 * 24);

/// The table with the checkpoints of one consumer.
#[derive(Clone)]
pub(super) struct Store {
    client: Client,
    table: String,
    model: &'static TableModel,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    consumer: String,
}

/// What became of the attempt to get a shard.
#[derive(Debug)]
pub(super) enum Claim {
    /// It is ours; what was known of it, if anything was.
    Ours(Option<Known>),
    /// All its records are done.
    Ended,
    /// Another worker reads it, for so long by this one's clock.
    Taken(Duration, Known),
}

impl Store {
    pub(super) fn new<T: Table>(db: &Db<T>, consumer: &str) -> Result<Self> {
        // A table that cannot have checkpoints says so now.
        checkpoint_key(T::MODEL, consumer, "")?;
        let clock = db.clone();
        Ok(Self {
            client: db.client().clone(),
            table: db.table_name().to_owned(),
            model: T::MODEL,
            clock: Arc::new(move || clock.now()),
            consumer: consumer.to_owned(),
        })
    }

    pub(super) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn millis(&self) -> u64 {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Takes a shard whose lease is free, over, this worker's already, or still `dead`, which nobody prolonged.
    pub(super) async fn claim(
        &self,
        shard: &str,
        owner: &str,
        lease: Duration,
        dead: Option<&Known>,
    ) -> Result<Claim> {
        let now = self.millis();
        let mut update = self.update(shard)?;
        update.set(OWNER, text(owner));
        update.set(LEASE, number(now.saturating_add(millis(lease))));
        update.set(TIME, number(millis(lease)));
        let (end, own, until) = (update.name(END), update.name(OWNER), update.name(LEASE));
        let (me, now_is) = (
            update.names.value(text(owner)),
            update.names.value(number(now)),
        );
        let mut free = vec![
            format!("attribute_not_exists({own})"),
            format!("{own} = {me}"),
            format!("{until} < {now_is}"),
        ];
        if let Some(Known {
            owner: Some(owner),
            lease,
            ..
        }) = dead
        {
            let owner = update.names.value(text(owner));
            let lease = update.names.value(number(*lease));
            free.push(format!("({own} = {owner} AND {until} = {lease})"));
        }
        let free = format!("attribute_not_exists({end}) AND ({})", free.join(" OR "));
        match self.send(update, &free, "ALL_OLD").await {
            Ok(old) => Ok(Claim::Ours(old.map(|item| known(&item)))),
            Err(error) if refused(&error) => {
                let found = match error.old_item {
                    Some(item) => Some(known(&item)),
                    // Engines that do not give the item are asked for it.
                    None => self.look(shard).await?,
                };
                let found = found.unwrap_or_default();
                if found.end {
                    return Ok(Claim::Ended);
                }
                let left = found.lease.saturating_sub(now);
                Ok(Claim::Taken(Duration::from_millis(left), found))
            }
            Err(error) => Err(failure(error)),
        }
    }

    /// Prolongs the lease and keeps the position, if the shard is still this worker's.
    pub(super) async fn keep(
        &self,
        shard: &str,
        owner: &str,
        lease: Duration,
        position: Option<&str>,
    ) -> Result<bool> {
        let mut update = self.update(shard)?;
        update.set(LEASE, number(self.millis().saturating_add(millis(lease))));
        if let Some(position) = position {
            update.set(POSITION, text(position));
        }
        self.if_owner(update, owner).await
    }

    /// Gives the shard back, with its position.
    pub(super) async fn release(
        &self,
        shard: &str,
        owner: &str,
        position: Option<&str>,
    ) -> Result<bool> {
        let mut update = self.update(shard)?;
        if let Some(position) = position {
            update.set(POSITION, text(position));
        }
        update.remove(&[OWNER, LEASE, TIME]);
        self.if_owner(update, owner).await
    }

    /// Says that all records of the shard are done. The item goes by time to live where the table has one.
    pub(super) async fn end(
        &self,
        shard: &str,
        owner: &str,
        position: Option<&str>,
    ) -> Result<bool> {
        let mut update = self.update(shard)?;
        if let Some(position) = position {
            update.set(POSITION, text(position));
        }
        update.set(END, r#"{"BOOL":true}"#.to_owned());
        if let Some(expiry) = expiry_attribute(self.model) {
            let until = epoch_seconds(self.now()).saturating_add(KEEP.as_secs());
            update.set(expiry, number(until));
        }
        update.remove(&[OWNER, LEASE, TIME]);
        self.if_owner(update, owner).await
    }

    /// What is known of a shard.
    pub(super) async fn look(&self, shard: &str) -> Result<Option<Known>> {
        let key = checkpoint_key(self.model, &self.consumer, shard)?;
        Ok(self.read(&key).await?.map(|item| known(&item)))
    }

    /// Deletes the item of a shard that is done and listed no more, where no time to live does.
    pub(super) async fn forget(&self, shard: &str) -> Result<()> {
        if expiry_attribute(self.model).is_some() {
            return Ok(());
        }
        let key = checkpoint_key(self.model, &self.consumer, shard)?;
        let mut names = Placeholders::default();
        let ended = format!("attribute_exists({})", names.name(END));
        let mut body = Body::new(&self.table);
        body.json("Key", &keys::wire(&key));
        body.text("ConditionExpression", &ended);
        body.placeholders(&names);
        match self.call(Operation::DeleteItem, body, "Attributes").await {
            Ok(_) => Ok(()),
            Err(error) if refused(&error) => Ok(()),
            Err(error) => Err(failure(error)),
        }
    }

    /// The consumer's own item, made if this is its first start.
    pub(super) async fn begin(&self, arn: &str, since: Option<u64>) -> Result<Begun> {
        let key = checkpoint_key(self.model, &self.consumer, "")?;
        if let Some(item) = self.read(&key).await? {
            return Ok(begun(&item));
        }
        let now = epoch_seconds(self.now());
        let mut update = self.update("")?;
        update.set(ARN, text(arn));
        update.set(BEGAN, number(now));
        if let Some(since) = since {
            update.set(SINCE, number(since));
        }
        let absent = format!("attribute_not_exists({})", update.name(BEGAN));
        match self.send(update, &absent, "NONE").await {
            Ok(_) => Ok(Begun {
                arn: arn.to_owned(),
                began: now,
                since,
            }),
            // Another worker was faster.
            Err(error) if refused(&error) => {
                let item = self.read(&key).await?.unwrap_or_default();
                Ok(begun(&item))
            }
            Err(error) => Err(failure(error)),
        }
    }

    /// Keeps another stream's ARN: the table's stream was switched off and on again. All of the new one is read.
    pub(super) async fn renew(&self, arn: &str) -> Result<()> {
        let mut update = self.update("")?;
        update.set(ARN, text(arn));
        update.set(BEGAN, number(epoch_seconds(self.now())));
        update.remove(&[SINCE]);
        let there = format!("attribute_exists({})", update.name(BEGAN));
        match self.send(update, &there, "NONE").await {
            Ok(_) => Ok(()),
            Err(error) if refused(&error) => Ok(()),
            Err(error) => Err(failure(error)),
        }
    }

    fn update(&self, shard: &str) -> Result<Update> {
        let mut update = Update::new(checkpoint_key(self.model, &self.consumer, shard)?);
        if let Some(kind) = self.model.kind {
            update.set(kind, text(CHECKPOINT));
        }
        Ok(update)
    }

    async fn if_owner(&self, mut update: Update, owner: &str) -> Result<bool> {
        let own = update.name(OWNER);
        let ours = format!("{own} = {}", update.names.value(text(owner)));
        match self.send(update, &ours, "NONE").await {
            Ok(_) => Ok(true),
            Err(error) if refused(&error) => Ok(false),
            Err(error) => Err(failure(error)),
        }
    }

    async fn send(
        &self,
        update: Update,
        condition: &str,
        returned: &str,
    ) -> Result<Option<String>, CallError> {
        let mut body = update.body(&self.table, condition);
        if returned != "NONE" {
            body.text("ReturnValues", returned);
            body.text("ReturnValuesOnConditionCheckFailure", returned);
        }
        self.call(Operation::UpdateItem, body, "Attributes").await
    }

    async fn read(&self, key: &[KeyValue]) -> Result<Option<String>> {
        let mut body = Body::new(&self.table);
        body.json("Key", &keys::wire(key));
        body.json("ConsistentRead", "true");
        let read = self.call(Operation::GetItem, body, "Item").await;
        read.map_err(failure)
    }

    async fn call(
        &self,
        operation: Operation,
        body: Body,
        member: &'static str,
    ) -> Result<Option<String>, CallError> {
        let request = Request::new(operation, &self.table, body.finish());
        let answer = wire::send(&self.client, &request, member, Arc::new(raw_member));
        Ok(answer.await?.value)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("table", &self.table)
            .field("consumer", &self.consumer)
            .finish_non_exhaustive()
    }
}

fn refused(error: &CallError) -> bool {
    error.code.as_deref() == Some("ConditionalCheckFailedException")
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
