//! What the items of a read become: entities, the table's enum, selected fields, or a result for each.

use std::marker::PhantomData;

use crate::codec::{Fault, Malformed, Reader};
use crate::error::Error;
use crate::expr::RawPath;
use crate::expr::render::Placeholders;
use crate::schema::keys::describe_item;
use crate::schema::{Entity, Index, Table, TableModel, read, read_any};

use super::select::Select;

/// How items are read.
pub trait ReadAs: Clone + Send + Sync + 'static {
    /// What an item becomes.
    type Item: Send + 'static;
    /// What to remember from one item to the next.
    #[doc(hidden)]
    type Memory: Default;

    /// Reads the item at the reader.
    #[doc(hidden)]
    fn read(&self, memory: &mut Self::Memory, reader: &mut Reader<'_>)
    -> Result<Self::Item, Fault>;

    /// The paths to ask for, where not everything is wanted.
    #[doc(hidden)]
    fn projection(&self) -> Option<Vec<SelectedPath>> {
        None
    }

    /// The name for error messages.
    #[doc(hidden)]
    fn name(&self) -> &'static str;

    /// Items of unknown types are left out.
    #[doc(hidden)]
    const LEAVES_OUT: bool = false;

    /// Items of one entity are wanted: those of types that the table does not know are left out of a list, too.
    #[doc(hidden)]
    const TYPED: bool = false;

    /// What an item that does not fit becomes, where that is not an error.
    #[doc(hidden)]
    fn instead(&self, item: &str, fault: &Fault) -> Option<Instead<Self::Item>> {
        let _ = (item, fault);
        None
    }

    /// An item that does not fit becomes an item of its own instead of an error of the read.
    #[doc(hidden)]
    fn recover(error: Error) -> Result<Self::Item, Error> {
        Err(error)
    }
}

/// What becomes of an item that does not fit.
#[doc(hidden)]
#[derive(Debug)]
pub enum Instead<I> {
    /// It is left out.
    LeftOut,
    /// It is given like this.
    Given(I),
}

/// A path to ask for.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct SelectedPath(pub(crate) RawPath);

/// Items of an index can be read this way: it carries the attributes needed.
#[diagnostic::on_unimplemented(
    message = "the index `{I}` does not carry whole items",
    label = "this index has the projection `KeysOnly` or `Include`",
    note = "add `.hydrate()` to read the items behind it, `.keys()` for their keys, or `.select(…)` the fields it carries"
)]
pub trait ReadsFrom<I>: ReadAs {}

/// The index carries every attribute of its items.
#[diagnostic::on_unimplemented(
    message = "the index `{Self}` does not carry whole items",
    label = "this index has the projection `KeysOnly` or `Include`",
    note = "add `.hydrate()` to read the items behind it, `.keys()` for their keys, or `.select(…)` the fields it carries"
)]
pub trait ProjectsAll: Index {}

impl ProjectsAll for crate::schema::Primary {}

/// Items as one entity.
#[derive(Debug)]
pub struct Whole<E>(PhantomData<fn() -> E>);

impl<E> Whole<E> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<E> Clone for Whole<E> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<E: Entity> ReadAs for Whole<E> {
    type Item = E;
    type Memory = ();
    const LEAVES_OUT: bool = true;
    const TYPED: bool = true;

    fn read(&self, (): &mut (), reader: &mut Reader<'_>) -> Result<E, Fault> {
        read(reader)
    }

    fn name(&self) -> &'static str {
        E::MODEL.name
    }
}

impl<E: Entity, I: ProjectsAll> ReadsFrom<I> for Whole<E> {}

/// Items as the table's enum.
#[derive(Debug)]
pub struct Mixed<T>(PhantomData<fn() -> T>);

impl<T> Mixed<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Clone for Mixed<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<T: Table> ReadAs for Mixed<T> {
    type Item = T;
    type Memory = usize;

    fn read(&self, last: &mut usize, reader: &mut Reader<'_>) -> Result<T, Fault> {
        read_any(reader, last)
    }

    fn name(&self) -> &'static str {
        T::MODEL.name
    }
}

impl<T: Table, I: ProjectsAll> ReadsFrom<I> for Mixed<T> {}

