//! Sequences: lists, sets and binary values.

use aws_smithy_types::base64;
use serde::{
    Serialize,
    ser::{SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant},
};

use super::{
    Flaw,
    value::{NULL, ValueSer, Wrote},
};
use crate::codec::{
    hint::{Element, Hint},
    number,
};

/// Writes a sequence in one of its three forms.
#[derive(Debug)]
pub(super) struct SeqSer<'o> {
    out: &'o mut String,
    form: Form,
    depth: u8,
    count: usize,
}

#[derive(Debug)]
enum Form {
    List {
        hint: Hint,
        close: &'static str,
    },
    /// Elements are written as attribute values, which are then taken out of their wrappers.
    Set {
        element: Element,
        start: usize,
        /// `S`, `N` or `B`, once there is an element.
        kind: Option<u8>,
        /// Where each element stands in the text.
        spans: Vec<(usize, usize)>,
    },
    /// Bytes are kept at the end of the text as one character each, until all are there.
    Bytes {
        start: usize,
    },
}

impl<'o> SeqSer<'o> {
    /// The wrapper of a list is already open, up to and including `[`.
    pub(super) fn list(out: &'o mut String, hint: Hint, depth: u8, close: &'static str) -> Self {
        Self {
            out,
            form: Form::List { hint, close },
            depth,
            count: 0,
        }
    }

    pub(super) fn set(out: &'o mut String, element: Element, depth: u8) -> Self {
        let start = out.len();
        out.push_str(r#"{"SS":["#);
        let form = Form::Set {
            element,
            start,
            kind: None,
            spans: Vec::new(),
        };
        Self {
            out,
            form,
            depth,
            count: 0,
        }
    }

    pub(super) fn bytes(out: &'o mut String, depth: u8) -> Self {
        let form = Form::Bytes { start: out.len() };
        Self {
            out,
            form,
            depth,
            count: 0,
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Flaw> {
        let mark = self.out.len() + usize::from(self.count > 0);
        let wrote = value.serialize(self.begin());
        self.end_element(mark, wrote)
    }

    #[inline(never)]
    fn begin(&mut self) -> ValueSer<'_> {
        let hint = match &self.form {
            Form::Bytes { .. } => return ValueSer::byte(self.out),
            Form::List { hint, .. } => *hint,
            Form::Set { element, .. } => element.hint(),
        };
        if self.count > 0 {
            self.out.push(',');
        }
        ValueSer::new(self.out, hint, self.depth)
    }

    #[inline(never)]
    fn end_element(&mut self, mark: usize, wrote: Result<Wrote, Flaw>) -> Result<(), Flaw> {
        let index = self.count;
        self.count += 1;
        let wrote = wrote.map_err(|flaw| flaw.in_index(index))?;
        match &mut self.form {
            Form::Bytes { .. } => Ok(()),
            Form::List { .. } => {
                if wrote != Wrote::Value {
                    self.out.push_str(NULL);
                }
                Ok(())
            }
            Form::Set { kind, spans, .. } => {
                let found = unwrap_element(self.out, mark);
                if found.is_none() || kind.is_some() && *kind != found {
                    return Err(Flaw::new(
                        "a set holds strings, numbers or bytes, all of one kind; \
                         this element is something else",
                    )
                    .in_index(index));
                }
                *kind = found;
                spans.push((mark, self.out.len()));
                Ok(())
            }
        }
    }

    #[inline(never)]
    fn finish(self) -> Result<Wrote, Flaw> {
        match self.form {
            Form::List { close, .. } => self.out.push_str(close),
            Form::Set {
                start, kind: None, ..
            } => {
                self.out.truncate(start);
                return Ok(Wrote::EmptySet);
            }
            Form::Set {
                start,
                kind: Some(kind),
                spans,
                ..
            } => {
                check_distinct(self.out, kind, &spans)?;
                let letter = if kind == b'N' { "N" } else { "B" };
                if kind != b'S' {
                    self.out.replace_range(start + 2..start + 3, letter);
                }
                self.out.push_str("]}");
            }
            Form::Bytes { start } => {
                let characters = self.out.get(start..).unwrap_or_default().chars();
                let bytes: Vec<u8> = characters
                    .filter_map(|character| u8::try_from(character).ok())
                    .collect();
                self.out.truncate(start);
                write_bytes(&bytes, self.out);
            }
        }
        Ok(Wrote::Value)
    }
}

/// Appends a binary value.
#[inline(never)]
pub(super) fn write_bytes(bytes: &[u8], out: &mut String) {
    out.push_str(r#"{"B":""#);
    out.push_str(&base64::encode(bytes));
    out.push_str("\"}");
}

/// Takes `{"S":"x"}` at `mark` out of its wrapper; returns its type's letter, if one of a set's.
fn unwrap_element(out: &mut String, mark: usize) -> Option<u8> {
    let Some([b'{', b'"', kind @ (b'S' | b'N' | b'B'), b'"', ..]) = out.as_bytes().get(mark..)
    else {
        return None;
    };
    let kind = *kind;
    out.replace_range(mark..mark + 5, "");
    out.pop();
    Some(kind)
}

/// DynamoDB refuses a set that holds a value twice; better to say so before sending.
fn check_distinct(out: &str, kind: u8, spans: &[(usize, usize)]) -> Result<(), Flaw> {
    let texts = spans.iter().filter_map(|(from, to)| out.get(*from..*to));
    if kind == b'N' {
        let bare = |text: &str| number::canonical(text.trim_matches('"')).unwrap_or_default();
        return check_sorted(texts.map(bare).collect());
    }
    check_sorted(texts.collect())
}

fn check_sorted<T: Ord + AsRef<str>>(mut texts: Vec<T>) -> Result<(), Flaw> {
    texts.sort_unstable();
    for pair in texts.windows(2) {
        if let [a, b] = pair
            && a == b
        {
            let text = a.as_ref();
            return Err(Flaw::new(format!(
                "a set holds each value once; it was given {text} twice"
            )));
        }
    }
    Ok(())
}

macro_rules! elements {
    ($($form:ident $method:ident;)*) => {
        $(impl $form for SeqSer<'_> {
            type Ok = Wrote;
            type Error = Flaw;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Flaw> {
                self.element(value)
            }

            fn end(self) -> Result<Wrote, Flaw> {
                self.finish()
            }
        })*
    };
}

elements! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}
