//! An embedded engine behind the real SDK client: no network, no account, no other process.
//!
//! [`Engine`] answers the SDK's requests in this process, in memory or in one file. [`Tap`] stands
//! before an engine (or before nothing) to record what passes and to answer what no emulator
//! would: throttling, unprocessed items, transaction conflicts, broken connections. With feature `server`, `serve`
//! answers other processes.

mod connector;
mod dispatch;
mod engine;
#[cfg(feature = "server")]
mod serve;
mod stream;
mod tap;
#[cfg(test)]
mod tests;

pub use engine::{Engine, EngineError};
#[cfg(feature = "server")]
pub use serve::serve;
#[cfg(feature = "cli")]
pub(crate) use stream::{at, delivered};
pub use tap::{Passed, Tap};
