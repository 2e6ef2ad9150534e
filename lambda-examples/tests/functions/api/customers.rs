//! Customers.

use dynamo_orm::Entity;
use lambda_examples::store::Customer;
use serde_json::{Value, json};

use super::{Reply, app, ask};

fn new(id: &str, email: &str) -> Value {
    json!({ "id": id, "email": email, "name": "Mary" })
}

async fn create(app: &super::App, key: &str, body: Value) -> Reply {
    ask("POST", "/customers").key(key).json(body, app).await
}

#[tokio::test]
async fn a_customer_has_a_name_and_an_address_that_nobody_else_has() {
    let app = app().await;
    let made = create(&app, "k1", new("mary", "mary@example.com")).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.header("location"), "/customers/mary");
    assert_eq!(made.header("etag"), "\"1\"");

    let taken = create(&app, "k2", new("mary", "m@example.com")).await;
    assert_eq!(taken.said(), (409, "there is such a customer already"));
    let taken = create(&app, "k3", new("eve", "MARY@Example.com")).await;
    assert_eq!(taken.said(), (409, "this email is taken"));
}

#[tokio::test]
async fn a_customer_is_made_once_for_each_key() {
    let app = app().await;
    let keyless = create(&app, "", new("mary", "mary@example.com")).await;
    assert_eq!(keyless.body["errors"][0]["member"], "Idempotency-Key");

    let first = create(&app, "k1", new("mary", "mary@example.com")).await;
    let again = create(&app, "k1", new("mary", "mary@example.com")).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    let other = create(&app, "k1", new("mary", "other@example.com")).await;
    assert_eq!(other.status, 422);
}

#[tokio::test]
async fn a_customer_whose_function_died_before_it_answered_is_found_again() {
    let app = app().await;
    // What the first attempt wrote, its record of the request gone.
    let (id, email, name) = ("mary".into(), "mary@example.com".into(), "Mary".into());
    let mary = Customer {
        id,
        email,
        name,
        version: 0,
    };
    mary.create().send(&app.db).await.unwrap();
    let found = create(&app, "k1", new("mary", "mary@example.com")).await;
    assert_eq!(found.status, 201);
}

#[tokio::test]
async fn another_address_takes_the_new_one_and_frees_the_old() {
    let app = app().await;
    let read = ask("GET", "/customers/ada").send(&app).await;
    assert_eq!((read.status, read.header("etag")), (200, "\"1\""));

    let body = json!({ "email": "countess@example.com", "name": "Ada" });
    let update = || ask("PUT", "/customers/ada").if_match(1);
    let moved = update().json(body.clone(), &app).await;
    assert_eq!((moved.status, moved.header("etag")), (200, "\"2\""));
    // Sent again, its answer lost on the way.
    let again = update().json(body, &app).await;
    assert_eq!((again.status, again.header("etag")), (200, "\"2\""));

    let free = create(&app, "k1", new("mary", "ada@example.com")).await;
    assert_eq!(free.status, 201, "{free:?}");
    let taken = create(&app, "k2", new("eve", "Countess@example.com")).await;
    assert_eq!(taken.said(), (409, "this email is taken"));
    let grace = json!({ "email": "grace@example.com", "name": "Ada" });
    let taken = ask("PUT", "/customers/ada").if_match(2);
    assert_eq!(
        taken.json(grace, &app).await.said(),
        (409, "this email is taken")
    );
}

#[tokio::test]
async fn a_customer_that_has_changed_since_it_was_read_is_not_overwritten() {
    let app = app().await;
    let name = |name: &str| json!({ "email": "ada@example.com", "name": name });
    let update = |version| ask("PUT", "/customers/ada").if_match(version);
    assert_eq!(update(1).json(name("First"), &app).await.status, 200);
    let late = update(1).json(name("Second"), &app).await;
    assert_eq!(
        late.said(),
        (412, "it has changed meanwhile; read it again")
    );
    let read = ask("GET", "/customers/ada").send(&app).await;
    assert_eq!(read.body["name"], "First");

    let nobody = ask("PUT", "/customers/nobody").if_match(1);
    assert_eq!(
        nobody.json(name("N"), &app).await.said(),
        (404, "there is no such customer")
    );
    let bad = update(2).json(json!({ "email": "x", "name": "" }), &app);
    assert_eq!(bad.await.status, 400);
}
