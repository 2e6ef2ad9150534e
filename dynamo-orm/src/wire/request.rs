//! A request as a value: the operation, its table, and the exact body that is sent.

use std::fmt;

use super::pretty;

/// An action of DynamoDB's API that this library calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Reads one item by its primary key.
    GetItem,
    /// Writes one whole item.
    PutItem,
    /// Changes attributes of one item.
    UpdateItem,
    /// Deletes one item.
    DeleteItem,
    /// Reads items of one partition in sort key order.
    Query,
    /// Reads items of a whole table or index.
    Scan,
    /// Reads up to 100 items by primary key.
    BatchGetItem,
    /// Puts or deletes up to 25 items, each for itself.
    BatchWriteItem,
    /// Reads up to 100 items as of one moment.
    TransactGetItems,
    /// Writes up to 100 items, all or none.
    TransactWriteItems,
}

impl Operation {
    /// The name in AWS's spelling, as in the `x-amz-target` header.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GetItem => "GetItem",
            Self::PutItem => "PutItem",
            Self::UpdateItem => "UpdateItem",
            Self::DeleteItem => "DeleteItem",
            Self::Query => "Query",
            Self::Scan => "Scan",
            Self::BatchGetItem => "BatchGetItem",
            Self::BatchWriteItem => "BatchWriteItem",
            Self::TransactGetItems => "TransactGetItems",
            Self::TransactWriteItems => "TransactWriteItems",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A request as a value: exactly what would be sent.
///
/// [`Display`](fmt::Display) shows the operation and its body, indented, one attribute value a
/// line; the text is stable, so it can be kept as a snapshot. It contains the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    operation: Operation,
    table: String,
    body: String,
}

impl Request {
    /// A request with a complete body in DynamoDB's JSON.
    ///
    /// The table is for the SDK's endpoint rules only; the body names its tables itself. A
    /// `TransactWriteItems` body should carry a `ClientRequestToken`: the SDK adds none to it.
    #[must_use]
    pub fn new(operation: Operation, table: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            operation,
            table: table.into(),
            body: body.into(),
        }
    }

    /// The API action.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The table, or the first of several.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The body, byte for byte as it is sent.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, pretty::json(&self.body))
    }
}
