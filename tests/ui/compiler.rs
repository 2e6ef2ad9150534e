//! `rustc`, with the libraries that were built for this test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

/// The compiler and the libraries a case may use.
#[derive(Debug)]
pub(crate) struct Compiler {
    libraries: PathBuf,
    dynamo_orm: PathBuf,
    serde: PathBuf,
    /// The version is the one the `.stderr` files were made with.
    pub(crate) is_recorded: bool,
}

/// What the compiler did.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) success: bool,
    pub(crate) stderr: String,
}

impl Compiler {
    /// Finds libraries that work together, newest first: beside this executable there may be those of other builds.
    pub(crate) fn find(ui: &Path) -> Self {
        let mut libraries = env::current_exe().unwrap_or_else(|e| panic!("no executable: {e}"));
        libraries.pop();
        let recorded = fs::read_to_string(ui.join("rustc-version")).unwrap_or_default();
        let is_recorded = version() == recorded.trim();
        let probe = ui.join("pass.rs");
        let mut last = String::from("there are none");
        for dynamo_orm in newest(&libraries, "libdynamo_orm-") {
            for serde in newest(&libraries, "libserde-") {
                let compiler = Self {
                    libraries: libraries.clone(),
                    dynamo_orm: dynamo_orm.clone(),
                    serde,
                    is_recorded,
                };
                let output = compiler.compile(&probe);
                if output.success {
                    return compiler;
                }
                last = output.stderr;
            }
        }
        panic!(
            "none of the libraries of dynamo_orm and serde in {} compile {}; the last attempt: {last}",
            libraries.display(),
            probe.display()
        );
    }

    /// Compiles one file up to, and without, machine code.
    pub(crate) fn compile(&self, file: &Path) -> Output {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let result = Command::new(rustc())
            .args([
                "--edition",
                "2024",
                "--crate-type",
                "lib",
                "--crate-name",
                "case",
            ])
            .args(["--color", "never", "--diagnostic-width", "140", "--emit"])
            .arg(format!(
                "metadata={}/{stem}.rmeta",
                env!("CARGO_TARGET_TMPDIR")
            ))
            .arg("-L")
            .arg(format!("dependency={}", self.libraries.display()))
            .arg("--extern")
            .arg(format!("dynamo_orm={}", self.dynamo_orm.display()))
            .arg("--extern")
            .arg(format!("serde={}", self.serde.display()))
            .arg(file)
            // Here go the types that are too long for a message.
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .env_remove("CARGO")
            .env_remove("RUST_BACKTRACE")
            .env_remove("RUSTC_LOG")
            .output()
            .unwrap_or_else(|e| panic!("`{}` does not start: {e}", rustc()));
        Output {
            success: result.status.success(),
            stderr: String::from_utf8_lossy(&result.stderr).into_owned(),
        }
    }
}

fn rustc() -> String {
    env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned())
}

/// `1.95.0`.
fn version() -> String {
    let output = Command::new(rustc()).arg("--version").output();
    let output = output.unwrap_or_else(|e| panic!("`{}` does not start: {e}", rustc()));
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}

/// The libraries of one crate, newest first.
fn newest(directory: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory);
    let entries = entries.unwrap_or_else(|e| panic!("{}: {e}", directory.display()));
    let mut found: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter(|e| {
            let name = e.file_name().to_string_lossy().into_owned();
            name.starts_with(prefix) && e.path().extension().is_some_and(|e| e == "rlib")
        })
        .filter_map(|e| Some((e.metadata().ok()?.modified().ok()?, e.path())))
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}
