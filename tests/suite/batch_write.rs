//! `BatchWriteItem`: puts and deletes, what is refused before sending, and what remains.

use dynamo_orm::{BatchWrite, Db, ErrorKind, Result, Unwritten};
use dynamo_orm_tests::accounts::{Accounts, note};
use dynamo_orm_tests::orders::{
    Customer, Document, Order, Orders, Shape, Ticket, day, id, order, ticket,
};
use dynamo_orm_tests::{instant, raw, table, tapped};

fn tickets(n: u64) -> Vec<Ticket> {
    (0..n).map(ticket).collect()
}

/// `{"UnprocessedItems":…}` with the deletes of these tickets.
fn undone(tickets: &[u64]) -> String {
    let writes: Vec<String> = tickets
        .iter()
        .map(|n| {
            let key = Ticket::key(*n).to_json().unwrap();
            format!(r#"{{"PutRequest":{{"Item":{key}}}}}"#)
        })
        .collect();
    format!(
        r#"{{"UnprocessedItems":{{"Orders":[{}]}}}}"#,
        writes.join(",")
    )
}

#[tokio::test]
async fn puts_and_deletes_go_in_requests_of_25() {
    let db: Db<Orders> = table().await;
    let db = db.with_clock(|| instant(5));
    let old = tickets(3);
    BatchWrite::new()
        .put_all(&old)
        .write_all(&db)
        .await
        .unwrap();
    let orders: Vec<Order> = (0..58).map(|n| order("ada", day(5, 1), n)).collect();
    let customer = Customer {
        id: id("ada"),
        name: "Ada".into(),
    };
    let written = BatchWrite::new()
        .delete(Ticket::key(0u64))
        .put_all(&orders)
        .delete_all([1u64, 7].map(Ticket::key))
        .put(&customer)
        .write_all_metered(&db)
        .await
        .unwrap();
    assert_eq!(written.requests, 3);
    assert!(written.capacity.total >= 58.0, "{:?}", written.capacity);
    let found = Order::by_customer(id("ada"))
        .consistent()
        .all(&db)
        .await
        .unwrap();
    assert_eq!(found.len(), 58);
    // As `put` does: the clock sets `updated_at`, and `created_at` is the value's own.
    assert_eq!(
        found[0].updated_at,
        chrono::DateTime::<chrono::Utc>::from(instant(5))
    );
    assert_eq!(found[0].created_at, orders[0].created_at);
    assert!(Customer::exists(id("ada")).send(&db).await.unwrap());
    for (n, there) in [(0u64, false), (1, false), (2, true)] {
        assert_eq!(Ticket::exists(n).send(&db).await.unwrap(), there);
    }
    assert!(
        raw(&db, "TICKET#00000000000000000002", "TICKET")
            .await
            .contains_key("GSI1PK")
    );
}

#[tokio::test]
async fn nothing_is_sent_unless_everything_can_be() {
    let (db, tap) = tapped::<Orders>().await;
    tap.clear();
    let good = ticket(1);
    let large = Document {
        id: uuid::Uuid::nil(),
        bytes: vec![0; 401 * 1024],
        numbers: [].into(),
        decimals: [].into(),
        big: 0,
        flag: true,
        nothing: None,
        shape: Shape::Circle { radius: 1.0 },
        rest: std::collections::BTreeMap::default(),
    };
    let unwritten = BatchWrite::new()
        .put(&good)
        .put(&large)
        .write_all(&db)
        .await
        .unwrap_err();
    assert_eq!(unwritten.error().kind(), ErrorKind::InvalidRequest);
    assert_eq!(unwritten.error().entity(), Some("Document"));
    assert_eq!(unwritten.remaining().len(), 2);

    let unwritten = BatchWrite::new()
        .put(&good)
        .delete(Customer::key(id("")))
        .write_all(&db)
        .await
        .unwrap_err();
    assert_eq!(unwritten.error().kind(), ErrorKind::InvalidKey);
    assert_eq!(unwritten.error().entity(), Some("Customer"));
    assert_eq!(unwritten.error().path(), Some("id"));

    let unwritten = BatchWrite::new()
        .put(&good)
        .delete(Ticket::key(1u64))
        .write_all(&db)
        .await
        .unwrap_err();
    assert_eq!(unwritten.error().kind(), ErrorKind::InvalidRequest);
    assert!(
        unwritten.error().key().unwrap().contains("TICKET#"),
        "{unwritten}"
    );
    assert_eq!(tap.requests().len(), 0);

    BatchWrite::<Orders>::new().write_all(&db).await.unwrap();
    assert_eq!(tap.requests().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn only_what_was_left_undone_is_sent_again() {
    let (db, tap) = tapped::<Orders>().await;
    tap.answer("BatchWriteItem", 200, undone(&[3, 24]));
    tap.answer("BatchWriteItem", 200, undone(&[25]));
    let all = tickets(30);
    let written = BatchWrite::new()
        .put_all(&all)
        .concurrency(1)
        .write_all_metered(&db)
        .await
        .unwrap();
    assert_eq!(written.requests, 3);
    // The canned answers wrote nothing: only what came again is there.
    for n in [3u64, 24, 25] {
        assert_eq!(Ticket::get(n).send(&db).await.unwrap(), Some(ticket(n)));
    }
    assert!(!Ticket::exists(4u64).send(&db).await.unwrap());
}

async fn as_error(db: &Db<Orders>, tickets: &[Ticket]) -> Result<()> {
    BatchWrite::new()
        .put_all(tickets)
        .attempts(1)
        .write_all(db)
        .await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_remains_is_given_back_and_can_be_sent_again() {
    let (db, tap) = tapped::<Orders>().await;
    let all = tickets(4);
    // Two of four are progress, so that two attempts follow.
    for left in [[1, 2].as_slice(), &[2]] {
        for _ in 0..3 {
            tap.answer("BatchWriteItem", 200, undone(left));
        }
    }
    let write = BatchWrite::new().put_all(&all).attempts(2);
    let unwritten: Unwritten<Orders> = write.write_all(&db).await.unwrap_err();
    assert_eq!(unwritten.error().kind(), ErrorKind::Unprocessed);
    assert!(
        unwritten.to_string().contains("2 of 4 writes"),
        "{unwritten}"
    );
    assert_eq!(unwritten.error().entity(), Some("Ticket"));
    assert_eq!(tap.calls("BatchWriteItem"), 3);
    let unwritten = unwritten.into_remaining().write_all(&db).await.unwrap_err();
    assert_eq!(unwritten.remaining().len(), 1);
    unwritten.into_remaining().write_all(&db).await.unwrap();
    assert!(Ticket::exists(2u64).send(&db).await.unwrap());
    assert!(!Ticket::exists(1u64).send(&db).await.unwrap());

    for _ in 0..2 {
        tap.answer("BatchWriteItem", 200, undone(&[0]));
    }
    let error = as_error(&db, &all).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unprocessed);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_keeps_all_that_was_not_written() {
    let (db, tap) = tapped::<Orders>().await;
    let all = tickets(60);
    let refusal =
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"no"}"#;
    tap.answer("BatchWriteItem", 200, "{}");
    tap.answer("BatchWriteItem", 400, refusal);
    let write = BatchWrite::new().put_all(&all).concurrency(1);
    let unwritten = write.write_all(&db).await.unwrap_err();
    assert_eq!(unwritten.error().code(), Some("AccessDeniedException"));
    assert_eq!(unwritten.remaining().len(), 35);
    assert_eq!(tap.calls("BatchWriteItem"), 2);
}

#[tokio::test]
async fn a_request_holds_no_more_than_16_megabytes() {
    let (db, _) = tapped::<Orders>().await;
    // Each character is six in JSON: 1.8 MB a ticket.
    let all: Vec<Ticket> = (0..20)
        .map(|n| Ticket {
            title: "\u{1}".repeat(300 * 1024),
            ..ticket(n)
        })
        .collect();
    let requests = BatchWrite::new().put_all(&all).to_requests(&db).unwrap();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|r| r.body().len() <= 16 * 1024 * 1024 + 100)
    );
    let writes = requests
        .iter()
        .map(|r| r.body().matches("PutRequest").count());
    assert_eq!(writes.sum::<usize>(), 20);
}

/// `?` takes the error out of a function with borrowed items and a boxed error.
#[tokio::test]
async fn what_remains_outlives_the_items_it_was_made_from() {
    async fn import(db: &Db<Accounts>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let notes = vec![note("a"), note("b")];
        BatchWrite::new().put_all(&notes).write_all(db).await?;
        Ok(())
    }
    let db: Db<Accounts> = table().await;
    import(&db).await.unwrap();
    let unwritten = {
        let (good, bad) = (note("c"), note(""));
        let batch = BatchWrite::new().put(&good).put(&bad);
        batch.write_all(&db).await.unwrap_err()
    };
    assert_eq!(unwritten.error().kind(), ErrorKind::InvalidKey);
    assert_eq!(unwritten.remaining().len(), 2);
    let again = unwritten.into_remaining().write_all(&db).await.unwrap_err();
    assert_eq!(again.error().kind(), ErrorKind::InvalidKey);
}
