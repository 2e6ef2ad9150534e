//! Who buys.

use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::Store;

/// Who buys. No two have the same e-mail address, whatever its case.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "CUSTOMER#{id}", sk = "PROFILE", unique("{email:lower}"))]
pub struct Customer {
    /// The name of the account.
    pub id: String,
    /// Where to write to.
    pub email: String,
    /// How to address.
    pub name: String,
    /// Counted up by every write.
    #[entity(version)]
    #[serde(default)]
    pub version: u64,
}
