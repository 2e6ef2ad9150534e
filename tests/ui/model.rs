//! The table that cases about requests share.

use std::time::SystemTime;

use dynamo_orm::{Entity, Fields, KeyPart, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", kind = "_type", ttl = "expires_at",
        gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"),
        gsi(ByCoupon, pk = "coupon", projection = KeysOnly),
        lsi(ByTotal, sk(total: N)))]
pub enum Shop {
    Order(Order),
    Ticket(Ticket),
    Customer(Customer),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{year}#{number}", query = by_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{year}#{number}", query = by_status),
         index(ByCoupon, pk = coupon, query = by_coupon),
         index(ByTotal, sk = total, query = by_total))]
pub struct Order {
    pub customer: String,
    pub year: u16,
    pub number: u32,
    pub status: Status,
    pub total: u64,
    pub coupon: Option<String>,
    pub items: u32,
    pub note: Option<String>,
    pub ship_to: Address,
    #[entity(ttl)]
    pub expires_at: Option<SystemTime>,
    #[entity(created_at)]
    pub created_at: SystemTime,
    #[entity(updated_at)]
    pub updated_at: SystemTime,
}

#[derive(Fields, Serialize, Deserialize)]
pub struct Address {
    pub city: String,
}

#[derive(KeyPart, Serialize, Deserialize, Clone, Copy, PartialEq)]
pub enum Status {
    Open,
    Shipped,
    Closed,
}

/// Its state and priority make one index key together.
#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "TICKET#{id}", sk = "TICKET",
         index(Gsi1, pk = "QUEUE", sk = "{state}#{priority}#{id}", query = queue))]
pub struct Ticket {
    pub id: u64,
    pub state: Status,
    pub priority: u8,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{id}", sk = "PROFILE", query = profiles)]
pub struct Customer {
    pub id: String,
    pub name: String,
}
