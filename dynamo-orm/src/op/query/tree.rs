//! Conditions on a path in a tree: what stands under a node.

use crate::key::TreePath;

use super::access::{Access, Bounded, Bounds, Level};
use super::builder::Query;

impl<A, N> Level<A, TreePath, N>
where
    A: Access,
    N: Access<Entity = A::Entity, Index = A::Index>,
{
    /// The subtree at this path, the node itself first: every path that begins with it, segment by segment.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/tree.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> dynamo_orm::Result<()> {
    /// let db = Db::<Wiki>::local().await?;
    /// for text in ["/a/", "/a/b/", "/a/b/c/", "/a/bc/"] {
    ///     page(text)?.put().send(&db).await?;
    /// }
    /// let b: TreePath = "/a/b/".parse()?;
    /// let subtree = Page::tree("docs").path().under(&b).all(&db).await?;
    /// assert_eq!(subtree, [page("/a/b/")?, page("/a/b/c/")?]);
    /// assert_eq!(Page::tree("docs").path().below(&b).all(&db).await?, [page("/a/b/c/")?]);
    /// # Ok(()) }
    /// ```
    pub fn under(self, path: &TreePath) -> Query<Bounded<A>> {
        // The text of a path ends on a separator.
        self.bounded(Some(Bounds::BeginsWith(path.as_str().to_owned())))
    }

    /// What stands below this path: its subtree without the node itself.
    pub fn below(self, path: &TreePath) -> Query<Bounded<A>> {
        self.bounded(Some(Bounds::Below(path.as_str().to_owned())))
    }
}
