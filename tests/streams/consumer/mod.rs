//! A stream read without Lambda: lineage, checkpoints, leases.

mod adv;
mod engine;
mod failures;
mod fake;
mod leases;
mod lineage;
mod lost;
mod world;
