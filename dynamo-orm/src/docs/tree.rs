// The tree of the documentation's examples.
#[allow(unused_imports)]
use dynamo_orm::{BatchGet, Db, Entity, Table, Transaction, TreePath};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", lsi(ByDepth, sk = "LSI1SK"))]
pub enum Wiki {
    Page(Page),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Wiki, pk = "SITE#{site}", sk = "PAGE#{path}", query = tree,
         index(ByDepth, sk = "{depth}#{path}", query = by_depth))]
pub struct Page {
    pub site: String,
    pub path: TreePath,
    pub depth: u16,
}

#[allow(dead_code)]
pub fn page(path: &str) -> dynamo_orm::Result<Page> {
    let path: TreePath = path.parse()?;
    Ok(Page { site: "docs".to_owned(), depth: path.depth(), path })
}
