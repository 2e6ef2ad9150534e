//! As much of HTTP/1.1 as the Runtime API and DynamoDB need.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// A request that came in.
pub(super) struct Incoming {
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Incoming {
    /// The next request of a connection; `None` at its end.
    pub(super) fn read(reader: &mut BufReader<TcpStream>) -> Option<Self> {
        let path = line(reader)?.split(' ').nth(1)?.to_owned();
        let mut headers = Vec::new();
        loop {
            let line = line(reader)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut incoming = Self {
            path,
            headers,
            body: Vec::new(),
        };
        assert_eq!(
            incoming.header("transfer-encoding"),
            None,
            "no chunked bodies here"
        );
        let length = incoming
            .header("content-length")
            .map_or(0, |n| n.parse().unwrap());
        incoming.body.resize(length, 0);
        reader.read_exact(&mut incoming.body).ok()?;
        Some(incoming)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

/// Answers a request.
pub(super) fn answer(stream: &mut TcpStream, status: u16, headers: &[(&str, String)], body: &[u8]) {
    let mut head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    // Whoever asked may be gone: a function that ran out of time is not waited for.
    let _ = stream.write_all(format!("{head}\r\n").as_bytes());
    let _ = stream.write_all(body);
}
