//! Where inside an item something went wrong.

use std::fmt;

/// The way to a value inside an item: attribute names and list indexes.
///
/// It is recorded while an error travels up (innermost step first), so that reading and
/// writing pay nothing for it as long as all goes well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    /// Innermost first.
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(Box<str>),
    Index(usize),
}

impl Path {
    /// The path of the item itself.
    #[must_use]
    pub const fn new() -> Self {
        Self { steps: Vec::new() }
    }

    /// The path of one attribute.
    #[must_use]
    pub fn field(name: &str) -> Self {
        let mut path = Self::new();
        path.push_name(name);
        path
    }

    /// Whether this is the item itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Puts `name` in front: the error happened inside the attribute or map entry of that name.
    pub fn push_name(&mut self, name: &str) {
        self.steps.push(Step::Name(name.into()));
    }

    /// Puts `index` in front: the error happened inside that element of a list or set.
    pub fn push_index(&mut self, index: usize) {
        self.steps.push(Step::Index(index));
    }

    /// The outermost name: the attribute of the item.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        match self.steps.last() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, step) in self.steps.iter().rev().enumerate() {
            match step {
                Step::Name(name) if depth == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_from_the_outside_in() {
        let mut path = Path::new();
        assert!(path.is_empty());
        path.push_name("sku");
        path.push_index(2);
        path.push_name("lines");
        path.push_name("ship_to");
        assert_eq!(path.to_string(), "ship_to.lines[2].sku");
        assert_eq!(path.attribute(), Some("ship_to"));
    }
}
