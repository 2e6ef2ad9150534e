//! expect: a key part is one value: a struct with one field, or an enum of unit variants

use dynamo_orm::KeyPart;

#[derive(KeyPart)]
pub struct Name {
    pub first: String,
    pub last: String,
}
