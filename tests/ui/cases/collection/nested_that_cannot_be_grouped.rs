//! expect: `Rating` cannot be grouped under `Order` in `Rated`: no key of it has the part `number`

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
    pub orders: Vec<Rated>,
}

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Rated {
    pub order: Order,
    pub ratings: Vec<Rating>,
}
