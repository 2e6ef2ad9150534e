//! The table that is printed.

use std::fmt;

use crate::Result;
use crate::way::Way;
use crate::work::Work;

/// One measure of every piece of work, by way.
#[derive(Debug)]
pub(crate) struct Report {
    unit: &'static str,
    rows: Vec<(&'static str, [f64; 3])>,
}

impl Report {
    pub(crate) fn new(unit: &'static str) -> Self {
        Self {
            unit,
            rows: Vec::new(),
        }
    }

    /// Adds a row, in the order of [`Way::ALL`].
    pub(crate) fn add(&mut self, work: Work, measured: [Result<f64>; 3]) -> Result<()> {
        let [ours, sdk, serde_dynamo] = measured;
        self.rows.push((work.name(), [ours?, sdk?, serde_dynamo?]));
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return Ok(());
        }
        write!(f, "\n{:24}", format!("{} per call", self.unit))?;
        for way in Way::ALL {
            write!(f, "{:>14}", way.name())?;
        }
        writeln!(f, "{:>14}{:>14}", "to raw SDK", "to serde_dy.")?;
        for (work, [ours, sdk, serde_dynamo]) in &self.rows {
            write!(f, "{work:24}{ours:>14.0}{sdk:>14.0}{serde_dynamo:>14.0}")?;
            writeln!(f, "{:>14.3}{:>14.3}", ours / sdk, ours / serde_dynamo)?;
        }
        Ok(())
    }
}
