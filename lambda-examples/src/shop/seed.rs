//! A small shop to try the access patterns on.

use chrono::{NaiveDate, NaiveDateTime};
use dynamo_orm::{Db, Entity, Result};
use rust_decimal::Decimal;

use super::model::{
    Address, Customer, Detail, Invoice, Order, OrderItem, Payment, Product, Shipment, ShipmentItem,
    Shop, Warehouse, WarehouseItem,
};

/// A day of May 2026, at some hour.
#[must_use]
pub fn may(day: u32, hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 5, day)
        .and_then(|date| date.and_hms_opt(hour, 0, 0))
        .unwrap_or_default()
}

fn address(city: &str, street: &str, zip_code: &str) -> Address {
    Address {
        country: "Norway".into(),
        city: city.into(),
        street: street.into(),
        zip_code: zip_code.into(),
    }
}

/// Fills the table. Running it twice changes nothing.
///
/// # Errors
/// Whatever a write may fail with.
pub async fn seed(db: &Db<Shop>) -> Result<usize> {
    let mut written = 0;
    for item in items() {
        match &item {
            Shop::Customer(i) => i.put().send(db).await?,
            Shop::Product(i) => i.put().send(db).await?,
            Shop::Warehouse(i) => i.put().send(db).await?,
            Shop::WarehouseItem(i) => i.put().send(db).await?,
            Shop::Order(i) => i.put().send(db).await?,
            Shop::OrderItem(i) => i.put().send(db).await?,
            Shop::Invoice(i) => i.put().send(db).await?,
            Shop::Shipment(i) => i.put().send(db).await?,
            Shop::ShipmentItem(i) => i.put().send(db).await?,
        }
        written += 1;
    }
    Ok(written)
}

fn items() -> Vec<Shop> {
    let mut items = catalogue();
    items.extend(order("7001", "ada", 3, &[("tea", 2), ("kettle", 1)]));
    items.extend(order("7002", "ada", 17, &[("tea", 5)]));
    items.extend(order("7003", "grace", 18, &[("kettle", 1)]));
    items
}

fn price(product: &str) -> Decimal {
    match product {
        "tea" => Decimal::new(1250, 2),
        _ => Decimal::new(4990, 2),
    }
}

fn catalogue() -> Vec<Shop> {
    let customer = |id: &str, name: &str| {
        Shop::from(Customer {
            customer: id.into(),
            email: format!("{id}@example.com"),
            name: name.into(),
        })
    };
    let product = |id: &str, name: &str, description: &str, tags: &[&str]| {
        Shop::from(Product {
            product: id.into(),
            detail: Detail {
                name: name.into(),
                description: description.into(),
            },
            price: price(id),
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        })
    };
    let warehouse = |id: &str, address: Address| {
        Shop::from(Warehouse {
            warehouse: id.into(),
            address,
        })
    };
    let stock = |product: &str, warehouse: &str, quantity| {
        Shop::from(WarehouseItem {
            product: product.into(),
            warehouse: warehouse.into(),
            quantity,
        })
    };
    vec![
        customer("ada", "Ada"),
        customer("grace", "Grace"),
        product(
            "tea",
            "Green tea",
            "Loose leaves, 250 g",
            &["drink", "green"],
        ),
        product("kettle", "Kettle", "Cast iron, 1.2 litres", &["kitchen"]),
        warehouse("north", address("Tromso", "Storgata 1", "9008")),
        warehouse("south", address("Oslo", "Karl Johans gate 5", "0154")),
        stock("tea", "north", 40),
        stock("tea", "south", 120),
        stock("kettle", "south", 8),
    ]
}

/// An order with its items, an invoice that is half paid, and one parcel with everything.
fn order(id: &str, customer: &str, day: u32, products: &[(&str, u32)]) -> Vec<Shop> {
    let shipment = format!("{id}a");
    let total: Decimal = products
        .iter()
        .map(|(product, quantity)| price(product) * Decimal::from(*quantity))
        .sum();
    let mut items = vec![
        Shop::from(Order {
            order: id.into(),
            customer: customer.into(),
            date: may(day, 9),
        }),
        Shop::from(Invoice {
            order: id.into(),
            invoice: format!("{id}i").as_str().into(),
            customer: customer.into(),
            date: may(day, 10),
            amount: total,
            payments: vec![Payment {
                method: "GiftCard".into(),
                amount: total / Decimal::TWO,
            }],
        }),
        Shop::from(Shipment {
            order: id.into(),
            shipment: shipment.as_str().into(),
            warehouse: "south".into(),
            address: address("Bergen", "Bryggen 7", "5003"),
            date: may(day + 1, 8),
        }),
    ];
    for (n, (product, quantity)) in products.iter().enumerate() {
        items.push(Shop::from(OrderItem {
            order: id.into(),
            product: (*product).into(),
            customer: customer.into(),
            date: may(day, 9),
            quantity: *quantity,
            price: price(product),
        }));
        items.push(Shop::from(ShipmentItem {
            order: id.into(),
            shipment_item: format!("{id}-{n}"),
            shipment: shipment.as_str().into(),
            product: (*product).into(),
            quantity: *quantity,
        }));
    }
    items
}
