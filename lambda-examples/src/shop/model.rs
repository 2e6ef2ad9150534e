//! An online shop in one table: nine entities, two overloaded indexes.
//!
//! The design is the published one of AWS's "online shop" single-table example; the values are our own.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use dynamo_orm::{Entity, Fields, KeyPart, Table};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Everything in the table.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    name = "OnlineShop",
    pk = "PK",
    sk = "SK",
    kind = "EntityType",
    gsi(Gsi1, name = "GSI1", pk = "GSI1-PK", sk = "GSI1-SK"),
    gsi(Gsi2, name = "GSI2", pk = "GSI2-PK", sk = "GSI2-SK")
)]
pub enum Shop {
    /// Who buys.
    Customer(Customer),
    /// What is sold.
    Product(Product),
    /// Where it is stored.
    Warehouse(Warehouse),
    /// How much of a product is in a warehouse.
    WarehouseItem(WarehouseItem),
    /// What a customer ordered, as a whole.
    Order(Order),
    /// One product of an order.
    OrderItem(OrderItem),
    /// What the order costs, and how it was paid.
    Invoice(Invoice),
    /// A parcel.
    Shipment(Shipment),
    /// What is in a parcel.
    ShipmentItem(ShipmentItem),
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(KeyPart, Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub String);

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    )*};
}
ids!(
    /// Names a customer.
    CustomerId,
    /// Names a product.
    ProductId,
    /// Names a warehouse.
    WarehouseId,
    /// Names an order.
    OrderId,
    /// Names an invoice.
    InvoiceId,
    /// Names a shipment.
    ShipmentId
);

/// Who buys.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "customer", pk = "c#{customer}", sk = "c#{customer}")]
#[serde(rename_all = "PascalCase")]
pub struct Customer {
    /// Only in the key.
    #[entity(skip)]
    pub customer: CustomerId,
    /// Where to write to.
    pub email: String,
    /// How to address.
    pub name: String,
}

/// What is sold.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "product", pk = "p#{product}", sk = "p#{product}")]
#[serde(rename_all = "PascalCase")]
pub struct Product {
    /// Only in the key.
    #[entity(skip)]
    pub product: ProductId,
    /// What it is.
    pub detail: Detail,
    /// What one costs.
    pub price: Decimal,
    /// What to search for.
    pub tags: BTreeSet<String>,
}

/// What a product is.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "PascalCase")]
pub struct Detail {
    /// In a few words.
    pub name: String,
    /// In a sentence.
    pub description: String,
}

/// Where it is stored.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "warehouse", pk = "w#{warehouse}", sk = "w#{warehouse}")]
#[serde(rename_all = "PascalCase")]
pub struct Warehouse {
    /// Only in the key.
    #[entity(skip)]
    pub warehouse: WarehouseId,
    /// Where it stands.
    pub address: Address,
}

/// Where something is or goes.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "PascalCase")]
pub struct Address {
    /// The country.
    pub country: String,
    /// The city.
    pub city: String,
    /// Street and number.
    pub street: String,
    /// The postal code.
    pub zip_code: String,
}

/// How much of a product is in a warehouse.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "warehouseItem",
         pk = "p#{product}", sk = "w#{warehouse}", query = of_product,
         index(Gsi2, pk = "w#{warehouse}", sk = "p#{product}", query = in_warehouse))]
#[serde(rename_all = "PascalCase")]
pub struct WarehouseItem {
    /// Only in the key.
    #[entity(skip)]
    pub product: ProductId,
    /// Only in the key.
    #[entity(skip)]
    pub warehouse: WarehouseId,
    /// How many are there.
    pub quantity: u32,
}

/// What a customer ordered, as a whole.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "order", pk = "o#{order}", sk = "c#{customer}", query = of_order)]
#[serde(rename_all = "PascalCase")]
pub struct Order {
    /// Only in the key.
    #[entity(skip)]
    pub order: OrderId,
    /// Only in the key.
    #[entity(skip)]
    pub customer: CustomerId,
    /// When it was placed.
    pub date: NaiveDateTime,
}

/// One product of an order.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "orderItem",
         pk = "o#{order}", sk = "p#{product}", query = of_order,
         index(Gsi1, pk = "p#{product}", sk = "{date:.19}", query = of_product),
         index(Gsi2, pk = "c#{customer}", sk = "p#{date:.19}", query = of_customer))]
#[serde(rename_all = "PascalCase")]
pub struct OrderItem {
    /// Only in the key.
    #[entity(skip)]
    pub order: OrderId,
    /// Only in the key.
    #[entity(skip)]
    pub product: ProductId,
    /// Who ordered.
    pub customer: CustomerId,
    /// When it was ordered.
    pub date: NaiveDateTime,
    /// How many.
    pub quantity: u32,
    /// What one costs.
    pub price: Decimal,
}

/// What the order costs, and how it was paid.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "invoice",
         pk = "o#{order}", sk = "i#{invoice}", query = of_order,
         index(Gsi1, pk = "i#{invoice}", sk = "i#{invoice}", query = by_id),
         index(Gsi2, pk = "c#{customer}", sk = "i#{date:.19}", query = of_customer))]
#[serde(rename_all = "PascalCase")]
pub struct Invoice {
    /// Only in the key.
    #[entity(skip)]
    pub order: OrderId,
    /// Only in the key.
    #[entity(skip)]
    pub invoice: InvoiceId,
    /// Who pays.
    pub customer: CustomerId,
    /// When it was written.
    pub date: NaiveDateTime,
    /// How much.
    pub amount: Decimal,
    /// How it was paid so far.
    pub payments: Vec<Payment>,
}

/// One payment of an invoice.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "PascalCase")]
pub struct Payment {
    /// By what means.
    pub method: String,
    /// How much, as an exact number.
    #[serde(with = "dynamo_orm::number")]
    pub amount: Decimal,
}

/// A parcel.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "shipment",
         pk = "o#{order}", sk = "sh#{shipment}", query = of_order,
         index(Gsi1, pk = "sh#{shipment}", sk = "sh#{shipment}", query = by_id),
         index(Gsi2, pk = "w#{warehouse}", sk = "sh#{shipment}", query = from_warehouse))]
#[serde(rename_all = "PascalCase")]
pub struct Shipment {
    /// Only in the key.
    #[entity(skip)]
    pub order: OrderId,
    /// Only in the key.
    #[entity(skip)]
    pub shipment: ShipmentId,
    /// Where it leaves from.
    pub warehouse: WarehouseId,
    /// Where it goes.
    pub address: Address,
    /// When it leaves.
    pub date: NaiveDateTime,
}

/// What is in a parcel.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "shipmentItem",
         pk = "o#{order}", sk = "shp#{shipment_item}", query = of_order,
         index(Gsi1, pk = "sh#{shipment}", sk = "p#{product}", query = of_shipment))]
#[serde(rename_all = "PascalCase")]
pub struct ShipmentItem {
    /// Only in the key.
    #[entity(skip)]
    pub order: OrderId,
    /// Only in the key.
    #[entity(skip)]
    pub shipment_item: String,
    /// The parcel.
    pub shipment: ShipmentId,
    /// What is in it.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
}
