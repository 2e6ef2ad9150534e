//! What the compiler says about mistakes: one mistake for each file under `cases/`.
//!
//! A case begins with `//! expect: <sentence>` lines. On any compiler it must fail and say all of these. On the
//! compiler named in `rustc-version` it must say exactly what its `.stderr` says; `UPDATE_EXPECT=1` rewrites that,
//! and `UI_FILTER=text` picks cases by path. The cases are compiled by `rustc` itself, against the libraries that were
//! built for this test.

mod compiler;
mod normal;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{env, fs, thread};

use compiler::Compiler;

/// Compilers to run at a time.
const THREADS: usize = 2;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

/// All `.rs` files below a directory, in order.
fn sources(directory: &Path, out: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(directory).unwrap_or_else(|e| panic!("{}: {e}", directory.display()));
    let mut entries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What is wrong with a case, if anything is.
fn judge(compiler: &Compiler, case: &Path, update: bool) -> Result<(), String> {
    let source = read(case);
    let sentences: Vec<&str> = source
        .lines()
        .map_while(|line| line.strip_prefix("//! expect: "))
        .collect();
    if sentences.is_empty() {
        return Err("the file does not begin with `//! expect: <sentence>`".to_owned());
    }
    let output = compiler.compile(case);
    if output.success {
        return Err("it compiles, and should not".to_owned());
    }
    if output.stderr.contains("internal compiler error")
        || output.stderr.contains("proc-macro derive panicked")
    {
        return Err(format!("something panicked:\n{}", output.stderr));
    }
    if let Some(missing) = sentences.iter().find(|s| !output.stderr.contains(**s)) {
        return Err(format!(
            "the compiler does not say `{missing}`, but:\n{}",
            output.stderr
        ));
    }
    if !compiler.is_recorded {
        return Ok(());
    }
    let found = normal::normalise(&output.stderr, case);
    let expected = case.with_extension("stderr");
    if update {
        fs::write(&expected, &found).map_err(|e| e.to_string())
    } else if fs::read_to_string(&expected).unwrap_or_default() == found {
        Ok(())
    } else {
        Err(format!(
            "the compiler says something else than {}; if that is better, run with UPDATE_EXPECT=1:\n{found}",
            expected.display()
        ))
    }
}

#[test]
fn every_mistake_is_answered_by_its_sentence() {
    let compiler = Compiler::find(&here());
    let update = env::var_os("UPDATE_EXPECT").is_some();
    let filter = env::var("UI_FILTER").unwrap_or_default();
    let mut cases = Vec::new();
    sources(&here().join("cases"), &mut cases);
    cases.retain(|c| c.to_string_lossy().contains(&filter));
    cases.reverse();
    assert!(!cases.is_empty(), "no case matches `{filter}`");
    let waiting = Mutex::new(cases);
    let complaints = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let case = waiting.lock().unwrap().pop();
                    let Some(case) = case else { break };
                    if let Err(complaint) = judge(&compiler, &case, update) {
                        complaints.lock().unwrap().push((case, complaint));
                    }
                }
            });
        }
    });
    let mut report = String::new();
    for (case, complaint) in complaints.into_inner().unwrap() {
        writeln!(report, "\n{}: {complaint}", case.display()).unwrap();
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn sound_declarations_compile_without_a_warning() {
    let compiler = Compiler::find(&here());
    let mut files = Vec::new();
    for path in fs::read_dir(here()).unwrap().flatten().map(|e| e.path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("pass") && path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    assert!(!files.is_empty());
    for file in files {
        let output = compiler.compile(&file);
        assert!(
            output.success,
            "{} does not compile:\n{}",
            file.display(),
            output.stderr
        );
        assert_eq!(output.stderr, "", "{}", file.display());
    }
}
