//! Carts.

use chrono::NaiveDate;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity};
use lambda_examples::store::{CartLine, Day, Status};
use serde_json::json;

use super::{app, app_on, ask, put};
use crate::support::{noon, order, stocked};

#[tokio::test]
async fn a_cart_needs_a_customer_and_a_product_and_is_kept_for_thirty_days() {
    let app = app().await;
    put(&app, "kettle", 2).await;
    let line = CartLine::get("ada", "kettle").send(&app.db).await.unwrap();
    assert_eq!((line.unwrap().expires - noon()).num_days(), 30);

    let one = json!({ "quantity": 1 });
    let reply = ask("PUT", "/customers/eve/cart/pot").json(one.clone(), &app);
    assert_eq!(reply.await.said(), (404, "there is no such customer"));
    let reply = ask("PUT", "/customers/ada/cart/spoon").json(one, &app);
    assert_eq!(reply.await.said(), (404, "there is no such product"));
}

#[tokio::test]
async fn a_cart_is_read_with_its_customer_and_the_open_orders_in_one_query() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    for (id, status) in [
        ("o1", Status::Placed),
        ("o2", Status::Delivered),
        ("o3", Status::Shipped),
    ] {
        let order = lambda_examples::store::Order {
            status,
            ..order("ada", id, 1)
        };
        order.create().send(&db).await.unwrap();
    }
    let date = NaiveDate::from_ymd_opt(2026, 5, 5).unwrap();
    let (customer, orders, cents) = ("ada".into(), 3, 7_500);
    let day = Day {
        customer,
        date,
        orders,
        cents,
    };
    day.put().send(&db).await.unwrap();
    let app = app_on(db);
    put(&app, "pot", 1).await;
    put(&app, "kettle", 2).await;

    let tap = Tap::new(engine);
    let app = app_on(Db::new(tap.client(), "Store"));
    let reply = ask("GET", "/customers/ada/cart").send(&app).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(tap.requests().len(), 1);
    assert_eq!(reply.body["customer"]["id"], "ada");
    let of = |list: &str, member: &str| -> Vec<String> {
        let items = reply.body[list].as_array().unwrap().iter();
        items
            .map(|item| item[member].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(of("cart", "sku"), ["kettle", "pot"]);
    assert_eq!(of("orders", "id"), ["o1", "o3"]);

    let nobody = ask("GET", "/customers/nobody/cart").send(&app).await;
    assert_eq!(nobody.said(), (404, "there is no such customer"));
}

#[tokio::test]
async fn a_cart_of_nobody_is_no_cart_even_where_lines_are_left() {
    let app = app().await;
    order("eve", "o1", 1).create().send(&app.db).await.unwrap();
    let reply = ask("GET", "/customers/eve/cart").send(&app).await;
    assert_eq!(reply.said(), (404, "there is no such customer"));
}

#[tokio::test]
async fn a_line_that_is_taken_out_is_gone_however_often() {
    let app = app().await;
    put(&app, "pot", 1).await;
    for _ in 0..2 {
        let reply = ask("DELETE", "/customers/ada/cart/pot").send(&app).await;
        assert_eq!(reply.status, 204);
    }
    let cart = ask("GET", "/customers/ada/cart").send(&app).await;
    assert_eq!(cart.body["cart"], json!([]));
}

#[tokio::test]
async fn a_product_shows_its_price_and_stock() {
    let app = app().await;
    let kettle = ask("GET", "/products/kettle").send(&app).await;
    assert_eq!(
        kettle.body,
        json!({ "sku": "kettle", "name": "kettle", "cents": 2_500, "stock": 10 })
    );
    let spoon = ask("GET", "/products/spoon").send(&app).await;
    assert_eq!(spoon.said(), (404, "there is no such product"));
}
