//! `dynamo local`: the embedded engine for other processes.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;

use super::{Failure, interrupted};
use crate::local::{Engine, serve};

/// Serve an embedded engine to other processes, in `DynamoDB`'s protocol
///
/// It asks nobody for credentials: whoever reaches the address can read and write.
#[derive(Debug, Args)]
pub(super) struct Local {
    /// Where to listen; 0 takes any port that is free
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The address to listen on, if others than this machine are to reach it
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Keep the tables in this file instead of in memory; several processes may
    #[arg(long)]
    file: Option<PathBuf>,
    /// How often expired items are deleted; 0 leaves them
    #[arg(long, default_value_t = 60)]
    sweep_seconds: u64,
}

impl Local {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let engine = match &self.file {
            Some(path) => Engine::file(path)
                .map_err(|error| Failure::of(format!("cannot open {}", path.display()), error))?,
            None => Engine::memory().map_err(|error| Failure::of("cannot start", error))?,
        };
        let listener = TcpListener::bind((self.host, self.port))
            .await
            .map_err(|error| self.cannot_listen(error))?;
        let address = listener
            .local_addr()
            .map_err(|error| self.cannot_listen(error))?;
        println!("listening on http://{address}");
        let served = serve(engine.clone(), listener, interrupted());
        tokio::select! {
            served = served => served.map_err(|error| Failure::of("the listener is lost", error)),
            never = self.sweep(&engine) => match never {},
        }
    }

    /// Deletes expired items, as the service does in the background, until the server ends.
    async fn sweep(&self, engine: &Engine) -> Infallible {
        if self.sweep_seconds == 0 {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(Duration::from_secs(self.sweep_seconds)).await;
            let engine = engine.clone();
            // The engine may wait for a disk, and a panic in it ends one sweep.
            let swept = tokio::task::spawn_blocking(move || engine.sweep_ttl()).await;
            if let Ok(Err(error)) = swept {
                eprintln!(
                    "dynamo: {}",
                    Failure::of("cannot delete expired items", error)
                );
            }
        }
    }

    fn cannot_listen(&self, error: std::io::Error) -> Failure {
        let address = std::net::SocketAddr::new(self.host, self.port);
        if error.kind() == ErrorKind::AddrInUse {
            return Failure(format!(
                "cannot listen on {address}: the port is taken; choose another with `--port`, or `--port 0` for any \
                 that is free"
            ));
        }
        Failure::of(format!("cannot listen on {address}"), error)
    }
}
