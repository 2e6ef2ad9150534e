//! Sending a read of several keys: chunks, several at a time, and what was left undone once more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::client::{Capacity, Db, Metered};
use crate::codec::Reader;
use crate::error::{Error, ErrorKind, Result};
use crate::op::request::backoff::Backoff;
use crate::op::request::body::Body;
use crate::op::request::concurrent::concurrently;
use crate::schema::Table;
use crate::wire::{Operation, Request};

use super::wanted::{Answers, Found, Wanted, each_table};

/// DynamoDB's limit on the keys of one request.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>
const MAX_KEYS: usize = 100;

/// How a batch is read.
#[derive(Clone, Copy, Debug)]
pub(in crate::op) struct Batch {
    pub(in crate::op) consistent: bool,
    pub(in crate::op) including_expired: bool,
    pub(in crate::op) concurrency: usize,
    pub(in crate::op) attempts: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            consistent: false,
            including_expired: false,
            concurrency: 4,
            attempts: 8,
        }
    }
}

/// What one request brought.
#[derive(Debug)]
struct Part {
    found: Vec<Found>,
    left: Vec<usize>,
    capacity: Capacity,
}

/// What all requests brought.
#[derive(Debug, Default)]
pub(in crate::op) struct Done {
    found: Vec<Found>,
    left: Vec<usize>,
    capacity: Capacity,
    requests: u32,
    /// The last refusal for lack of capacity.
    throttled: Option<Error>,
    /// Why a request got no answer, after the SDK's own retries.
    lost: Option<Error>,
    /// A failure that no other attempt would mend.
    fatal: Option<Error>,
}

impl Batch {
    /// The requests of the first round.
    pub(in crate::op) fn requests<T: Table>(&self, db: &Db<T>, wanted: &Wanted) -> Vec<Request> {
        let all: Vec<usize> = (0..wanted.len()).collect();
        all.chunks(MAX_KEYS)
            .map(|keys| self.request(db, wanted, keys, false))
            .collect()
    }

    fn request<T: Table>(
        &self,
        db: &Db<T>,
        wanted: &Wanted,
        keys: &[usize],
        metered: bool,
    ) -> Request {
        let keys: Vec<String> = keys.iter().map(|n| wanted.wire(*n)).collect();
        let mut table = Body::bare();
        table.json("Keys", &format!("[{}]", keys.join(",")));
        if self.consistent {
            table.json("ConsistentRead", "true");
        }
        let mut tables = Body::bare();
        tables.json(db.table_name(), &table.finish());
        let mut body = Body::bare();
        body.json("RequestItems", &tables.finish());
        if metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        Request::new(Operation::BatchGetItem, db.table_name(), body.finish())
    }

    /// Asks for every key, and again for what was left undone as long as there is hope.
    pub(in crate::op) async fn run<T: Table>(
        &self,
        db: &Db<T>,
        wanted: &Arc<Wanted>,
        metered: bool,
        partial: bool,
    ) -> Done {
        let mut done = Done {
            left: (0..wanted.len()).collect(),
            ..Done::default()
        };
        let mut backoff = Backoff::new(self.attempts);
        let mut lost: Vec<usize> = Vec::new();
        while !done.left.is_empty() {
            let before = done.left.len();
            let round = std::mem::take(&mut done.left);
            self.round(db, wanted, &round, metered, &mut done, &mut lost)
                .await;
            if done.fatal.is_some() || !(partial || lost.is_empty()) {
                break;
            }
            if done.left.len() + lost.len() < before {
                backoff.progressed();
            }
            if done.left.is_empty() || !backoff.wait().await {
                break;
            }
        }
        done.left.append(&mut lost);
        done.left.sort_unstable();
        done
    }

    /// Asks once for each of these keys.
    async fn round<T: Table>(
        &self,
        db: &Db<T>,
        wanted: &Arc<Wanted>,
        keys: &[usize],
        metered: bool,
        done: &mut Done,
        lost: &mut Vec<usize>,
    ) {
        let stop = AtomicBool::new(false);
        let parts = concurrently(
            self.concurrency,
            keys.chunks(MAX_KEYS).map(|chunk| {
                let stop = &stop;
                async move {
                    if stop.load(Ordering::Relaxed) {
                        return None;
                    }
                    let part = self.chunk(db, wanted, chunk, metered).await;
                    if part.as_ref().is_err_and(|error| !may_pass(error)) {
                        stop.store(true, Ordering::Relaxed);
                    }
                    Some(part)
                }
            }),
        )
        .await;
        for (part, chunk) in parts.into_iter().zip(keys.chunks(MAX_KEYS)) {
            let Some(part) = part else {
                lost.extend_from_slice(chunk);
                continue;
            };
            done.requests += 1;
            match part {
                Ok(part) => {
                    done.found.extend(part.found);
                    done.left.extend(part.left);
                    done.capacity.add(&part.capacity);
                }
                Err(error) if may_pass(&error) => {
                    // The SDK has tried a lost connection again already.
                    if error.kind() == ErrorKind::Throttled {
                        done.left.extend_from_slice(chunk);
                        done.throttled = Some(error);
                    } else {
                        lost.extend_from_slice(chunk);
                        done.lost.get_or_insert(error);
                    }
                }
                Err(error) => {
                    lost.extend_from_slice(chunk);
                    done.fatal.get_or_insert(error);
                }
            }
        }
    }

