//! expect: type mismatch resolving `<Page as Entity>::Table == Shop`
use dynamo_orm::stream::{Change, Record, Router};
use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK")]
enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}")]
struct Order {
    id: String,
}

#[derive(Table)]
#[table(pk = "PK")]
enum Wiki {
    Page(Page),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Wiki, pk = "PAGE#{id}")]
struct Page {
    id: String,
}

fn main() {
    let _ = Router::<Shop>::new().on(|page: Record<Change<Page>>| async move {
        println!("{}", page.change.new_item().is_some());
        Ok(())
    });
}
