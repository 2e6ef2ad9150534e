//! Rendering: parts into the text of a key or the beginning of it.

use super::{Part, PartError, RenderError, Segment, Template};

/// What a look-up of a part gives: maybe a part, or the result of [`KeyPart::to_part`](super::KeyPart::to_part).
pub trait Found<'p> {
    /// The part, why there is none, or `None` if it has no value.
    fn found(self) -> Option<Result<Part<'p>, PartError>>;
}

impl<'p> Found<'p> for Option<Part<'p>> {
    fn found(self) -> Option<Result<Part<'p>, PartError>> {
        self.map(Ok)
    }
}

impl<'p> Found<'p> for Option<Result<Part<'p>, PartError>> {
    fn found(self) -> Self {
        self
    }
}

impl Template {
    /// The whole key. `get` gives the value of each part, by its index.
    ///
    /// # Errors
    ///
    /// [`RenderError`] names the part that is missing, empty, or has no place in the key.
    pub fn render<'p, F: Found<'p>>(
        &self,
        get: &dyn Fn(usize) -> F,
    ) -> Result<String, RenderError> {
        let mut key = String::new();
        write(self, self.segments.len(), get, &mut key)?;
        if key.is_empty() {
            Err(RenderError::EmptyKey)
        } else {
            Ok(key)
        }
    }

    /// The beginning of the key with its first `levels` parts and the literal that follows them, so that it
    /// ends on a separator. With all levels it is the whole key.
    ///
    /// # Errors
    ///
    /// As [`Template::render`].
    pub fn render_prefix<'p, F: Found<'p>>(
        &self,
        levels: usize,
        get: &dyn Fn(usize) -> F,
    ) -> Result<String, RenderError> {
        let mut key = String::new();
        write(self, self.end_of(levels), get, &mut key)?;
        Ok(key)
    }

    /// The index of the segment of the part at this level; the number of segments if there is none.
    pub(super) fn end_of(&self, level: usize) -> usize {
        let parts = self
            .segments
            .iter()
            .enumerate()
            .filter(|(_, s)| matches!(s, Segment::Part { .. }));
        parts
            .map(|(index, _)| index)
            .nth(level)
            .unwrap_or(self.segments.len())
    }
}

/// Writes the first segments.
pub(super) fn write<'p, F: Found<'p>>(
    template: &Template,
    segments: usize,
    get: &dyn Fn(usize) -> F,
    key: &mut String,
) -> Result<(), RenderError> {
    for (index, segment) in template.segments.iter().take(segments).enumerate() {
        if let Segment::Literal(text) = segment {
            key.push_str(text);
        } else if let Some(slot) = template.slot(index) {
            let part = slot.part;
            let value = get(part).found().ok_or(RenderError::Missing { part })?;
            slot.write(
                value.map_err(|error| RenderError::Part { part, error })?,
                key,
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Form, Format};
    use super::*;

    const F: Format = Format::DEFAULT;

    #[test]
    fn a_prefix_ends_behind_the_literal_that_follows() {
        const T: Template = Template {
            segments: &[
                Segment::Part {
                    part: 0,
                    form: Form::Text,
                    format: F,
                },
                Segment::Literal("#X#"),
                Segment::Part {
                    part: 1,
                    form: Form::Text,
                    format: F,
                },
            ],
        };
        let get = |part| (part == 0).then_some(Part::Text("a".into()));
        assert_eq!(T.render_prefix(0, &get).unwrap(), "");
        assert_eq!(T.render_prefix(1, &get).unwrap(), "a#X#");
        assert_eq!(T.render(&get), Err(RenderError::Missing { part: 1 }));
    }
}