    async fn chunk<T: Table>(
        &self,
        db: &Db<T>,
        wanted: &Arc<Wanted>,
        keys: &[usize],
        metered: bool,
    ) -> Result<Part> {
        let request = self.request(db, wanted, keys, metered);
        let expired_at = (!self.including_expired).then(|| db.now());
        let readers = Arc::clone(wanted);
        let answer = db
            .call(
                &request,
                "Responses",
                Arc::new(move |text: &str, offset| {
                    let mut reader = Reader::new(text);
                    reader.seek(offset);
                    let mut found: Vec<(usize, Vec<Found>)> = Vec::new();
                    each_table(&mut reader, &mut |reader| {
                        reader.array(&mut |reader| {
                            let item = reader.raw_value()?;
                            if let Some(want) = readers.position(T::MODEL, item) {
                                found.push((want, readers.read(want, item, expired_at)));
                            }
                            Ok(())
                        })
                    })?;
                    Ok((found, reader.position()))
                }),
            )
            .await?;
        let found = answer.value.unwrap_or_default();
        let left = match answer.meta.unprocessed.as_deref() {
            None => Vec::new(),
            Some(raw) => left_undone::<T>(wanted, raw).unwrap_or_else(|| {
                // Which they are cannot be told: all that did not come.
                let came = |key: &usize| found.iter().any(|(want, _)| want == key);
                keys.iter().copied().filter(|key| !came(key)).collect()
            }),
        };
        Ok(Part {
            found: found.into_iter().flat_map(|(_, found)| found).collect(),
            left,
            capacity: Capacity::of(&answer.meta.capacity),
        })
    }
}

/// The keys in `UnprocessedKeys`; `None` when one of them was not asked for.
fn left_undone<T: Table>(wanted: &Wanted, raw: &str) -> Option<Vec<usize>> {
    let mut left = Vec::new();
    let mut strange = false;
    let read = each_table(&mut Reader::new(raw), &mut |reader| {
        reader.object(&mut |reader, name| {
            if name != "Keys" {
                return reader.skip_value();
            }
            reader.array(&mut |reader| {
                match wanted.position(T::MODEL, reader.raw_value()?) {
                    Some(want) => left.push(want),
                    None => strange = true,
                }
                Ok(())
            })
        })
    });
    (read.is_ok() && !strange).then_some(left)
}

/// Another attempt may do better.
pub(in crate::op) fn may_pass(error: &Error) -> bool {
    error.is_retryable() || error.code() == Some("InternalServerError")
}

impl Done {
    /// The answers, if no key was left undone.
    pub(in crate::op) fn complete(
        self,
        wanted: &Wanted,
        attempts: u32,
    ) -> Result<Metered<Answers>> {
        if let Some(error) = self.fatal {
            return Err(error);
        }
        if let Some(first) = self.left.first().copied() {
            let (left, all) = (self.left.len(), wanted.len());
            let unprocessed = || {
                let error = unprocessed(left, all, attempts);
                let source = self.throttled.map(|error| Box::new(error) as Box<_>);
                wanted.blame(Some(first), error.with_source(source))
            };
            return Err(self.lost.unwrap_or_else(unprocessed));
        }
        Ok(Metered::with_capacity(
            Answers::new(wanted, self.found, &[]),
            self.capacity,
            self.requests,
        ))
    }

    /// The answers, with the keys that were left undone.
    pub(in crate::op) fn partial(self, wanted: &Wanted) -> Result<Answers> {
        match self.fatal {
            Some(error) => Err(error),
            None => Ok(Answers::new(wanted, self.found, &self.left)),
        }
    }
}

fn unprocessed(left: usize, all: usize, attempts: u32) -> Error {
    Error::new(
        ErrorKind::Unprocessed,
        format!(
            "the service did not get to {left} of {all} keys in the last {attempts} attempts; ask for them later, or keep what came with `load_partial`"
        ),
    )
}
