//! The HTTP API at its edges: old keys, odd names, addresses and headers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use dynamo_orm::local::Engine;
use lambda_examples::handlers::api::App;
use lambda_examples::store::{CartLine, Order};
use serde_json::json;

use super::{app, ask, place, put, stock};
use crate::support::{noon, stocked};

/// A key is forgotten after a day; the order of its name is not.
#[tokio::test]
async fn a_key_that_is_used_again_after_a_day_does_not_sell_an_old_order() {
    static SECONDS: AtomicU64 = AtomicU64::new(0);
    fn now() -> SystemTime {
        SystemTime::from(noon()) + Duration::from_secs(SECONDS.load(Ordering::SeqCst))
    }
    let db = stocked(&Engine::memory().unwrap()).await.with_clock(now);
    let app = App::new(db).with_clock(now);
    put(&app, "kettle", 1).await;
    assert_eq!(place(&app, "k1", 2_500).await.status, 201);
    SECONDS.store(86_400 + 60, Ordering::SeqCst);
    put(&app, "pot", 1).await;
    let again = place(&app, "k1", 4_000).await;
    assert!(
        again.status >= 400,
        "201 with the order of yesterday, while the pot is still in the cart and nobody will send it: {:?}",
        again.body
    );
    assert_eq!(stock(&app, "pot").await, 2);
}

/// Within the day a key with another total is 422; the order's own item must not answer for it either.
#[tokio::test]
async fn an_empty_cart_and_an_old_key_with_another_total_is_no_order() {
    static SECONDS: AtomicU64 = AtomicU64::new(0);
    fn now() -> SystemTime {
        SystemTime::from(noon()) + Duration::from_secs(SECONDS.load(Ordering::SeqCst))
    }
    let db = stocked(&Engine::memory().unwrap()).await.with_clock(now);
    let app = App::new(db).with_clock(now);
    put(&app, "kettle", 1).await;
    assert_eq!(place(&app, "k1", 2_500).await.status, 201);
    SECONDS.store(86_400 + 60, Ordering::SeqCst);
    let again = place(&app, "k1", 9).await;
    let detail = "this Idempotency-Key was used for another request";
    assert_eq!(again.said(), (422, detail), "9 cents were agreed");
    let late = place(&app, "k1", 2_500).await;
    assert_eq!(late.said(), (422, detail), "it is yesterday's order");
}

/// Time to live deletes within days; until then the line is there and has expired.
#[tokio::test]
async fn a_cart_line_that_has_expired_is_neither_shown_nor_bought() {
    static SECONDS: AtomicU64 = AtomicU64::new(0);
    fn now() -> SystemTime {
        SystemTime::from(noon()) + Duration::from_secs(SECONDS.load(Ordering::SeqCst))
    }
    let db = stocked(&Engine::memory().unwrap()).await.with_clock(now);
    let app = App::new(db).with_clock(now);
    put(&app, "kettle", 1).await;
    SECONDS.store(31 * 86_400, Ordering::SeqCst);
    let cart = ask("GET", "/customers/ada/cart").send(&app).await;
    assert_eq!(cart.body["cart"], json!([]));
    let placed = place(&app, "k1", 2_500).await;
    assert_eq!(placed.said(), (409, "the cart is empty"));
}

/// Blanks, control characters and another normalisation make another address of the same mailbox.
#[tokio::test]
async fn an_email_address_cannot_be_taken_twice_by_what_nobody_sees() {
    let app = app().await;
    for (n, email) in [
        "ada@example.com ",
        " ada@example.com",
        "ada@example.com\n",
        "ADA@EXAMPLE.COM",
        "ada@example.com.",
        "ada\u{200b}@example.com",
        "ada@example.com\0",
        "ada@b@example.com",
    ]
    .iter()
    .enumerate()
    {
        let body = json!({"id": format!("x{n}"), "email": email, "name": "Eve"});
        let reply = ask("POST", "/customers")
            .key(&format!("k{n}"))
            .json(body, &app)
            .await;
        assert!(
            [400, 409].contains(&reply.status),
            "{email:?} is Ada's, and was taken: {}",
            reply.status
        );
    }
}

