//! The functions of the shop: called as functions on the embedded engine, and as the binaries that Lambda starts.

mod api;
mod archiver;
mod projector;
mod published;
mod runtime;
mod support;
mod task;
