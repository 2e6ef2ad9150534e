//! Sets of keys: a key, many of one type, a tuple of several types, and any mix of these.

use crate::op::request::key::Key;
use crate::op::request::lookup::Lookup;
use crate::schema::keys::describe;
use crate::schema::{Entity, Table, decode_item};

use super::wanted::{Answer, Answers, Wanted};

/// Keys of the table `T`, of one type or of several.
///
/// What is read by them has their order and shape: `(Key<Customer>, Vec<Key<Order>>)` gives
/// `(Option<Customer>, Vec<Option<Order>>)`. Implemented for [`Key`], for [`AnyKey`](crate::op::AnyKey), for `Vec`s and
/// arrays of these, and for tuples of up to twelve of any of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of keys of this table",
    label = "not a set of keys",
    note = "give `Order::key(…)`, a `Vec` or an array of such keys, a tuple of these, or a `Vec` of `AnyKey`"
)]
pub trait Keys<T: Table>: Send {
    /// The items, `None` where there is none under the key.
    type Items;
    /// What came of each key.
    type Lookups;

    /// Adds the keys to a read.
    #[doc(hidden)]
    fn want(&self, wanted: &mut Wanted);
    /// The items of a read without keys left undone.
    #[doc(hidden)]
    fn items(self, answers: &mut Answers) -> Self::Items;
    /// What came of each key.
    #[doc(hidden)]
    fn lookups(self, answers: &mut Answers) -> Self::Lookups;
}

impl<T: Table, E: Entity<Table = T>> Keys<T> for Key<E> {
    type Items = Option<E>;
    type Lookups = Lookup<E>;

    fn want(&self, wanted: &mut Wanted) {
        let model = E::MODEL;
        wanted.add(self.values(), model.name, model.ttl, |item| {
            Box::new(decode_item::<E>(item))
        });
    }

    fn items(self, answers: &mut Answers) -> Self::Items {
        answers.item(|| describe(&self.values().unwrap_or_default()))
    }

    fn lookups(self, answers: &mut Answers) -> Self::Lookups {
        match answers.next::<E>() {
            Answer::Found(Ok(item)) => Lookup::Found(item),
            Answer::Found(Err(error)) => {
                let key = describe(&self.values().unwrap_or_default());
                Lookup::Unreadable(error.with_key(key))
            }
            Answer::Missing => Lookup::Missing,
            Answer::Unprocessed => Lookup::Unprocessed(self),
        }
    }
}

impl<T: Table, K: Keys<T>> Keys<T> for Vec<K> {
    type Items = Vec<K::Items>;
    type Lookups = Vec<K::Lookups>;

    fn want(&self, wanted: &mut Wanted) {
        for key in self {
            key.want(wanted);
        }
    }

    fn items(self, answers: &mut Answers) -> Self::Items {
        self.into_iter().map(|key| key.items(answers)).collect()
    }

    fn lookups(self, answers: &mut Answers) -> Self::Lookups {
        self.into_iter().map(|key| key.lookups(answers)).collect()
    }
}

impl<T: Table, K: Keys<T>, const N: usize> Keys<T> for [K; N] {
    type Items = [K::Items; N];
    type Lookups = [K::Lookups; N];

    fn want(&self, wanted: &mut Wanted) {
        for key in self {
            key.want(wanted);
        }
    }

    fn items(self, answers: &mut Answers) -> Self::Items {
        self.map(|key| key.items(answers))
    }

    fn lookups(self, answers: &mut Answers) -> Self::Lookups {
        self.map(|key| key.lookups(answers))
    }
}

macro_rules! tuples {
    ($(($($name:ident)+))*) => {$(
        impl<T: Table, $($name: Keys<T>),+> Keys<T> for ($($name,)+) {
            type Items = ($($name::Items,)+);
            type Lookups = ($($name::Lookups,)+);

            #[expect(non_snake_case, reason = "a value is named after its type")]
            fn want(&self, wanted: &mut Wanted) {
                let ($($name,)+) = self;
                $($name.want(wanted);)+
            }

            #[expect(non_snake_case, reason = "a value is named after its type")]
            fn items(self, answers: &mut Answers) -> Self::Items {
                let ($($name,)+) = self;
                ($($name.items(answers),)+)
            }

            #[expect(non_snake_case, reason = "a value is named after its type")]
            fn lookups(self, answers: &mut Answers) -> Self::Lookups {
                let ($($name,)+) = self;
                ($($name.lookups(answers),)+)
            }
        }
    )*};
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D F)
    (A B C D F G)
    (A B C D F G H)
    (A B C D F G H I)
    (A B C D F G H I J)
    (A B C D F G H I J K)
    (A B C D F G H I J K L)
    (A B C D F G H I J K L M)
}
