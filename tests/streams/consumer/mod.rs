//! A stream read without Lambda: lineage, checkpoints, leases.

mod edges;
mod engine;
mod failures;
mod fake;
mod leases;
mod lineage;
mod lost;
mod world;
