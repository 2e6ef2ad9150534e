//! Short constructors for the derives' constants, so that expansions stay readable.

use super::build::format;
use super::model::{EntityModel, KeySpec};
use crate::codec::{Hint, Rule};
use crate::expr::Path;
use crate::key::{Format, KeyPart, Segment, Template};

impl Segment {
    /// A placeholder of a field of type `T`.
    #[doc(hidden)]
    #[must_use]
    pub const fn part<T: KeyPart>(part: usize) -> Self {
        Self::Part {
            part,
            form: T::FORM,
            format: Format::DEFAULT,
        }
    }

    /// A placeholder with a format.
    ///
    /// # Panics
    /// At compile time, when the format is none.
    #[doc(hidden)]
    #[must_use]
    pub const fn formatted<T: KeyPart>(part: usize, spec: &str) -> Self {
        Self::Part {
            part,
            form: T::FORM,
            format: format(spec),
        }
    }
}

impl KeySpec {
    /// Composed of segments.
    #[doc(hidden)]
    #[must_use]
    pub const fn template(segments: &'static [Segment]) -> Self {
        Self::Template(Template { segments })
    }
}

impl<R, T, K> Path<R, T, K> {
    /// A field of an entity that takes part in a key.
    #[doc(hidden)]
    #[must_use]
    pub fn keyed(attribute: &'static str, hint: Hint, part: usize) -> Self {
        Self::field(attribute, hint, Some(part))
    }

    /// Any other field of an entity.
    #[doc(hidden)]
    #[must_use]
    pub fn stored(attribute: &'static str, hint: Hint) -> Self {
        Self::field(attribute, hint, None)
    }
}

impl EntityModel {
    /// Adds the codec's rules, the same for writing and reading.
    #[doc(hidden)]
    #[must_use]
    pub const fn same_rules(self, rules: &'static [Rule]) -> Self {
        self.rules(rules, rules)
    }
}

impl Rule {
    /// The stored name and form of a field.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(field: &'static str, attribute: &'static str, hint: Hint) -> Self {
        Self {
            field,
            attribute,
            hint,
            null: false,
            omit: false,
        }
    }

    /// Kept as NULL where it is `None`.
    #[doc(hidden)]
    #[must_use]
    pub const fn null(mut self) -> Self {
        self.null = true;
        self
    }

    /// Not written or read by serde.
    #[doc(hidden)]
    #[must_use]
    pub const fn omit(mut self) -> Self {
        self.omit = true;
        self
    }
}
