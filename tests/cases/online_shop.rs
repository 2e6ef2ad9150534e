//! "An online shop": nine entities, two overloaded indexes, sixteen access patterns.

use chrono::NaiveDateTime;
use dynamo_orm::{Collection, Entity, Fields, Table};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Item, Stored, key};
use crate::request::{same, same_but};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    name = "OnlineShop",
    pk = "PK",
    sk = "SK",
    kind = "EntityType",
    gsi(Gsi1, name = "GSI1", pk = "GSI1-PK", sk = "GSI1-SK"),
    gsi(Gsi2, name = "GSI2", pk = "GSI2-PK", sk = "GSI2-SK")
)]
enum Shop {
    Customer(Customer),
    Product(Product),
    Warehouse(Warehouse),
    WarehouseItem(WarehouseItem),
    Order(Order),
    OrderItem(OrderItem),
    Invoice(Invoice),
    Shipment(Shipment),
    ShipmentItem(ShipmentItem),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "customer", pk = "c#{customer}", sk = "c#{customer}", query = at)]
#[serde(rename_all = "PascalCase")]
struct Customer {
    #[entity(skip)]
    customer: String,
    email: String,
    name: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "product", pk = "p#{product}", sk = "p#{product}")]
#[serde(rename_all = "PascalCase")]
struct Product {
    #[entity(skip)]
    product: String,
    detail: Detail,
    #[serde(with = "crate::text")]
    price: Decimal,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    name: String,
    description: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "warehouse", pk = "w#{warehouse}", sk = "w#{warehouse}", query = at)]
#[serde(rename_all = "PascalCase")]
struct Warehouse {
    #[entity(skip)]
    warehouse: String,
    address: Address,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Address {
    country: String,
    county: String,
    city: String,
    street: String,
    number: String,
    zip_code: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "warehouseItem",
         pk = "p#{product}", sk = "w#{warehouse}", query = of_product,
         index(Gsi2, pk = "w#{warehouse}", sk = "p#{product}", query = in_warehouse))]
#[serde(rename_all = "PascalCase")]
struct WarehouseItem {
    #[entity(skip)]
    product: String,
    #[entity(skip)]
    warehouse: String,
    #[serde(with = "crate::text")]
    quantity: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "order", pk = "o#{order}", sk = "c#{customer}", query = of_order)]
#[serde(rename_all = "PascalCase")]
struct Order {
    #[entity(skip)]
    order: String,
    #[entity(skip)]
    customer: String,
    date: NaiveDateTime,
}

/// Its date is only in index keys. A `NaiveDateTime` cannot be restored from `{date:.19}`, so it is text.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "orderItem",
         pk = "o#{order}", sk = "p#{product}", query = of_order,
         index(Gsi1, pk = "p#{product}", sk = "{date}", query = of_product),
         index(Gsi2, pk = "c#{customer}", sk = "p#{date}", query = of_customer))]
#[serde(rename_all = "PascalCase")]
struct OrderItem {
    #[entity(skip)]
    order: String,
    #[entity(skip)]
    product: String,
    #[entity(skip)]
    customer: String,
    #[entity(skip)]
    date: String,
    #[serde(with = "crate::text")]
    quantity: u32,
    #[serde(with = "crate::text")]
    price: Decimal,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "invoice",
         pk = "o#{order}", sk = "i#{invoice}", query = of_order,
         index(Gsi1, pk = "i#{invoice}", sk = "i#{invoice}", query = by_id),
         index(Gsi2, pk = "c#{customer}", sk = "i#{date:.19}", query = of_customer))]
#[serde(rename_all = "PascalCase")]
struct Invoice {
    #[entity(skip)]
    order: String,
    #[entity(skip)]
    invoice: String,
    #[entity(skip)]
    customer: String,
    date: NaiveDateTime,
    #[serde(with = "crate::text")]
    amount: Decimal,
    detail: InvoiceDetail,
}

#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct InvoiceDetail {
    payments: Vec<Payment>,
}

#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Payment {
    r#type: String,
    #[serde(with = "dynamo_orm::number")]
    amount: Decimal,
    data: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "shipment",
         pk = "o#{order}", sk = "sh#{shipment}", query = of_order,
         index(Gsi1, pk = "sh#{shipment}", sk = "sh#{shipment}", query = by_id),
         index(Gsi2, pk = "w#{warehouse}", sk = "sh#{shipment}", query = from_warehouse))]
#[serde(rename_all = "PascalCase")]
struct Shipment {
    #[entity(skip)]
    order: String,
    #[entity(skip)]
    shipment: String,
    #[entity(skip)]
    warehouse: String,
    address: Address,
    r#type: String,
    date: NaiveDateTime,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, kind = "shipmentItem",
         pk = "o#{order}", sk = "shp#{shipment_item}", query = of_order,
         index(Gsi1, pk = "sh#{shipment}", sk = "p#{product}", query = of_shipment))]
