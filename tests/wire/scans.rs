//! `Scan`, and what reads say about time to live.

use dynamo_orm::{Entity, Table};
use dynamo_orm_tests::orders::{ByCoupon, Customer, Gsi1, Order, Orders, Status, id};
use expect_test::expect;

use crate::db;

macro_rules! request {
    ($name:ident, $call:expr, $expected:expr) => {
        #[tokio::test]
        async fn $name() {
            let request = $call.to_request(&db().await).unwrap();
            $expected.assert_eq(&request.to_string());
        }
    };
}

request!(
    scan,
    Orders::scan(),
    expect![[r##"
    Scan {
      "TableName": "Orders",
      "FilterExpression": "NOT (#expires_at <= :0)",
      "ExpressionAttributeNames": {
        "#expires_at": "expires_at"
      },
      "ExpressionAttributeValues": {
        ":0": {"N": "1767225600"}
      }
    }"##]]
);
request!(
    scan_with_everything,
    Order::scan()
        .filter(|o| o.status().eq(Status::Open) | o.note().exists())
        .select(|o| (o.number(), o.status()))
        .limit(100)
        .consistent(),
    expect![[r##"
        Scan {
          "TableName": "Orders",
          "FilterExpression": "#_type = :0 AND NOT (#expires_at <= :1) AND (#status = :2 OR attribute_exists(#note))",
          "ConsistentRead": true,
          "ProjectionExpression": "#number, #status, #PK, #SK",
          "ExpressionAttributeNames": {
            "#_type": "_type",
            "#expires_at": "expires_at",
            "#status": "status",
            "#note": "note",
            "#number": "number",
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "Order"},
            ":1": {"N": "1767225600"},
            ":2": {"S": "open"}
          },
          "Limit": 100
        }"##]]
);
request!(
    scan_of_an_entity_that_never_expires,
    Customer::scan(),
    expect![[r##"
        Scan {
          "TableName": "Orders",
          "FilterExpression": "#_type = :0",
          "ExpressionAttributeNames": {
            "#_type": "_type"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "Customer"}
          }
        }"##]]
);
request!(
    scan_through_an_index,
    Orders::scan().through::<Gsi1>().including_expired(),
    expect![[r#"
        Scan {
          "TableName": "Orders",
          "IndexName": "Gsi1"
        }"#]]
);
request!(
    scan_through_an_index_of_keys,
    Order::scan().through::<ByCoupon>().select(|o| o.coupon()),
    expect![[r##"
        Scan {
          "TableName": "Orders",
          "IndexName": "ByCoupon",
          "ProjectionExpression": "#coupon, #PK, #SK",
          "ExpressionAttributeNames": {
            "#coupon": "coupon",
            "#PK": "PK",
            "#SK": "SK"
          }
        }"##]]
);
request!(
    query_including_expired,
    Order::by_customer(id("ada")).including_expired(),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#SK, :1)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#"}
          }
        }"##]]
);
request!(
    query_of_an_index_without_the_time_to_live,
    Order::by_coupon("X").select(|o| o.coupon()),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "ByCoupon",
          "KeyConditionExpression": "#coupon = :0",
          "ProjectionExpression": "#coupon",
          "ExpressionAttributeNames": {
            "#coupon": "coupon"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "X"}
          }
        }"##]]
);

#[tokio::test]
async fn scan_in_segments() {
    let scan = Order::scan().limit(500).segments(2);
    let requests = scan.to_requests(&db().await).unwrap();
    let texts: Vec<String> = requests.iter().map(ToString::to_string).collect();
    expect![[r##"
        Scan {
          "TableName": "Orders",
          "FilterExpression": "#_type = :0 AND NOT (#expires_at <= :1)",
          "ExpressionAttributeNames": {
            "#_type": "_type",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "Order"},
            ":1": {"N": "1767225600"}
          },
          "Limit": 500,
          "Segment": 0,
          "TotalSegments": 2
        }
        Scan {
          "TableName": "Orders",
          "FilterExpression": "#_type = :0 AND NOT (#expires_at <= :1)",
          "ExpressionAttributeNames": {
            "#_type": "_type",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "Order"},
            ":1": {"N": "1767225600"}
          },
          "Limit": 500,
          "Segment": 1,
          "TotalSegments": 2
        }"##]]
    .assert_eq(&texts.join("\n"));
}
