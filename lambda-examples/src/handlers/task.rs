//! The tasks of the workflow of orders that are paid later (`statemachine/order.asl.json`): stock is reserved, then sold or
//! given back.
//!
//! All can be repeated, as Step Functions does after a timeout: a reservation is an item under the execution's name,
//! written in one transaction with the stock, and deleted in one with the order or the stock.

use std::fmt;
use std::time::SystemTime;

use dynamo_orm::{Db, Error, Transaction};
use lambda_runtime::Diagnostic;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::reasons::{is_gone, lasting};
use crate::store::{Customer, Line, Order, Product, Reservation, Status, Store};

/// How many products a reservation has at most: a transaction has 100 actions, and three are the reservation, the customer and
/// the order.
const LINES: usize = 97;

const NOBODY: &str = "there is no such customer";
const ANOTHER: &str = "there is another order of this name";

/// What to do.
#[derive(Deserialize, Debug, Clone)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Task {
    /// Takes from the stock, once it is known that the order can be written when it is paid.
    Reserve {
        /// A name of the execution's own, such as `$$.Execution.Name`.
        id: String,
        /// Who buys.
        customer: String,
        /// How much of which products, at the prices that were shown.
        lines: Vec<Line>,
    },
    /// Makes an order of what is reserved.
    Order {
        /// The name it was reserved under, which becomes the order's.
        id: String,
        /// Who buys: whoever it was reserved for.
        customer: String,
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
    /// `PriceChanged`: this product costs something else.
    PriceChanged(String),
    /// Anything else, under the names of [`Failure`].
    Failed(Failure),
}

/// Does a task.
///
/// # Errors
/// [`TaskError`].
pub async fn handle(db: &Db<Store>, task: Task) -> Result<Done, TaskError> {
    match task {
        Task::Reserve {
            id,
            customer,
            lines,
        } => {
            let reservation = Reservation {
                id,
                customer,
                lines,
            };
            reserve(db, reservation).await
        }
        Task::Order { id, customer } => order(db, id, customer).await,
        Task::Release { id } => release(db, id).await,
    }
}

/// One transaction, which asks for all that the order will need, too: nobody shall pay for what cannot be ordered.
async fn reserve(db: &Db<Store>, reservation: Reservation) -> Result<Done, TaskError> {
    let lines = &reservation.lines;
    if !(1..=LINES).contains(&lines.len()) || lines.iter().any(|line| line.quantity == 0) {
        let what = format!("a reservation has 1 to {LINES} products, and some of each");
        return Err(invalid(what));
    }
    let mut transaction = Transaction::new()
        .create(&reservation)
        .check(Customer::exists(&reservation.customer))
        .check(Order::key(&reservation.customer, &reservation.id).check_absent());
    for line in lines {
        let stock = Product::update(&line.sku)
            .sub(|p| p.stock(), line.quantity)
            .when(|p| p.stock().ge(line.quantity) & p.cents().eq(line.cents));
        transaction = transaction.update(stock);
    }
    let done = Done {
        id: reservation.id.clone(),
        reserved: true,
    };
    let Err(error) = transaction.send(db).await else {
        return Ok(done);
    };
    let Some(first) = lasting(&error) else {
        return Err(error.into());
    };
    match first.operation {
        // An earlier attempt has done it.
        0 if first.error.is_already_exists() => Ok(done),
        1 => Err(invalid(NOBODY)),
        2 => Err(invalid(ANOTHER)),
        n => match n.checked_sub(3).and_then(|n| lines.get(n)) {
            Some(line) => Err(unsold(line, &first.error).unwrap_or_else(|| error.into())),
            None => Err(error.into()),
        },
    }
}

/// Why a product cannot be taken, if it is because of what it is.
fn unsold(line: &Line, error: &Error) -> Option<TaskError> {
    if !error.is_condition_failed() && !error.is_not_found() {
        return None;
    }
    let sku = line.sku.clone();
    Some(match error.old_item::<Product>() {
        Some(Ok(product)) if product.cents != line.cents => TaskError::PriceChanged(sku),
        _ => TaskError::OutOfStock(sku),
    })
}