/// Each item as a result of its own, so that one that does not fit loses nothing else.
#[derive(Clone, Debug)]
pub struct Each<O>(pub(crate) O);

impl<O: ReadAs> ReadAs for Each<O> {
    const TYPED: bool = O::TYPED;
    type Item = Result<O::Item, Error>;
    type Memory = O::Memory;
    const LEAVES_OUT: bool = O::LEAVES_OUT;

    fn read(
        &self,
        memory: &mut Self::Memory,
        reader: &mut Reader<'_>,
    ) -> Result<Self::Item, Fault> {
        self.0.read(memory, reader).map(Ok)
    }

    fn projection(&self) -> Option<Vec<SelectedPath>> {
        self.0.projection()
    }

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn instead(&self, item: &str, fault: &Fault) -> Option<Instead<Self::Item>> {
        Some(match self.0.instead(item, fault)? {
            Instead::LeftOut => Instead::LeftOut,
            Instead::Given(given) => Instead::Given(Ok(given)),
        })
    }

    fn recover(error: Error) -> Result<Self::Item, Error> {
        Ok(Err(error))
    }
}

impl<I, O: ReadsFrom<I>> ReadsFrom<I> for Each<O> {}

/// Items as some of their fields.
#[derive(Clone, Debug)]
pub struct Selected<S>(pub(crate) S);

impl<S: Select> ReadAs for Selected<S> {
    type Item = S::Item;
    type Memory = ();

    fn read(&self, (): &mut (), reader: &mut Reader<'_>) -> Result<S::Item, Fault> {
        let raw = reader.raw_value().map_err(Fault::Malformed)?;
        self.0.read(raw)
    }

    fn projection(&self) -> Option<Vec<SelectedPath>> {
        Some(self.0.paths())
    }

    fn name(&self) -> &'static str {
        self.0.entity()
    }
}

impl<I, S: Select> ReadsFrom<I> for Selected<S> {}

/// The projection expression of these paths and of these attributes.
///
/// Of two paths of which one contains the other, which DynamoDB refuses, it has the outer one.
pub(crate) fn projection(
    paths: &[SelectedPath],
    attributes: &[&'static str],
    names: &mut Placeholders,
) -> String {
    let paths = paths.iter().map(|p| p.0.outside_lists());
    let mut wanted: Vec<RawPath> = Vec::new();
    for path in paths.chain(attributes.iter().map(|name| RawPath::name(*name))) {
        match wanted.iter_mut().find(|w| w.overlaps(&path)) {
            Some(inner) if inner.steps.len() > path.steps.len() => {
                wanted.retain(|w| !w.overlaps(&path));
                wanted.push(path);
            }
            Some(_) => {}
            None => wanted.push(path),
        }
    }
    let wanted: Vec<String> = wanted.iter().map(|p| names.path(p)).collect();
    wanted.join(", ")
}

/// Reads one item; one that does not fit is skipped and becomes an error of its own. `None` leaves it out.
pub(crate) fn read_one<O: ReadAs>(
    how: &O,
    memory: &mut O::Memory,
    reader: &mut Reader<'_>,
    table: &TableModel,
    hide: &mut dyn FnMut(&str) -> bool,
) -> Result<Option<Result<O::Item, Error>>, Malformed> {
    let start = reader.position();
    match how.read(memory, reader) {
        Ok(item) => Ok(Some(Ok(item))),
        Err(fault) => {
            reader.seek(start);
            let raw = reader.raw_value()?;
            if hide(raw) {
                return Ok(None);
            }
            Ok(match how.instead(raw, &fault) {
                Some(Instead::LeftOut) => None,
                Some(Instead::Given(item)) => Some(Ok(item)),
                None => {
                    let error = Error::decode(how.name(), raw, &fault);
                    Some(O::recover(error.with_key(describe_item(table, raw))))
                }
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Hint;
    use crate::expr::Path;

    #[test]
    fn a_projection_names_no_path_inside_another() {
        let field = |name| Path::<(), Vec<String>>::field(name, Hint::Auto, None);
        let paths = [field("a").at(2).raw, field("b").raw, field("a").raw].map(SelectedPath);
        let mut names = Placeholders::default();
        assert_eq!(projection(&paths, &["PK", "b"], &mut names), "#a, #b, #PK");
    }
}
