//! What a worker knows of all shards: which there are, which may be read, and whose they are.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_dynamodbstreams::Client;
use tokio::time::Instant;

use super::super::lineage::Lineage;
use super::super::view::View;
use super::item::{Begun, Known};
use super::lease::Lease;
use super::notice::{Lost, Notice};
use super::settings::StartingPosition;
use super::shard::Shard;
use super::shared::Shared;
use super::source::Source;
use super::store::Claim;
use crate::error::{Error, Result};
use crate::op::token;
use crate::schema::{Table, epoch_seconds};

/// After this time the parent of every listed shard was there when the consumer began: records live for a day, and
/// shards for hours.
const SETTLED: Duration = Duration::from_hours(48);

pub(super) struct Book {
    client: Client,
    open: Option<(Source, Begun)>,
    lineage: Lineage,
    listed: Option<Instant>,
    /// Shards of other workers, and until when at least.
    taken: HashMap<String, Instant>,
    /// Leases of other workers as they were first seen, and when.
    seen: HashMap<String, (Known, Instant)>,
    /// Shards of this worker.
    held: HashSet<String>,
    /// Shards whose item is known to be there.
    stored: HashSet<String>,
    /// Tokens of attempts that have no answer yet.
    asking: HashMap<String, String>,
    /// Parents that the last listing left out though they are there.
    absent: HashSet<String>,
    /// Their children, which wait for the next listing.
    waiting: HashSet<String>,
    /// Shards that are listed no more, whose items may be deleted.
    unlisted: Vec<String>,
    /// Shards that were got and not handed over yet.
    pub(super) claimed: Vec<Shard>,
}

/// How the work on a shard ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Finished,
    Lost,
}

