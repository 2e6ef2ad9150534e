//! A stream read without Lambda: lineage, checkpoints, leases.

mod engine;
mod failures;
mod fake;
mod leases;
mod lineage;
mod lost;
mod mended;
mod world;
