//! Item collections: `Query` of a partition.

#![expect(dead_code, reason = "nothing is read here, only requests are rendered")]

use dynamo_orm::Collection;
use dynamo_orm::collecting::Unknown;
use dynamo_orm_tests::orders::{ByTotal, Gsi1};
use dynamo_orm_tests::orders::{Counter, Customer, Order, Orders, Status, Visits, day, id};
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

#[derive(Collection)]
#[collection(table = Orders, pk = "CUSTOMER#{customer}")]
struct Account {
    customer: Customer,
    orders: Vec<Order>,
}

#[derive(Collection)]
#[collection(table = Orders, pk = "CUSTOMER#{customer}")]
struct Profile {
    customer: Option<Customer>,
}

#[derive(Collection)]
#[collection(table = Orders, pk = "CUSTOMER#{customer}")]
struct Everything {
    customer: Customer,
    orders: Vec<Order>,
    visits: Vec<Visits>,
}

#[derive(Collection)]
#[collection(table = Orders, index = Gsi1, pk = "STATUS#{status}")]
struct Work {
    orders: Vec<Order>,
}

#[derive(Collection)]
#[collection(table = Orders, index = Gsi1, pk = "COUNTERS")]
struct Counters {
    counters: Vec<Counter>,
}

#[derive(Collection)]
#[collection(table = Orders, index = ByTotal, pk = "CUSTOMER#{customer}")]
struct Totals {
    orders: Vec<Order>,
}

request!(
    only_what_the_members_span_is_read,
    Account::of(id("ada")),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "FilterExpression": "NOT (#expires_at <= :3)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#"},
            ":2": {"S": "PROFILE"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    one_literal_member_is_one_key,
    Profile::of(id("ada")),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND #SK = :1",
          "FilterExpression": "NOT (#expires_at <= :2)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "PROFILE"},
            ":2": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    all_members_newest_first_and_consistent,
    Everything::of(id("ada"))
        .newest_first()
        .consistent()
        .limit(20),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "FilterExpression": "NOT (#expires_at <= :3)",
          "ScanIndexForward": false,
          "ConsistentRead": true,
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#"},
            ":2": {"S": "VISITS#\udbff\udfff"},
            ":3": {"N": "1767225600"}
          },
          "Limit": 20
        }"##]]
);
request!(
    unknown_types_may_lie_anywhere,
    Account::of(id("ada")).unknown(Unknown::Fail),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0",
          "FilterExpression": "NOT (#expires_at <= :1)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    from_a_day_on_to_the_profile,
    Account::of(id("ada"))
        .starting_at(Order::by_customer(id("ada")).placed_on().from(day(5, 1)))
        .ending_at(Customer::key(id("ada"))),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "FilterExpression": "NOT (#expires_at <= :3)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#2026-05-01#"},
            ":2": {"S": "PROFILE"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    after_a_day_without_another_order_of_that_day,
    Account::of(id("ada")).starting_at(Order::by_customer(id("ada")).placed_on().after(day(5, 1))),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "FilterExpression": "NOT (#expires_at <= :3)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#2026-05-01#\udbff\udfff"},
            ":2": {"S": "PROFILE"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    up_to_the_orders_of_a_day,
    Everything::of(id("ada")).ending_at(Order::by_customer(id("ada")).placed_on().eq(day(5, 1))),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "FilterExpression": "NOT (#expires_at <= :3)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#"},
            ":2": {"S": "ORDER#2026-05-01#\udbff\udfff"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    through_an_index,
    Work::of(Status::Open),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "Gsi1",
          "KeyConditionExpression": "#GSI1PK = :0",
          "FilterExpression": "NOT (#expires_at <= :1)",
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "STATUS#open"},
            ":1": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    a_range_of_an_index,
    Work::of(Status::Open).starting_at(Order::by_status(Status::Open).placed_on().from(day(5, 1))),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "Gsi1",
          "KeyConditionExpression": "#GSI1PK = :0 AND #GSI1SK >= :1",
          "FilterExpression": "NOT (#expires_at <= :2)",
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK",
            "#GSI1SK": "GSI1SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "STATUS#open"},
            ":1": {"S": "2026-05-01#"},
            ":2": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    a_partition_without_parts,
    Counters::of(),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "Gsi1",
          "KeyConditionExpression": "#GSI1PK = :0",
          "FilterExpression": "NOT (#expires_at <= :1)",
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "COUNTERS"},
            ":1": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    a_range_of_numbers,
    Totals::of(id("ada"))
        .starting_at(Order::by_total(id("ada")).total_cents().from(1000))
        .ending_at(Order::by_total(id("ada")).total_cents().to(2000)),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "ByTotal",
          "KeyConditionExpression": "#PK = :0 AND #total_cents BETWEEN :1 AND :2",
          "FilterExpression": "NOT (#expires_at <= :3)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#total_cents": "total_cents",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"N": "1000"},
            ":2": {"N": "2000"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
