//! Tables and entities: the model as data, and items from and to entities by it.

mod build;
mod check;
pub(crate) mod edge;
mod entity;
mod guard;
pub(crate) mod keys;
mod live;
mod marker;
mod model;
mod probe;
mod read;
mod restore;
mod sdk;
mod shorthand;
mod time;
mod version;
mod write;

pub use build::{
    assert_entity, assert_index, index_model, needed_rules, no_such_entity, optional_part, part,
    text, unknown_variant,
};
pub(crate) use check::{Message, same};
pub use check::{check_carried, check_entity, check_index, check_pair};
pub use edge::{assert_end, check_end, check_end_path};
pub use entity::{
    ConsistentlyReadable, Entity, Index, IndexOf, Parts, Primary, Table, Unguarded, Versioned,
    WithoutUnique,
};
pub(crate) use guard::{GUARD_PREFIX, OWNER, guard_item, guard_key, owner, owner_of};
pub(crate) use live::{epoch_seconds, is_expired};
#[cfg(feature = "streams")]
pub(crate) use marker::{CHECKPOINT, checkpoint_key};
pub(crate) use marker::{
    expiry_attribute, idempotency_item, idempotency_key, is_helper_item, mark_item, mark_key,
};
pub use model::{
    EntityModel, FieldModel, IndexModel, IndexUse, KeyAttribute, KeySpec, KeyType, PartModel,
    Projected, Scope, StampModel, StreamView, TableModel, UniqueModel, When,
};
pub use probe::{Plain, Probe};
pub use read::read_entity;
pub(crate) use read::{
    decode_item, entity_name_of_keys, entity_of, has_known_keys, read, read_any,
};
pub use restore::Restore;
pub(crate) use restore::{epoch_seconds_of, key_parts, read_part};
pub use sdk::{from_item, to_item};
pub use time::{Expiry, Timestamp};
pub(crate) use version::Expected;
pub use version::Version;
pub use write::{ItemWriter, stamp};
pub(crate) use write::{MAX_ITEM_BYTES, Writing, Written, write_item};
