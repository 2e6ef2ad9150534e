//! Create, put, upsert, get, delete, exists.

use dynamo_orm::{Entity, ErrorKind};
use dynamo_orm_tests::orders::{
    Counter, Customer, Order, OrderSummary, Status, Visits, day, id, order,
};
use dynamo_orm_tests::{is_old_engine, table};

fn ada() -> Customer {
    Customer {
        id: "ada".into(),
        name: "Ada".into(),
    }
}

#[tokio::test]
async fn an_item_comes_back_as_it_was_written() {
    let db = table().await;
    let mut written = order("ada", day(5, 1), 7);
    written.coupon = Some("SPRING".into());
    let stored = written.put().returning_new().send(&db).await.unwrap();
    let read = Order::get(&written.customer, day(5, 1), 7)
        .consistent()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(read.as_ref(), Some(&stored));
    written.updated_at = stored.updated_at;
    assert_eq!(read, Some(written));
}

#[tokio::test]
async fn case_is_kept_unless_asked() {
    let db = table().await;
    for name in ["Ab", "aB"] {
        let customer = Customer {
            id: name.into(),
            name: name.into(),
        };
        customer.create().send(&db).await.unwrap();
    }
    let read = Customer::get(id("Ab")).send(&db).await.unwrap().unwrap();
    assert_eq!(read.name, "Ab");
}

#[tokio::test]
async fn a_missing_item_is_none() {
    let db = table().await;
    let read = Order::get(id("ada"), day(5, 1), 7).send(&db).await;
    assert_eq!(read.unwrap(), None);
    assert!(
        !Order::exists(id("ada"), day(5, 1), 7)
            .send(&db)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn create_refuses_an_existing_item_and_tells_which() {
    let db = table().await;
    ada().create().send(&db).await.unwrap();
    let again = Customer {
        name: "Other".into(),
        ..ada()
    };
    let error = again.create().send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.entity(), Some("Customer"));
    assert_eq!(error.key(), Some("PK=CUSTOMER#ada, SK=PROFILE"));
    if !is_old_engine() {
        assert_eq!(error.old_item::<Customer>().unwrap().unwrap(), ada());
    }
    assert!(
        Customer::exists(id("ada"))
            .consistent()
            .send(&db)
            .await
            .unwrap()
    );
    let read = Customer::get(id("ada")).send(&db).await.unwrap();
    assert_eq!(read, Some(ada()));
}

#[tokio::test]
async fn a_condition_with_or_does_not_let_create_overwrite() {
    let db = table().await;
    ada().put().send(&db).await.unwrap();
    let error = ada()
        .create()
        .when(|c| c.name().exists() | c.name().not_exists())
        .send(&db)
        .await
        .unwrap_err();
    assert!(error.is_condition_failed());
}

#[tokio::test]
async fn put_replaces_and_gives_the_old_item() {
    let db = table().await;
    assert_eq!(ada().put().returning_old().send(&db).await.unwrap(), None);
    let other = Customer {
        name: "Other".into(),
        ..ada()
    };
    let old = other.put().returning_old().send(&db).await.unwrap();
    assert_eq!(old, Some(ada()));
    let error = ada()
        .put()
        .when(|c| c.name().eq("Nobody"))
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
}

#[tokio::test]
async fn delete_is_quiet_unless_the_item_must_exist() {
    let db = table().await;
    Customer::delete(id("ada")).send(&db).await.unwrap();
    let error = Customer::delete(id("ada"))
        .existing()
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    ada().put().send(&db).await.unwrap();
    let error = Customer::delete(id("ada"))
        .when(|c| c.name().eq("Grace"))
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    let old = Customer::delete(id("ada"))
        .returning_old()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(old, Some(ada()));
    assert_eq!(Customer::get(id("ada")).send(&db).await.unwrap(), None);
}

#[tokio::test]
async fn upsert_keeps_what_the_type_does_not_know() {
    let db = table().await;
    let first = order("ada", day(5, 1), 7);
    first.upsert().send(&db).await.unwrap();
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(dynamo_orm_tests::sdk_key(
            "CUSTOMER#ada",
            "ORDER#2026-05-01#0000000007",
        )))
        .update_expression("SET extra = :x")
        .expression_attribute_values(
            ":x",
            aws_sdk_dynamodb::types::AttributeValue::S("kept".into()),
        )
        .send()
        .await
        .unwrap();
    let mut second = first.clone();
    second.status = Status::Shipped;
    second.note = Some("hello".into());
    let stored = second.upsert().returning_new().send(&db).await.unwrap();
    assert_eq!(stored.note.as_deref(), Some("hello"));
    second.note = None;
    let stored = second.upsert().returning_new().send(&db).await.unwrap();
    assert_eq!(stored.note, None, "an absent value is removed");
    let raw = dynamo_orm_tests::raw(&db, "CUSTOMER#ada", "ORDER#2026-05-01#0000000007").await;
    assert_eq!(raw["extra"].as_s().unwrap(), "kept");
    assert_eq!(raw["GSI1PK"].as_s().unwrap(), "STATUS#shipped");
}

