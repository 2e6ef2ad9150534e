//! The functions of the shop: called as functions on the embedded engine, and as the binaries that Lambda starts.

mod api;
mod projector;
mod published;
mod support;
