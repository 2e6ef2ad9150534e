//! Sending a batch of writes: chunks, several at a time, and what was left undone once more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use crate::client::{Capacity, Db, Metered};
use crate::codec::{Malformed, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::op::request::backoff::Backoff;
use crate::op::request::body::Body;
use crate::op::request::concurrent::concurrently;
use crate::op::request::identity::Identity;
use crate::schema::Table;
use crate::schema::keys::{KeyValue, describe};
use crate::wire::{Operation, Request};

use super::unwritten::Unwritten;
use super::wanted::each_table;
use super::write::{BatchWrite, Options, Write, twice};

/// DynamoDB's limit on the writes of one request.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
const MAX_WRITES: usize = 25;
/// DynamoDB's limit on one request, in bytes.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// One write, ready to be sent.
#[derive(Clone, Debug)]
pub(in crate::op) struct Rendered {
    /// `{"PutRequest":…}` or `{"DeleteRequest":…}`.
    pub(in crate::op) json: String,
    pub(in crate::op) key: Vec<KeyValue>,
    pub(in crate::op) entity: &'static str,
}

/// Renders every write, each key once.
pub(in crate::op) fn render(writes: &[Write<'_>], now: SystemTime) -> Result<Vec<Rendered>> {
    let mut out: Vec<Rendered> = Vec::with_capacity(writes.len());
    let mut seen: HashSet<Identity> = HashSet::with_capacity(writes.len());
    for write in writes {
        let rendered = write.render(now)?;
        if !seen.insert(Identity::of(&rendered.key)) {
            return Err(twice(&rendered));
        }
        out.push(rendered);
    }
    Ok(out)
}

/// Cuts the writes into what one request may hold.
pub(in crate::op) fn chunks<'w>(
    writes: &'w [Rendered],
    mut left: &'w [usize],
) -> impl Iterator<Item = &'w [usize]> {
    let size = |n: &usize| writes.get(*n).map_or(0, |write| write.json.len() + 1);
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = left.iter().take(MAX_WRITES).take_while(|n| {
            bytes += size(n);
            bytes <= MAX_BYTES
        });
        let (chunk, rest) = left.split_at_checked(fits.count().max(1))?;
        left = rest;
        Some(chunk)
    })
}

pub(in crate::op) fn request<T: Table>(
    db: &Db<T>,
    writes: &[Rendered],
    chunk: &[usize],
    metered: bool,
) -> Request {
    let writes: Vec<&str> = chunk
        .iter()
        .filter_map(|n| writes.get(*n))
        .map(|write| write.json.as_str())
        .collect();
    let mut tables = Body::bare();
    tables.json(db.table_name(), &format!("[{}]", writes.join(",")));
    let mut body = Body::bare();
    body.json("RequestItems", &tables.finish());
    if metered {
        body.text("ReturnConsumedCapacity", "INDEXES");
    }
    Request::new(Operation::BatchWriteItem, db.table_name(), body.finish())
}

impl<T: Table> BatchWrite<'_, T> {
    pub(in crate::op) async fn run(
        self,
        db: &Db<T>,
        metered: bool,
    ) -> Result<Metered<()>, Unwritten<T>> {
        let options = self.options;
        let writes = match render(&self.writes, db.now()) {
            Ok(writes) => writes,
            Err(error) => {
                let remaining = self
                    .writes
                    .iter()
                    .map(|write| write.keep(db.now()))
                    .collect();
                return Err(Unwritten::new(error, BatchWrite::of(remaining, options)));
            }
        };
        let done = send(db, &writes, options, metered).await;
        let Some(error) = done.error else {
            return Ok(Metered::with_capacity((), done.capacity, done.requests));
        };
        let remaining = writes
            .into_iter()
            .enumerate()
            .filter(|(n, _)| done.left.binary_search(n).is_ok())
            .map(|(_, write)| Write::Again(write))
            .collect();
        Err(Unwritten::new(error, BatchWrite::of(remaining, options)))
    }
}

/// What became of the writes.
#[derive(Debug, Default)]
struct Done {
    /// In order.
    left: Vec<usize>,
    capacity: Capacity,
    requests: u32,
    error: Option<Error>,
}

