//! The tables of the application, where containers reach them.

use std::net::TcpListener;

use dynamo_orm::local::{Engine, serve};
use dynamo_orm::{Db, Entity};
use lambda_examples::fleet::Fleet;
use lambda_examples::shop::model::Shop;
use lambda_examples::shop::seed;
use lambda_examples::store::{Customer, Day, Product, Store};

/// Tables under the names that SAM gives them: a `!Ref` becomes the name of the resource.
pub(crate) struct Tables {
    pub(crate) endpoint: String,
    engine: Engine,
}

impl Tables {
    pub(crate) fn serve() -> Self {
        let host = std::env::var("SAM_HOST").unwrap_or_else(|_| "172.17.0.1".to_owned());
        let listener = TcpListener::bind((host.as_str(), 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let engine = Engine::memory().unwrap();
        wait_for(fill(&engine));
        let served = engine.clone();
        std::thread::spawn(move || {
            wait_for(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                serve(served, listener, std::future::pending()).await
            })
        });
        Self { endpoint, engine }
    }

    /// What the projector has counted.
    pub(crate) fn days_of(&self, customer: &str) -> Vec<Day> {
        let db = Db::<Store>::new(self.engine.client(), "StoreTable");
        wait_for(Day::of_customer(customer).all(&db)).unwrap()
    }
}

async fn fill(engine: &Engine) {
    let shop = Db::<Shop>::new(engine.client(), "ShopTable");
    shop.create_table().await.unwrap();
    seed::seed(&shop).await.unwrap();

    let fleet = Db::<Fleet>::new(engine.client(), "FleetTable");
    fleet.create_table().await.unwrap();

    let store = Db::<Store>::new(engine.client(), "StoreTable");
    store.create_table().await.unwrap();
    for id in ["ada", "grace"] {
        let customer = Customer {
            id: id.to_owned(),
            email: format!("{id}@example.com"),
            name: id.to_owned(),
            version: 0,
        };
        customer.create().send(&store).await.unwrap();
    }
    let kettle = Product {
        sku: "kettle".to_owned(),
        name: "Kettle".to_owned(),
        cents: 2_500,
        stock: 10,
    };
    kettle.put().send(&store).await.unwrap();
}

fn wait_for<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(work)
}
