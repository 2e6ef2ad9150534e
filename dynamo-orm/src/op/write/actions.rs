//! `TransactWriteItems`: rendering, sending, and the meaning of its cancellation reasons.

use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use crate::client::{Db, Metered, failure};
use crate::codec;
use crate::error::{CancellationReason, Error, ErrorKind, Result};
use crate::op::request::backoff::Backoff;
use crate::op::request::body::Body;
use crate::schema::Table;
use crate::wire::{self, CallError, Operation, Reason, Request};

use super::action::{ATTEMPTS, Action, Write};

/// DynamoDB's limit on actions in one transaction.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(in crate::op) const MAX_ACTIONS: usize = 100;
/// DynamoDB's limit on the items of one transaction together, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The request of these writes, after its limits are checked.
pub(in crate::op) fn request<T: Table>(
    db: &Db<T>,
    writes: &[Write],
    token: &str,
    metered: bool,
) -> Result<Request> {
    check(writes)?;
    let mut items = String::from("[");
    for action in writes.iter().flat_map(Write::actions) {
        if items.len() > 1 {
            items.push(',');
        }
        let mut body = action.body.clone();
        if action.conditional {
            body.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        }
        let mut one = Body::bare();
        one.json(action.verb.member(), &body.finish());
        items.push_str(&one.finish());
    }
    items.push(']');
    let mut body = Body::bare();
    body.json("TransactItems", &items);
    body.text("ClientRequestToken", token);
    if metered {
        body.text("ReturnConsumedCapacity", "INDEXES");
    }
    Ok(Request::new(
        Operation::TransactWriteItems,
        db.table_name(),
        body.finish(),
    ))
}

/// What DynamoDB would refuse for its size or because it names an item twice.
fn check(writes: &[Write]) -> Result<()> {
    let actions: Vec<(usize, &Action)> = writes
        .iter()
        .flat_map(|write| write.actions().map(|action| (write.operation, action)))
        .collect();
    if actions.is_empty() {
        return Err(Error::invalid(
            "the transaction has nothing to write; add an operation that does",
        ));
    }
    if actions.len() > MAX_ACTIONS {
        let helpers = actions.len() - writes.len();
        let helpers = match helpers {
            0 => String::new(),
            n => format!(" ({n} of them for guards of unique values and the like)"),
        };
        return Err(Error::invalid(format!(
            "the transaction has {} actions{helpers}; DynamoDB allows {MAX_ACTIONS}",
            actions.len()
        )));
    }
    let bytes: usize = actions.iter().map(|(_, action)| action.bytes()).sum();
    if bytes > MAX_BYTES {
        return Err(Error::invalid(format!(
            "the items of the transaction are {bytes} bytes large together; DynamoDB allows {MAX_BYTES} (4 MB)"
        )));
    }
    for (position, (second, action)) in actions.iter().enumerate() {
        let mut before = actions.iter().take(position);
        if let Some((first, _)) = before.find(|(_, other)| other.key == action.key) {
            let guards = [first, second].map(|n| {
                let write = writes.iter().find(|write| write.operation == *n);
                write.is_some_and(|write| write.guards.iter().any(|g| g.key == action.key))
            });
            let message = if guards == [true, true] && first != second {
                format!(
                    "operations {first} and {second} are about the same unique value; one transaction can neither give it to both nor free and take it, so change the value or use two"
                )
            } else if first == second {
                format!("operation {first} writes an item twice; its unique values must differ")
            } else {
                format!(
                    "operations {first} and {second} are about the same item; a transaction takes one operation for each item, so join them"
                )
            };
            return Err(Error::invalid(message)
                .with_entity(action.entity)
                .with_key(action.described()));
        }
    }
    Ok(())
}

/// A token of its own for each transaction, so that a request that is sent twice is carried out once.
pub(crate) fn token() -> String {
    // Each `RandomState` has keys of its own, made from the system's randomness.
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random() ^ fastrand::u64(..), random())
}

