//! What is taken out of a response body before the SDK's deserializer sees the rest.

use super::error::Reason;
use super::scan::{Scan, Undecodable, unescape};

/// Receives the one member that is decoded here. Implementors keep the decoded value themselves.
pub(super) trait Sink: Send + Sync {
    /// Decodes the value at `offset` of `text` and tells where it ends.
    fn decode(&self, text: &str, offset: usize) -> Result<usize, Undecodable>;
    /// Drops what an earlier attempt left.
    fn clear(&self);
}

/// Parts of one answer, kept as text.
#[derive(Debug, Default)]
pub(super) struct Captured {
    /// The answer went through this library's deserializer to its end.
    pub(super) read: bool,
    /// Why the answer could not be read here, though the SDK accepted it.
    pub(super) unreadable: Option<Undecodable>,
    pub(super) last_evaluated_key: Option<String>,
    pub(super) unprocessed: Option<String>,
    pub(super) item_collections: Option<String>,
    pub(super) old_item: Option<String>,
    pub(super) reasons: Option<Vec<Reason>>,
}

impl Captured {
    /// Decodes `member` of a successful answer into `sink` and returns the body without it, or
    /// `None` where it is absent and the body is whole.
    pub(super) fn answer(
        &mut self,
        text: &str,
        member: &str,
        sink: &dyn Sink,
    ) -> Result<Option<String>, Undecodable> {
        let mut scan = Scan::new(text);
        let mut rest = String::with_capacity(256);
        let mut found = false;
        if scan.peek().is_none() {
            return Ok(None);
        }
        scan.object(|scan, name| {
            if name == member && scan.peek() != Some(b'n') {
                let end = sink.decode(text, scan.offset())?;
                found = true;
                scan.resume(end);
                return Ok(());
            }
            let value = scan.value()?;
            rest.push_str(if rest.is_empty() { "{\"" } else { ",\"" });
            rest.push_str(name);
            rest.push_str("\":");
            rest.push_str(value);
            if name != member {
                self.keep(name, value);
            }
            Ok(())
        })?;
        scan.end()?;
        rest.push_str(if rest.is_empty() { "{}" } else { "}" });
        Ok(found.then_some(rest))
    }

    /// Keeps the items inside an error body; a body that is not JSON has none.
    pub(super) fn error(&mut self, text: &str) {
        let mut old_item = None;
        let mut reasons = None;
        let walked = Scan::new(text).object(|scan, name| {
            match (name, scan.peek()) {
                ("Item", Some(b'{')) => old_item = Some(scan.value()?.to_owned()),
                ("CancellationReasons", Some(b'[')) => reasons = Some(cancellation_reasons(scan)?),
                _ => drop(scan.value()?),
            }
            Ok(())
        });
        if walked.is_ok() {
            self.old_item = old_item;
            self.reasons = reasons;
        }
    }

    fn keep(&mut self, name: &str, value: &str) {
        let place = match name {
            "LastEvaluatedKey" => &mut self.last_evaluated_key,
            "UnprocessedItems" | "UnprocessedKeys" => &mut self.unprocessed,
            "ItemCollectionMetrics" => &mut self.item_collections,
            _ => return,
        };
        if !matches!(value, "null" | "{}") {
            *place = Some(value.to_owned());
        }
    }
}

fn cancellation_reasons(scan: &mut Scan<'_>) -> Result<Vec<Reason>, Undecodable> {
    let mut reasons = Vec::new();
    scan.array(|scan| {
        let mut reason = Reason::default();
        scan.object(|scan, name| {
            match (name, scan.peek()) {
                ("Code", Some(b'"')) => reason.code = unescape(scan.string()?).into_owned(),
                ("Message" | "message", Some(b'"')) => {
                    reason.message = Some(unescape(scan.string()?).into_owned());
                }
                ("Item", Some(b'{')) => reason.item = Some(scan.value()?.to_owned()),
                _ => drop(scan.value()?),
            }
            Ok(())
        })?;
        reasons.push(reason);
        Ok(())
    })?;
    Ok(reasons)
}