#[serde(rename_all = "PascalCase")]
struct ShipmentItem {
    #[entity(skip)]
    order: String,
    #[entity(skip)]
    shipment_item: String,
    #[entity(skip)]
    shipment: String,
    #[entity(skip)]
    product: String,
    #[serde(with = "crate::text")]
    quantity: u32,
}

/// An order with everything about it: pattern 5.
#[derive(Collection, Debug)]
#[collection(table = Shop, pk = "o#{order}")]
struct OrderFile {
    order: Order,
    invoices: Vec<Invoice>,
    items: Vec<OrderItem>,
    shipments: Vec<Shipped>,
}

/// A shipment with its items, which name it in a key of their own.
#[derive(Collection, Debug)]
#[collection(table = Shop, pk = "o#{order}")]
struct Shipped {
    shipment: Shipment,
    items: Vec<ShipmentItem>,
}

/// The same through the index that has them together.
#[derive(Collection, Debug)]
#[collection(table = Shop, index = Gsi1, pk = "sh#{shipment}")]
struct Parcel {
    shipment: Shipment,
    items: Vec<ShipmentItem>,
}

stored!(Shop {
    Customer,
    Product,
    Warehouse,
    WarehouseItem,
    Order,
    OrderItem,
    Invoice,
    Shipment,
    ShipmentItem
});

#[tokio::test]
async fn the_table_is_the_published_one() {
    let Some(case) = Case::open("online-shop") else {
        return;
    };
    case.same_table::<Shop>().await;
}

