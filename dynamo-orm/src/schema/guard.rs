//! Items that the library keeps beside the user's: guards of unique values.

/// How the partition key of every guard begins.
pub(crate) const GUARD_PREFIX: &str = "$unique#";
