//! Key parts of the standard library: text, integers, `bool` and bytes.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind, TextKeyPart};

macro_rules! text {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            const KIND: PartKind = PartKind::Text;
            const FORM: Form = Form::Text;

            fn to_part(&self) -> Result<Part<'_>, PartError> {
                Ok(Part::Text(Cow::Borrowed(self)))
            }

            fn from_part(part: Part<'_>) -> Result<Self, PartError> {
                Ok(part.into_text()?.into_owned().into())
            }
        }

        impl OrderedKeyPart for $type {}
        impl TextKeyPart for $type {}
    )*};
}

text!(String, Cow<'static, str>, Box<str>, Rc<str>, Arc<str>);

macro_rules! integer {
    ($($type:ty: $digits:literal $signed:literal),*) => {$(
        impl KeyPart for $type {
            const KIND: PartKind = PartKind::Number;
            const FORM: Form = Form::Integer { digits: $digits, signed: $signed };

            fn to_part(&self) -> Result<Part<'_>, PartError> {
                Ok(Part::Number(Cow::Owned(self.to_string())))
            }

            fn from_part(part: Part<'_>) -> Result<Self, PartError> {
                let text = part.into_number()?;
                text.parse().map_err(|_| PartError::new(concat!("expected a whole number that fits in ", stringify!($type))))
            }
        }

        impl OrderedKeyPart for $type {}
    )*};
}

integer!(u8: 3 false, u16: 5 false, u32: 10 false, u64: 20 false, u128: 39 false, usize: 20 false);
integer!(i8: 3 true, i16: 5 true, i32: 10 true, i64: 20 true, i128: 39 true, isize: 20 true);

impl KeyPart for bool {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Text;

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        Ok(Part::Text(Cow::Borrowed(if *self {
            "true"
        } else {
            "false"
        })))
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        match part.into_text()?.as_ref() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(PartError::new("expected `true` or `false`")),
        }
    }
}

impl OrderedKeyPart for bool {}

impl KeyPart for Vec<u8> {
    const KIND: PartKind = PartKind::Bytes;
    const FORM: Form = Form::Bytes;

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        Ok(Part::Bytes(Cow::Borrowed(self)))
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        part.into_bytes().map(Cow::into_owned)
    }
}

impl OrderedKeyPart for Vec<u8> {}

impl<const N: usize> KeyPart for [u8; N] {
    const KIND: PartKind = PartKind::Bytes;
    const FORM: Form = Form::Bytes;

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        Ok(Part::Bytes(Cow::Borrowed(self)))
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        let bytes = part.into_bytes()?;
        Self::try_from(bytes.as_ref())
            .map_err(|_| PartError::new(format!("expected {N} bytes, found {}", bytes.len())))
    }
}

impl<const N: usize> OrderedKeyPart for [u8; N] {}

#[cfg(test)]
mod tests {
    use super::super::{Format, Segment, Template};
    use super::*;

    fn form_of<T: KeyPart>(value: &T) -> String {
        let segments = vec![Segment::Part {
            part: 0,
            form: T::FORM,
            format: Format::DEFAULT,
        }]
        .leak();
        Template { segments }
            .render(&|_| Some(value.to_part()))
            .unwrap()
    }

    fn came_back<T: KeyPart + PartialEq + std::fmt::Debug>(value: &T) {
        assert_eq!(T::from_part(value.to_part().unwrap()).as_ref(), Ok(value));
    }

    #[test]
    fn integers_are_as_wide_as_their_type() {
        assert_eq!(form_of(&7u8), "007");
        assert_eq!(form_of(&7u16), "00007");
        assert_eq!(form_of(&7u32), "0000000007");
        assert_eq!(form_of(&u64::MAX), "18446744073709551615");
        assert_eq!(form_of(&u128::MAX), u128::MAX.to_string());
        assert_eq!(form_of(&i64::MAX), "09223372036854775807");
        assert_eq!(form_of(&-7i8), "-992");
        assert_eq!(form_of(&i128::MIN).len(), 40);
        assert_eq!(form_of(&1usize), form_of(&1u64));
        assert_eq!(form_of(&-1isize), form_of(&-1i64));
    }

    #[test]
    fn the_rest_is_as_documented() {
        assert_eq!(form_of(&true), "true");
        assert_eq!(form_of(&"a#b".to_owned()), "a#b");
        assert_eq!(form_of(&vec![1u8, 255]), "01ff");
        assert_eq!(form_of(&[0u8; 2]), "0000");
    }

    #[test]
    fn parts_come_back() {
        came_back(&u64::MAX);
        came_back(&i128::MIN);
        came_back(&false);
        came_back(&vec![1u8]);
        came_back(&[1u8, 2]);
        came_back(&Arc::<str>::from("a"));
        came_back(&Cow::<'static, str>::Borrowed("a"));
    }

    #[test]
    fn other_parts_are_refused() {
        assert_eq!(
            u8::from_part(Part::Number("256".into()))
                .unwrap_err()
                .message(),
            "expected a whole number that fits in u8"
        );
        assert_eq!(
            <[u8; 2]>::from_part(Part::Bytes([1][..].into()))
                .unwrap_err()
                .message(),
            "expected 2 bytes, found 1"
        );
        assert!(bool::from_part(Part::Text("yes".into())).is_err());
    }
}