#[tokio::test]
async fn every_item_comes_back_byte_for_byte() {
    let Some(case) = Case::open("online-shop") else {
        return;
    };
    let db = case.load::<Shop>().await;
    let mut all: Vec<Shop> = Vec::new();
    for customer in ["12345", "23456", "54321"] {
        all.extend(
            Customer::at(customer)
                .whole_partition()
                .all(&db)
                .await
                .unwrap(),
        );
    }
    for product in ["12345", "99887"] {
        all.extend(
            WarehouseItem::of_product(product)
                .whole_partition()
                .all(&db)
                .await
                .unwrap(),
        );
    }
    for warehouse in ["12345", "12376"] {
        all.extend(
            Warehouse::at(warehouse)
                .whole_partition()
                .all(&db)
                .await
                .unwrap(),
        );
    }
    all.extend(
        Order::of_order("12345")
            .whole_partition()
            .all(&db)
            .await
            .unwrap(),
    );
    assert_eq!(all.len(), case.items.len());
    for item in all {
        let stored = item.stored();
        let mut published: Item = case.item(&key(&stored)).clone();
        if key(&stored) == ("p#99887".to_owned(), "w#12376".to_owned()) {
            // Dirt: the published item lacks the index keys that its siblings have. Writing it puts them right.
            assert!(!published.contains_key("GSI2-PK") && !published.contains_key("GSI2-SK"));
            for (name, from) in [("GSI2-PK", "SK"), ("GSI2-SK", "PK")] {
                published.insert(name.to_owned(), published[from].clone());
            }
        }
        assert_eq!(stored, published);
    }
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// Gets or queries, and compares request and answer.
macro_rules! check {
    (get $case:ident, $db:ident, $id:literal, $get:expr) => {{
        let (get, pattern) = ($get, $case.pattern($id));
        same(&get.to_request(&$db).unwrap(), &pattern.request);
        let found: Vec<_> = get.send(&$db).await.unwrap().into_iter().collect();
        pattern.is_answered_by(&found);
        found
    }};
    ($case:ident, $db:ident, $id:literal, $query:expr) => {{
        let (query, pattern) = ($query, $case.pattern($id));
        same(&query.to_request(&$db).unwrap(), &pattern.request);
        let found = query.all(&$db).await.unwrap();
        pattern.is_answered_by(&found);
        found
    }};
    ($case:ident, $db:ident, $id:literal, $query:expr, $conditions:expr) => {{
        let (query, pattern) = ($query, $case.pattern($id));
        same_but(
            &query.to_request(&$db).unwrap(),
            &pattern.request,
            &$conditions,
        );
        let found = query.all(&$db).await.unwrap();
        pattern.is_answered_by(&found);
        found
    }};
}

#[tokio::test]
async fn patterns_of_the_table_have_their_published_answers() {
    let Some(case) = Case::open("online-shop") else {
        return;
    };
    let db = case.load::<Shop>().await;
    check!(get case, db, "01", Customer::get("12345"));
    check!(get case, db, "02", Product::get("12345"));
    check!(get case, db, "03", Warehouse::get("12345"));
    check!(case, db, "04", WarehouseItem::of_product("12345"));
    let whole = check!(case, db, "05", Order::of_order("12345").whole_partition());

    // The same as a struct. Its members lie between the customer's id and the shipment items.
    let file = OrderFile::of("12345");
    let narrowed = ["PK = o#12345", "SK BETWEEN c# AND shp#\u{10FFFF}"];
    let pattern = case.pattern("05");
    same_but(&file.to_request(&db).unwrap(), &pattern.request, &narrowed);
    let file = file.load(&db).await.unwrap().unwrap();
    let mut again: Vec<Shop> = vec![file.order.into()];
    again.extend(file.invoices.into_iter().map(Shop::from));
    again.extend(file.items.into_iter().map(Shop::from));
    for shipment in file.shipments {
        assert!(!shipment.items.is_empty());
        let parcel = Parcel::of(&shipment.shipment.shipment).load(&db).await;
        let parcel = parcel.unwrap().unwrap();
        assert_eq!(parcel.shipment, shipment.shipment);
        assert_eq!(parcel.items.len(), shipment.items.len());
        again.push(shipment.shipment.into());
        again.extend(shipment.items.into_iter().map(Shop::from));
    }
    for item in &whole {
        assert!(again.contains(item), "{item:?}");
    }
    assert_eq!(again.len(), whole.len());
    check!(case, db, "06", OrderItem::of_order("12345"));
    check!(case, db, "07", Invoice::of_order("12345"));
    check!(case, db, "08", Shipment::of_order("12345"));
}

#[tokio::test]
async fn patterns_of_the_indexes_have_their_published_answers() {
    let Some(case) = Case::open("online-shop") else {
        return;
    };
    let db = case.load::<Shop>().await;
    let day = ("2020-06-21T00:00:00", "2020-06-21T23:59:00");
    check!(
        case,
        db,
        "09",
        OrderItem::of_product("99887").date().between(day.0, day.1)
    );
    check!(case, db, "10", Invoice::by_id("55443"));
    check!(case, db, "12", Shipment::by_id("98765").whole_partition());
    check!(case, db, "13", Shipment::from_warehouse("12345"));
    check!(case, db, "14", WarehouseItem::in_warehouse("12345"));
    check!(
        case,
        db,
        "16",
        OrderItem::of_customer("12345")
            .date()
            .between("2020-06-01", "2020-06-30")
    );

    // The published bounds are days, ours points in time: the same but for midnight of the last day, which is in.
    let invoices = |to: &str| {
        let of = Invoice::of_customer("12345").date();
        of.between(at("2020-06-01T00:00:00"), at(to))
    };
    check!(
        case,
        db,
        "15",
        invoices("2020-06-30T00:00:00"),
        [
            "GSI2-PK = c#12345",
            "GSI2-SK BETWEEN i#2020-06-01T00:00:00 AND i#2020-06-30T00:00:00",
        ]
    );
    check!(
        case,
        db,
        "15p",
        invoices("2020-06-15T00:00:00"),
        [
            "GSI2-PK = c#12345",
            "GSI2-SK BETWEEN i#2020-06-01T00:00:00 AND i#2020-06-15T00:00:00",
        ]
    );
}

#[tokio::test]
async fn payments_are_read_from_inside_the_invoice() {
    let Some(case) = Case::open("online-shop") else {
        return;
    };
    let db = case.load::<Shop>().await;
    let invoice = check!(case, db, "11", Invoice::by_id("55443"));
    let payments = Invoice::by_id("55443").select(|i| i.detail().fields().payments());
    same(
        &payments.to_request(&db).unwrap(),
        &case.pattern("11").request,
    );
    let payments = payments.one(&db).await.unwrap().unwrap();
    assert_eq!(payments, invoice[0].detail.payments);
    let said: Vec<_> = payments
        .iter()
        .map(|p| (p.r#type.as_str(), p.amount))
        .collect();
    assert_eq!(
        said,
        [
            ("GiftCard", Decimal::from(100)),
            ("MasterCard", Decimal::from(300))
        ]
    );
}

/// The library has no prefix that ends inside a literal, so the published trap takes the SDK.
#[tokio::test]
async fn a_prefix_without_its_delimiter_is_not_expressible() {
    let Some(case) = Case::open("online-shop") else {
        return;
    };
    let db = case.load::<Shop>().await;
    let trap = case.pattern("trap");
    let shipments = Shipment::of_order("12345");
    let typed = ["PK = o#12345", "begins_with(SK, sh#)"];
    same_but(&shipments.to_request(&db).unwrap(), &trap.request, &typed);
    let raw = shipments.into_sdk(&db).unwrap();
    let values = raw.get_expression_attribute_values().clone().unwrap();
    let (name, _) = values
        .iter()
        .find(|(_, v)| v.as_s().is_ok_and(|v| v == "sh#"))
        .unwrap();
    let short = aws_sdk_dynamodb::types::AttributeValue::S("sh".to_owned());
    let found = raw
        .expression_attribute_values(name, short)
        .send()
        .await
        .unwrap();
    let wrong = found
        .items()
        .iter()
        .filter(|i| key(i).1.starts_with("shp#"));
    assert_eq!(wrong.count(), 3);
    trap.counts(found.items().len());
}
