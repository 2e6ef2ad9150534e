//! `TransactWriteItems`: transactions, and single writes that need one.

use dynamo_orm::{Db, Entity, Transaction};
use dynamo_orm_tests::accounts::{
    Accounts, Note, Session, State, User, Wallet, note, team, user, wallet,
};
use dynamo_orm_tests::instant;
use expect_test::expect;

async fn db() -> Db<Accounts> {
    Db::local().await.unwrap().with_clock(|| instant(0))
}

/// Tokens of the library's own differ each time.
fn without_token(request: &dynamo_orm::Request) -> String {
    let text = request.to_string();
    let lines = text.lines().map(|line| match line.trim_start() {
        token if token.starts_with("\"ClientRequestToken\"") && token.len() > 32 => {
            "  \"ClientRequestToken\": …"
        }
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

macro_rules! request {
    ($name:ident, $call:expr, $expected:expr) => {
        #[tokio::test]
        async fn $name() {
            let request = $call.to_request(&db().await).unwrap();
            $expected.assert_eq(&without_token(&request));
        }
    };
}

fn read() -> User {
    User {
        version: 3,
        ..user("1", "ada@x.no", "ada")
    }
}

request!(
    an_effect_and_its_mark,
    Transaction::new()
        .update(Wallet::update("w").set(|w| w.note(), "paid"))
        .once(&dynamo_orm::stream::Once::new("pay#1", "e1")),
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Update": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "WALLET#w"},
                  "SK": {"S": "WALLET"}
                },
                "UpdateExpression": "SET #note = :0, #updated_at = :1 ADD #v :2",
                "ConditionExpression": "attribute_exists(#PK)",
                "ExpressionAttributeNames": {
                  "#note": "note",
                  "#updated_at": "updated_at",
                  "#v": "v",
                  "#PK": "PK"
                },
                "ExpressionAttributeValues": {
                  ":0": {"S": "paid"},
                  ":1": {"N": "1767225600"},
                  ":2": {"N": "1"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$once#pay%231#e1"},
                  "SK": {"S": "$once"},
                  "_type": {"S": "$once"},
                  "expires_at": {"N": "1768521600"}
                },
                "ConditionExpression": "attribute_not_exists(#PK)",
                "ExpressionAttributeNames": {
                  "#PK": "PK"
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);

request!(
    every_operation,
    {
        let (created, put) = (note("created"), note("put"));
        let request = Transaction::new()
            .create(&created)
            .put(&put)
            .update(Wallet::update("w").set(|w| w.note(), "paid"))
            .delete(Note::delete("deleted").when(|n| n.text().begins_with("x")))
            .check(Wallet::key("checked").check().if_version(2_u32))
            .check(Note::key("absent").check_absent())
            .idempotent("token-1")
            .to_request(&db().await)
            .unwrap();
        Shown(request)
    },
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "NOTE#created"},
                  "SK": {"S": "NOTE"},
                  "_type": {"S": "Note"},
                  "id": {"S": "created"},
                  "text": {"S": "text"}
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
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "NOTE#put"},
                  "SK": {"S": "NOTE"},
                  "_type": {"S": "Note"},
                  "id": {"S": "put"},
                  "text": {"S": "text"}
                }
              }
            },
            {
              "Update": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "WALLET#w"},
                  "SK": {"S": "WALLET"}
                },
                "UpdateExpression": "SET #note = :0, #updated_at = :1 ADD #v :2",
                "ConditionExpression": "attribute_exists(#PK)",
                "ExpressionAttributeNames": {
                  "#note": "note",
                  "#updated_at": "updated_at",
                  "#v": "v",
                  "#PK": "PK"
                },
                "ExpressionAttributeValues": {
                  ":0": {"S": "paid"},
                  ":1": {"N": "1767225600"},
                  ":2": {"N": "1"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "NOTE#deleted"},
                  "SK": {"S": "NOTE"}
                },
                "ConditionExpression": "begins_with(#text, :0)",
                "ExpressionAttributeNames": {
                  "#text": "text"
                },
                "ExpressionAttributeValues": {
                  ":0": {"S": "x"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "ConditionCheck": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "WALLET#checked"},
                  "SK": {"S": "WALLET"}
                },
                "ConditionExpression": "attribute_exists(#PK) AND #v = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#v": "v"
                },
                "ExpressionAttributeValues": {
                  ":0": {"N": "2"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "ConditionCheck": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "NOTE#absent"},
                  "SK": {"S": "NOTE"}
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
              }
            }
          ],
          "ClientRequestToken": "token-1"
        }"##]]
);

