//! Keeps readings.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use dynamo_orm::{BatchWrite, Entity, Error};

use super::{Devices, Failure, Measured, Response, named, within};
use crate::fleet::{Device, Reading};

/// How many readings come at once at most.
const READINGS: usize = 500;

/// How far a device's clock may be ahead. One reading of next year would be the latest for a year.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

impl Devices {
    /// One `BatchWriteItem` for every 25 readings, then one `PutItem` of the device, unless it has a later reading. A reading
    /// of the same time is a correction: it replaces both.
    ///
    /// Whatever of it is done again, after a failure in between or a second delivery, writes what is there.
    pub(super) async fn record(
        &self,
        device: &str,
        measured: &[Measured],
    ) -> Result<Response, Failure> {
        named(device)?;
        within("the number of readings", measured.len(), READINGS)?;
        let now = self.now();
        let mut readings = BTreeMap::new();
        let mut left_out = 0;
        for &Measured { at, milli_celsius } in measured {
            if at <= now - Reading::KEPT || at > now + AHEAD {
                left_out += 1;
                continue;
            }
            let reading = Reading::new(&self.tenant, device, at, milli_celsius);
            readings.insert(at, reading);
        }

        let batch = BatchWrite::new().put_all(readings.values());
        batch.write_all(&self.db).await.map_err(Error::from)?;
        if let Some((_, latest)) = readings.last_key_value() {
            self.advance(latest).await?;
        }
        let recorded = readings.len();
        Ok(Response::Recorded { recorded, left_out })
    }

    async fn advance(&self, latest: &Reading) -> Result<(), Failure> {
        let device = Device {
            tenant: latest.tenant.clone(),
            id: latest.device.clone(),
            at: latest.at,
            milli_celsius: latest.milli_celsius,
        };
        let later = device
            .put()
            .when(|d| d.at().not_exists().or(d.at().le(latest.at)));
        match later.send(&self.db).await {
            Ok(()) => Ok(()),
            // A later one is there: readings come late, and twice.
            Err(error) if error.is_condition_failed() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