#[tokio::test]
async fn a_projection_reads_only_its_fields() {
    let db = table().await;
    let written = order("ada", day(5, 1), 7)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let summary = Order::get(&written.customer, day(5, 1), 7)
        .project::<OrderSummary>()
        .send(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        summary,
        OrderSummary {
            number: 7,
            status: Status::Open,
            coupon: None,
            expires_at: None,
            created_at: written.created_at,
        }
    );
    let (city, sku) = Order::get(&written.customer, day(5, 1), 7)
        .select(|o| (o.ship_to().fields().city(), o.lines().at(0).fields().sku()))
        .send(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((city.as_str(), sku.as_str()), ("Oslo", "tea"));
}

#[tokio::test]
async fn an_update_may_create_an_entity_without_required_fields() {
    let db = table().await;
    let counted = Counter::update("visits")
        .add(|c| c.hits(), 1)
        .or_create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(counted.name, "visits");
    assert_eq!(counted.hits, 1);
    let all = Counter::all_counters().all(&db).await.unwrap();
    assert_eq!(
        all,
        vec![counted],
        "its index attributes are there from the start"
    );
    let again = Counter::update("visits")
        .set(|c| c.last(), "ada")
        .or_create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!((again.hits, again.last.as_deref()), (1, Some("ada")));
}

#[tokio::test]
async fn an_item_that_an_update_created_can_be_read() {
    let db = table().await;
    Visits::update(id("ada"), 7)
        .add(|v| v.count(), 1)
        .or_create()
        .send(&db)
        .await
        .unwrap();
    let read = Visits::get(id("ada"), 7).send(&db).await.unwrap().unwrap();
    assert_eq!((read.customer, read.page, read.count), (id("ada"), 7, 1));
}

#[tokio::test]
async fn a_default_stands_in_for_a_missing_attribute() {
    let db = table().await;
    let counted = Counter::update("visits")
        .set(|c| c.last(), "ada")
        .or_create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(counted.hits, 0);
}

#[tokio::test]
async fn consumed_capacity_is_told_on_request() {
    if is_old_engine() {
        return;
    }
    let db = table().await;
    let put = order("ada", day(5, 1), 7)
        .put()
        .send_metered(&db)
        .await
        .unwrap();
    assert!(put.capacity.total >= 2.0, "{:?}", put.capacity);
    assert!(put.capacity.indexes.contains_key("Gsi1"));
    assert_eq!(put.requests, 1);
    let get = Order::get(id("ada"), day(5, 1), 7)
        .send_metered(&db)
        .await
        .unwrap();
    assert!((get.capacity.total - 0.5).abs() < f64::EPSILON);
}
