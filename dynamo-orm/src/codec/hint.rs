//! What serde cannot say about a field: its DynamoDB type, its attribute name, its absence.

/// How a value is stored where its serde form alone would choose another DynamoDB type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Hint {
    /// As serde gives it: strings are `S`, numbers `N`, sequences `L`, bytes `B`.
    #[default]
    Auto,
    /// A value that serde gives as a string is a number (`N`), digit for digit.
    Number,
    /// A sequence of `u8` is binary (`B`).
    Bytes,
    /// A sequence is a set (`SS`, `NS` or `BS`); an empty one is not stored at all.
    Set(Element),
}

/// What the elements of a set are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Element {
    /// As serde gives them: strings make an `SS`, numbers an `NS`, bytes a `BS`.
    #[default]
    Auto,
    /// Elements that serde gives as strings are numbers (`NS`).
    Number,
    /// Elements that are sequences of `u8` are binary (`BS`).
    Bytes,
}

impl Element {
    /// The hint for each element on its own.
    pub(crate) const fn hint(self) -> Hint {
        match self {
            Self::Auto => Hint::Auto,
            Self::Number => Hint::Number,
            Self::Bytes => Hint::Bytes,
        }
    }
}

/// How one top-level field differs from the plain rule (attribute = serde's name, [`Hint::Auto`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The field, by the name serde gives it.
    pub field: &'static str,
    /// The attribute it is stored in.
    pub attribute: &'static str,
    /// The DynamoDB type it is stored as.
    pub hint: Hint,
    /// Whether `None` is stored as `{"NULL":true}`; otherwise it is left out.
    pub null: bool,
    /// Whether the field has no attribute: it is never written, and never given to serde.
    pub omit: bool,
}
