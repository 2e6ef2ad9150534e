//! The four views of a stream, and the change each can tell of.

use crate::error::{Error, ErrorKind, Result};
use crate::schema::StreamView;

use super::change::{Cause, Change, KeysOnly, NewImage, OldImage};
use super::image;
use super::raw::{EventName, RawRecord};

/// What a stream's records carry, as a type: it decides what a handler gets.
pub trait View: sealed::Sealed + Send + Sync + 'static {
    /// The change a handler gets of an `S`.
    type Of<S>;

    /// The view.
    const VIEW: StreamView;

    /// Reads the change as seen by those whose item the old or the new image is.
    #[doc(hidden)]
    fn read<S>(
        raw: &RawRecord,
        sides: Sides,
        decode: &dyn Fn(&str) -> Result<S>,
    ) -> Result<Option<Self::Of<S>>>;
}

mod sealed {
    pub trait Sealed {}
}

/// Which sides of a change concern someone. Without images the key speaks for both.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    pub(super) old: bool,
    pub(super) new: bool,
}

/// The view `NEW_AND_OLD_IMAGES`: handlers get a [`Change`].
#[derive(Clone, Copy, Debug)]
pub struct NewAndOldImages;

/// The view `NEW_IMAGE`: handlers get a [`NewImage`].
#[derive(Clone, Copy, Debug)]
pub struct NewImages;

/// The view `OLD_IMAGE`: handlers get an [`OldImage`].
#[derive(Clone, Copy, Debug)]
pub struct OldImages;

/// The view `KEYS_ONLY`: handlers get [`KeysOnly`].
#[derive(Clone, Copy, Debug)]
pub struct Keys;

impl sealed::Sealed for NewAndOldImages {}
impl sealed::Sealed for NewImages {}
impl sealed::Sealed for OldImages {}
impl sealed::Sealed for Keys {}

impl View for NewAndOldImages {
    type Of<S> = Change<S>;
    const VIEW: StreamView = StreamView::NewAndOldImages;

    fn read<S>(
        raw: &RawRecord,
        sides: Sides,
        decode: &dyn Fn(&str) -> Result<S>,
    ) -> Result<Option<Change<S>>> {
        let old = || side(raw, raw.old_json(), "old", decode);
        let new = || side(raw, raw.new_json(), "new", decode);
        Ok(match (raw.event_name(), sides.old, sides.new) {
            (Some(EventName::Insert), _, true) | (Some(EventName::Modify), false, true) => {
                Some(Change::Insert { new: new()? })
            }
            (Some(EventName::Modify), true, true) => Some(Change::Modify {
                old: old()?,
                new: new()?,
            }),
            (Some(EventName::Modify), true, false) => Some(Change::Remove {
                old: old()?,
                cause: Cause::Replaced,
            }),
            (Some(EventName::Remove), true, _) => Some(Change::Remove {
                old: old()?,
                cause: cause(raw),
            }),
            _ => None,
        })
    }
}

impl View for NewImages {
    type Of<S> = NewImage<S>;
    const VIEW: StreamView = StreamView::NewImage;

    fn read<S>(
        raw: &RawRecord,
        sides: Sides,
        decode: &dyn Fn(&str) -> Result<S>,
    ) -> Result<Option<NewImage<S>>> {
        let new = || side(raw, raw.new_json(), "new", decode);
        Ok(match (raw.event_name(), sides.old, sides.new) {
            (Some(EventName::Insert), _, true) => Some(NewImage::Insert { new: new()? }),
            (Some(EventName::Modify), _, true) => Some(NewImage::Modify { new: new()? }),
            (Some(EventName::Remove), true, _) => Some(NewImage::Remove { cause: cause(raw) }),
            _ => None,
        })
    }
}

impl View for OldImages {
    type Of<S> = OldImage<S>;
    const VIEW: StreamView = StreamView::OldImage;

    fn read<S>(
        raw: &RawRecord,
        sides: Sides,
        decode: &dyn Fn(&str) -> Result<S>,
    ) -> Result<Option<OldImage<S>>> {
        let old = || side(raw, raw.old_json(), "old", decode);
        Ok(match (raw.event_name(), sides.old, sides.new) {
            (Some(EventName::Insert), _, true) => Some(OldImage::Insert),
            (Some(EventName::Modify), true, _) => Some(OldImage::Modify { old: old()? }),
            (Some(EventName::Remove), true, _) => Some(OldImage::Remove {
                old: old()?,
                cause: cause(raw),
            }),
            _ => None,
        })
    }
}

impl View for Keys {
    type Of<S> = KeysOnly;
    const VIEW: StreamView = StreamView::KeysOnly;

    fn read<S>(
        raw: &RawRecord,
        sides: Sides,
        _: &dyn Fn(&str) -> Result<S>,
    ) -> Result<Option<KeysOnly>> {
        Ok(match (raw.event_name(), sides.old, sides.new) {
            (Some(EventName::Insert), _, true) => Some(KeysOnly::Insert),
            (Some(EventName::Modify), _, true) => Some(KeysOnly::Modify),
            (Some(EventName::Remove), true, _) => Some(KeysOnly::Remove { cause: cause(raw) }),
            _ => None,
        })
    }
}

fn cause(raw: &RawRecord) -> Cause {
    if raw.is_expiry() {
        Cause::Expired
    } else {
        Cause::Deleted
    }
}

fn side<S>(
    raw: &RawRecord,
    image: Option<&str>,
    which: &str,
    decode: &dyn Fn(&str) -> Result<S>,
) -> Result<S> {
    if let Some(image) = image {
        return decode(&image::own(image));
    }
    let view = raw.view().unwrap_or("unknown");
    Err(Error::new(
        ErrorKind::Decode,
        format!(
            "the record has no {which} image; the stream's view is {view}, so change it, or use a router of that view"
        ),
    ))
}

/// The records of this table's changes carry what the view `V` needs. Implemented by `#[derive(Table)]` from `stream = …`;
/// a table without one may be read through Kinesis, which carries both images.
#[diagnostic::on_unimplemented(
    message = "the stream of `{Self}` does not carry what `{V}` needs",
    label = "the table's `stream = …` has other images",
    note = "declare `stream = NewAndOldImages` on the table, or use the router of its view: `new_images()`, `old_images()` or `keys_only()`"
)]
pub trait Carries<V> {}
