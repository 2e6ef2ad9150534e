//! expect: `f32` cannot be part of a key

use dynamo_orm::KeyPart;

#[derive(KeyPart)]
pub struct Price(pub f32);
