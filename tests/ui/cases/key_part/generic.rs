//! expect: a key part cannot be generic

use dynamo_orm::KeyPart;

#[derive(KeyPart)]
pub struct Id<T>(pub T);