/// Sends every write, and again what was left undone as long as there is hope.
async fn send<T: Table>(db: &Db<T>, writes: &[Rendered], options: Options, metered: bool) -> Done {
    let positions: HashMap<Identity, usize> = writes
        .iter()
        .enumerate()
        .map(|(n, write)| (Identity::of(&write.key), n))
        .collect();
    let positions = Arc::new(positions);
    let mut done = Done {
        left: (0..writes.len()).collect(),
        ..Done::default()
    };
    let mut backoff = Backoff::new(options.attempts);
    let mut throttled = None;
    while !done.left.is_empty() {
        let round = std::mem::take(&mut done.left);
        let stop = AtomicBool::new(false);
        let answers = concurrently(
            options.concurrency,
            chunks(writes, &round).map(|chunk| {
                let (stop, positions) = (&stop, &positions);
                async move {
                    // After a failure that stays nothing more is begun; what is on its way is waited for.
                    if stop.load(Ordering::Relaxed) {
                        return None;
                    }
                    let answer = chunk_of(db, writes, positions, chunk, metered).await;
                    let passes = |e: &Error| e.kind() == ErrorKind::Throttled;
                    if answer.as_ref().is_err_and(|error| !passes(error)) {
                        stop.store(true, Ordering::Relaxed);
                    }
                    Some(answer)
                }
            }),
        )
        .await;
        for (answer, chunk) in answers.into_iter().zip(chunks(writes, &round)) {
            done.requests += u32::from(answer.is_some());
            match answer {
                Some(Ok((left, capacity))) => {
                    done.left.extend(left);
                    done.capacity.add(&capacity);
                }
                Some(Err(error)) => {
                    done.left.extend_from_slice(chunk);
                    if error.kind() == ErrorKind::Throttled {
                        throttled = Some(error);
                    } else {
                        done.error.get_or_insert(error);
                    }
                }
                None => done.left.extend_from_slice(chunk),
            }
        }
        if done.error.is_some() {
            break;
        }
        if done.left.len() < round.len() {
            backoff.progressed();
        }
        if done.left.is_empty() || !backoff.wait().await {
            break;
        }
    }
    done.left.sort_unstable();
    if let Some(write) = done.left.first().and_then(|n| writes.get(*n)) {
        let (left, all, attempts) = (done.left.len(), writes.len(), options.attempts);
        done.error.get_or_insert_with(|| {
            let source = throttled.map(|error| Box::new(error) as Box<_>);
            unprocessed(left, all, attempts)
                .with_entity(write.entity)
                .with_key(describe(&write.key))
                .with_source(source)
        });
    }
    done
}

/// Sends one request and gives the writes it left undone.
async fn chunk_of<T: Table>(
    db: &Db<T>,
    writes: &[Rendered],
    positions: &Arc<HashMap<Identity, usize>>,
    chunk: &[usize],
    metered: bool,
) -> Result<(Vec<usize>, Capacity)> {
    let request = request(db, writes, chunk, metered);
    let known = Arc::clone(positions);
    let answer = db
        .call(
            &request,
            "UnprocessedItems",
            Arc::new(move |text: &str, offset| {
                let mut reader = Reader::new(text);
                reader.seek(offset);
                let left = left_undone::<T>(&known, &mut reader)?;
                Ok((left, reader.position()))
            }),
        )
        .await?;
    let left = match answer.value {
        None => Vec::new(),
        Some(Some(left)) => left,
        // Which they are cannot be told: a put or a delete can be made again.
        Some(None) => chunk.to_vec(),
    };
    Ok((left, Capacity::of(&answer.meta.capacity)))
}

/// The writes in `UnprocessedItems`; `None` when one of them is not of this batch.
fn left_undone<T: Table>(
    positions: &HashMap<Identity, usize>,
    reader: &mut Reader<'_>,
) -> Result<Option<Vec<usize>>, Malformed> {
    let mut left = Some(Vec::new());
    each_table(reader, &mut |reader| {
        reader.array(&mut |reader| {
            // `{"PutRequest":{"Item":…}}` or `{"DeleteRequest":{"Key":…}}`
            reader.object(&mut |reader, _| {
                reader.object(&mut |reader, _| {
                    let raw = reader.raw_value()?;
                    let write = Identity::of_item(T::MODEL, raw);
                    match write.and_then(|identity| positions.get(&identity)) {
                        Some(n) => left.iter_mut().for_each(|left| left.push(*n)),
                        None => left = None,
                    }
                    Ok(())
                })
            })
        })
    })?;
    Ok(left)
}

fn unprocessed(left: usize, all: usize, attempts: u32) -> Error {
    Error::new(
        ErrorKind::Unprocessed,
        format!(
            "the service did not get to {left} of {all} writes in the last {attempts} attempts; `into_remaining` gives them back, to be sent later"
        ),
    )
}
