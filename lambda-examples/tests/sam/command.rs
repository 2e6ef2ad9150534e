//! The command line of SAM.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::http::{Answer, request};

/// How long a container may take to start.
const PATIENCE: Duration = Duration::from_mins(2);

/// The command line of SAM.
pub(crate) struct Sam(PathBuf);

impl Sam {
    pub(crate) fn from_env() -> Option<Self> {
        let path = std::env::var_os("SAM").filter(|path| !path.is_empty());
        path.map(|path| Self(path.into()))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.0);
        command
            .args(arguments)
            .current_dir(root())
            .env("SAM_CLI_TELEMETRY", "0")
            // The system's linker will do; without this, cargo lambda wants Zig.
            .env("CARGO_LAMBDA_COMPILER", "cargo")
            // SAM takes variables of the template from here; there is no bucket.
            .env("ARCHIVE_BUCKET", "");
        command
    }

    /// `sam build`: the functions, with the binaries as SAM packs them.
    pub(crate) fn build(&self) -> Vec<(String, PathBuf)> {
        let built = self.command(&["build"]).status().unwrap();
        assert!(built.success(), "sam build: {built}");
        bootstraps()
    }

    /// `sam local invoke`: a container, one event, its answer.
    pub(crate) fn invoke(&self, function: &str, event: &str, endpoint: &str) -> Value {
        let mut child = self
            .command(&["local", "invoke", function, "-e", "-"])
            .args(parameters(endpoint))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(event.as_bytes()).unwrap();
        drop(input);
        let done = child.wait_with_output().unwrap();
        let (out, log) = (
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr),
        );
        assert!(done.status.success(), "{function}: {out}\n{log}");
        let answer = out.lines().last().unwrap_or_default();
        serde_json::from_str(answer).unwrap_or_else(|_| panic!("{function}: {out}\n{log}"))
    }

    /// `sam local start-api` or `start-lambda`, ready.
    pub(crate) fn start(&self, what: &str, endpoint: &str) -> Served {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let port = address.port().to_string();
        let child = self
            .command(&["local", what, "-p", &port])
            .args(parameters(endpoint))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < PATIENCE, "{what} does not listen");
            std::thread::sleep(Duration::from_millis(200));
        }
        Served { child, address }
    }
}

/// `dynamo stream-bridge`: everything in a table's stream, delivered to a function.
pub(crate) fn bridge(endpoint: &str, table: &str, lambda: &Served, function: &str) {
    let url = format!(
        "http://{}/2015-03-31/functions/{function}/invocations",
        lambda.address
    );
    let program =
        "run --quiet -p dynamo-orm --features cli --bin dynamo -- stream-bridge --once --retries 3";
    let done = Command::new(env!("CARGO"))
        .args(program.split(' '))
        .args([
            "--endpoint",
            endpoint,
            "--table",
            table,
            "--function-url",
            &url,
        ])
        .current_dir(root())
        .status()
        .unwrap();
    assert!(done.success(), "the bridge: {done}");
}

/// The binaries of the functions.
fn bootstraps() -> Vec<(String, PathBuf)> {
    let built = root().join(".aws-sam/build");
    let folders = std::fs::read_dir(built).unwrap().map(Result::unwrap);
    let folders = folders.filter(|entry| entry.path().is_dir());
    let named = |entry: std::fs::DirEntry| entry.file_name().into_string().unwrap();
    let functions = folders.map(|entry| (entry.path().join("bootstrap"), named(entry)));
    functions.map(|(path, name)| (name, path)).collect()
}

/// The folder of the template.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn parameters(endpoint: &str) -> [String; 3] {
    [
        "--parameter-overrides".to_owned(),
        format!("DynamoDbEndpoint={endpoint}"),
        "CursorKey=0123456789abcdef0123456789abcdef".to_owned(),
    ]
}

/// What SAM serves.
pub(crate) struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        request(self.address, method, path, headers, body)
    }
}

impl Drop for Served {
    /// Asks it to stop, so that it removes its containers.
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}
