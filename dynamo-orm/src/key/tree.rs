//! Paths in a tree, as key parts.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::escape::{escape, unescape};
use super::{Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind};

const SEPARATOR: u8 = b'/';

/// The place of a node in a tree: the names from the root down to it, written `/docs/guide/`.
///
/// The text begins and ends on the separator, so that `/a/b/` is no beginning of `/a/bc/`; a `/` or `%` inside a name
/// is written `%2F`, `%25`. Paths sort depth first: a node, its whole subtree, then the next node. Siblings sort by
/// their names with the separator behind, so that `/a-b/` comes before `/a/`.
///
/// In a sort key, [`under`](crate::reading::Level::under) and [`below`](crate::reading::Level::below) give subtrees.
///
/// # Examples
///
/// ```
/// use dynamo_orm::TreePath;
///
/// let guide: TreePath = "/docs/guide/".parse()?;
/// assert_eq!(guide, TreePath::root().child("docs")?.child("guide")?);
/// assert_eq!(guide.depth(), 2);
/// assert_eq!(guide.name().as_deref(), Some("guide"));
/// assert_eq!(guide.parent(), Some("/docs/".parse()?));
/// assert_eq!(guide.ancestors(), [TreePath::root(), "/docs/".parse()?]);
///
/// // Names may hold anything.
/// assert_eq!(TreePath::root().child("1/2")?.as_str(), "/1%2F2/");
/// # Ok::<(), dynamo_orm::keys::PartError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(String);

impl TreePath {
    /// The root, `/`.
    #[must_use]
    pub fn root() -> Self {
        Self(String::from(char::from(SEPARATOR)))
    }

    /// The path of these names, from the root down.
    ///
    /// # Errors
    /// When a name is empty.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Self, PartError> {
        let mut path = Self::root();
        for name in names {
            path.push(name.as_ref())?;
        }
        Ok(path)
    }

    /// The path of the child of this name.
    ///
    /// # Errors
    /// When the name is empty.
    pub fn child(&self, name: impl AsRef<str>) -> Result<Self, PartError> {
        let mut path = self.clone();
        path.push(name.as_ref())?;
        Ok(path)
    }

    fn push(&mut self, name: &str) -> Result<(), PartError> {
        if name.is_empty() {
            return Err(PartError::new(
                "a name in a path is empty; give every node a name",
            ));
        }
        escape(name, SEPARATOR, &mut self.0);
        self.0.push(char::from(SEPARATOR));
        Ok(())
    }

    /// The path as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names from the root down.
    #[must_use]
    pub fn names(&self) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
        self.0
            .split_terminator(char::from(SEPARATOR))
            .filter(|name| !name.is_empty())
            .map(|name| unescape(name, SEPARATOR).unwrap_or(Cow::Borrowed(name)))
    }

    /// The node's own name; the root has none.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, str>> {
        self.names().next_back()
    }

    /// How many names the path has; the root's depth is 0.
    #[must_use]
    pub fn depth(&self) -> u16 {
        u16::try_from(self.names().count()).unwrap_or(u16::MAX)
    }

    /// Is this the root?
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.len() == 1
    }

    /// The path one step up; the root has none.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let text = self.0.strip_suffix(char::from(SEPARATOR))?;
        let end = text.rfind(char::from(SEPARATOR))?;
        Some(Self(text.get(..=end)?.to_owned()))
    }

    /// The paths above this one, the root first: keys for one `BatchGet`.
    #[must_use]
    pub fn ancestors(&self) -> Vec<Self> {
        let mut out: Vec<Self> = std::iter::successors(self.parent(), Self::parent).collect();
        out.reverse();
        out
    }

    /// Is this path in the subtree of the other, or that path itself?
    #[must_use]
    pub fn is_under(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The path this one has after the subtree at `from` moved to `to`; `None` outside that subtree.
    #[must_use]
    pub fn moved(&self, from: &Self, to: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&from.0)?;
        Some(Self(format!("{}{rest}", to.0)))
    }
}

impl FromStr for TreePath {
    type Err = PartError;

    /// Reads the stored form, such as `/docs/guide/`.
    fn from_str(text: &str) -> Result<Self, PartError> {
        let wrong = || {
            PartError::new(
                "expected a path such as `/docs/guide/`, `/` inside a name written `%2F`",
            )
        };
        let separator = char::from(SEPARATOR);
        let inner = text.strip_prefix(separator).ok_or_else(wrong)?;
        let sound = |name: &str| !name.is_empty() && unescape(name, SEPARATOR).is_some();
        let is_path = inner.is_empty()
            || inner
                .strip_suffix(separator)
                .is_some_and(|inner| inner.split(separator).all(sound));
        is_path.then(|| Self(text.to_owned())).ok_or_else(wrong)
    }
}

impl KeyPart for TreePath {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Text;

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        Ok(Part::Text(Cow::Borrowed(&self.0)))
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        part.into_text()?.parse()
    }
}

impl OrderedKeyPart for TreePath {}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TreePath({})", self.0)
    }
}

impl Serialize for TreePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TreePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> TreePath {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_stored_form_is_a_path() {
        for text in ["", "a", "/a", "a/", "//", "/a//b/", "/%/", "/%61/", "/%2f/"] {
            assert!(text.parse::<TreePath>().is_err(), "{text}");
        }
        for text in ["/", "/a/", "/a/%2F%25/", "/ #/"] {
            assert_eq!(path(text).as_str(), text);
        }
        assert!(TreePath::new([""]).is_err());
    }

    #[test]
    fn names_come_back_whatever_they_hold() {
        let names = ["a/b", "%2F", " ", "é", "#"];
        let path = TreePath::new(names).unwrap();
        assert_eq!(path.names().collect::<Vec<_>>(), names);
        assert_eq!(path.depth(), 5);
        let json = serde_json::to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<TreePath>(&json).unwrap(), path);
    }

    #[test]
    fn the_root_is_above_all_and_under_nothing_else() {
        let root = TreePath::root();
        assert_eq!((root.depth(), root.parent(), root.name()), (0, None, None));
        assert!(root.is_root() && root.ancestors().is_empty());
        assert!(path("/a/").is_under(&root) && !root.is_under(&path("/a/")));
        assert_eq!(path("/a/").parent(), Some(root));
    }

    #[test]
    fn a_name_that_begins_alike_is_another_subtree() {
        assert!(path("/a/b/").is_under(&path("/a/b/")));
        assert!(path("/a/b/c/").is_under(&path("/a/b/")));
        assert!(!path("/a/bc/").is_under(&path("/a/b/")));
        assert_eq!(path("/a/bc/").moved(&path("/a/b/"), &path("/x/")), None);
        assert_eq!(
            path("/a/b/c/").moved(&path("/a/b/"), &path("/x/y/")),
            Some(path("/x/y/c/"))
        );
    }

    #[test]
    fn paths_sort_depth_first() {
        let mut paths = ["/b/", "/a/b/", "/a-b/", "/a/", "/a.b/c/", "/a/b/c/", "/"].map(path);
        paths.sort();
        let sorted = ["/", "/a-b/", "/a.b/c/", "/a/", "/a/b/", "/a/b/c/", "/b/"].map(path);
        assert_eq!(paths, sorted);
    }
}
