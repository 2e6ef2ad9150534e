//! A stream read without Lambda: lineage, checkpoints, leases.

mod fake;
mod lineage;
mod world;
