//! expect: a key part needs at least one variant

use dynamo_orm::KeyPart;

#[derive(KeyPart)]
pub enum Never {}
