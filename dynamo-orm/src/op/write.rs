//! What every write of one item shares: its conditions, the end of its body, and how it is sent.

use crate::client::{Db, Guard, Metered};
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::expr::{Expr, RawPath, Term};
use crate::schema::{Entity, Table};
use crate::wire::{Operation, Request};

use super::body::Body;
use super::returning::Returning;

/// The conditions of a write: what the operation asks of the item under the key, and what the user asks.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    /// There must be an item, or none.
    pub(super) exists: Option<bool>,
    asked: Option<Expr>,
}

/// A request with the words for its errors.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) request: Request,
    pub(super) key: String,
}

impl Conditions {
    pub(super) fn existing() -> Self {
        Self {
            exists: Some(true),
            asked: None,
        }
    }

    /// Adds what the user asks; everything asked must hold.
    pub(super) fn and(&mut self, more: Expr) {
        self.asked = Some(match self.asked.take() {
            None => more,
            Some(known) => Expr::all(known, more),
        });
    }

    fn guard(&self) -> Guard {
        Guard {
            exists: self.exists,
            asked: self.asked.is_some(),
        }
    }

    /// The implied condition and the user's, the latter in parentheses: `attribute_not_exists(#PK) AND (…)`.
    fn render<E: Entity>(&self, names: &mut Placeholders) -> Result<Option<String>> {
        let implied = self.exists.map(|exists| {
            let function = if exists {
                "attribute_exists"
            } else {
                "attribute_not_exists"
            };
            let pk = <E::Table as Table>::MODEL.pk.name;
            Expr::Call(function, vec![Term::Path(RawPath::name(pk))])
        });
        match (&implied, &self.asked) {
            (None, None) => Ok(None),
            (Some(one), None) | (None, Some(one)) => names.condition(one).map(Some),
            (Some(implied), Some(asked)) => names.guarded(implied, asked).map(Some),
        }
    }

    /// Adds the condition, the placeholders and the return values, and closes the body.
    pub(super) fn finish<E: Entity>(
        &self,
        operation: Operation,
        db: &Db<E::Table>,
        mut body: Body,
        mut names: Placeholders,
        returning: Option<&str>,
        metered: bool,
    ) -> Result<Request> {
        let condition = self
            .render::<E>(&mut names)
            .map_err(|e| e.with_entity(E::MODEL.name))?;
        body.text_if("ConditionExpression", condition.as_deref());
        body.placeholders(&names);
        body.text_if("ReturnValues", returning);
        if condition.is_some() {
            body.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        }
        if metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        Ok(Request::new(operation, db.table_name(), body.finish()))
    }

    /// Sends a write and gives the attributes it returns.
    pub(super) async fn send<E: Entity>(
        &self,
        db: &Db<E::Table>,
        prepared: &Prepared,
    ) -> Result<Metered<Option<String>>> {
        let answer = db
            .call_conditional(&prepared.request, self.guard())
            .await
            .map_err(|e| e.with_entity(E::MODEL.name).with_key(prepared.key.as_str()))?;
        Ok(Metered::new(answer.value, &answer.meta))
    }

    /// Sends a write and reads what it returns.
    pub(super) async fn run<E: Entity, R: Returning<E>>(
        &self,
        db: &Db<E::Table>,
        prepared: &Prepared,
    ) -> Result<Metered<R::Output>> {
        self.send::<E>(db, prepared).await?.try_map(R::output)
    }
}
