//! `PutItem`, `UpdateItem` and `DeleteItem`.

use dynamo_orm::Entity;
use dynamo_orm_tests::instant;
use dynamo_orm_tests::orders::{
    Counter, Order, Score, Status, Ticket, TicketState, day, id, order, ticket,
};
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

fn update() -> dynamo_orm::Update<Order> {
    Order::update(id("ada"), day(5, 1), 7)
}

request!(
    create,
    order("ada", day(5, 1), 7).create(),
    expect![[r##"
        PutItem {
          "TableName": "Orders",
          "Item": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"},
            "_type": {"S": "Order"},
            "GSI1PK": {"S": "STATUS#open"},
            "GSI1SK": {"S": "2026-05-01#0000000007"},
            "total_cents": {"N": "1999"},
            "created_at": {"S": "2026-01-01T00:00:00.000000000Z"},
            "updated_at": {"S": "2026-01-01T00:00:00.000000000Z"},
            "customer": {"S": "ada"},
            "placed_on": {"S": "2026-05-01"},
            "number": {"N": "7"},
            "status": {"S": "open"},
            "total": {"N": "19.99"},
            "ship_to": {"M": {"city": {"S": "Oslo"}, "street": {"S": "Storgata 1"}}},
            "lines": {"L": [{"M": {"sku": {"S": "tea"}, "count": {"N": "2"}}}]},
            "tags": {"SS": ["gift", "new"]},
            "labels": {"M": {"a.b": {"S": "dotted"}}}
          },
          "ConditionExpression": "attribute_not_exists(#PK) OR #expires_at <= :0",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "1767225600"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    put,
    ticket(1).put(),
    expect![[r#"
    PutItem {
      "TableName": "Orders",
      "Item": {
        "PK": {"S": "TICKET#00000000000000000001"},
        "SK": {"S": "TICKET"},
        "_type": {"S": "Ticket"},
        "GSI1PK": {"S": "QUEUE#core"},
        "GSI1SK": {"S": "005#00000000000000000001"},
        "id": {"N": "1"},
        "team": {"S": "core"},
        "priority": {"N": "5"},
        "state": {"S": "New"},
        "title": {"S": "it hurts"}
      }
    }"#]]
);
request!(
    put_with_condition,
    ticket(1)
        .put()
        .when(|t| t.state().ne(TicketState::Done))
        .returning_old(),
    expect![[r##"
        PutItem {
          "TableName": "Orders",
          "Item": {
            "PK": {"S": "TICKET#00000000000000000001"},
            "SK": {"S": "TICKET"},
            "_type": {"S": "Ticket"},
            "GSI1PK": {"S": "QUEUE#core"},
            "GSI1SK": {"S": "005#00000000000000000001"},
            "id": {"N": "1"},
            "team": {"S": "core"},
            "priority": {"N": "5"},
            "state": {"S": "New"},
            "title": {"S": "it hurts"}
          },
          "ConditionExpression": "#state <> :0",
          "ExpressionAttributeNames": {
            "#state": "state"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "Done"}
          },
          "ReturnValues": "ALL_OLD",
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    create_with_or,
    ticket(1)
        .create()
        .when(|t| t.title().eq("a") | t.title().eq("b")),
    expect![[r##"
        PutItem {
          "TableName": "Orders",
          "Item": {
            "PK": {"S": "TICKET#00000000000000000001"},
            "SK": {"S": "TICKET"},
            "_type": {"S": "Ticket"},
            "GSI1PK": {"S": "QUEUE#core"},
            "GSI1SK": {"S": "005#00000000000000000001"},
            "id": {"N": "1"},
            "team": {"S": "core"},
            "priority": {"N": "5"},
            "state": {"S": "New"},
            "title": {"S": "it hurts"}
          },
          "ConditionExpression": "attribute_not_exists(#PK) AND (#title = :0 OR #title = :1)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#title": "title"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "a"},
            ":1": {"S": "b"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    upsert,
    ticket(1).upsert(),
    expect![[r##"
    UpdateItem {
      "TableName": "Orders",
      "Key": {
        "PK": {"S": "TICKET#00000000000000000001"},
        "SK": {"S": "TICKET"}
      },
      "UpdateExpression": "SET #_type = :0, #GSI1PK = :1, #GSI1SK = :2, #id = :3, #team = :4, #priority = :5, #state = :6, #title = :7 REMOVE #owner, #GSI2PK, #GSI2SK",
      "ExpressionAttributeNames": {
        "#_type": "_type",
        "#GSI1PK": "GSI1PK",
        "#GSI1SK": "GSI1SK",
        "#id": "id",
        "#team": "team",
        "#priority": "priority",
        "#state": "state",
        "#title": "title",
        "#owner": "owner",
        "#GSI2PK": "GSI2PK",
        "#GSI2SK": "GSI2SK"
      },
      "ExpressionAttributeValues": {
        ":0": {"S": "Ticket"},
        ":1": {"S": "QUEUE#core"},
        ":2": {"S": "005#00000000000000000001"},
        ":3": {"N": "1"},
        ":4": {"S": "core"},
        ":5": {"N": "5"},
        ":6": {"S": "New"},
        ":7": {"S": "it hurts"}
      }
    }"##]]
);
request!(
    update_plain,
    update().set(|o| o.note(), "x"),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "UpdateExpression": "SET #note = :0, #updated_at = :1",
          "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires_at <= :2)",
          "ExpressionAttributeNames": {
            "#note": "note",
            "#updated_at": "updated_at",
            "#PK": "PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "x"},
            ":1": {"S": "2026-01-01T00:00:00.000000000Z"},
            ":2": {"N": "1767225600"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    update_index_part,
    update().set(|o| o.status(), Status::Shipped),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "UpdateExpression": "SET #status = :0, #updated_at = :1, #GSI1PK = :2",
          "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires_at <= :3)",
          "ExpressionAttributeNames": {
            "#status": "status",
            "#updated_at": "updated_at",
            "#GSI1PK": "GSI1PK",
            "#PK": "PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "shipped"},
            ":1": {"S": "2026-01-01T00:00:00.000000000Z"},
            ":2": {"S": "STATUS#shipped"},
            ":3": {"N": "1767225600"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    update_group,
    Ticket::update(1).set(
        |t| t.team_and_priority_and_state_and_owner(),
        ("core", 1, TicketState::Working, None)
    ),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "TICKET#00000000000000000001"},
            "SK": {"S": "TICKET"}
          },
          "UpdateExpression": "SET #team = :0, #priority = :1, #state = :2, #GSI1PK = :3, #GSI1SK = :4 REMOVE #owner, #GSI2PK, #GSI2SK",
          "ConditionExpression": "attribute_exists(#PK)",
          "ExpressionAttributeNames": {
            "#team": "team",
            "#priority": "priority",
            "#state": "state",
            "#owner": "owner",
            "#GSI1PK": "GSI1PK",
            "#GSI1SK": "GSI1SK",
            "#GSI2PK": "GSI2PK",
            "#GSI2SK": "GSI2SK",
            "#PK": "PK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "core"},
            ":1": {"N": "1"},
            ":2": {"S": "Working"},
            ":3": {"S": "QUEUE#core"},
            ":4": {"S": "001#00000000000000000001"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    update_every_action,
    update()
        .set(|o| o.ship_to().fields().city(), "Bergen")
        .set_if_absent(|o| o.note(), "first")
        .remove(|o| o.coupon())
        .sub(|o| o.total_cents(), 5)
        .add(|o| o.total(), 1.into())
        .insert(|o| o.tags(), ["a"])
        .append(|o| o.lines(), []),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "UpdateExpression": "SET #ship_to.#city = :0, #note = if_not_exists(#note, :1), #total_cents = #total_cents - :2, #lines = list_append(if_not_exists(#lines, :6), :5), #updated_at = :7 REMOVE #coupon ADD #total :3, #tags :4",
          "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires_at <= :8)",
          "ExpressionAttributeNames": {
            "#ship_to": "ship_to",
            "#city": "city",
            "#note": "note",
            "#coupon": "coupon",
            "#total_cents": "total_cents",
            "#total": "total",
            "#tags": "tags",
            "#lines": "lines",
            "#updated_at": "updated_at",
            "#PK": "PK",
            "#expires_at": "expires_at"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "Bergen"},
            ":1": {"S": "first"},
            ":2": {"N": "5"},
            ":3": {"N": "1"},
            ":4": {"SS": ["a"]},
            ":5": {"L": []},
            ":6": {"L": []},
            ":7": {"S": "2026-01-01T00:00:00.000000000Z"},
            ":8": {"N": "1767225600"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    update_natural,
    Score::update("ada", "chess").add(|s| s.score(), 5),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "PLAYER#ada"},
            "SK": {"S": "GAME#chess"}
          },
          "UpdateExpression": "ADD #score :0",
          "ConditionExpression": "attribute_exists(#PK)",
          "ExpressionAttributeNames": {
            "#score": "score",
            "#PK": "PK"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "5"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    update_or_create,
    Counter::update("visits").add(|c| c.hits(), 1).or_create(),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "COUNTER#visits"},
            "SK": {"S": "COUNTER"}
          },
          "UpdateExpression": "SET #_type = :1, #GSI1PK = :2, #GSI1SK = :3 ADD #hits :0",
          "ExpressionAttributeNames": {
            "#hits": "hits",
            "#_type": "_type",
            "#GSI1PK": "GSI1PK",
            "#GSI1SK": "GSI1SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "1"},
            ":1": {"S": "Counter"},
            ":2": {"S": "COUNTERS"},
            ":3": {"S": "visits"}
          }
        }"##]]
);
request!(
    update_time_to_live,
    update().set(|o| o.expires_at(), instant(9)),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "UpdateExpression": "SET #expires_at = :0, #updated_at = :1",
          "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires_at <= :2)",
          "ExpressionAttributeNames": {
            "#expires_at": "expires_at",
            "#updated_at": "updated_at",
            "#PK": "PK"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "1767225609"},
            ":1": {"S": "2026-01-01T00:00:00.000000000Z"},
            ":2": {"N": "1767225600"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    update_with_condition,
    update()
        .remove(|o| o.note())
        .when(|o| o.status().eq(Status::Open) | o.status().eq(Status::Shipped))
        .returning_new(),
    expect![[r##"
        UpdateItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "UpdateExpression": "SET #updated_at = :0 REMOVE #note",
          "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires_at <= :1) AND (#status = :2 OR #status = :3)",
          "ExpressionAttributeNames": {
            "#note": "note",
            "#updated_at": "updated_at",
            "#PK": "PK",
            "#expires_at": "expires_at",
            "#status": "status"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "2026-01-01T00:00:00.000000000Z"},
            ":1": {"N": "1767225600"},
            ":2": {"S": "open"},
            ":3": {"S": "shipped"}
          },
          "ReturnValues": "ALL_NEW",
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    delete,
    Order::delete(id("ada"), day(5, 1), 7),
    expect![[r#"
        DeleteItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          }
        }"#]]
);
request!(
    delete_existing,
    Order::delete(id("ada"), day(5, 1), 7)
        .existing()
        .when(|o| o.status().eq(Status::Closed))
        .returning_old(),
    expect![[r##"
        DeleteItem {
          "TableName": "Orders",
          "Key": {
            "PK": {"S": "CUSTOMER#ada"},
            "SK": {"S": "ORDER#2026-05-01#0000000007"}
          },
          "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires_at <= :0) AND (#status = :1)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#expires_at": "expires_at",
            "#status": "status"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "1767225600"},
            ":1": {"S": "closed"}
          },
          "ReturnValues": "ALL_OLD",
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
