//! Public items of a library that denies what its authors do not like.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    unused_lifetimes,
    unused_results,
    unnameable_types,
    redundant_lifetimes,
    explicit_outlives_requirements,
    variant_size_differences,
    unused_import_braces,
    unused_crate_dependencies
)]
#![forbid(unsafe_code)]

use std::time::SystemTime;

use dynamo_orm::{Collection, Entity, Fields, KeyPart, Projection, Table};
use serde::{Deserialize, Serialize};

/// A table.
#[derive(Table, Debug)]
#[table(pk = "PK", sk = "SK", kind = "_type", ttl = "until", stream = NewImage,
        gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"),
        gsi(ByCoupon, pk = "coupon", projection = Include("note")),
        lsi(ByTotal, sk(total: N)))]
pub enum Shop {
    /// An order.
    Order(Order),
}

/// An order.
#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{number}", query = by_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{priority}#{number}", query = by_status, when = is_open(status)),
         index(ByCoupon, pk = coupon, query = by_coupon),
         index(ByTotal, sk = total, query = by_total))]
pub struct Order {
    /// Whose it is.
    pub customer: CustomerId,
    /// Which it is.
    #[entity(skip)]
    pub number: u32,
    /// Where it stands.
    pub status: Status,
    /// How much it hurries.
    pub priority: u8,
    /// What it costs.
    pub total: u64,
    /// A coupon.
    pub coupon: Option<String>,
    /// Where it goes.
    pub ship_to: Address,
    /// How often it was changed.
    #[entity(default)]
    pub changes: u32,
    /// When it goes.
    #[entity(ttl)]
    pub until: Option<SystemTime>,
    /// When it came.
    #[entity(created_at)]
    pub created_at: SystemTime,
    /// When it changed.
    #[entity(updated_at)]
    pub updated_at: SystemTime,
}

/// An address.
#[derive(Fields, Serialize, Deserialize, Debug)]
pub struct Address {
    /// The city.
    pub city: String,
}

/// Names a customer.
#[derive(KeyPart, Serialize, Deserialize, Debug)]
pub struct CustomerId(pub String);

/// Where an order stands.
#[derive(KeyPart, Serialize, Deserialize, Debug)]
pub enum Status {
    /// Gone.
    Closed,
    /// Here.
    Open,
}

/// Some of an order.
#[derive(Projection, Debug)]
#[projection(of = Order)]
pub struct Summary {
    /// What it costs.
    pub total: u64,
    /// A coupon.
    pub coupon: Option<String>,
}

/// The orders of a customer.
#[derive(Collection, Debug)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    /// All of them.
    pub orders: Vec<Order>,
}

/// The orders in one state.
#[derive(Collection, Debug)]
#[collection(table = Shop, index = Gsi1, pk = "STATUS#{status}")]
pub struct Work {
    /// The only one.
    pub order: Order,
}

fn is_open(status: &Status) -> bool {
    matches!(status, Status::Open)
}
