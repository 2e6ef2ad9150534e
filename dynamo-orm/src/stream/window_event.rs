//! The event of an invocation with a window, and the state in it.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::codec::{Malformed, Reader};
use crate::error::{Error, ErrorKind, Result};

use super::event::records;
use super::raw::RawRecord;

/// The most that Lambda carries for a shard: 1 MB, read as the smaller of what it can mean.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html>
const MAX_STATE_BYTES: usize = 1_000_000;
/// Holds a state that is no object of JSON, since Lambda's are.
const VALUE: &str = "$value";

/// A window of time: from its start, up to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// When it begins.
    pub start: SystemTime,
    /// When it ends.
    pub end: SystemTime,
}

/// The event of an invocation with a window.
#[derive(Debug)]
pub(super) struct WindowEvent {
    pub(super) records: Vec<RawRecord>,
    pub(super) window: Window,
    pub(super) start_text: String,
    pub(super) state: Option<String>,
    pub(super) shard: Option<String>,
    pub(super) is_final: bool,
    pub(super) early: bool,
}

/// The members of an event as they stand.
#[derive(Default)]
struct Members<'e> {
    has_records: bool,
    window: Option<&'e str>,
    state: Option<&'e str>,
    shard: Option<String>,
    is_final: bool,
    early: bool,
}

impl WindowEvent {
    /// Reads an event. The last one of a window may have no records.
    pub(super) fn read(event: &str) -> Result<Self> {
        let members = members(event).map_err(|malformed| {
            Error::invalid(format!("the payload is no event of a window: {malformed}"))
        })?;
        let window = members.window.and_then(bounds).ok_or_else(|| {
            Error::invalid(
                "the payload has no `window`; set `TumblingWindowInSeconds` on the event source mapping, or process it with the router itself",
            )
        })?;
        let (start_text, window) = window;
        Ok(Self {
            records: if members.has_records {
                records(event)?
            } else {
                Vec::new()
            },
            window,
            start_text,
            state: members.state.map(str::to_owned),
            shard: members.shard,
            is_final: members.is_final,
            early: members.early,
        })
    }

    /// The state it brings.
    pub(super) fn state<S: DeserializeOwned + Default>(&self) -> Result<S> {
        decode(self.state.as_deref())
    }
}

fn members(event: &str) -> Result<Members<'_>, Malformed> {
    let mut members = Members::default();
    let mut reader = Reader::new(event);
    reader.object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        match &*name {
            "Records" => members.has_records = raw.starts_with('['),
            "window" if raw.starts_with('{') => members.window = Some(raw),
            "state" => members.state = Some(raw),
            "shardId" => members.shard = text(raw),
            "isFinalInvokeForWindow" => members.is_final = raw == "true",
            "isWindowTerminatedEarly" => members.early = raw == "true",
            _ => {}
        }
        Ok(())
    })?;
    reader.end()?;
    Ok(members)
}

/// The start as it is written, and the window.
fn bounds(window: &str) -> Option<(String, Window)> {
    let (mut start, mut end) = (None, None);
    let read = Reader::new(window).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        match &*name {
            "start" => start = text(raw),
            "end" => end = text(raw),
            _ => {}
        }
        Ok(())
    });
    read.ok()?;
    let time = |text: &str| {
        let time = DateTime::from_str(text, Format::DateTimeWithOffset).ok()?;
        SystemTime::try_from(time).ok()
    };
    let (start, end) = (start?, end?);
    let window = Window {
        start: time(&start)?,
        end: time(&end)?,
    };
    Some((start, window))
}

fn text(raw: &str) -> Option<String> {
    let text = Reader::new(raw).string().ok()?;
    Some(text.into_owned())
}

/// A state from its JSON. A window begins with `{}`, which is the default.
pub(super) fn decode<S: DeserializeOwned + Default>(state: Option<&str>) -> Result<S> {
    let state = state.filter(|state| !is_empty(state));
    let Some(state) = state else {
        return Ok(S::default());
    };
    let mut inner = None;
    let read = Reader::new(state).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if name == VALUE {
            inner = Some(raw);
        }
        Ok(())
    });
    let state = read.ok().and(inner).unwrap_or(state);
    serde_json::from_str(state).map_err(|error| {
        Error::new(
            ErrorKind::InvalidRequest,
            format!(
                "the state of the window does not fit its type: {error}; states of the last deployment have to be readable, too"
            ),
        )
    })
}

fn is_empty(state: &str) -> bool {
    let inside = state.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
    state == "null" || inside.is_some_and(|inside| inside.trim().is_empty())
}

/// The JSON of a state.
pub(super) fn encode<S: Serialize>(state: &S) -> Result<Box<RawValue>> {
    let encoded = |error: serde_json::Error| {
        Error::new(
            ErrorKind::Encode,
            format!("the state of the window cannot be written: {error}"),
        )
    };
    let mut text = serde_json::to_string(state).map_err(encoded)?;
    if !text.starts_with('{') {
        text = format!(r#"{{"{VALUE}":{text}}}"#);
    }
    if text.len() > MAX_STATE_BYTES {
        return Err(Error::invalid(format!(
            "the state of the window is {} bytes; Lambda carries {MAX_STATE_BYTES} for a shard, so keep less in it or make the window shorter",
            text.len()
        )));
    }
    RawValue::from_string(text).map_err(encoded)
}
