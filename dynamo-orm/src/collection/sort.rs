//! Sorting what a query found into members.

use crate::error::Result;
use crate::op::Page;

use super::Collection;
use super::gather::Found;
use super::groups::Groups;
use super::list::{Members, Slots};
use super::result::{CollectionPage, Counted};

/// The items of a page as members.
type FoundIn<C> = Found<<<C as Collection>::Members as Members>::Item>;

/// Everything found, sorted.
struct Sorted<C: Collection> {
    slots: Slots<C>,
    others: u64,
    unknown: u64,
    raw: Vec<String>,
}

fn sorted<C: Collection>(items: Vec<FoundIn<C>>) -> Result<Sorted<C>> {
    let mut sorted = Sorted {
        slots: Slots::<C>::default(),
        others: 0,
        unknown: 0,
        raw: Vec::new(),
    };
    for item in items {
        match item {
            Found::Member(item) => <C::Members as Members>::put(&mut sorted.slots, item),
            Found::Other => sorted.others += 1,
            Found::Unknown(raw) => {
                sorted.unknown += 1;
                sorted.raw.extend(raw);
            }
            Found::Failed(error) => return Err(error),
        }
    }
    Ok(sorted)
}

/// The collection that the items of all pages make.
pub(super) fn counted<C: Collection>(page: Page<FoundIn<C>>) -> Result<Counted<C>> {
    let sorted = sorted::<C>(page.items)?;
    let collection = if <C::Members as Members>::is_empty(&sorted.slots) {
        None
    } else {
        let groups = Groups::whole(C::MODEL);
        let members = <C::Members as Members>::deal(sorted.slots, &groups)?;
        members.into_iter().next().map(C::build)
    };
    Ok(Counted {
        collection,
        others: sorted.others,
        unknown: sorted.unknown,
        raw: sorted.raw,
    })
}

/// What the items of one page are.
pub(super) fn page<C: Collection>(page: Page<FoundIn<C>>) -> Result<CollectionPage<C>> {
    let sorted = sorted::<C>(page.items)?;
    Ok(CollectionPage {
        members: C::parts(sorted.slots),
        cursor: page.cursor,
        scanned: page.scanned,
        others: sorted.others,
        unknown: sorted.unknown,
        raw: sorted.raw,
    })
}
