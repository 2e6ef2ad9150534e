//! expect: only a struct with named fields has typed paths

use dynamo_orm::Fields;

#[derive(Fields)]
pub enum Shape {
    Round,
}