/// One transaction; a repetition finds the order.
async fn order(db: &Db<Store>, id: String, customer: String) -> Result<Done, TaskError> {
    let done = Done {
        id: id.clone(),
        reserved: false,
    };
    let Some(reserved) = Reservation::get(&id).consistent().send(db).await? else {
        let order = Order::get(&customer, &id).consistent().send(db).await?;
        return match order {
            Some(_) => Ok(done),
            None => Err(invalid("nothing is reserved under this name")),
        };
    };
    if reserved.customer != customer {
        return Err(invalid("it is reserved for another customer"));
    }
    let cents = |line: &Line| line.cents.saturating_mul(line.quantity.into());
    let order = Order {
        customer,
        id,
        status: Status::Placed,
        placed_at: SystemTime::now().into(),
        cents: reserved
            .lines
            .iter()
            .map(cents)
            .fold(0, u64::saturating_add),
        lines: reserved.lines,
        version: 0,
    };
    let transaction = Transaction::new()
        .check(Customer::exists(&order.customer))
        .create(&order)
        .delete(Reservation::delete(&order.id).existing());
    let Err(error) = transaction.send(db).await else {
        return Ok(done);
    };
    let failed = |operation| {
        let mut reasons = error.reasons().iter();
        reasons.any(|r| r.operation == operation && !r.error.is_retryable())
    };
    match (failed(0), failed(1), failed(2)) {
        (true, ..) => Err(invalid(NOBODY)),
        // Another attempt has done it meanwhile.
        (_, true, true) => Ok(done),
        (_, true, false) => Err(invalid(ANOTHER)),
        (_, false, true) => Err(invalid("nothing is reserved under this name")),
        _ => Err(error.into()),
    }
}

async fn release(db: &Db<Store>, id: String) -> Result<Done, TaskError> {
    let done = Done {
        id,
        reserved: false,
    };
    let reservation = Reservation::get(&done.id).consistent().send(db).await?;
    let Some(Reservation { mut lines, .. }) = reservation else {
        return Ok(done);
    };
    loop {
        let mut transaction = Transaction::new().delete(Reservation::delete(&done.id).existing());
        for line in &lines {
            let stock = Product::update(&line.sku).add(|p| p.stock(), line.quantity);
            transaction = transaction.update(stock);
        }
        let Err(error) = transaction.send(db).await else {
            return Ok(done);
        };
        // Another attempt has done it meanwhile.
        if lasting(&error).is_some_and(|r| r.operation == 0) {
            return Ok(done);
        }
        // What is not sold any more has no stock; the others are given back.
        let before = lines.len();
        let mut operation = 0;
        lines.retain(|_| {
            operation += 1;
            !is_gone(&error, operation)
        });
        if lines.len() == before {
            return Err(error.into());
        }
    }
}

fn invalid(what: impl Into<String>) -> TaskError {
    TaskError::Failed(Failure::Invalid(what.into()))
}

impl TaskError {
    /// Every name there is.
    pub const NAMES: [&'static str; 5] = [
        "OutOfStock",
        "PriceChanged",
        "InvalidRequest",
        "TryAgain",
        "StoreError",
    ];

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::OutOfStock(_) => "OutOfStock",
            Self::PriceChanged(_) => "PriceChanged",
            Self::Failed(failure) => failure.name(),
        }
    }
}

impl From<Error> for TaskError {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfStock(sku) => write!(f, "there is not enough of {sku}"),
            Self::PriceChanged(sku) => write!(f, "{sku} costs something else now"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for TaskError {}

impl From<TaskError> for Diagnostic {
    fn from(error: TaskError) -> Self {
        Self {
            error_type: error.name().to_owned(),
            error_message: error.to_string(),
        }
    }
}
