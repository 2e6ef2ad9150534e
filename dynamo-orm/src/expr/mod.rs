//! Typed expressions: paths, conditions and update actions, and their text.

mod action;
mod condition;
mod operand;
mod path;
pub(crate) mod render;
pub mod role;

pub use action::Group;
pub(crate) use action::{Action, Actions, SetTarget, Verb};
pub(crate) use condition::Expr;
pub use condition::{AttributeType, Condition, Size};
pub(crate) use operand::{Assigned, Operand, SetAttribute, Term, plain_term};
pub use path::{Fields, Path, Prefix};
pub(crate) use path::{RawPath, Step};
pub(crate) use role::{Addable, Number, Removable, Role, Settable};
