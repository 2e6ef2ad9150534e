//! The same calls over the embedded engine, which answers in its own order and spelling.

use aws_sdk_dynamodb::Client;

use super::text;
use crate::local::Engine;
use crate::wire::{Answer, CallError, Operation, Request, send};

async fn call(
    client: &Client,
    operation: Operation,
    member: &'static str,
    body: &str,
) -> Result<Answer<String>, CallError> {
    let request = Request::new(operation, "Shop", body);
    send(client, &request, member, text()).await
}

async fn shop() -> Client {
    use aws_sdk_dynamodb::types as t;
    let client = Engine::memory().unwrap().client();
    let pk = t::AttributeDefinition::builder().attribute_name("PK");
    let pk = pk.attribute_type(t::ScalarAttributeType::S);
    let hash = t::KeySchemaElement::builder().attribute_name("PK");
    let hash = hash.key_type(t::KeyType::Hash);
    let create = client.create_table().table_name("Shop");
    let create = create.attribute_definitions(pk.build().unwrap());
    let create = create.key_schema(hash.build().unwrap());
    let create = create.billing_mode(t::BillingMode::PayPerRequest);
    create.send().await.unwrap();
    client
}

#[tokio::test]
async fn written_items_are_read_and_refused_as_text() {
    let client = shop().await;
    for pk in ["a", "b"] {
        let body = format!(r#"{{"TableName":"Shop","Item":{{"PK":{{"S":"{pk}"}}}}}}"#);
        let put = call(&client, Operation::PutItem, "Attributes", &body).await;
        assert_eq!(put.unwrap().value, None);
    }
    let get = r#"{"TableName":"Shop","Key":{"PK":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"}"#;
    let got = call(&client, Operation::GetItem, "Item", get).await;
    let got = got.unwrap();
    assert_eq!(got.value.as_deref(), Some(r#"{"PK":{"S":"a"}}"#));
    assert_eq!(got.meta.capacity[0].capacity_units(), Some(0.5));

    let page = r#"{"TableName":"Shop","Limit":1}"#;
    let page = call(&client, Operation::Scan, "Items", page).await.unwrap();
    let key = page.meta.last_evaluated_key.unwrap();
    assert_eq!(page.value, Some(format!("[{key}]")));
    let next = format!(r#"{{"TableName":"Shop","ExclusiveStartKey":{key}}}"#);
    let page = call(&client, Operation::Scan, "Items", &next)
        .await
        .unwrap();
    assert_eq!(
        (page.meta.count, page.meta.last_evaluated_key),
        (Some(1), None)
    );

    let both = r#"{"RequestItems":{"Shop":{"Keys":[{"PK":{"S":"a"}},{"PK":{"S":"b"}}]}}}"#;
    let both = call(&client, Operation::BatchGetItem, "Responses", both).await;
    let both = both.unwrap();
    assert!(both.value.unwrap().contains(r#"{"PK":{"S":"b"}}"#));
    assert_eq!(both.meta.unprocessed, None);
}

#[tokio::test]
async fn refusals_carry_the_items_as_they_were() {
    let client = shop().await;
    let put = r#""TableName":"Shop","Item":{"PK":{"S":"a"}},
        "ConditionExpression":"attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure":"ALL_OLD""#;
    let single = format!("{{{put}}}");
    let transaction = format!(r#"{{"TransactItems":[{{"Put":{{{put}}}}}]}}"#);
    let call = async |operation, body| call(&client, operation, "Attributes", body).await;
    call(Operation::PutItem, &single).await.unwrap();
    let refused = call(Operation::PutItem, &single).await.unwrap_err();
    assert_eq!(refused.old_item.as_deref(), Some(r#"{"PK":{"S":"a"}}"#));
    let cancelled = call(Operation::TransactWriteItems, &transaction).await;
    let reasons = cancelled.unwrap_err().cancellation_reasons.unwrap();
    assert_eq!(reasons[0].code, "ConditionalCheckFailed");
    assert_eq!(reasons[0].item.as_deref(), Some(r#"{"PK":{"S":"a"}}"#));
}
