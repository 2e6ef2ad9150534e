//! expect: `ordinal` is for enums; remove it

use dynamo_orm::KeyPart;

#[derive(KeyPart)]
#[key_part(ordinal)]
pub struct Id(pub u64);