/// An accent is written in two ways, and only one of them can be the key of a constraint.
#[tokio::test]
async fn an_email_address_that_can_be_written_in_two_ways_is_refused_with_a_reason() {
    let app = app().await;
    for email in ["jos\u{e9}@example.com", "jose\u{301}@example.com"] {
        let body = json!({"id": "x1", "email": email, "name": "Jos\u{e9}"});
        let reply = ask("POST", "/customers").key("k1").json(body, &app).await;
        assert_eq!(reply.status, 400);
        let detail = reply.body["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("ASCII"), "{detail}");
    }
}

#[tokio::test]
async fn odd_preconditions_match_nothing_or_are_malformed() {
    let profile = json!({"email": "new@example.com", "name": "Ada L"});
    let mut wrong = Vec::new();
    for (tag, expected) in [
        ("W/\"1\"", 412),
        ("\"01\"", 412),
        ("\"+1\"", 412),
        ("\"99999999999999999999999\"", 412),
        ("\"a,b\"", 412),
        ("\"a,\"1\"", 400),
        ("\"a\" \"1\"", 400),
        ("\"a, 1\"", 400),
        ("", 400),
        (", \"a,b\" ,,\"1\",", 200),
        ("1", 400),
        ("*, \"1\"", 400),
        ("*", 200),
    ] {
        let reply = ask("PUT", "/customers/ada").header("if-match", tag);
        let reply = reply.json(profile.clone(), &app().await).await;
        if reply.status != expected {
            wrong.push((tag, reply.status, expected));
        }
    }
    assert!(wrong.is_empty(), "tag, found, expected: {wrong:?}");
}

#[tokio::test]
async fn odd_names_numbers_and_headers_are_answered_with_a_problem() {
    let app = app().await;
    for path in [
        "/customers/a%23b",
        "/customers/ada%2Fprofile",
        "/customers/%00",
        "/customers/a b",
        "/customers/%F0%9F%A6%80",
        "/products/%25",
    ] {
        let reply = ask("GET", path).send(&app).await;
        assert!((400..500).contains(&reply.status), "{path}: {reply:?}");
    }
    let long = format!("/customers/{}", "a".repeat(3_000));
    assert_eq!(ask("GET", &long).send(&app).await.status, 400);
    for cents in ["1e400", "-1", "18446744073709551616", "1.5", "\"1\""] {
        let ask = ask("POST", "/customers/ada/orders").key("k");
        let reply = ask.text(&format!("{{\"cents\":{cents}}}")).send(&app).await;
        assert_eq!(reply.status, 400, "{cents}");
    }
    // API Gateway gives names in lower case; a test of ours or a proxy may not.
    put(&app, "pot", 1).await;
    let ask = ask("POST", "/customers/ada/orders").header("Idempotency-Key", "k9");
    assert_eq!(ask.json(json!({"cents": 4_000}), &app).await.status, 201);
}

#[tokio::test]
async fn one_key_of_two_customers_is_two_orders() {
    let app = app().await;
    put(&app, "pot", 1).await;
    assert_eq!(place(&app, "k1", 4_000).await.status, 201);
    let line = json!({"quantity": 1});
    let other = ask("PUT", "/customers/grace/cart/kettle")
        .json(line, &app)
        .await;
    assert_eq!(other.status, 200);
    let placed = ask("POST", "/customers/grace/orders").key("k1");
    let placed = placed.json(json!({"cents": 2_500}), &app).await;
    assert_eq!(
        (placed.status, &placed.body["customer"]),
        (201, &json!("grace"))
    );
    assert_eq!(Order::of_customer("grace").count(&app.db).await.unwrap(), 1);
    assert!(
        CartLine::of_customer("grace")
            .all(&app.db)
            .await
            .unwrap()
            .is_empty()
    );
}
