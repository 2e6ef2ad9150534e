//! An invocation's payload, cut into records.

use crate::codec::{Malformed, Reader};
use crate::error::{Error, Result};

use super::raw::RawRecord;

/// The records of an event: `{"Records": […]}` of Lambda, or the bare array of `EventBridge` Pipes.
///
/// A record that cannot be read is still among them, with its [fault](RawRecord::fault).
///
/// # Errors
/// `InvalidRequest` when the payload is neither.
///
/// # Examples
///
/// ```
/// use dynamo_orm::stream::records;
///
/// let of_lambda = records(r#"{"Records":[{"dynamodb":{"SequenceNumber":"1"}}]}"#)?;
/// let of_pipes = records(r#"[{"dynamodb":{"SequenceNumber":"1"}}]"#)?;
/// assert_eq!(of_lambda[0].sequence_number(), of_pipes[0].sequence_number());
/// assert!(records(r#"{"detail":{}}"#).is_err());
/// # Ok::<(), dynamo_orm::Error>(())
/// ```
pub fn records(event: &str) -> Result<Vec<RawRecord>> {
    let texts = cut(event).map_err(|malformed| {
        Error::invalid(format!("the payload is no event of a stream: {malformed}"))
    })?;
    match texts {
        Some(texts) => Ok(texts.into_iter().map(RawRecord::parse).collect()),
        None => Err(Error::invalid(
            "the payload is no event of a stream: it is neither an array nor has it `Records`",
        )),
    }
}

fn cut(event: &str) -> Result<Option<Vec<&str>>, Malformed> {
    let mut reader = Reader::new(event);
    let texts = if reader.peek() == Some(b'[') {
        Some(elements(&mut reader)?)
    } else {
        let mut texts = None;
        reader.object(&mut |reader, name| {
            if name == "Records" && reader.peek() == Some(b'[') {
                texts = Some(elements(reader)?);
                return Ok(());
            }
            reader.skip_value()
        })?;
        texts
    };
    reader.end()?;
    Ok(texts)
}

fn elements<'de>(reader: &mut Reader<'de>) -> Result<Vec<&'de str>, Malformed> {
    let mut texts = Vec::new();
    reader.array(&mut |reader| {
        texts.push(reader.raw_value()?);
        Ok(())
    })?;
    Ok(texts)
}
