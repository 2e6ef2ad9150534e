//! As much of an HTTP client as the API needs.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

pub(crate) fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let length = body.len().to_string();
    let fixed = [
        ("host", "localhost"),
        ("connection", "close"),
        ("content-type", "application/json"),
        ("content-length", length.as_str()),
    ];
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in fixed.iter().chain(headers) {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "\r\n{body}");

    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        body: body.to_owned(),
    }
}
