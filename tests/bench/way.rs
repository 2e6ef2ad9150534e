//! The three ways to do the same work.

/// How the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Ours,
    Sdk,
    SerdeDynamo,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Ours, Self::Sdk, Self::SerdeDynamo];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Sdk => "raw SDK",
            Self::SerdeDynamo => "serde_dynamo",
        }
    }
}
