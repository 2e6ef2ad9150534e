//! The telemetry of many tenants' devices, in one table.
//!
//! | access | request |
//! |---|---|
//! | the latest reading of a device | `GetItem` of its [`Device`] |
//! | a tenant's hottest devices | `Query` of the index `Ranking`, a number, from the top |
//! | a device's readings from then to then | one `Query` for each day between, of its [`Reading`]s |
//!
//! Every partition key, those of the index included, begins with `TENANT#{tenant}#`, where a `#` in the tenant's name would
//! be escaped: so a policy can hold a function to one tenant by `dynamodb:LeadingKeys`.

mod device;
mod reading;

use dynamo_orm::Table;

pub use device::Device;
pub use reading::Reading;

/// Everything in the table.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "Type",
    ttl = "expires",
    gsi(Ranking, pk = "RankingPK", sk(milli_celsius: N))
)]
pub enum Fleet {
    /// A device, and what it measured last.
    Device(Device),
    /// What a device measured at a time.
    Reading(Reading),
}
