//! The ends of a range of sort keys that spans several entities.

use crate::error::{Error, Result};
use crate::key::{Part, above_all};
use crate::op::{Access, Key, Query, Test, Whole, key_tests, plan};
use crate::schema::{Entity, Primary};

/// One end of a range: a primary key, or a query of one entity with what it says about its sort key.
///
/// The lower end is where the key or the query's range begins, the upper end where it ends. Both end where a value
/// does, never inside one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no end of a range in the index `{I}` of the table `{T}`",
    label = "neither a key nor a query there",
    note = "give the key of a member, `Customer::key(&id)`, or a query of one, `Order::by_customer(&id).placed_on().from(day)`"
)]
pub trait Edge<T, I> {
    /// The keys it stands for.
    #[doc(hidden)]
    fn keys(self) -> Result<EdgeKeys>;
}

/// A partition, and a range in it.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct EdgeKeys {
    pub(super) partition: Vec<Part<'static>>,
    pub(super) low: Option<Part<'static>>,
    pub(super) high: Option<Part<'static>>,
}

impl<E: Entity> Edge<E::Table, Primary> for Key<E> {
    fn keys(self) -> Result<EdgeKeys> {
        let mut values = self.values()?.into_iter().map(|key| key.value);
        let partition = values.next().into_iter().collect();
        let sort = values.next();
        Ok(EdgeKeys {
            partition,
            low: sort.clone(),
            high: sort,
        })
    }
}

impl<A: Access> Edge<<A::Entity as Entity>::Table, A::Index> for Query<A, Whole<A::Entity>> {
    fn keys(self) -> Result<EdgeKeys> {
        let state = self.access().state();
        if let Some(error) = state.first_error() {
            return Err(error);
        }
        if !state.filter.is_empty() || state.limit.is_some() || state.take.is_some() {
            return Err(Error::invalid(
                "the end of a range is a query with nothing but its keys; leave out `filter`, `limit` and `take`",
            )
            .with_entity(A::Entity::MODEL.name));
        }
        let plan = plan::<A::Entity>(state.index);
        let mut tests = key_tests::<A::Entity>(state, &plan)?.into_iter();
        let mut keys = EdgeKeys::default();
        for (_, test) in tests.by_ref().take(plan.pk.len()) {
            if let Test::Compare(_, part) = test {
                keys.partition.push(part);
            }
        }
        if plan.sk.len() > 1 {
            return Err(Error::invalid(
                "a range over several entities needs a sort key of one attribute",
            ));
        }
        if let Some((_, test)) = tests.next() {
            (keys.low, keys.high) = ends(test)?;
        }
        Ok(keys)
    }
}

/// Where the keys that pass the test begin and end.
fn ends(test: Test) -> Result<(Option<Part<'static>>, Option<Part<'static>>)> {
    Ok(match test {
        Test::Compare("=", part) => (Some(part.clone()), Some(part)),
        Test::Compare(">=", part) => (Some(part), None),
        Test::Compare("<=", part) => (None, Some(part)),
        Test::Compare(..) => {
            return Err(Error::invalid(
                "DynamoDB has no range of several entities that leaves its own end out; use `from` and `to`",
            ));
        }
        Test::Between(low, high) => (Some(low), Some(high)),
        Test::BeginsWith(part) => {
            let high = match &part {
                Part::Text(start) => Some(Part::Text(above_all(start.to_string()).into())),
                Part::Number(_) | Part::Bytes(_) => None,
            };
            (Some(part), high)
        }
    })
}
