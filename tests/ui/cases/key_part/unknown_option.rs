//! expect: unknown option `ordinals`; did you mean `ordinal`?

use dynamo_orm::KeyPart;

#[derive(KeyPart)]
#[key_part(ordinals)]
pub enum Status {
    Open,
    Closed,
}
