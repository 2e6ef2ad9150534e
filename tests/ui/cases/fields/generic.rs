//! expect: a struct with typed fields cannot be generic

use dynamo_orm::Fields;

#[derive(Fields)]
pub struct Pair<T> {
    pub left: T,
}
