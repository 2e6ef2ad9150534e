//! expect: `Guarded` has a version or unique values, which this write would not keep

#[path = "../../model.rs"]
mod model;

use dynamo_orm::__private::{EntityModel, KeySpec, Part, Parts, Segment};
use dynamo_orm::{BatchWrite, Db, Entity, Result};
use model::Shop;
use serde::{Deserialize, Serialize};

/// As the derive writes an entity with a version: without `Unguarded`.
#[derive(Serialize, Deserialize)]
pub struct Guarded {
    pub version: u64,
}

impl Entity for Guarded {
    type Table = Shop;
    type Fields = ();
    const MODEL: &'static EntityModel = &EntityModel::new(
        "Guarded",
        "Guarded",
        &[],
        KeySpec::template(&[Segment::Literal("GUARDED")]),
        &[],
    );

    fn fields() {}

    fn part(&self, _: usize) -> Result<Option<Part<'_>>> {
        Ok(None)
    }

    fn holds(_: usize, _: &Parts<'_>) -> Result<bool> {
        Ok(true)
    }
}

pub async fn write(db: &Db<Shop>, entity: &Guarded) {
    let _ = BatchWrite::new().put(entity).write_all(db).await;
}