request!(
    create_versioned,
    wallet("w", 5).create(),
    expect![[r##"
    PutItem {
      "TableName": "Accounts",
      "Item": {
        "PK": {"S": "WALLET#w"},
        "SK": {"S": "WALLET"},
        "_type": {"S": "Wallet"},
        "GSI1PK": {"S": "WALLETS"},
        "GSI1SK": {"S": "00000000000000000005"},
        "v": {"N": "1"},
        "updated_at": {"N": "1767225600"},
        "id": {"S": "w"},
        "cents": {"N": "5"}
      },
      "ConditionExpression": "attribute_not_exists(#PK)",
      "ExpressionAttributeNames": {
        "#PK": "PK"
      },
      "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
    }"##]]
);
request!(
    put_versioned,
    Wallet {
        version: 2,
        ..wallet("w", 5)
    }
    .put(),
    expect![[r##"
        PutItem {
          "TableName": "Accounts",
          "Item": {
            "PK": {"S": "WALLET#w"},
            "SK": {"S": "WALLET"},
            "_type": {"S": "Wallet"},
            "GSI1PK": {"S": "WALLETS"},
            "GSI1SK": {"S": "00000000000000000005"},
            "v": {"N": "3"},
            "updated_at": {"N": "1767225600"},
            "id": {"S": "w"},
            "cents": {"N": "5"}
          },
          "ConditionExpression": "#v = :0",
          "ExpressionAttributeNames": {
            "#v": "v"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "2"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    put_never_stored,
    wallet("w", 5).put(),
    expect![[r##"
    PutItem {
      "TableName": "Accounts",
      "Item": {
        "PK": {"S": "WALLET#w"},
        "SK": {"S": "WALLET"},
        "_type": {"S": "Wallet"},
        "GSI1PK": {"S": "WALLETS"},
        "GSI1SK": {"S": "00000000000000000005"},
        "v": {"N": "1"},
        "updated_at": {"N": "1767225600"},
        "id": {"S": "w"},
        "cents": {"N": "5"}
      },
      "ConditionExpression": "attribute_not_exists(#v)",
      "ExpressionAttributeNames": {
        "#v": "v"
      },
      "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
    }"##]]
);
request!(
    update_versioned,
    Wallet::update("w").set(|w| w.cents(), 6).if_version(2_u32),
    expect![[r##"
        UpdateItem {
          "TableName": "Accounts",
          "Key": {
            "PK": {"S": "WALLET#w"},
            "SK": {"S": "WALLET"}
          },
          "UpdateExpression": "SET #cents = :0, #updated_at = :1, #GSI1SK = :2 ADD #v :3",
          "ConditionExpression": "attribute_exists(#PK) AND #v = :4",
          "ExpressionAttributeNames": {
            "#cents": "cents",
            "#updated_at": "updated_at",
            "#GSI1SK": "GSI1SK",
            "#v": "v",
            "#PK": "PK"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "6"},
            ":1": {"N": "1767225600"},
            ":2": {"S": "00000000000000000006"},
            ":3": {"N": "1"},
            ":4": {"N": "2"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    delete_of_a_version,
    Wallet::delete("w").if_version(2_u32),
    expect![[r##"
        DeleteItem {
          "TableName": "Accounts",
          "Key": {
            "PK": {"S": "WALLET#w"},
            "SK": {"S": "WALLET"}
          },
          "ConditionExpression": "#v = :0",
          "ExpressionAttributeNames": {
            "#v": "v"
          },
          "ExpressionAttributeValues": {
            ":0": {"N": "2"}
          },
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    create_unique,
    user("1", "Ada@x.no", "ada").create(),
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "USER#1"},
                  "SK": {"S": "USER"},
                  "_type": {"S": "User"},
                  "GSI1PK": {"S": "STATE#Invited"},
                  "GSI1SK": {"S": "1"},
                  "version": {"N": "1"},
                  "id": {"S": "1"},
                  "email": {"S": "Ada@x.no"},
                  "tenant": {"S": "acme"},
                  "handle": {"S": "ada"},
                  "state": {"S": "Invited"}
                },
                "ConditionExpression": "attribute_not_exists(#PK)",
                "ExpressionAttributeNames": {
                  "#PK": "PK"
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#User#email#ada@x.no"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#User#handle#acme#ada"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);
request!(
    create_unique_with_time_to_live,
    Session {
        id: "1".into(),
        token: "t".into(),
        expires_at: instant(60)
    }
    .create(),
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "SESSION#1"},
                  "SK": {"S": "SESSION"},
                  "_type": {"S": "Session"},
                  "expires_at": {"N": "1767225660"},
                  "id": {"S": "1"},
                  "token": {"S": "t"}
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
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#Session#token#t"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "SESSION#1"}, "SK": {"S": "SESSION"}}},
                  "expires_at": {"N": "1767225660"}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0 OR #expires_at <= :1",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner",
                  "#expires_at": "expires_at"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "SESSION#1"}, "SK": {"S": "SESSION"}}},
                  ":1": {"N": "1767225600"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);
request!(
    save_of_one_field,
    {
        let after = User {
            state: State::Active,
            ..read()
        };
        Shown(
            after
                .save(&read())
                .to_request(&db().await)
                .unwrap()
                .unwrap(),
        )
    },
    expect![[r##"
        UpdateItem {
          "TableName": "Accounts",
          "Key": {
            "PK": {"S": "USER#1"},
            "SK": {"S": "USER"}
          },
          "UpdateExpression": "SET #GSI1PK = :0, #version = :1, #state = :2",
          "ConditionExpression": "attribute_exists(#PK) AND #version = :3 AND #state = :4",
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK",
            "#version": "version",
            "#state": "state",
            "#PK": "PK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "STATE#Active"},
            ":1": {"N": "4"},
            ":2": {"S": "Active"},
            ":3": {"N": "3"},
            ":4": {"S": "Invited"}
          },
          "ReturnValues": "ALL_NEW",
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        }"##]]
);
request!(
    save_of_a_unique_value,
    {
        let after = User {
            email: "countess@x.no".into(),
            handle: None,
            ..read()
        };
        Shown(
            after
                .save(&read())
                .to_request(&db().await)
                .unwrap()
                .unwrap(),
        )
    },
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Update": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "USER#1"},
                  "SK": {"S": "USER"}
                },
                "UpdateExpression": "SET #version = :0, #email = :1 REMOVE #handle",
                "ConditionExpression": "attribute_exists(#PK) AND #version = :2 AND #email = :3 AND #tenant = :4 AND #handle = :5",
                "ExpressionAttributeNames": {
                  "#version": "version",
                  "#email": "email",
                  "#handle": "handle",
                  "#PK": "PK",
                  "#tenant": "tenant"
                },
                "ExpressionAttributeValues": {
                  ":0": {"N": "4"},
                  ":1": {"S": "countess@x.no"},
                  ":2": {"N": "3"},
                  ":3": {"S": "ada@x.no"},
                  ":4": {"S": "acme"},
                  ":5": {"S": "ada"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "$unique#User#email#ada@x.no"},
                  "SK": {"S": "$unique"}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#User#email#countess@x.no"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "$unique#User#handle#acme#ada"},
                  "SK": {"S": "$unique"}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);
request!(
    save_without_a_version,
    {
        let (before, mut after) = (team(1, "Oslo", "Reds"), team(1, "Oslo", "Reds"));
        after.name = "Blues".into();
        Shown(
            after
                .save(&before)
                .to_request(&db().await)
                .unwrap()
                .unwrap(),
        )
    },
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Update": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "TEAM#0000000001"},
                  "SK": {"S": "TEAM"}
                },
                "UpdateExpression": "SET #GSI1SK = :0, #name = :1",
                "ConditionExpression": "attribute_exists(#PK) AND #city = :2 AND #name = :3 AND #rank = :4",
                "ExpressionAttributeNames": {
                  "#GSI1SK": "GSI1SK",
                  "#name": "name",
                  "#PK": "PK",
                  "#city": "city",
                  "#rank": "rank"
                },
                "ExpressionAttributeValues": {
                  ":0": {"S": "Blues#0000000001"},
                  ":1": {"S": "Blues"},
                  ":2": {"S": "Oslo"},
                  ":3": {"S": "Reds"},
                  ":4": {"N": "1"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "$unique#Team#place#Oslo#Reds"},
                  "SK": {"S": "$unique"}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "TEAM#0000000001"}, "SK": {"S": "TEAM"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#Team#place#Oslo#Blues"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "TEAM#0000000001"}, "SK": {"S": "TEAM"}}}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "TEAM#0000000001"}, "SK": {"S": "TEAM"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);
request!(
    remove_unique,
    read().remove(),
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "USER#1"},
                  "SK": {"S": "USER"}
                },
                "ConditionExpression": "attribute_exists(#PK) AND #version = :0 AND #email = :1 AND #tenant = :2 AND #handle = :3",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#version": "version",
                  "#email": "email",
                  "#tenant": "tenant",
                  "#handle": "handle"
                },
                "ExpressionAttributeValues": {
                  ":0": {"N": "3"},
                  ":1": {"S": "ada@x.no"},
                  ":2": {"S": "acme"},
                  ":3": {"S": "ada"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "$unique#User#email#ada@x.no"},
                  "SK": {"S": "$unique"}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "$unique#User#handle#acme#ada"},
                  "SK": {"S": "$unique"}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);
request!(
    claim_without_a_version,
    team(1, "Oslo", "Reds").claim(),
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "ConditionCheck": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "TEAM#0000000001"},
                  "SK": {"S": "TEAM"}
                },
                "ConditionExpression": "attribute_exists(#PK) AND #city = :0 AND #name = :1",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#city": "city",
                  "#name": "name"
                },
                "ExpressionAttributeValues": {
                  ":0": {"S": "Oslo"},
                  ":1": {"S": "Reds"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#Team#place#Oslo#Reds"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "TEAM#0000000001"}, "SK": {"S": "TEAM"}}}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "TEAM#0000000001"}, "SK": {"S": "TEAM"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);
request!(
    relocate_unique,
    {
        let after = User {
            id: "9".into(),
            ..read()
        };
        Shown(after.relocate(&read()).to_request(&db().await).unwrap())
    },
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "USER#1"},
                  "SK": {"S": "USER"}
                },
                "ConditionExpression": "attribute_exists(#PK) AND #version = :0 AND #email = :1 AND #tenant = :2 AND #handle = :3 AND #state = :4",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#version": "version",
                  "#email": "email",
                  "#tenant": "tenant",
                  "#handle": "handle",
                  "#state": "state"
                },
                "ExpressionAttributeValues": {
                  ":0": {"N": "3"},
                  ":1": {"S": "ada@x.no"},
                  ":2": {"S": "acme"},
                  ":3": {"S": "ada"},
                  ":4": {"S": "Invited"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "USER#9"},
                  "SK": {"S": "USER"},
                  "_type": {"S": "User"},
                  "GSI1PK": {"S": "STATE#Invited"},
                  "GSI1SK": {"S": "9"},
                  "version": {"N": "4"},
                  "id": {"S": "9"},
                  "email": {"S": "ada@x.no"},
                  "tenant": {"S": "acme"},
                  "handle": {"S": "ada"},
                  "state": {"S": "Invited"}
                },
                "ConditionExpression": "attribute_not_exists(#PK)",
                "ExpressionAttributeNames": {
                  "#PK": "PK"
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#User#email#ada@x.no"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "USER#9"}, "SK": {"S": "USER"}}}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "$unique#User#handle#acme#ada"},
                  "SK": {"S": "$unique"},
                  "_type": {"S": "$unique"},
                  "$owner": {"M": {"PK": {"S": "USER#9"}, "SK": {"S": "USER"}}}
                },
                "ConditionExpression": "attribute_not_exists(#PK) OR #1 = :0",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#1": "$owner"
                },
                "ExpressionAttributeValues": {
                  ":0": {"M": {"PK": {"S": "USER#1"}, "SK": {"S": "USER"}}}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);
request!(
    relocate_without_a_version,
    {
        let (old, new) = (note("old"), note("new"));
        Shown(new.relocate(&old).to_request(&db().await).unwrap())
    },
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Delete": {
                "TableName": "Accounts",
                "Key": {
                  "PK": {"S": "NOTE#old"},
                  "SK": {"S": "NOTE"}
                },
                "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires_at <= :0) AND #text = :1 AND (attribute_not_exists(#expires_at) OR #expires_at = :2)",
                "ExpressionAttributeNames": {
                  "#PK": "PK",
                  "#expires_at": "expires_at",
                  "#text": "text"
                },
                "ExpressionAttributeValues": {
                  ":0": {"N": "1767225600"},
                  ":1": {"S": "text"},
                  ":2": {"NULL": true}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Put": {
                "TableName": "Accounts",
                "Item": {
                  "PK": {"S": "NOTE#new"},
                  "SK": {"S": "NOTE"},
                  "_type": {"S": "Note"},
                  "id": {"S": "new"},
                  "text": {"S": "text"}
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
              }
            }
          ],
          "ClientRequestToken": …
        }"##]]
);

/// A request that was rendered already.
struct Shown(dynamo_orm::Request);

impl Shown {
    #[expect(clippy::unnecessary_wraps, reason = "as the operations have it")]
    fn to_request(&self, _: &Db<Accounts>) -> dynamo_orm::Result<dynamo_orm::Request> {
        Ok(self.0.clone())
    }
}
