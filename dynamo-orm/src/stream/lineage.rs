//! Which shards of a stream may be read: a child only when its parent is read to its end, or is gone.

use std::collections::{BTreeMap, BTreeSet};

/// The shards of a stream, as they are listed, and which of them are read to their end.
///
/// It knows nothing of iterators or records, so that the consumer and the bridge can share it.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html#Streams.Processing>
#[derive(Debug, Default)]
pub(crate) struct Lineage {
    shards: BTreeMap<String, Node>,
    /// Listed once and no more, while a listed shard is their child.
    absent: BTreeMap<String, Node>,
}

#[derive(Debug)]
struct Node {
    parent: Option<String>,
    finished: bool,
}

impl Lineage {
    /// Takes a complete listing: shards and their parents. Gives the shards that are listed no more.
    ///
    /// What it leaves out counts as gone, and children of what is gone may be read: who knows better holds them back, and
    /// [adopts](Lineage::adopt) the parent.
    pub(crate) fn list(
        &mut self,
        listed: impl IntoIterator<Item = (String, Option<String>)>,
    ) -> Vec<String> {
        let mut before = std::mem::take(&mut self.shards);
        for (id, parent) in listed {
            let known = before.remove(&id).or_else(|| self.absent.remove(&id));
            let finished = known.is_some_and(|known| known.finished);
            self.shards.insert(id, Node { parent, finished });
        }
        let gone = before.keys().cloned().collect();
        self.absent.append(&mut before);
        let parents = self.shards.values().filter_map(|node| node.parent.as_ref());
        let parents: BTreeSet<&String> = parents.collect();
        self.absent.retain(|id, _| parents.contains(id));
        gone
    }

    /// A parent that no listing names is there nevertheless. It counts as listed until the next listing.
    #[cfg(any(test, feature = "streams"))]
    pub(crate) fn adopt(&mut self, id: &str) {
        let unknown = Node {
            parent: None,
            finished: false,
        };
        let node = self.absent.remove(id).unwrap_or(unknown);
        self.shards.entry(id.to_owned()).or_insert(node);
    }

    /// A shard is read to its end.
    pub(crate) fn finish(&mut self, id: &str) {
        let listed = self.shards.get_mut(id);
        if let Some(node) = listed.or_else(|| self.absent.get_mut(id)) {
            node.finished = true;
        }
    }

    /// Whether a shard is listed.
    #[cfg(any(test, feature = "streams"))]
    pub(crate) fn is_listed(&self, id: &str) -> bool {
        self.shards.contains_key(id)
    }

    /// The parent that a shard was made from, listed or not.
    #[cfg(any(test, feature = "streams"))]
    pub(crate) fn parent(&self, id: &str) -> Option<&str> {
        self.shards.get(id)?.parent.as_deref()
    }

    /// Whether every listed child of a shard passes a test.
    #[cfg(any(test, feature = "streams"))]
    pub(crate) fn children_all(&self, parent: &str, test: impl Fn(&str) -> bool) -> bool {
        let of_it = |node: &Node| node.parent.as_deref() == Some(parent);
        let mut children = self.shards.iter().filter(|(_, node)| of_it(node));
        children.all(|(id, _)| test(id))
    }

    /// The shards that may be read now, in the order of their names, which begin with the time they were made.
    pub(crate) fn ready(&self) -> impl Iterator<Item = &str> {
        let may = |node: &Node| {
            let parent = node.parent.as_ref().and_then(|id| self.shards.get(id));
            !node.finished && parent.is_none_or(|parent| parent.finished)
        };
        let ready = self.shards.iter().filter(move |(_, node)| may(node));
        ready.map(|(id, _)| id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        let own = |(id, parent): &(&str, Option<&str>)| ((*id).into(), parent.map(str::to_owned));
        pairs.iter().map(own).collect()
    }

    fn ready(lineage: &Lineage) -> Vec<&str> {
        lineage.ready().collect()
    }

    #[test]
    fn a_child_waits_for_the_end_of_its_parent() {
        let mut lineage = Lineage::default();
        lineage.list(of(&[("b", Some("a")), ("c", Some("a")), ("a", None)]));
        assert_eq!(ready(&lineage), ["a"]);
        lineage.finish("a");
        assert_eq!(ready(&lineage), ["b", "c"]);
        lineage.finish("b");
        assert_eq!(ready(&lineage), ["c"]);
    }

    #[test]
    fn a_child_of_a_shard_that_is_gone_does_not_wait() {
        let mut lineage = Lineage::default();
        assert_eq!(lineage.list(of(&[("b", Some("a"))])), Vec::<String>::new());
        assert_eq!(ready(&lineage), ["b"]);
        assert_eq!(lineage.parent("b"), Some("a"));
        let gone = lineage.list(of(&[("c", Some("b"))]));
        assert_eq!((gone, ready(&lineage)), (vec!["b".to_owned()], vec!["c"]));
    }

    #[test]
    fn a_new_listing_keeps_what_is_finished() {
        let mut lineage = Lineage::default();
        lineage.list(of(&[("a", None)]));
        lineage.finish("a");
        lineage.list(of(&[("a", None), ("b", Some("a"))]));
        assert_eq!(ready(&lineage), ["b"]);
        assert!(lineage.children_all("a", |id| id == "b"));
        assert!(!lineage.children_all("a", |_| false));
    }

    #[test]
    fn a_shard_that_one_listing_leaves_out_is_finished_still_and_has_its_parent() {
        let mut lineage = Lineage::default();
        let all = [("a", None), ("b", Some("a")), ("c", Some("b"))];
        lineage.list(of(&all));
        lineage.finish("a");
        lineage.list(of(&[("b", Some("a")), ("c", Some("b"))]));
        lineage.list(of(&all));
        assert_eq!(ready(&lineage), ["b"]);
        lineage.list(of(&[("a", None), ("c", Some("b"))]));
        assert_eq!(ready(&lineage), ["c"]);
        lineage.adopt("b");
        assert_eq!(
            (ready(&lineage), lineage.parent("b")),
            (vec!["b"], Some("a"))
        );
    }
}
