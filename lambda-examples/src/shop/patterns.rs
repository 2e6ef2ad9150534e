//! The sixteen access patterns of the shop, one call each.

use std::fmt::{Debug, Write as _};

use dynamo_orm::reading::{Access, ReadsFrom};
use dynamo_orm::{Db, Entity, Get, Index, Metered, Query, Request, Result};

use super::model::{
    Customer, CustomerId, Invoice, InvoiceId, Order, OrderId, OrderItem, Product, ProductId,
    Shipment, ShipmentId, Shop, Warehouse, WarehouseId, WarehouseItem,
};
use super::seed::may;

/// Runs the access patterns and gives a text that says for each its call, its request, its items and its cost.
///
/// # Errors
/// Whatever a read may fail with.
pub async fn run(db: &Db<Shop>) -> Result<String> {
    let (ada, tea, south) = (
        CustomerId::from("ada"),
        ProductId::from("tea"),
        WarehouseId::from("south"),
    );
    let (order, invoice, shipment) = (
        OrderId::from("7001"),
        InvoiceId::from("7001i"),
        ShipmentId::from("7001a"),
    );
    let mut report = Report::new(db);

    macro_rules! get {
        ($what:literal, $get:expr) => {
            report.get($what, stringify!($get), $get).await?
        };
    }
    macro_rules! query {
        ($what:literal, $query:expr) => {
            report.query($what, stringify!($query), $query).await?
        };
    }

    get!("a customer", Customer::get(&ada));
    get!("a product", Product::get(&tea));
    get!("a warehouse", Warehouse::get(&south));
    query!(
        "stock of a product everywhere",
        WarehouseItem::of_product(&tea)
    );
    query!("a whole order", Order::of_order(&order).whole_partition());
    query!("products of an order", OrderItem::of_order(&order));
    query!("invoice of an order", Invoice::of_order(&order));
    query!("shipments of an order", Shipment::of_order(&order));
    query!(
        "orders of a product between two dates",
        OrderItem::of_product(&tea)
            .date()
            .between(may(1, 0), may(9, 0))
    );
    query!("an invoice by its id", Invoice::by_id(&invoice));
    query!(
        "payments of an invoice",
        Invoice::by_id(&invoice).select(|i| i.payments())
    );
    query!(
        "a shipment with its items",
        Shipment::by_id(&shipment).whole_partition()
    );
    query!(
        "shipments from a warehouse",
        Shipment::from_warehouse(&south)
    );
    query!("stock of a warehouse", WarehouseItem::in_warehouse(&south));
    query!(
        "invoices of a customer between two dates",
        Invoice::of_customer(&ada)
            .date()
            .between(may(1, 0), may(9, 0))
    );
    query!(
        "products a customer ordered, newest first",
        OrderItem::of_customer(&ada)
            .date()
            .from(may(1, 0))
            .newest_first()
    );
    Ok(report.finish())
}

/// The text so far.
#[derive(Debug)]
struct Report<'a> {
    db: &'a Db<Shop>,
    text: String,
    patterns: usize,
    requests: u32,
    capacity: f64,
}

impl<'a> Report<'a> {
    fn new(db: &'a Db<Shop>) -> Self {
        Self {
            db,
            text: String::new(),
            patterns: 0,
            requests: 0,
            capacity: 0.0,
        }
    }

    async fn get<E>(&mut self, what: &str, call: &str, get: Get<E>) -> Result<()>
    where
        E: Entity<Table = Shop> + Debug,
    {
        let request = get.to_request(self.db)?;
        let answer = get.send_metered(self.db).await?;
        let items: Vec<_> = answer.value.iter().collect();
        self.add(what, call, &request, &items, &answer);
        Ok(())
    }

    async fn query<A, O>(&mut self, what: &str, call: &str, query: Query<A, O>) -> Result<()>
    where
        A: Access<Entity: Entity<Table = Shop>, Index: Index>,
        O: ReadsFrom<A::Index, Item: Debug>,
    {
        let request = query.to_request(self.db)?;
        let answer = query.page_metered(self.db).await?;
        self.add(what, call, &request, &answer.value.items, &answer);
        Ok(())
    }

    fn add<T: Debug, V>(
        &mut self,
        what: &str,
        call: &str,
        request: &Request,
        items: &[T],
        answer: &Metered<V>,
    ) {
        self.patterns += 1;
        self.requests += answer.requests;
        self.capacity += answer.capacity.total;
        let call: String = call.split_whitespace().collect::<Vec<_>>().join(" ");
        let call = call.replace(" .", ".");
        let text = &mut self.text;
        let _ = writeln!(text, "{:2}. {what}", self.patterns);
        let _ = writeln!(text, "    {call}");
        for line in request.to_string().lines() {
            let _ = writeln!(text, "    | {line}");
        }
        for item in items {
            let _ = writeln!(text, "    > {item:?}");
        }
        let _ = writeln!(
            text,
            "    items {}, requests {}, capacity units {}\n",
            items.len(),
            answer.requests,
            answer.capacity.total
        );
    }

    fn finish(mut self) -> String {
        let _ = writeln!(
            self.text,
            "{} access patterns, {} requests, {} read capacity units",
            self.patterns, self.requests, self.capacity
        );
        self.text
    }
}
