//! What a consumer tells beside its work: shards that come and go, waits, and records that are lost.

use crate::error::Error;

/// Something that happened to a consumer, for logs and alarms: [`Consumer::observe`](super::Consumer::observe).
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice<'n> {
    /// This worker begins to read a shard, or goes on where another one stopped.
    Taken {
        /// The shard.
        shard: &'n str,
    },
    /// All records of a closed shard are done. Its children begin.
    Finished {
        /// The shard.
        shard: &'n str,
    },
    /// The shard is another worker's now: this one was not able to prolong its lease in time.
    LeaseLost {
        /// The shard.
        shard: &'n str,
    },
    /// A record failed; it and those behind it are tried again after a wait.
    Failed {
        /// The shard.
        shard: &'n str,
        /// How often it has failed.
        attempts: u32,
        /// The failure's text.
        reason: &'n str,
    },
    /// A request failed for a reason that may pass, such as a throttle; it is sent again after a wait.
    Waiting {
        /// The shard, unless the request was about all of them.
        shard: Option<&'n str>,
        /// Why.
        error: &'n Error,
    },
    /// Records were deleted before they were read. With [`Trimmed::Continue`](super::Trimmed::Continue) the consumer goes
    /// on at the oldest record there is.
    RecordsLost {
        /// What is known about it.
        lost: &'n Lost,
    },
}

/// Records that the stream deleted, after their 24 hours, before this consumer read them, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// The records behind this one. Whether there were any cannot be known.
    Behind {
        /// The shard.
        shard: String,
        /// The last record that was done; `None` when none was.
        sequence_number: Option<String>,
    },
    /// A whole shard is gone that was not read to its end.
    Shard {
        /// The shard.
        shard: String,
    },
    /// The table has another stream than the one that was read: it was switched off and on again.
    Stream {
        /// The stream that was read.
        arn: String,
    },
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Behind {
                shard,
                sequence_number,
            } => {
                write!(f, "records of {shard} were deleted before they were read")?;
                match sequence_number {
                    Some(number) => write!(f, ", behind sequence number {number}"),
                    None => f.write_str(", from its beginning"),
                }
            }
            Self::Shard { shard } => write!(f, "{shard} is gone and was not read to its end"),
            Self::Stream { arn } => write!(f, "the table has another stream than {arn}"),
        }
    }
}
