//! serde, straight between the user's types and DynamoDB's wire JSON.
//!
//! There is no tree of attribute values in between: [`ser`] writes the text of an item as
//! serde walks the value, and [`de`] feeds serde from a [`reader::Reader`] over the text of
//! the response.

mod de;
mod found;
mod hint;
pub(crate) mod number;
mod path;
mod reader;
mod sdk;
mod ser;
mod text;
pub(crate) mod with;

#[cfg(test)]
mod tests;

pub use de::Fault;
pub(crate) use de::{Inject, Injected, Passed, ReadItem, read_item, read_value};
pub(crate) use found::{Found, open};
pub use hint::{Element, Hint, Rule};
pub(crate) use path::Path;
pub(crate) use reader::Malformed;
pub use reader::Reader;
pub(crate) use sdk::{item_from_sdk, item_to_sdk};
pub(crate) use ser::{EncodeError, Presence, write_item, write_string, write_value};
