//! Typed expressions: paths, conditions and update actions, and their text.

mod action;
mod condition;
pub(crate) mod custom;
mod operand;
mod ordered;
mod path;
pub(crate) mod render;
pub mod role;

pub(crate) use action::{Action, Verb};
pub use action::{Actions, Group, Member, SetTarget};
pub(crate) use condition::Expr;
pub use condition::{AttributeType, Condition, Size};
pub use custom::{Custom, CustomForm};
pub use operand::{Assigned, Containing, Operand, SetAttribute};
pub(crate) use operand::{Term, plain_term};
pub use ordered::{Comparable, OrderedAttribute, OrderedForm};
pub use path::{Fields, Path, Prefix};
pub(crate) use path::{RawPath, Step};
pub use role::{Addable, Number, Removable, Role, Settable};
