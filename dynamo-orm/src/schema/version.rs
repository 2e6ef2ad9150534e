//! Version numbers: what optimistic locking compares.

use crate::error::{Error, ErrorKind, Result};

/// A type that can be a `#[entity(version)]` field: an integer of 32 or 64 bits, 0 for a value that was never stored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a version",
    label = "not an integer of 32 or 64 bits",
    note = "use `u64`, or `u32`, `i32`, `i64`; the library counts it up with every write"
)]
pub trait Version: Copy {
    /// The number stored.
    #[doc(hidden)]
    fn number(self) -> u64;

    /// The number of the next write.
    #[doc(hidden)]
    fn next(self) -> Result<u64>;
}

macro_rules! versions {
    ($($ty:ty),*) => {$(
        impl Version for $ty {
            fn number(self) -> u64 {
                u64::try_from(self).unwrap_or(0)
            }

            fn next(self) -> Result<u64> {
                let next = self.max(0).checked_add(1).map(Self::number);
                next.ok_or_else(|| {
                    Error::new(ErrorKind::Encode, "the version has no next number in its type; use `u64`")
                })
            }
        }
    )*};
}
// Smaller ones would end: an update counts without looking.
versions!(u32, u64, i32, i64);

/// What a write expects of the stored version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// There is none yet.
    None,
    /// It is this one.
    Is(u64),
}

impl Expected {
    /// The version a value was read with; 0 says that it was never stored.
    pub(crate) fn of(version: u64) -> Self {
        match version {
            0 => Self::None,
            version => Self::Is(version),
        }
    }
}
