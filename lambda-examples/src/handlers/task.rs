//! Reserves stock and releases it again: the first step of a workflow of Step Functions, and what takes it back.
//!
//! Both can be repeated, as Step Functions does after a timeout: a reservation is an item under the execution's name,
//! written and deleted in one transaction with the stock.

use std::fmt;

use dynamo_orm::{Db, Error, ErrorKind, Transaction};
use lambda_runtime::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::store::{Line, Product, Reservation, Store};

/// How many products a reservation has at most: a transaction has 100 actions.
const LINES: usize = 99;

/// What to do.
#[derive(Deserialize, Debug, Clone)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Task {
    /// Takes from the stock.
    Reserve {
        /// A name of the execution's own, such as `$$.Execution.Name`.
        id: String,
        /// How much of which products.
        lines: Vec<Line>,
    },
    /// Gives back what was taken, if anything was.
    Release {
        /// The name it was reserved under.
        id: String,
    },
}

/// What was done.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The name of the reservation.
    pub id: String,
    /// Is the stock reserved now?
    pub reserved: bool,
}

/// Why a task failed. Its name is what a state's `Catch` and `Retry` compare.
#[derive(Debug)]
pub enum TaskError {
    /// `OutOfStock`: there is not as much of this product.
    OutOfStock(String),
    /// `InvalidTask`: the task cannot be done, however often it is tried.
    Invalid(String),
    /// `TryAgain`: the table was busy or out of reach.
    TryAgain(Error),
    /// `StoreError`: the table refused.
    Store(Error),
}

/// Does a task.
///
/// # Errors
/// [`TaskError`].
pub async fn handle(db: &Db<Store>, task: Task) -> Result<Done, TaskError> {
    match task {
        Task::Reserve { id, lines } => reserve(db, Reservation { id, lines }).await,
        Task::Release { id } => release(db, id).await,
    }
}

async fn reserve(db: &Db<Store>, reservation: Reservation) -> Result<Done, TaskError> {
    let lines = &reservation.lines;
    if !(1..=LINES).contains(&lines.len()) || lines.iter().any(|line| line.quantity == 0) {
        let what = format!("a reservation has 1 to {LINES} products, and some of each");
        return Err(TaskError::Invalid(what));
    }
    let mut transaction = Transaction::new().create(&reservation);
    for line in lines {
        let stock = Product::update(&line.sku)
            .sub(|p| p.stock(), line.quantity)
            .when(|p| p.stock().ge(line.quantity));
        transaction = transaction.update(stock);
    }
    let done = Done {
        id: reservation.id.clone(),
        reserved: true,
    };
    let Err(error) = transaction.send(db).await else {
        return Ok(done);
    };
    match error.reasons().first() {
        // An earlier attempt has done it.
        Some(first) if first.operation == 0 && first.error.is_already_exists() => Ok(done),
        Some(first) if first.error.is_condition_failed() => {
            let line = first.operation.checked_sub(1).and_then(|n| lines.get(n));
            Err(TaskError::OutOfStock(
                line.map_or_else(String::new, |line| line.sku.clone()),
            ))
        }
        _ => Err(error.into()),
    }
}

async fn release(db: &Db<Store>, id: String) -> Result<Done, TaskError> {
    let reservation = Reservation::get(&id).consistent().send(db).await?;
    if let Some(reservation) = reservation {
        let mut transaction = Transaction::new().delete(Reservation::delete(&id).existing());
        for line in &reservation.lines {
            let stock = Product::update(&line.sku).add(|p| p.stock(), line.quantity);
            transaction = transaction.update(stock);
        }
        match transaction.send(db).await {
            Ok(()) => {}
            // Another attempt has done it meanwhile.
            Err(error) if error.reasons().first().is_some_and(|r| r.operation == 0) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Done {
        id,
        reserved: false,
    })
}

impl From<Error> for TaskError {
    fn from(error: Error) -> Self {
        match error.kind() {
            _ if error.is_retryable() => Self::TryAgain(error),
            ErrorKind::InvalidKey | ErrorKind::InvalidRequest => Self::Invalid(error.to_string()),
            _ => Self::Store(error),
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfStock(sku) => write!(f, "there is not enough of {sku}"),
            Self::Invalid(what) => f.write_str(what),
            Self::TryAgain(error) | Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TaskError {}

impl From<TaskError> for Diagnostic {
    fn from(error: TaskError) -> Self {
        let error_type = match &error {
            TaskError::OutOfStock(_) => "OutOfStock",
            TaskError::Invalid(_) => "InvalidTask",
            TaskError::TryAgain(_) => "TryAgain",
            TaskError::Store(_) => "StoreError",
        };
        Self {
            error_type: error_type.to_owned(),
            error_message: error.to_string(),
        }
    }
}
