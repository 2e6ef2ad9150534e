//! expect: the stream of `Shop` does not carry what `dynamo_orm::stream::NewAndOldImages` needs
//! expect: declare `stream = NewAndOldImages` on the table, or use the router of its view
use dynamo_orm::stream::Router;
use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", stream = NewImage)]
enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}")]
struct Order {
    id: String,
}

fn main() {
    let _ = Router::<Shop, _>::new_images();
    let _ = Router::<Shop, _>::keys_only();
    let _ = Router::<Shop>::new();
}