/// Sends the request of these writes.
pub(in crate::op) async fn send<T: Table>(
    db: &Db<T>,
    request: &Request,
    writes: &[Write],
) -> Result<Metered<()>> {
    let mut backoff = Backoff::new(ATTEMPTS);
    loop {
        let sent = wire::send(
            db.client(),
            request,
            "Attributes",
            Arc::new(crate::op::raw_member),
        );
        match sent.await {
            Ok(answer) => return Ok(Metered::new((), &answer.meta)),
            Err(error) => {
                if !(passes(&error) && backoff.wait().await) {
                    return Err(explain(error, writes));
                }
            }
        }
    }
}

/// Would the same request succeed a little later?
pub(in crate::op) fn passes(error: &CallError) -> bool {
    match error.code.as_deref() {
        Some("TransactionInProgressException") => true,
        Some("TransactionCanceledException") => {
            let reasons = error.cancellation_reasons.as_deref().unwrap_or_default();
            let mut failed = reasons.iter().filter(|r| failed(r)).peekable();
            failed.peek().is_some() && failed.all(|r| passing(&r.code).is_some())
        }
        _ => false,
    }
}

fn failed(reason: &Reason) -> bool {
    !matches!(&*reason.code, "None" | "")
}

/// What a reason that passes is; `None` where another attempt would fail alike.
pub(in crate::op) fn passing(code: &str) -> Option<ErrorKind> {
    match code {
        "TransactionConflict" => Some(ErrorKind::TransactionConflict),
        "ThrottlingError" | "ProvisionedThroughputExceeded" | "RequestLimitExceeded" => {
            Some(ErrorKind::Throttled)
        }
        _ => None,
    }
}

/// Cancellation reasons come in the order of the actions; each is told of the operation that brought the action in.
fn explain(error: CallError, writes: &[Write]) -> Error {
    let Some(given) = error.cancellation_reasons.as_ref() else {
        return failure(error);
    };
    let actions = writes
        .iter()
        .flat_map(|write| write.actions().map(|action| (write.operation, action)));
    let reasons: Vec<CancellationReason> = given
        .iter()
        .zip(actions)
        .filter(|(reason, _)| failed(reason))
        .map(|(reason, (operation, action))| CancellationReason {
            operation,
            error: cause(reason, action),
        })
        .collect();
    canceled(error, reasons)
}

fn cause(reason: &Reason, action: &Action) -> Error {
    if reason.code == "ConditionalCheckFailed" {
        return action.refused(reason.code.clone(), reason.item.clone());
    }
    let kind = passing(&reason.code).unwrap_or(ErrorKind::Service);
    let message = match &reason.message {
        Some(message) => format!("{}: {message}", reason.code),
        None => reason.code.clone(),
    };
    Error::new(kind, message)
        .with_code(Some(reason.code.clone()))
        .with_entity(action.entity)
        .with_key(action.described())
}

/// The error of a transaction that was cancelled for these reasons.
pub(in crate::op) fn canceled(error: CallError, reasons: Vec<CancellationReason>) -> Error {
    let all = |kind| !reasons.is_empty() && reasons.iter().all(|r| r.error.kind() == kind);
    let kind = [ErrorKind::TransactionConflict, ErrorKind::Throttled]
        .into_iter()
        .find(|kind| all(*kind))
        .unwrap_or(ErrorKind::TransactionCanceled);
    let mut message = String::from("the transaction was cancelled");
    for (n, reason) in reasons.iter().enumerate() {
        message.push_str(if n == 0 { ": " } else { "; " });
        let _ = write!(message, "operation {}: {}", reason.operation, reason.error);
    }
    if reasons.is_empty() {
        message = format!("{message}: {}", error.message);
    }
    Error::new(kind, message)
        .with_code(error.code)
        .with_request_id(error.request_id)
        .with_source(error.source)
        .with_reasons(reasons)
}

/// A caller's token has 1 to 36 characters.
pub(in crate::op) fn check_token(token: &str) -> Result<()> {
    if (1..=36).contains(&token.chars().count()) {
        return Ok(());
    }
    let mut quoted = String::new();
    codec::write_string(token, &mut quoted);
    Err(Error::invalid(format!(
        "the token {quoted} has {} characters; DynamoDB takes 1 to 36",
        token.chars().count()
    )))
}
