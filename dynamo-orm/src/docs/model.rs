// The table of the documentation's examples.
#[allow(unused_imports)]
use dynamo_orm::{Db, Entity, Fields, KeyPart, Projection, Table};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Shop {
    Customer(Customer),
    Order(Order),
    Visits(Visits),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{id}", sk = "PROFILE")]
pub struct Customer {
    pub id: String,
    pub name: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{number}", query = by_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{number}", query = by_status))]
pub struct Order {
    pub customer: String,
    pub number: u32,
    pub status: Status,
    pub cents: u64,
    pub note: Option<String>,
    pub tags: std::collections::BTreeSet<String>,
    pub lines: Vec<Line>,
}

#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Line {
    pub sku: String,
    pub count: u32,
}

#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub enum Status {
    Open,
    Shipped,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "PAGE#{page}", sk = "VISITS")]
pub struct Visits {
    #[entity(skip)]
    pub page: String,
    #[entity(default)]
    pub count: u64,
}

#[allow(dead_code)]
pub fn order(customer: &str, number: u32) -> Order {
    Order {
        customer: customer.to_owned(),
        number,
        status: Status::Open,
        cents: 1250,
        note: None,
        tags: Default::default(),
        lines: vec![Line { sku: "tea".to_owned(), count: 2 }],
    }
}
