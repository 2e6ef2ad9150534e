//! Sort key conditions: a typed range on one part, as a condition that holds for exactly its keys.

use super::bounds::{above_all, just_above, just_below, lowest_key};
use super::render::{Found, write};
use super::template::Slot;
use super::{Form, Part, RenderError, Segment, Template};

/// What is asked of one part of a composed key.
///
/// A part with a case or a length is compared as it is stored: a bound is mapped and cut the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range<'p> {
    /// Equal.
    Eq(Part<'p>),
    /// From the first to the second, both included.
    Between(Part<'p>, Part<'p>),
    /// At least.
    From(Part<'p>),
    /// Greater.
    After(Part<'p>),
    /// At most.
    To(Part<'p>),
    /// Less.
    Before(Part<'p>),
    /// Text that begins so.
    BeginsWith(&'p str),
    /// Text that begins so and goes on.
    Below(&'p str),
    /// Any.
    All,
}

/// A condition on a sort key, in the forms that DynamoDB has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyCondition {
    /// `sk = :v`
    Equals(String),
    /// `begins_with(sk, :v)`
    BeginsWith(String),
    /// `sk BETWEEN :v AND :w`, both included
    Between(String, String),
    /// No condition.
    All,
}

impl Template {
    /// The condition on the part at `level`, 0 being the first, where `get` gives the parts before it.
    ///
    /// The condition holds for exactly those keys of this template that the typed comparison holds for, and
    /// for no key outside the text before the part. [`Range::All`] one level behind the last is the whole key.
    ///
    /// # Errors
    ///
    /// [`RenderError`] as [`Template::render`]; `Unordered` for a range on a part that does not sort,
    /// `Inverted` for one that holds nothing, `NotText`, and `Level`.
    pub fn condition<'p, F: Found<'p>>(
        &self,
        level: usize,
        range: Range<'_>,
        get: &dyn Fn(usize) -> F,
    ) -> Result<KeyCondition, RenderError> {
        let index = self.end_of(level);
        let Some(slot) = self.slot(index) else {
            return match range {
                Range::All if level == self.levels() => self.render(get).map(KeyCondition::Equals),
                _ => Err(RenderError::Level { level }),
            };
        };
        let mut prefix = String::new();
        write(self, index, get, &mut prefix)?;
        let rest = self.segments.get(index + 1..).unwrap_or_default();
        let mut tail = String::new();
        for segment in rest {
            let Segment::Literal(text) = segment else {
                break;
            };
            tail.push_str(text);
        }
        let more = rest
            .iter()
            .any(|segment| matches!(segment, Segment::Part { .. }));
        Level {
            slot,
            prefix,
            tail,
            more,
        }
        .condition(range)
    }
}

/// A part between the text before it and the literal behind it.
struct Level {
    slot: Slot,
    prefix: String,
    tail: String,
    /// Whether parts follow, so that many keys have the same value here.
    more: bool,
}

impl Level {
    fn condition(self, range: Range<'_>) -> Result<KeyCondition, RenderError> {
        match range {
            Range::All if self.prefix.is_empty() => Ok(KeyCondition::All),
            Range::All => Ok(KeyCondition::BeginsWith(self.prefix)),
            Range::Eq(value) => match self.upto_tail(value)? {
                key if key.is_empty() => Err(RenderError::EmptyKey),
                key if self.more => Ok(KeyCondition::BeginsWith(key)),
                key => Ok(KeyCondition::Equals(key)),
            },
            Range::BeginsWith(start) => self.begins_with(start),
            _ if !self.slot.is_ordered() => Err(RenderError::Unordered {
                part: self.slot.part,
            }),
            Range::Below(start) => self.below(start),
            Range::Between(low, high) => self.between(self.upto_tail(low)?, Some(self.last(high)?)),
            Range::From(value) => self.between(self.upto_tail(value)?, Some(self.highest())),
            Range::After(value) => {
                let last = self.upto_tail(value)?;
                self.between(
                    if self.more {
                        above_all(last)
                    } else {
                        just_above(last)
                    },
                    Some(self.highest()),
                )
            }
            Range::To(value) => self.between(self.prefix.clone(), Some(self.last(value)?)),
            Range::Before(value) => {
                self.between(self.prefix.clone(), just_below(self.upto_tail(value)?))
            }
        }
    }

    /// Behind every key with this value, up to the last that goes on from it.
    fn below(self, start: &str) -> Result<KeyCondition, RenderError> {
        let part = self.slot.part;
        if !matches!(self.slot.form, Form::Text) {
            return Err(RenderError::NotText { part });
        }
        let mut high = self.prefix.clone();
        self.slot.write_text(&self.slot.stored(start), &mut high)?;
        let low = self.upto_tail(Part::Text(start.into()))?;
        let low = if self.more {
            above_all(low)
        } else {
            just_above(low)
        };
        self.between(low, Some(above_all(high)))
    }

    fn begins_with(self, start: &str) -> Result<KeyCondition, RenderError> {
        let part = self.slot.part;
        let stored = self.slot.stored(start);
        let mut key = self.prefix;
        match self.slot.form {
            Form::Text => self.slot.write_text(&stored, &mut key)?,
            Form::Shape(shape) if stored.len() <= shape.len() => key.push_str(&stored),
            _ => return Err(RenderError::NotText { part }),
        }
        Ok(if key.is_empty() {
            KeyCondition::All
        } else {
            KeyCondition::BeginsWith(key)
        })
    }

    /// All keys with this value begin with this text, or are it.
    fn upto_tail(&self, value: Part<'_>) -> Result<String, RenderError> {
        let mut key = self.prefix.clone();
        self.slot.write(value, &mut key)?;
        key.push_str(&self.tail);
        Ok(key)
    }

    /// At or above every key with this value, below those with a greater one.
    fn last(&self, value: Part<'_>) -> Result<String, RenderError> {
        let key = self.upto_tail(value)?;
        Ok(if self.more { above_all(key) } else { key })
    }

    /// Above every key of this template with the same parts before.
    fn highest(&self) -> String {
        above_all(self.prefix.clone())
    }

    fn between(&self, low: String, high: Option<String>) -> Result<KeyCondition, RenderError> {
        let low = lowest_key(low);
        match high {
            Some(high) if low <= high => Ok(KeyCondition::Between(low, high)),
            _ => Err(RenderError::Inverted {
                part: self.slot.part,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;

    const F: Format = Format::DEFAULT;
    const ORDER: Template = Template {
        segments: &[
            Segment::Literal("ORDER#"),
            Segment::Part {
                part: 0,
                form: Form::Shape("0000-00-00"),
                format: F,
            },
            Segment::Literal("#"),
            Segment::Part {
                part: 1,
                form: Form::Text,
                format: F,
            },
        ],
    };

    fn text(text: &str) -> Part<'_> {
        Part::Text(text.into())
    }

    fn order(level: usize, range: Range<'_>) -> Result<KeyCondition, RenderError> {
        ORDER.condition(level, range, &|_| Some(text("2024-05-01")))
    }

    fn between(low: &str, high: &str) -> KeyCondition {
        KeyCondition::Between(low.into(), high.into())
    }

    #[test]
    fn equality_ends_on_a_separator_or_is_the_whole_key() {
        let all = order(0, Range::All);
        assert_eq!(all, Ok(KeyCondition::BeginsWith("ORDER#".into())));
        let date = order(0, Range::Eq(text("2024-05-01")));
        assert_eq!(
            date,
            Ok(KeyCondition::BeginsWith("ORDER#2024-05-01#".into()))
        );
        let whole = order(1, Range::Eq(text("7")));
        assert_eq!(whole, Ok(KeyCondition::Equals("ORDER#2024-05-01#7".into())));
        assert_eq!(
            order(2, Range::All),
            Ok(KeyCondition::Equals("ORDER#2024-05-01#2024-05-01".into()))
        );
        assert_eq!(order(3, Range::All), Err(RenderError::Level { level: 3 }));
    }

    #[test]
    fn bounds_stay_inside_the_prefix_and_at_the_ends_of_values() {
        let day = || text("2024-05-01");
        assert_eq!(
            order(0, Range::To(day())),
            Ok(between("ORDER#", "ORDER#2024-05-01#\u{10FFFF}"))
        );
        assert_eq!(
            order(0, Range::From(day())),
            Ok(between("ORDER#2024-05-01#", "ORDER#\u{10FFFF}"))
        );
        assert_eq!(
            order(0, Range::After(day())),
            Ok(between("ORDER#2024-05-01#\u{10FFFF}", "ORDER#\u{10FFFF}"))
        );
        assert_eq!(
            order(0, Range::Before(day())),
            Ok(between("ORDER#", "ORDER#2024-05-01\"\u{10FFFF}"))
        );
        assert_eq!(
            order(1, Range::After(text("b"))),
            Ok(between(
                "ORDER#2024-05-01#b\0",
                "ORDER#2024-05-01#\u{10FFFF}"
            ))
        );
        assert_eq!(
            order(1, Range::BeginsWith("b#")),
            Ok(KeyCondition::BeginsWith("ORDER#2024-05-01#b#".into()))
        );
    }

    #[test]
    fn an_inverted_range_is_refused() {
        let inverted = Err(RenderError::Inverted { part: 0 });
        assert_eq!(
            order(0, Range::Between(text("2024-05-02"), text("2024-05-01"))),
            inverted
        );
    }

    #[test]
    fn an_open_range_on_a_bare_key_has_no_empty_bound() {
        const BARE: Template = Template {
            segments: &[Segment::Part {
                part: 0,
                form: Form::Text,
                format: F,
            }],
        };
        let get = |_| None::<Part<'static>>;
        assert_eq!(BARE.condition(0, Range::All, &get), Ok(KeyCondition::All));
        assert_eq!(
            BARE.condition(0, Range::To(text("b")), &get),
            Ok(between("\0", "b"))
        );
        assert_eq!(
            BARE.condition(0, Range::BeginsWith(""), &get),
            Ok(KeyCondition::All)
        );
    }
}
