//! expect: two variants are stored as `open`; rename one with `#[serde(rename = "…")]`

use dynamo_orm::KeyPart;
use serde::{Deserialize, Serialize};

#[derive(KeyPart, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Open,
    OPEN,
}
