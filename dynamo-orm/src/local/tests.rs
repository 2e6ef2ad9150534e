//! The engine and its tap under the real SDK client.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, Put,
    ReturnValuesOnConditionCheckFailure, ScalarAttributeType, TimeToLiveSpecification,
    TransactWriteItem,
};

use super::{Engine, Tap};

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

async fn create_table(client: &Client) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    };
    let key = |name: &str, kind| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .unwrap()
    };
    client
        .create_table()
        .table_name("Shop")
        .attribute_definitions(attribute("PK"))
        .attribute_definitions(attribute("SK"))
        .key_schema(key("PK", KeyType::Hash))
        .key_schema(key("SK", KeyType::Range))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

async fn put(client: &Client, sk: &str) {
    let call = client.put_item().table_name("Shop").item("PK", s("user#1"));
    call.item("SK", s(sk)).send().await.unwrap();
}

async fn count(client: &Client) -> i32 {
    client
        .query()
        .table_name("Shop")
        .key_condition_expression("PK = :p")
        .expression_attribute_values(":p", s("user#1"))
        .send()
        .await
        .unwrap()
        .count()
}

#[tokio::test]
async fn an_engine_stores_reads_and_refuses_like_the_service() {
    let client = Engine::memory().unwrap().client();
    create_table(&client).await;
    put(&client, "order#1").await;
    put(&client, "order#2").await;
    assert_eq!(count(&client).await, 2);
    let got = client.get_item().table_name("Shop");
    let got = got.key("PK", s("user#1")).key("SK", s("order#2")).send();
    assert_eq!(got.await.unwrap().item.unwrap().len(), 2);

    let refused = client
        .put_item()
        .table_name("Shop")
        .item("PK", s("user#1"))
        .item("SK", s("order#1"))
        .condition_expression("attribute_not_exists(PK)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let PutItemError::ConditionalCheckFailedException(failed) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(failed.item().unwrap()["SK"], s("order#1"));
    let refused = client.create_backup().table_name("Shop").backup_name("b");
    let refused = refused.send().await.unwrap_err().into_service_error();
    assert_eq!(refused.code(), Some("UnknownOperationException"));
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing() {
    let client = Engine::memory().unwrap().client();
    create_table(&client).await;
    put(&client, "order#1").await;
    let action = |sk: &str| {
        let put = Put::builder()
            .table_name("Shop")
            .item("PK", s("user#1"))
            .item("SK", s(sk))
            .condition_expression("attribute_not_exists(PK)")
            .build()
            .unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let call = client
        .transact_write_items()
        .transact_items(action("order#2"));
    let cancelled = call.transact_items(action("order#1")).send().await;
    let cancelled = cancelled.unwrap_err().into_service_error();
    assert!(cancelled.is_transaction_canceled_exception());
    assert_eq!(count(&client).await, 1);
    let call = client
        .transact_write_items()
        .transact_items(action("order#3"));
    call.send().await.unwrap();
    assert_eq!(count(&client).await, 2);
}

#[tokio::test]
async fn a_file_keeps_its_tables() {
    let path = std::env::temp_dir().join(format!("dynamo-orm-{}.db", std::process::id()));
    let _ = std::fs::remove_file(&path);
    {
        let client = Engine::file(&path).unwrap().client();
        create_table(&client).await;
        put(&client, "order#1").await;
    }
    let engine = Engine::file(&path).unwrap();
    assert_eq!(count(&engine.client()).await, 1);
    drop(engine);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    assert!(Engine::file("/no/such/folder/x.db").is_err());
}

#[tokio::test]
async fn expired_items_go_when_they_are_swept() {
    let engine = Engine::memory_at(1_000).unwrap();
    let client = engine.client();
    create_table(&client).await;
    let expires = TimeToLiveSpecification::builder().enabled(true);
    let expires = expires.attribute_name("expires").build().unwrap();
    let call = client.update_time_to_live().table_name("Shop");
    call.time_to_live_specification(expires)
        .send()
        .await
        .unwrap();
    let call = client.put_item().table_name("Shop").item("PK", s("user#1"));
    let call = call.item("SK", s("session"));
    let call = call.item("expires", AttributeValue::N("2000".to_owned()));
    call.send().await.unwrap();
    assert_eq!(engine.sweep_ttl().unwrap(), 0);
    engine.set_time(2_001);
    assert_eq!(engine.sweep_ttl().unwrap(), 1);
    assert_eq!(count(&client).await, 0);
}

#[tokio::test]
async fn a_tap_records_and_answers() {
    let tap = Tap::new(Engine::memory().unwrap());
    let client = tap.client();
    create_table(&client).await;
    tap.clear();
    let throttled = r#"{"__type":"x#ProvisionedThroughputExceededException","message":"slow"}"#;
    tap.answer("PutItem", 400, throttled);
    tap.disconnect("PutItem");
    put(&client, "order#1").await;
    assert_eq!(tap.calls("PutItem"), 3);
    assert_eq!(count(&client).await, 1);
    let requests = tap.requests();
    assert_eq!(requests.len(), 4);
    assert_eq!(requests[0], requests[2]);
    assert!(requests[0].body.contains(r#""TableName":"Shop""#));
    assert_eq!(requests[3].operation, "Query");
}

#[test]
fn a_client_needs_no_timer_in_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    runtime.block_on(async {
        let tap = Tap::alone();
        tap.answer("PutItem", 500, "{}");
        put(&tap.client(), "order#1").await;
        assert_eq!(tap.calls("PutItem"), 2);
    });
}
