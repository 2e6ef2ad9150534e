//! What this library's calls cost beside the SDK's, over answers from memory.
//!
//! ```text
//! cargo bench -p dynamo-orm-tests --bench wire
//! ```
//!
//! prints instructions per call, counted by valgrind's callgrind where it is installed, and the median time of a
//! call. One piece of work can be chosen by a part of its name: `-- 'Query page'`. Three ways do the same work on the
//! same bytes, and are checked to give the same result before anything is measured:
//!
//! - ours: an entity;
//! - raw SDK: the fluent builder, with the entity's fields moved out of and into the SDK's maps by hand;
//! - `serde_dynamo`: the fluent builder and `from_items`, `from_item` or `to_item`.
//!
//! Calls are signed. Valgrind counts a SHA-256 in software where real machines have it in hardware, so that the
//! instruction ratios of writes are nearer to 1 than their times are.

mod callgrind;
mod canned;
mod clock;
mod maps;
mod parcels;
mod report;
mod way;
mod work;

use std::error::Error;

use report::Report;
use way::Way;
use work::Work;

/// What a benchmark gives back.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(counted) = callgrind::asked(&args) {
        let (work, way, calls) = counted?;
        return runtime.block_on(clock::repeat(&work.bench()?, way, calls));
    }
    // A test run that includes benchmarks only makes sure that they are there.
    if !args.iter().any(|arg| arg == "--bench") {
        return Ok(());
    }
    let chosen = args.iter().find(|arg| !arg.starts_with('-'));
    let chosen = |work: &Work| chosen.is_none_or(|part| work.name().contains(part.as_str()));
    let (mut counts, mut times) = (Report::new("instructions"), Report::new("µs"));
    for work in Work::ALL.into_iter().filter(chosen) {
        let bench = work.bench()?;
        runtime.block_on(bench.check())?;
        if callgrind::is_installed() {
            counts.add(work, Way::ALL.map(|way| callgrind::count(work, way)))?;
        }
        times.add(
            work,
            Way::ALL.map(|way| runtime.block_on(clock::median(&bench, way, work.calls()))),
        )?;
    }
    print!("{counts}{times}");
    Ok(())
}
