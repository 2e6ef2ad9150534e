//! The tables that cases about item collections share.

#![allow(unused_imports, reason = "each case uses some of it")]

use dynamo_orm::{Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", kind = "_type",
        gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"),
        gsi(ByNote, pk = "note", projection = KeysOnly))]
pub enum Shop {
    Customer(Customer),
    Order(Order),
    Line(Line),
    Rating(Rating),
    Product(Product),
    Parcel(Parcel),
    Shouted(Shouted),
}

#[derive(KeyPart, Serialize, Deserialize)]
pub struct CustomerId(pub String);

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{id}", sk = "PROFILE")]
pub struct Customer {
    pub id: CustomerId,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{number}",
         index(Gsi1, pk = "STATUS#{status}", sk = "{number}"), index(ByNote, pk = note))]
pub struct Order {
    pub customer: CustomerId,
    pub number: u32,
    pub status: u8,
    pub note: Option<String>,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{number}#LINE#{line}")]
pub struct Line {
    pub customer: CustomerId,
    pub number: u32,
    pub line: u8,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "RATING#{order}")]
pub struct Rating {
    pub customer: CustomerId,
    pub order: u32,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "PRODUCT#{sku}", sk = "PRODUCT")]
pub struct Product {
    pub sku: String,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "PARCEL#{number}")]
pub struct Parcel {
    pub customer: u32,
    pub number: u32,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer:upper}", sk = "SHOUTED#{number}")]
pub struct Shouted {
    pub customer: CustomerId,
    pub number: u32,
}

#[derive(Serialize, Deserialize)]
pub struct Address {
    pub city: String,
}

#[derive(Table)]
#[table(pk = "PK", sk = "SK", kind = "_type", gsi(Far, pk = "FARPK", sk = "FARSK"))]
pub enum Outside {
    Elsewhere(Elsewhere),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Outside, pk = "CUSTOMER#{customer}", sk = "ELSEWHERE",
         index(Far, pk = "FAR#{customer}", sk = "ELSEWHERE"))]
pub struct Elsewhere {
    pub customer: CustomerId,
}

#[derive(Table)]
#[table(pk = "PK")]
pub enum Flat {
    Thing(Thing),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Flat, pk = "THING#{id}")]
pub struct Thing {
    pub id: String,
}
