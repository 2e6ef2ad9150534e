//! Wall time.

use std::hint::black_box;
use std::time::Instant;

use crate::Result;
use crate::way::Way;
use crate::work::Bench;

/// Makes so many calls.
pub(crate) async fn repeat(bench: &Bench, way: Way, calls: u32) -> Result<()> {
    for _ in 0..calls {
        black_box(bench.call(way).await?);
    }
    Ok(())
}

/// The median time of a call, in microseconds.
pub(crate) async fn median(bench: &Bench, way: Way, calls: u32) -> Result<f64> {
    let calls = calls * 20;
    repeat(bench, way, calls / 10).await?;
    let mut times = Vec::new();
    for _ in 0..calls {
        let start = Instant::now();
        black_box(bench.call(way).await?);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let middle = times.get(times.len() / 2).ok_or("no calls")?;
    Ok(middle.as_secs_f64() * 1e6)
}
