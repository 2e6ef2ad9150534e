#![doc = include_str!("../docs/streams.md")]

mod aggregate;
#[cfg(feature = "archive")]
mod archive;
mod audit;
mod batch;
mod change;
mod collect;
#[cfg(feature = "streams")]
mod consumer;
mod copies;
mod copying;
mod dead_letter;
mod deadline;
mod event;
mod failure;
mod fan_out;
#[cfg(feature = "lambda")]
mod folding;
mod image;
#[cfg(feature = "lambda")]
mod lambda;
#[cfg(any(feature = "streams", feature = "cli"))]
pub(crate) mod lineage;
mod materialize;
mod metrics;
mod outcome;
mod process;
mod raw;
mod record;
mod router;
mod schedule;
mod source;
mod view;
#[cfg(feature = "lambda")]
mod window;
#[cfg(feature = "lambda")]
mod window_event;
mod work;

pub use aggregate::Aggregate;
#[cfg(feature = "archive")]
pub use archive::Archive;
pub use audit::AuditEntry;
pub use change::{Cause, Change, Inserted, KeysOnly, Modified, NewImage, OldImage, Removed};
pub use collect::NotWritten;
#[cfg(all(feature = "aws", feature = "streams"))]
pub use consumer::connect;
#[cfg(feature = "streams")]
pub use consumer::{Consumer, Lost, Notice, Progress, StartingPosition, Trimmed};
pub use copies::Copies;
pub use dead_letter::{DeadLetter, DeadLetters};
pub use deadline::Deadline;
pub use event::records;
pub use failure::Failure;
#[cfg(feature = "lambda")]
pub use lambda::StreamEvent;
pub use materialize::Materialize;
pub use metrics::Metrics;
pub use outcome::{BatchItemFailure, BatchResponse, Outcome};
pub use process::FirstFailure;
pub use raw::{EventName, RawRecord};
pub use record::Record;
pub use router::Router;
pub use view::{Carries, Keys, NewAndOldImages, NewImages, OldImages, View};
#[cfg(feature = "lambda")]
pub use window::{Closed, WindowResponse, Windowed};
#[cfg(feature = "lambda")]
pub use window_event::Window;

pub use crate::op::{Applied, Once, OnceTransaction};
