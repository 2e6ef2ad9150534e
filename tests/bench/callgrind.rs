//! Instructions, counted by running this program again under valgrind.

use std::env;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use crate::Result;
use crate::way::Way;
use crate::work::Work;

const FLAG: &str = "--counted";

/// Whether instructions can be counted.
pub(crate) fn is_installed() -> bool {
    static INSTALLED: LazyLock<bool> = LazyLock::new(|| {
        let version = Command::new("valgrind").arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    });
    *INSTALLED
}

/// Instructions of one call; what the program does besides is in both runs and cancels out.
pub(crate) fn count(work: Work, way: Way) -> Result<f64> {
    let calls = work.calls();
    let (once, twice) = (run(work, way, calls)?, run(work, way, 2 * calls)?);
    Ok((twice - once) / f64::from(calls))
}

/// What a run under valgrind was asked to do.
pub(crate) fn asked(args: &[String]) -> Option<Result<(Work, Way, u32)>> {
    let [flag, work, way, calls] = args else {
        return None;
    };
    (flag == FLAG).then(|| {
        let work = Work::ALL.into_iter().find(|w| w.name() == work);
        let way = Way::ALL.into_iter().find(|w| w.name() == way);
        let known = work.zip(way).ok_or("unknown work");
        known
            .and_then(|(work, way)| Ok((work, way, calls.parse().map_err(|_| "no number")?)))
            .map_err(Into::into)
    })
}

fn run(work: Work, way: Way, calls: u32) -> Result<f64> {
    let out = env::temp_dir().join(format!("callgrind.{}", std::process::id()));
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe()?)
        .args([FLAG, work.name(), way.name(), &calls.to_string()])
        .stderr(Stdio::null())
        .status()?;
    let profile = std::fs::read_to_string(&out)?;
    std::fs::remove_file(out)?;
    let total = profile.lines().rev().find_map(|line| {
        let total = line.strip_prefix("totals:")?;
        total.trim().parse().ok()
    });
    match total {
        Some(total) if status.success() => Ok(total),
        _ => Err(format!("valgrind: {status}").into()),
    }
}
