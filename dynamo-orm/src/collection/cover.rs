//! The smallest range of sort keys that holds all members.

use crate::key::{Part, Segment, above_all};
use crate::op::plan;
use crate::schema::{EntityModel, Index, KeySpec, KeyType};

use super::Collection;
use super::list::Members;
use super::request::position;

/// The lowest and the highest key a member can have; `None` where there is no such end.
pub(super) fn cover<C: Collection>() -> (Option<Part<'static>>, Option<Part<'static>>) {
    match ends::<C>() {
        Some((low, high)) => (Some(Part::Text(low.into())), Some(Part::Text(high.into()))),
        None => (None, None),
    }
}

fn ends<C: Collection>() -> Option<(String, String)> {
    let plan = plan::<C::Anchor>(position::<C>());
    let [(key, _)] = plan.sk.as_slice() else {
        return None;
    };
    if key.ty != KeyType::S {
        return None;
    }
    let mut ends: Option<(String, String)> = None;
    for leaf in 0..<C::Members as Members>::LEAVES {
        let entity = <C::Members as Members>::entity(leaf)?;
        let KeySpec::Template(template) = sort_key::<C>(entity)? else {
            return None;
        };
        let (low, high) = match template.segments {
            [Segment::Literal(text)] => ((*text).to_owned(), (*text).to_owned()),
            [Segment::Literal(text), ..] => ((*text).to_owned(), above_all((*text).to_owned())),
            _ => return None,
        };
        ends = Some(match ends {
            Some((l, h)) => (l.min(low), h.max(high)),
            None => (low, high),
        });
    }
    ends
}

/// The sort key of a member in the index of the collection, or in the table.
fn sort_key<C: Collection>(entity: &EntityModel) -> Option<KeySpec> {
    match C::Index::MODEL {
        None => entity.sk,
        Some(index) => {
            let used = entity.indexes.iter().find(|u| u.index.name == index.name);
            used?.sk.first().copied()
        }
    }
}
