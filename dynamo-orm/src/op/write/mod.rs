//! Writing one item, with its guards.

pub(super) mod action;
pub(super) mod actions;
pub(super) mod claim;
pub(super) mod conditions;
pub(super) mod delete;
pub(super) mod put;
pub(super) mod read_modify_write;
pub(super) mod relocate;
pub(super) mod remove;
pub(super) mod save;
pub(super) mod step;
pub(super) mod unchanged;
pub(super) mod unique;
pub(super) mod update;
pub(super) mod upsert;
