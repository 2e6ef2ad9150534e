//! The size of an item as DynamoDB counts it.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

use crate::codec::{Malformed, Reader};

/// Bytes of names and values; 0 for text that is no item.
pub(crate) fn item(item: &str) -> usize {
    let mut size = 0;
    let read = Reader::new(item).object(&mut |reader, name| {
        size += name.len() + value(reader)?;
        Ok(())
    });
    if read.is_ok() { size } else { 0 }
}

fn value(reader: &mut Reader<'_>) -> Result<usize, Malformed> {
    let mut size = 0;
    reader.object(&mut |reader, tag| {
        size += match &*tag {
            "S" => reader.string()?.len(),
            "N" => number(&reader.string()?),
            "B" => binary(&reader.string()?),
            "SS" => sum(reader, &|r| Ok(r.string()?.len()))?,
            "NS" => sum(reader, &|r| Ok(number(&r.string()?)))?,
            "BS" => sum(reader, &|r| Ok(binary(&r.string()?)))?,
            "L" => 3 + sum(reader, &|r| Ok(1 + value(r)?))?,
            "M" => {
                let mut inner = 3;
                reader.object(&mut |reader, name| {
                    inner += 1 + name.len() + value(reader)?;
                    Ok(())
                })?;
                inner
            }
            _ => {
                reader.skip_value()?;
                1
            }
        };
        Ok(())
    })?;
    Ok(size)
}

fn sum(
    reader: &mut Reader<'_>,
    each: &dyn Fn(&mut Reader<'_>) -> Result<usize, Malformed>,
) -> Result<usize, Malformed> {
    let mut size = 0;
    reader.array(&mut |reader| {
        size += each(reader)?;
        Ok(())
    })?;
    Ok(size)
}

/// About one byte for two significant digits, and one more; another for a sign.
fn number(text: &str) -> usize {
    let digits = text
        .split(['e', 'E'])
        .next()
        .unwrap_or_default()
        .replace(['-', '+', '.'], "");
    let significant = digits.trim_matches('0').len();
    significant.div_ceil(2) + 1 + usize::from(text.starts_with('-'))
}

fn binary(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}
