//! DynamoDB's JSON as this library writes and reads it, through the SDK's own pipeline.
//!
//! A [`Request`] carries the complete body. [`send`] hands it to the SDK, which does everything
//! around it: endpoint, identity, signature, retries, timeouts, metrics. Of the answer one member
//! is decoded straight from the bytes; the others go through the SDK's own deserializer.
//!
//! ```text
//! Request ─▶ operations (stub input) ─▶ SDK ─▶ pipeline::Serializer   (the stub's body is replaced)
//! Answer  ◀─ call                    ◀─ SDK ◀─ pipeline::Deserializer (one member is decoded)
//! ```

mod call;
mod capture;
mod error;
mod operations;
mod pipeline;
mod pretty;
mod request;
mod scan;
#[cfg(test)]
mod tests;

pub(crate) use call::{Answer, Decode, Meta, send};
pub(crate) use error::{CallError, Class, Reason};
pub use request::{Operation, Request};
pub(crate) use scan::Undecodable;
