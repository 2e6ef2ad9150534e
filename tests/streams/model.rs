//! The table of these tests, and the place where handlers write down what they saw.

use std::sync::{Arc, Mutex};

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", ttl = "expires", stream = NewAndOldImages)]
pub(crate) enum Shop {
    Customer(Customer),
    Order(Order),
    Session(Session),
    Trail(Trail),
}

/// The parent: counts and sums of its orders.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[entity(table = Shop, pk = "CUSTOMER#{id}", sk = "PROFILE", unique(email, "{email}"))]
pub(crate) struct Customer {
    pub id: String,
    pub email: Option<String>,
    #[entity(default)]
    pub orders: u64,
    #[entity(default)]
    pub cents: i64,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER")]
pub(crate) struct Order {
    pub id: String,
    pub customer: String,
    pub cents: i64,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "SESSION#{id}", sk = "SESSION")]
pub(crate) struct Session {
    pub id: String,
    #[entity(ttl)]
    pub expires: u64,
}

/// An entry of the audit trail.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "TRAIL#{of}", sk = "{event}", query = by_item)]
pub(crate) struct Trail {
    pub of: String,
    pub event: String,
    pub by: Option<String>,
    pub what: String,
}

pub(crate) fn order(id: &str, customer: &str, cents: i64) -> Order {
    Order {
        id: id.to_owned(),
        customer: customer.to_owned(),
        cents,
        note: None,
    }
}

/// What handlers saw, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
