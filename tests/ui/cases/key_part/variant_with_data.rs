//! expect: a variant in a key carries no values; put them into the key's template

use dynamo_orm::KeyPart;

#[derive(KeyPart)]
pub enum Status {
    Open,
    Shipped(u32),
}
