//! A tree in one partition, with an index by depth, one by parent, and paths that are sort keys by themselves.

#![expect(
    missing_docs,
    reason = "a model of the tests; its names say what there is to say"
)]

use dynamo_orm::{Entity, Table, TreePath};
use serde::{Deserialize, Serialize};

/// Pages by their paths.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "_type",
    gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"),
    gsi(ByPath, pk = "shelf", sk = "path"),
    lsi(ByDepth, sk = "LSI1SK")
)]
pub enum Wiki {
    Page(Page),
    Revision(Revision),
}

/// A node of the tree.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Wiki, pk = "SITE#{site}", sk = "PAGE#{path}", query = tree,
         index(ByPath, pk = shelf, sk = path, query = on_shelf),
         index(Gsi1, pk = "PARENT#{site}#{parent}", sk = "{path}", query = children),
         index(ByDepth, sk = "{depth}#{path}", query = by_depth))]
pub struct Page {
    pub site: String,
    pub path: TreePath,
    pub parent: Option<TreePath>,
    pub depth: u16,
    pub shelf: String,
}

/// Its path is followed by another part.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Wiki, pk = "SITE#{site}", sk = "REVISION#{path}#{number}", query = revisions)]
pub struct Revision {
    pub site: String,
    pub path: TreePath,
    pub number: u32,
}

impl Page {
    /// The page of the site `docs` at a path; what follows from the path is filled in.
    #[must_use]
    pub fn at(path: TreePath) -> Self {
        Self {
            site: "docs".to_owned(),
            parent: path.parent(),
            depth: path.depth(),
            shelf: "main".to_owned(),
            path,
        }
    }
}
