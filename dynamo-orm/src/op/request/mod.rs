//! What every request is made of: keys, bodies, sizes, waits.

pub(super) mod backoff;
pub(super) mod body;
pub(super) mod concurrent;
pub(super) mod identity;
pub(super) mod key;
pub(super) mod lookup;
pub(super) mod same;
pub(super) mod sdk;
pub(super) mod size;
