//! The README's first example, as it stands there.

use dynamo_orm::{Db, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "_type",
    gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK")
)]
enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{year}#{number}", query = by_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{year}#{number}", query = by_status))]
struct Order {
    customer: String,
    year: u16,
    number: u32,
    status: String,
}

#[tokio::test]
async fn the_first_example_sends_what_it_says() {
    let readme = include_str!("../../README.md");
    let db = Db::<Shop>::local().await.unwrap();
    let query = Order::by_customer("ada").year().eq(2026).number().to(5);
    let request = query.to_request(&db).unwrap();
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    assert!(
        squeeze(readme).contains(&squeeze(&request.to_string())),
        "the README should show {request}"
    );
    assert!(query.all(&db).await.unwrap().is_empty());
}
