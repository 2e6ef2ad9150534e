#![doc = include_str!("../docs/streams.md")]

mod aggregate;
mod audit;
mod change;
#[cfg(feature = "streams")]
mod consumer;
mod dead_letter;
mod deadline;
mod event;
mod failure;
mod image;
#[cfg(feature = "lambda")]
mod lambda;
#[cfg(any(feature = "streams", feature = "cli"))]
pub(crate) mod lineage;
mod outcome;
mod process;
mod raw;
mod record;
mod router;
mod schedule;
mod view;

pub use aggregate::Aggregate;
pub use audit::AuditEntry;
pub use change::{Cause, Change, Inserted, KeysOnly, Modified, NewImage, OldImage, Removed};
#[cfg(feature = "streams")]
pub use consumer::{Consumer, Lost, Notice, Progress, StartingPosition, Trimmed};
pub use dead_letter::{DeadLetter, DeadLetters};
pub use deadline::Deadline;
pub use event::records;
pub use failure::Failure;
#[cfg(feature = "lambda")]
pub use lambda::StreamEvent;
pub use outcome::{BatchItemFailure, BatchResponse, Outcome};
pub use process::FirstFailure;
pub use raw::{EventName, RawRecord};
pub use record::Record;
pub use router::Router;
pub use view::{Carries, Keys, NewAndOldImages, NewImages, OldImages, View};

pub use crate::op::{Applied, Once, OnceTransaction};