impl Book {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            open: None,
            lineage: Lineage::default(),
            listed: None,
            taken: HashMap::new(),
            seen: HashMap::new(),
            held: HashSet::new(),
            stored: HashSet::new(),
            asking: HashMap::new(),
            absent: HashSet::new(),
            waiting: HashSet::new(),
            unlisted: Vec::new(),
            claimed: Vec::new(),
        }
    }

    /// A shard is worked on no more. Where it is finished, its children are looked for at once.
    pub(super) fn ended(&mut self, shard: &str, how: Ended) {
        self.held.remove(shard);
        if how == Ended::Finished {
            self.lineage.finish(shard);
            self.listed = None;
        }
    }

    /// When there is something to do again.
    pub(super) fn due(&self, every: Duration) -> Instant {
        let now = Instant::now();
        let listing = self.listed.map_or(now, |at| at + every);
        let ready: HashSet<&str> = self.lineage.ready().collect();
        let free = self.taken.iter();
        let free = free.filter(|(id, _)| ready.contains(id.as_str()));
        free.map(|(_, until)| *until).fold(listing, Instant::min)
    }

    /// Lists the shards if that is due, and takes those that are free and may be read. `claimed` has them, also where
    /// something else failed.
    pub(super) async fn look<T: Table, V: View>(
        &mut self,
        shared: &Shared<'_, T, V>,
    ) -> Result<()> {
        let source = self.open(shared).await?;
        let every = shared.settings.discover;
        if self.listed.is_none_or(|at| at.elapsed() >= every) {
            let gone = self.lineage.list(source.shards().await?);
            self.unlisted.extend(gone);
            self.unlisted.sort_unstable();
            self.unlisted.dedup();
            self.unlisted.retain(|id| !self.lineage.is_listed(id));
            self.absent.retain(|id| !self.lineage.is_listed(id));
            self.waiting.clear();
            self.listed = Some(Instant::now());
            self.forget(shared, &source).await?;
        }
        loop {
            let now = Instant::now();
            self.taken.retain(|_, until| *until > now);
            let free = |id: &&str| {
                let reading = |parent| self.held.contains(parent);
                !(self.held.contains(*id)
                    || self.taken.contains_key(*id)
                    || self.waiting.contains(*id)
                    // Also where the last listing left the parent out.
                    || self.lineage.parent(id).is_some_and(reading))
            };
            let Some(next) = self.lineage.ready().find(free).map(str::to_owned) else {
                return Ok(());
            };
            self.claim(shared, &source, next).await?;
        }
    }

    async fn open<T: Table, V>(&mut self, shared: &Shared<'_, T, V>) -> Result<Source> {
        if let Some((source, _)) = &self.open {
            return Ok(source.clone());
        }
        let store = shared.store()?;
        let arn = match &shared.settings.arn {
            Some(arn) => arn.clone(),
            None => shared.db.stream_arn().await?.ok_or_else(|| {
                Error::invalid(format!(
                    "the table `{}` has no stream; declare it with `stream = NewAndOldImages`",
                    shared.db.table_name()
                ))
            })?,
        };
        let since = match shared.settings.start {
            StartingPosition::TrimHorizon => None,
            StartingPosition::Latest => Some(epoch_seconds(store.now())),
            StartingPosition::AtTimestamp(time) => Some(epoch_seconds(time)),
        };
        let mut begun = store.begin(&arn, since).await?;
        if begun.arn != arn {
            shared.lose(&Lost::Stream { arn: begun.arn })?;
            store.renew(&arn).await?;
            begun = Begun {
                arn: arn.clone(),
                began: epoch_seconds(store.now()),
                since: None,
            };
        }
        let source = Source::new(self.client.clone(), arn);
        self.open = Some((source.clone(), begun));
        Ok(source)
    }

    /// One attempt to get a shard.
    async fn claim<T: Table, V>(
        &mut self,
        shared: &Shared<'_, T, V>,
        source: &Source,
        id: String,
    ) -> Result<()> {
        let store = shared.store()?;
        if !self.stored.contains(&id) && !self.may_begin(shared, source, &id).await? {
            self.waiting.insert(id);
            return Ok(());
        }
        let time = shared.settings.lease;
        let mine = self.asking.entry(id.clone()).or_insert_with(token).clone();
        let asked = Instant::now();
        let claim = store.claim(&id, &mine, time, self.dead(&id, time)).await?;
        self.asking.remove(&id);
        match claim {
            Claim::Ended => {
                self.seen.remove(&id);
                self.lineage.finish(&id);
            }
            Claim::Taken(left, known) => {
                // The other worker prolongs its lease long before it is over. Where its clock is ahead, or this one's
                // behind, that end means nothing: one looks after the time of a lease whether anything has changed.
                let own = of_lease(&known, time);
                let left = left.max(Duration::from_millis(100)).min(own);
                let now = Instant::now();
                self.taken.insert(id.clone(), now + left);
                let seen = self.seen.entry(id.clone());
                let (before, at) = seen.or_insert_with(|| (known.clone(), now));
                if (&before.owner, before.lease) != (&known.owner, known.lease) {
                    (*before, *at) = (known, now);
                }
            }
            Claim::Ours(known) => {
                let position = known.and_then(|known| known.position);
                let lease = Lease::new(id.clone(), mine, time, asked, position);
                self.take(shared, source, lease);
            }
        }
        self.stored.insert(id);
        Ok(())
    }

    /// The lease of a worker that did not prolong it while this process counted the time of one.
    fn dead(&self, id: &str, time: Duration) -> Option<&Known> {
        let (known, at) = self.seen.get(id)?;
        (at.elapsed() >= of_lease(known, time)).then_some(known)
    }

    fn take<T: Table, V>(&mut self, shared: &Shared<'_, T, V>, source: &Source, lease: Lease) {
        let Some((_, begun)) = &self.open else {
            return;
        };
        shared.tell(&Notice::Taken {
            shard: lease.shard(),
        });
        // Behind a checkpoint nothing is older than the start.
        let since = begun.since.filter(|_| lease.position().is_none());
        self.held.insert(lease.shard().to_owned());
        self.seen.remove(lease.shard());
        self.claimed
            .push(Shard::new(lease, source.clone(), since, begun.began));
    }

    /// Whether a shard may be begun whose parent, if it has one, is listed as read to its end or not at all. Asked before
    /// the shard is taken, so that a consumer that stops over a loss asks again.
    async fn may_begin<T: Table, V>(
        &mut self,
        shared: &Shared<'_, T, V>,
        source: &Source,
        id: &str,
    ) -> Result<bool> {
        let parent = self.lineage.parent(id);
        let Some(parent) = parent.filter(|parent| !self.lineage.is_listed(parent)) else {
            return Ok(true);
        };
        let parent = parent.to_owned();
        let store = shared.store()?;
        if store.look(id).await?.is_some() {
            return Ok(true);
        }
        let known = store.look(&parent).await?;
        if known.as_ref().is_some_and(|known| known.end) {
            return Ok(true);
        }
        // A listing may be incomplete; the shard itself is not asked in vain.
        if source.has(&parent).await? {
            if !self.absent.insert(parent.clone()) {
                self.lineage.adopt(&parent);
            }
            return Ok(false);
        }
        self.absent.remove(&parent);
        let missed = match known {
            // Another worker may be at its last records, and will find out.
            Some(Known { owner: Some(_), .. }) => {
                self.lineage.adopt(&parent);
                return Ok(false);
            }
            Some(_) => true,
            None => self.open.as_ref().is_some_and(|(_, begun)| {
                let began = UNIX_EPOCH + Duration::from_secs(begun.began);
                let reading_for = store.now().duration_since(began);
                reading_for.is_ok_and(|time| time >= SETTLED)
            }),
        };
        if missed {
            shared.lose(&Lost::Shard { shard: parent })?;
        }
        Ok(true)
    }

    /// Deletes items of shards that are gone, once no child could ask for them.
    async fn forget<T: Table, V>(
        &mut self,
        shared: &Shared<'_, T, V>,
        source: &Source,
    ) -> Result<()> {
        let store = shared.store()?;
        let mut at = 0;
        while let Some(id) = self.unlisted.get(at) {
            let known = |child: &str| self.stored.contains(child);
            let needed = self.held.contains(id) || !self.lineage.children_all(id, known);
            if needed || source.has(id).await.unwrap_or(true) {
                at += 1;
                continue;
            }
            store.forget(id).await?;
            self.stored.remove(id);
            self.unlisted.remove(at);
        }
        Ok(())
    }
}

/// How long another worker's lease is, and at least this one's.
fn of_lease(known: &Known, own: Duration) -> Duration {
    own.max(Duration::from_millis(known.time))
}
