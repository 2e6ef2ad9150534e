//! Trees: a subtree is exactly what its path begins, whatever the names hold.

use std::borrow::Cow;
use std::collections::BTreeSet;

use dynamo_orm::{BatchWrite, Db, TreePath};
use dynamo_orm_tests::wiki::{Page, Revision, Wiki};
use dynamo_orm_tests::{is_old_engine, table};
use proptest::prelude::*;

use crate::block_on;

/// Names that begin alike, and those that separators and escapes are made of. The 2020 release of DynamoDB Local takes a
/// `%` in `begins_with` for a wildcard, so nothing is escaped there.
fn name() -> BoxedStrategy<String> {
    let plain = vec!["a", "b", "ab", "a-", "é", "~"];
    if is_old_engine() {
        return prop::sample::select(plain).prop_map(str::to_owned).boxed();
    }
    let escaped = vec!["/", "a/b", "%", "%2F", "#", " ", "a#"];
    prop_oneof![
        4 => prop::sample::select([plain, escaped].concat()).prop_map(str::to_owned),
        1 => "[ -~]{1,3}",
    ]
    .boxed()
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(name(), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_subtree_is_exactly_the_paths_that_begin_with_its_names(
        nodes in prop::collection::btree_set(names(), 1..20),
        top in names(),
        pick in any::<prop::sample::Index>(),
        own: bool,
    ) {
        let mut all: Vec<Vec<String>> = nodes.into_iter().collect();
        // A node of the tree, or any path.
        let top = if own { all[pick.index(all.len())].clone() } else { top };
        // Siblings whose names begin alike, and what stands below them.
        if let Some((last, above)) = top.split_last() {
            for more in ["b", "-", "~"] {
                let sibling = [above, &[format!("{last}{more}")]].concat();
                all.push([&sibling[..], &["x".to_owned()]].concat());
                all.push(sibling);
            }
            all.sort();
            all.dedup();
        }
        let path = |names: &[String]| TreePath::new(names).unwrap();
        let expected: BTreeSet<TreePath> = all
            .iter()
            .filter(|names| names.starts_with(&top))
            .map(|names| path(names))
            .collect();
        let children: BTreeSet<TreePath> = all
            .iter()
            .filter(|names| names.starts_with(&top) && names.len() == top.len() + 1)
            .map(|names| path(names))
            .collect();
        let top = path(&top);
        let mut below = expected.clone();
        below.remove(&top);
        let pages: Vec<Page> = all.iter().map(|names| Page::at(path(names))).collect();
        let revisions: Vec<Revision> = pages
            .iter()
            .map(|page| Revision { site: page.site.clone(), path: page.path.clone(), number: 7 })
            .collect();
        block_on(async {
            let db: Db<Wiki> = table().await;
            let writes = BatchWrite::new().put_all(&pages).put_all(&revisions);
            writes.write_all(&db).await.unwrap();
            macro_rules! check {
                ($query:expr, $expected:expr) => {{
                    let items = $query.all(&db).await.unwrap();
                    let found: Vec<&TreePath> = items.iter().map(|item| &item.path).collect();
                    // In the order of paths, too, which is depth first.
                    let expected: Vec<&TreePath> = $expected.iter().collect();
                    prop_assert_eq!(found, expected);
                }};
            }
            check!(Page::tree("docs").path().under(&top), expected);
            check!(Page::tree("docs").path().below(&top), below);
            check!(Page::on_shelf("main").path().under(&top), expected);
            check!(Page::on_shelf("main").path().below(&top), below);
            check!(Revision::revisions("docs").path().under(&top), expected);
            check!(Revision::revisions("docs").path().below(&top), below);
            check!(Page::children("docs", &top), children);
            check!(Page::by_depth("docs").depth().eq(top.depth() + 1).path().under(&top), children);
            Ok(())
        })?;
    }

    #[test]
    fn paths_come_back_and_sort_depth_first(all in prop::collection::btree_set(names(), 1..20)) {
        let mut paths: Vec<TreePath> = all.iter().map(|names| TreePath::new(names).unwrap()).collect();
        paths.sort();
        for path in &paths {
            let names: Vec<String> = path.names().map(Cow::into_owned).collect();
            prop_assert!(all.contains(&names));
            prop_assert_eq!(&path.as_str().parse::<TreePath>().unwrap(), path);
            prop_assert_eq!(path.ancestors().len(), names.len());
            // Nothing else stands between a node and the end of its subtree.
            let under: Vec<bool> = paths.iter().map(|other| other.is_under(path)).collect();
            let first = under.iter().position(|u| *u).unwrap();
            let size = under.iter().filter(|u| **u).count();
            prop_assert_eq!(&paths[first], path);
            prop_assert!(under[first..first + size].iter().all(|u| *u));
        }
    }
}
