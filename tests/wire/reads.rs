//! `GetItem` and `Query`.

use dynamo_orm_tests::orders::{Counter, Order, Score, Status, Ticket, TicketState, day, id};
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
    get,
    Order::get(id("ada"), day(5, 1), 7),
    expect![[r#"
    GetItem {
      "TableName": "Orders",
      "Key": {
        "PK": {"S": "CUSTOMER#ada"},
        "SK": {"S": "ORDER#2026-05-01#0000000007"}
      }
    }"#]]
);
request!(
    get_consistent,
    Order::get(id("ada"), day(5, 1), 7).consistent(),
    expect![[r#"
        GetItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "ConsistentRead": true
        }"#]]
);
request!(
    get_selected,
    Order::get(id("ada"), day(5, 1), 7).select(|o| (
        o.status(),
        o.ship_to().fields().city(),
        o.lines().at(0),
        o.labels().key("a.b")
    )),
    expect![[r##"
        GetItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "ProjectionExpression": "#status, #ship_to.#city, #lines, #labels.#5, #expires_at",
          "ExpressionAttributeNames": {
            "#status": "status",
            "#ship_to": "ship_to",
            "#city": "city",
            "#lines": "lines",
            "#labels": "labels",
            "#5": "a.b",
            "#expires_at": "expires_at"
          }
        }"##]]
);
request!(
    exists,
    Order::exists(id("ada"), day(5, 1), 7),
    expect![[r##"
        GetItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "ProjectionExpression": "#PK, #expires_at",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#expires_at": "expires_at"
          }
        }"##]]
);
request!(
    query_prefix,
    Order::by_customer(id("ada")),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#SK, :1)",
          "FilterExpression": "NOT (#expires_at <= :2)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#"},
            ":2": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_whole_partition,
    Order::by_customer(id("ada")).whole_partition(),
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
    query_first_level,
    Order::by_customer(id("ada")).placed_on().eq(day(5, 1)),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#SK, :1)",
          "FilterExpression": "NOT (#expires_at <= :2)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#2026-05-01#"},
            ":2": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_all_levels,
    Order::by_customer(id("ada"))
        .placed_on()
        .eq(day(5, 1))
        .number()
        .eq(7),
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
            ":1": {"S": "ORDER#2026-05-01#0000000007"},
            ":2": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_between,
    Order::by_customer(id("ada"))
        .placed_on()
        .between(day(5, 1), day(5, 3)),
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
            ":2": {"S": "ORDER#2026-05-03#\udbff\udfff"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_from,
    Order::by_customer(id("ada")).placed_on().from(day(5, 1)),
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
            ":2": {"S": "ORDER#\udbff\udfff"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_after,
    Order::by_customer(id("ada")).placed_on().after(day(5, 1)),
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
            ":2": {"S": "ORDER#\udbff\udfff"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_to,
    Order::by_customer(id("ada")).placed_on().to(day(5, 1)),
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
    query_before,
    Order::by_customer(id("ada")).placed_on().before(day(5, 1)),
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
            ":2": {"S": "ORDER#2026-05-01\"\udbff\udfff"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_index,
    Order::by_status(Status::Open).newest_first().limit(20),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "Gsi1",
          "KeyConditionExpression": "#GSI1PK = :0",
          "FilterExpression": "NOT (#expires_at <= :1)",
          "ScanIndexForward": false,
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "STATUS#open"},
            ":1": {"N": "1767225600"}
          },
          "Limit": 20
        }"##]]
);
request!(
    query_sparse_index,
    Ticket::queue("core").priority().to(3),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "Gsi1",
          "KeyConditionExpression": "#GSI1PK = :0 AND #GSI1SK BETWEEN :1 AND :2",
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK",
            "#GSI1SK": "GSI1SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "QUEUE#core"},
            ":1": {"S": "\u0000"},
            ":2": {"S": "003#\udbff\udfff"}
          }
        }"##]]
);
request!(
    query_enum_range,
    Ticket::of_owner("ada").state().from(TicketState::New),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "Gsi2",
          "KeyConditionExpression": "#GSI2PK = :0 AND #GSI2SK BETWEEN :1 AND :2",
          "ExpressionAttributeNames": {
            "#GSI2PK": "GSI2PK",
            "#GSI2SK": "GSI2SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "OWNER#ada"},
            ":1": {"S": "New"},
            ":2": {"S": "\udbff\udfff"}
          }
        }"##]]
);
request!(
    query_natural_index,
    Score::ranking("chess").score().before(10),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "ByScore",
          "KeyConditionExpression": "#game = :0 AND #score < :1",
          "ExpressionAttributeNames": {
            "#game": "game",
            "#score": "score"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "chess"},
            ":1": {"N": "10"}
          }
        }"##]]
);
request!(
    query_local_index,
    Order::by_total(id("ada"))
        .total_cents()
        .between(1, 5)
        .consistent(),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "ByTotal",
          "KeyConditionExpression": "#PK = :0 AND #total_cents BETWEEN :1 AND :2",
          "FilterExpression": "NOT (#expires_at <= :3)",
          "ConsistentRead": true,
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#total_cents": "total_cents",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"N": "1"},
            ":2": {"N": "5"},
            ":3": {"N": "1767225600"}
          }
        }"##]]
);
request!(
    query_begins_with,
    Counter::all_counters().name().begins_with("vis"),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "IndexName": "Gsi1",
          "KeyConditionExpression": "#GSI1PK = :0 AND begins_with(#GSI1SK, :1)",
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK",
            "#GSI1SK": "GSI1SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "COUNTERS"},
            ":1": {"S": "vis"}
          }
        }"##]]
);
request!(
    query_filter,
    Order::by_customer(id("ada"))
        .filter(|o| o.status().eq(Status::Open) | o.note().not_exists())
        .filter(|o| !o.tags().contains("gift") & o.ship_to().fields().city().begins_with("O")),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#SK, :1)",
          "FilterExpression": "NOT (#expires_at <= :2) AND (#status = :3 OR attribute_not_exists(#note)) AND NOT (contains(#tags, :4)) AND begins_with(#ship_to.#city, :5)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at",
            "#status": "status",
            "#note": "note",
            "#tags": "tags",
            "#ship_to": "ship_to",
            "#city": "city"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#"},
            ":2": {"N": "1767225600"},
            ":3": {"S": "open"},
            ":4": {"S": "gift"},
            ":5": {"S": "O"}
          }
        }"##]]
);
request!(
    query_every_operator,
    Order::by_customer(id("ada")).filter(|o| {
        o.total_cents().between(1, 2)
            & o.status().is_in([Status::Open, Status::Closed])
            & o.lines().size().gt(0)
            & o.note().is_type(dynamo_orm::AttributeType::S)
            & (o.total_cents().ne(5) | o.total_cents().lt(6) & o.total_cents().ge(7))
    }),
    expect![[r##"
        Query {
          "TableName": "Orders",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#SK, :1)",
          "FilterExpression": "NOT (#expires_at <= :2) AND #total_cents BETWEEN :3 AND :4 AND #status IN (:5, :6) AND size(#lines) > :7 AND attribute_type(#note, :8) AND (#total_cents <> :9 OR (#total_cents < :10 AND #total_cents >= :11))",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK",
            "#expires_at": "expires_at",
            "#total_cents": "total_cents",
            "#status": "status",
            "#lines": "lines",
            "#note": "note"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "CUSTOMER#ada"},
            ":1": {"S": "ORDER#"},
            ":2": {"N": "1767225600"},
            ":3": {"N": "1"},
            ":4": {"N": "2"},
            ":5": {"S": "open"},
            ":6": {"S": "closed"},
            ":7": {"N": "0"},
            ":8": {"S": "S"},
            ":9": {"N": "5"},
            ":10": {"N": "6"},
            ":11": {"N": "7"}
          }
        }"##]]
);
