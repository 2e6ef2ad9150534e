//! One write of one item, rendered: a request of its own, or an action of a transaction.

use crate::client::{Db, Metered};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::render::Placeholders;
use crate::op::request::backoff::Backoff;
use crate::op::request::body::Body;
use crate::schema::keys::{self, KeyValue};
use crate::schema::{Entity, Table, owner_of};
use crate::wire::{CallError, Operation, Request};

use super::actions;
use super::conditions::{Conditions, Meaning};
use super::unchanged::Unchanged;

/// How often a request is sent at most, while another transaction is at work on its items.
pub(in crate::op) const ATTEMPTS: u32 = 8;

/// What a write does with its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Put,
    Update,
    Delete,
    Check,
}

impl Verb {
    /// The member of a transaction's action.
    pub(in crate::op) fn member(self) -> &'static str {
        match self {
            Self::Put => "Put",
            Self::Update => "Update",
            Self::Delete => "Delete",
            Self::Check => "ConditionCheck",
        }
    }
}

/// What it means when the condition of an action does not hold.
#[derive(Debug)]
pub(in crate::op) enum Failure {
    /// The item under the key is not as it should be.
    Item(Meaning),
    /// The unique value of this name is taken.
    Unique(&'static str),
}

/// One write of one item.
#[derive(Debug)]
pub(in crate::op) struct Action {
    pub(in crate::op) verb: Verb,
    pub(in crate::op) body: Body,
    pub(in crate::op) conditional: bool,
    pub(in crate::op) entity: &'static str,
    pub(in crate::op) key: Vec<KeyValue>,
    /// The item it is about for the user, where that is another one.
    pub(in crate::op) on_behalf_of: Option<String>,
    pub(in crate::op) failure: Failure,
    /// The item as it was sent, where all of it is.
    pub(in crate::op) sent: Option<String>,
}

/// A write with the guards of unique values that go with it.
#[derive(Debug)]
pub(in crate::op) struct Write {
    /// Its position among the operations of a transaction.
    pub(in crate::op) operation: usize,
    pub(in crate::op) main: Action,
    pub(in crate::op) guards: Vec<Action>,
    /// Another write that belongs to it: the new place of an item that moves.
    pub(in crate::op) second: Option<Action>,
}

impl Action {
    /// Closes the body with the conditions and placeholders of a write to an `E`.
    pub(in crate::op) fn new<E: Entity>(
        db: &Db<E::Table>,
        verb: Verb,
        mut body: Body,
        mut names: Placeholders,
        conditions: &Conditions,
        unchanged: &[Unchanged],
        key: Vec<KeyValue>,
    ) -> Result<Self> {
        let now = db.now();
        let condition = conditions
            .render::<E>(unchanged, &mut names, now)
            .map_err(|e| e.with_entity(E::MODEL.name))?;
        body.text_if("ConditionExpression", condition.as_deref());
        body.placeholders(&names);
        Ok(Self {
            verb,
            body,
            conditional: condition.is_some(),
            entity: E::MODEL.name,
            key,
            on_behalf_of: None,
            failure: Failure::Item(conditions.meaning::<E>(unchanged, now)),
            sent: None,
        })
    }

    /// The size of the item as far as it is known.
    pub(in crate::op) fn bytes(&self) -> usize {
        self.sent.as_deref().map_or(0, crate::op::request::size::of)
    }

    /// The key for error messages.
    pub(in crate::op) fn described(&self) -> String {
        match &self.on_behalf_of {
            Some(key) => key.clone(),
            None => keys::describe(&self.key),
        }
    }

    fn request<T: Table>(&self, db: &Db<T>, returning: Option<&str>, metered: bool) -> Request {
        let mut body = self.body.clone();
        body.text_if("ReturnValues", returning);
        if self.conditional {
            body.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        }
        if metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        let operation = match self.verb {
            Verb::Put => Operation::PutItem,
            Verb::Update => Operation::UpdateItem,
            // A check alone is never sent.
            Verb::Delete | Verb::Check => Operation::DeleteItem,
        };
        Request::new(operation, db.table_name(), body.finish())
    }

    /// The error of a condition that does not hold.
    pub(in crate::op) fn refused(&self, code: String, old_item: Option<String>) -> Error {
        let error = match &self.failure {
            Failure::Item(meaning) => {
                let (kind, message) = meaning.of(old_item.as_deref());
                Error::new(kind, message).with_old_item(old_item)
            }
            Failure::Unique(name) => {
                let keys = self.key.iter().map(|key| key.attribute);
                let owner = old_item.as_deref().and_then(|guard| owner_of(guard, keys));
                let message = format!("another item has the value of `{name}` already");
                Error::new(ErrorKind::UniqueViolation, message)
                    .with_constraint(name, owner)
                    .with_raw_item(old_item)
            }
        };
        error
            .with_code(Some(code))
            .with_entity(self.entity)
            .with_key(self.described())
    }

    fn explain(&self, error: CallError) -> Error {
        if error.code.as_deref() != Some("ConditionalCheckFailedException") {
            let failed = crate::client::failure(error);
            return failed.with_entity(self.entity).with_key(self.described());
        }
        // A first attempt whose answer was lost may have written it.
        let own = error.attempts > 1
            && self
                .sent
                .as_deref()
                .zip(error.old_item.as_deref())
                .is_some_and(|(sent, found)| match self.verb {
                    // Attributes that the type does not know stay.
                    Verb::Update => crate::op::request::same::contains(found, sent),
                    _ => crate::op::request::same::same_item(sent, found),
                });
        self.refused("ConditionalCheckFailedException".to_owned(), error.old_item)
            .with_request_id(error.request_id)
            .with_source(error.source)
            .with_own_write(own)
    }
}

impl Write {
    pub(in crate::op) fn alone(main: Action) -> Self {
        Self {
            operation: 0,
            main,
            guards: Vec::new(),
            second: None,
        }
    }

    /// Every action, the user's own first.
    pub(in crate::op) fn actions(&self) -> impl Iterator<Item = &Action> {
        std::iter::once(&self.main)
            .chain(&self.second)
            .chain(&self.guards)
    }

    fn is_single(&self) -> bool {
        self.guards.is_empty() && self.second.is_none()
    }

    /// The request that makes this write: of one item, or a transaction with its guards.
    pub(in crate::op) fn request<T: Table>(
        &self,
        db: &Db<T>,
        returning: Option<&str>,
        metered: bool,
    ) -> Result<Request> {
        if self.is_single() {
            return Ok(self.main.request(db, returning, metered));
        }
        actions::request(db, std::slice::from_ref(self), &actions::token(), metered)
    }

    /// Sends it and gives the attributes it returns.
    pub(in crate::op) async fn send<T: Table>(
        &self,
        db: &Db<T>,
        returning: Option<&str>,
        metered: bool,
    ) -> Result<Metered<Option<String>>> {
        let request = self.request(db, returning, metered)?;
        if !self.is_single() {
            let answer = actions::send(db, &request, std::slice::from_ref(self)).await;
            return match answer {
                Ok(done) => done.try_map(|()| Ok(None)),
                Err(error) => Err(error.into_reason()),
            };
        }
        let mut backoff = Backoff::new(ATTEMPTS);
        loop {
            match db.write(&request).await {
                Ok(answer) => return Ok(Metered::new(answer.value, &answer.meta)),
                Err(error) => {
                    let conflict = error.code.as_deref() == Some("TransactionConflictException");
                    if !(conflict && backoff.wait().await) {
                        return Err(self.main.explain(error));
                    }
                }
            }
        }
    }
}
