//! Reads devices and readings.

use chrono::{DateTime, Utc};

use super::{Devices, Failure, Measured, Response, named, within};
use crate::fleet::{Device, Reading};

/// How many days a range of readings has at most: each is a request.
const DAYS: i64 = 31;

impl Devices {
    /// One `GetItem`.
    pub(super) async fn latest(&self, device: &str) -> Result<Response, Failure> {
        named(device)?;
        let latest = Device::get(&self.tenant, device).send(&self.db).await?;
        Ok(Response::Latest { latest })
    }

    /// One `Query` of the index, from its greatest number down.
    pub(super) async fn hottest(&self, limit: usize) -> Result<Response, Failure> {
        within("limit", limit, 100)?;
        let ranked = Device::ranked(&self.tenant).newest_first().take(limit);
        let hottest = ranked.all(&self.db).await?;
        Ok(Response::Hottest { hottest })
    }

    /// One `Query` for each day, until there are enough.
    pub(super) async fn readings(
        &self,
        device: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        limit: usize,
    ) -> Result<Response, Failure> {
        named(device)?;
        within("limit", limit, 1_000)?;
        if from > to || (to - from).num_days() >= DAYS {
            let what = format!("`to` must be within {DAYS} days from `from`");
            return Err(Failure::Invalid(what));
        }
        // One more than wanted says where to continue.
        let wanted = limit + 1;
        let mut readings: Vec<Reading> = Vec::new();
        for day in from.date_naive().iter_days() {
            if day > to.date_naive() || readings.len() == wanted {
                break;
            }
            let of_day = Reading::of_day(&self.tenant, device, day);
            let between = of_day.at().between(from, to);
            let found = between.take(wanted - readings.len()).all(&self.db).await?;
            readings.extend(found);
        }
        let next = readings.get(limit).map(|reading| reading.at);
        readings.truncate(limit);
        let readings = readings.into_iter().map(Measured::from).collect();
        Ok(Response::Readings { readings, next })
    }
}
