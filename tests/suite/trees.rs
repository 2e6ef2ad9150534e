//! Trees: subtrees, children, ancestors, and moving.

use dynamo_orm::{BatchGet, BatchWrite, Db, Entity, Transaction, TreePath};
use dynamo_orm_tests::table;
use dynamo_orm_tests::wiki::{Page, Revision, Wiki};

fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

fn paths(pages: &[Page]) -> Vec<&str> {
    pages.iter().map(|p| p.path.as_str()).collect()
}

const ALL: [&str; 8] = [
    "/",
    "/a/",
    "/a/b/",
    "/a/b/c/",
    "/a/b/d/e/",
    "/a/bc/",
    "/a/b%2Fc/",
    "/z/",
];

async fn wiki() -> Db<Wiki> {
    let db = table().await;
    let pages: Vec<Page> = ALL.iter().map(|p| Page::at(path(p))).collect();
    let revisions: Vec<Revision> = (0..)
        .zip(&ALL)
        .map(|(number, p)| Revision {
            site: "docs".to_owned(),
            path: path(p),
            number,
        })
        .collect();
    let writes = BatchWrite::new().put_all(&pages).put_all(&revisions);
    writes.write_all(&db).await.unwrap();
    db
}

#[tokio::test]
async fn a_subtree_is_what_begins_with_its_path_segment_by_segment() {
    let db = wiki().await;
    let b = path("/a/b/");
    let under = Page::tree("docs").path().under(&b).all(&db).await.unwrap();
    assert_eq!(paths(&under), ["/a/b/", "/a/b/c/", "/a/b/d/e/"]);
    let below = Page::tree("docs").path().below(&b).all(&db).await.unwrap();
    assert_eq!(paths(&below), ["/a/b/c/", "/a/b/d/e/"]);
    let root = TreePath::root();
    let all = Page::tree("docs").path().under(&root).all(&db).await;
    assert_eq!(all.unwrap().len(), ALL.len());
    let below = Page::tree("docs").path().below(&root).newest_first();
    assert_eq!(below.count(&db).await.unwrap(), 7);
}

#[tokio::test]
async fn a_subtree_is_the_same_before_another_part_and_in_an_attribute_of_its_own() {
    let db = wiki().await;
    let b = path("/a/b/");
    let numbers =
        |revisions: Vec<Revision>| -> Vec<u32> { revisions.iter().map(|r| r.number).collect() };
    let under = Revision::revisions("docs").path().under(&b).all(&db).await;
    assert_eq!(numbers(under.unwrap()), [2, 3, 4]);
    let below = Revision::revisions("docs").path().below(&b).all(&db).await;
    assert_eq!(numbers(below.unwrap()), [3, 4]);
    let own = Revision::revisions("docs").path().eq(&b).all(&db).await;
    assert_eq!(numbers(own.unwrap()), [2]);
    let under = Page::on_shelf("main").path().under(&b).all(&db).await;
    assert_eq!(paths(&under.unwrap()), ["/a/b/", "/a/b/c/", "/a/b/d/e/"]);
    let below = Page::on_shelf("main").path().below(&b).all(&db).await;
    assert_eq!(paths(&below.unwrap()), ["/a/b/c/", "/a/b/d/e/"]);
}

#[tokio::test]
async fn children_are_found_by_depth_or_by_parent() {
    let db = wiki().await;
    let a = path("/a/");
    let by_depth = Page::by_depth("docs").depth().eq(a.depth() + 1);
    let by_depth = by_depth.path().under(&a).all(&db).await.unwrap();
    assert_eq!(paths(&by_depth), ["/a/b%2Fc/", "/a/b/", "/a/bc/"]);
    let by_parent = Page::children("docs", &a).all(&db).await.unwrap();
    assert_eq!(by_parent, by_depth);
    let top = Page::children("docs", TreePath::root()).all(&db).await;
    assert_eq!(paths(&top.unwrap()), ["/a/", "/z/"]);
}

#[tokio::test]
async fn ancestors_are_one_batch() {
    let db = wiki().await;
    let keys = |p: TreePath| Page::key("docs", p);
    let keys: Vec<_> = path("/a/b/d/e/")
        .ancestors()
        .into_iter()
        .map(keys)
        .collect();
    let found = BatchGet::new(keys).load(&db).await.unwrap();
    let found: Vec<Option<Page>> = found;
    // `/a/b/d/` was never written.
    assert_eq!(found[3], None);
    let found: Vec<Page> = found.into_iter().flatten().collect();
    assert_eq!(paths(&found), ["/", "/a/", "/a/b/"]);
}

#[tokio::test]
async fn a_subtree_moves_at_once() {
    let db = wiki().await;
    let (from, to) = (path("/a/b/"), path("/z/y/"));
    let before = Page::tree("docs")
        .path()
        .under(&from)
        .all(&db)
        .await
        .unwrap();
    let after: Vec<Page> = before
        .iter()
        .filter_map(|p| p.path.moved(&from, &to))
        .map(Page::at)
        .collect();
    let moves = before.iter().zip(&after);
    let moves = moves.fold(Transaction::new(), |t, (old, new)| {
        t.relocate(new.relocate(old))
    });
    moves.send(&db).await.unwrap();
    let left = Page::tree("docs").path().under(&from).count(&db).await;
    assert_eq!(left.unwrap(), 0);
    let arrived = Page::tree("docs").path().under(&to).all(&db).await.unwrap();
    assert_eq!(paths(&arrived), ["/z/y/", "/z/y/c/", "/z/y/d/e/"]);
    let children = Page::children("docs", &to).all(&db).await.unwrap();
    assert_eq!(paths(&children), ["/z/y/c/"]);
}

#[tokio::test]
async fn a_stored_path_that_is_none_is_an_error_at_its_field() {
    let error = dynamo_orm::from_item::<Page>(&{
        let mut item = dynamo_orm::to_item(&Page::at(path("/a/"))).unwrap();
        let wrong = aws_sdk_dynamodb::types::AttributeValue::S("/a".into());
        item.insert("path".into(), wrong);
        item
    });
    let error = error.unwrap_err();
    assert_eq!(error.path(), Some("path"));
    assert_eq!(
        Page::at(path("/a/")).to_key().to_json().unwrap(),
        r#"{"PK":{"S":"SITE#docs"},"SK":{"S":"PAGE#/a/"}}"#
    );
}
