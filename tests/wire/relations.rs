//! The requests of edges, of their far ends, and of trees.

use dynamo_orm::{BatchGet, Db, Transaction, TreePath};
use dynamo_orm_tests::instant;
use dynamo_orm_tests::social::{Employee, Group, Membership, Person, Social, membership};
use dynamo_orm_tests::wiki::{Page, Revision, Wiki};
use expect_test::{Expect, expect};

async fn social() -> Db<Social> {
    Db::local().await.unwrap().with_clock(|| instant(0))
}

async fn wiki() -> Db<Wiki> {
    Db::local().await.unwrap()
}

fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

#[tokio::test]
async fn edges_out_and_back() {
    let db = social().await;
    let check = |request: dynamo_orm::Request, expected: Expect| {
        expected.assert_eq(&request.to_string());
    };
    let out = Membership::members("go").person_id().from("b").neighbours();
    check(
        out.to_request(&db).unwrap(),
        expect![[r##"
        Query {
          "TableName": "Social",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "GROUP#go"},
            ":1": {"S": "PERSON#b"},
            ":2": {"S": "PERSON#\udbff\udfff"}
          }
        }"##]],
    );
    let back = Membership::groups("ada").limit(5).neighbours();
    check(
        back.to_request(&db).unwrap(),
        expect![[r##"
        Query {
          "TableName": "Social",
          "IndexName": "Inverted",
          "KeyConditionExpression": "#SK = :0 AND begins_with(#PK, :1)",
          "ExpressionAttributeNames": {
            "#SK": "SK",
            "#PK": "PK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "PERSON#ada"},
            ":1": {"S": "GROUP#"}
          },
          "Limit": 5
        }"##]],
    );
}

#[tokio::test]
async fn far_ends_once_each() {
    let db = social().await;
    let edges = ["ada", "bob", "ada"].map(|p| membership("go", p));
    let members = Membership::members("go").neighbours().consistent();
    let requests = members.to_requests(&db, &edges).unwrap();
    assert_eq!(requests.len(), 1);
    expect![[r#"
        BatchGetItem {
          "RequestItems": {
            "Social": {
              "Keys": [
                {
                  "PK": {"S": "PERSON#ada"},
                  "SK": {"S": "PERSON"}
                },
                {
                  "PK": {"S": "PERSON#bob"},
                  "SK": {"S": "PERSON"}
                }
              ],
              "ConsistentRead": true
            }
          }
        }"#]]
    .assert_eq(&requests[0].to_string());
    let edges: Vec<_> = (0..101).map(|n| membership("go", &n.to_string())).collect();
    assert_eq!(members.to_requests(&db, &edges).unwrap().len(), 2);
}

#[tokio::test]
async fn an_edge_without_its_far_end_asks_for_nothing() {
    let db = social().await;
    let chief = Employee {
        id: 1,
        manager: None,
        person_id: "ada".into(),
    };
    let managers = Employee::manager_of(1).neighbours();
    assert!(managers.to_requests(&db, &[chief]).unwrap().is_empty());
}

#[tokio::test]
async fn an_edge_with_its_counters() {
    let edge = membership("go", "ada");
    let leave = Transaction::new()
        .delete(Membership::delete("go", "ada").existing())
        .update(Group::update(&edge.group_id).sub(|g| g.member_count(), 1))
        .update(Person::update(&edge.person_id).sub(|p| p.group_count(), 1))
        .idempotent("once");
    expect![[r##"
        TransactWriteItems {
          "TransactItems": [
            {
              "Delete": {
                "TableName": "Social",
                "Key": {
                  "PK": {"S": "GROUP#go"},
                  "SK": {"S": "PERSON#ada"}
                },
                "ConditionExpression": "attribute_exists(#PK)",
                "ExpressionAttributeNames": {
                  "#PK": "PK"
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Update": {
                "TableName": "Social",
                "Key": {
                  "PK": {"S": "GROUP#go"},
                  "SK": {"S": "GROUP"}
                },
                "UpdateExpression": "SET #member_count = #member_count - :0",
                "ConditionExpression": "attribute_exists(#PK)",
                "ExpressionAttributeNames": {
                  "#member_count": "member_count",
                  "#PK": "PK"
                },
                "ExpressionAttributeValues": {
                  ":0": {"N": "1"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            },
            {
              "Update": {
                "TableName": "Social",
                "Key": {
                  "PK": {"S": "PERSON#ada"},
                  "SK": {"S": "PERSON"}
                },
                "UpdateExpression": "SET #group_count = #group_count - :0",
                "ConditionExpression": "attribute_exists(#PK) AND NOT (#expires <= :1)",
                "ExpressionAttributeNames": {
                  "#group_count": "group_count",
                  "#PK": "PK",
                  "#expires": "expires"
                },
                "ExpressionAttributeValues": {
                  ":0": {"N": "1"},
                  ":1": {"N": "1767225600"}
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
              }
            }
          ],
          "ClientRequestToken": "once"
        }"##]]
    .assert_eq(&leave.to_request(&social().await).unwrap().to_string());
}

#[tokio::test]
async fn subtrees_in_a_sort_key() {
    let db = wiki().await;
    let (b, root) = (path("/a/b/"), TreePath::root());
    macro_rules! check {
        ($query:expr, $expected:expr) => {
            $expected.assert_eq(&$query.to_request(&db).unwrap().to_string())
        };
    }
    check!(
        Page::tree("docs").path().under(&b),
        expect![[r##"
        Query {
          "TableName": "Wiki",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#SK, :1)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "SITE#docs"},
            ":1": {"S": "PAGE#/a/b/"}
          }
        }"##]]
    );
    check!(
        Page::tree("docs").path().below(&b),
        expect![[r##"
        Query {
          "TableName": "Wiki",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "SITE#docs"},
            ":1": {"S": "PAGE#/a/b/\u0000"},
            ":2": {"S": "PAGE#/a/b/\udbff\udfff"}
          }
        }"##]]
    );
    check!(
        Page::tree("docs").path().below(&root),
        expect![[r##"
        Query {
          "TableName": "Wiki",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "SITE#docs"},
            ":1": {"S": "PAGE#/\u0000"},
            ":2": {"S": "PAGE#/\udbff\udfff"}
          }
        }"##]]
    );
}

#[tokio::test]
async fn subtrees_elsewhere() {
    let db = wiki().await;
    let b = path("/a/b/");
    macro_rules! check {
        ($query:expr, $expected:expr) => {
            $expected.assert_eq(&$query.to_request(&db).unwrap().to_string())
        };
    }
    check!(
        Page::on_shelf("main").path().below(&b),
        expect![[r##"
        Query {
          "TableName": "Wiki",
          "IndexName": "ByPath",
          "KeyConditionExpression": "#shelf = :0 AND #path BETWEEN :1 AND :2",
          "ExpressionAttributeNames": {
            "#shelf": "shelf",
            "#path": "path"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "main"},
            ":1": {"S": "/a/b/\u0000"},
            ":2": {"S": "/a/b/\udbff\udfff"}
          }
        }"##]]
    );
    check!(
        Revision::revisions("docs").path().under(&b),
        expect![[r##"
        Query {
          "TableName": "Wiki",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#SK, :1)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "SITE#docs"},
            ":1": {"S": "REVISION#/a/b/"}
          }
        }"##]]
    );
    check!(
        Revision::revisions("docs").path().below(&b),
        expect![[r##"
        Query {
          "TableName": "Wiki",
          "KeyConditionExpression": "#PK = :0 AND #SK BETWEEN :1 AND :2",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#SK": "SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "SITE#docs"},
            ":1": {"S": "REVISION#/a/b/#\udbff\udfff"},
            ":2": {"S": "REVISION#/a/b/\udbff\udfff"}
          }
        }"##]]
    );
}

#[tokio::test]
async fn children_and_ancestors() {
    let db = wiki().await;
    let a = path("/a/");
    let children = Page::by_depth("docs").depth().eq(2).path().under(&a);
    expect![[r##"
        Query {
          "TableName": "Wiki",
          "IndexName": "ByDepth",
          "KeyConditionExpression": "#PK = :0 AND begins_with(#LSI1SK, :1)",
          "ExpressionAttributeNames": {
            "#PK": "PK",
            "#LSI1SK": "LSI1SK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "SITE#docs"},
            ":1": {"S": "00002#/a/"}
          }
        }"##]]
    .assert_eq(&children.to_request(&db).unwrap().to_string());
    let children = Page::children("docs", &a);
    expect![[r##"
        Query {
          "TableName": "Wiki",
          "IndexName": "Gsi1",
          "KeyConditionExpression": "#GSI1PK = :0",
          "ExpressionAttributeNames": {
            "#GSI1PK": "GSI1PK"
          },
          "ExpressionAttributeValues": {
            ":0": {"S": "PARENT#docs#/a/"}
          }
        }"##]]
    .assert_eq(&children.to_request(&db).unwrap().to_string());
    let above = path("/a/b/").ancestors().into_iter();
    let above: Vec<_> = above.map(|p| Page::key("docs", p)).collect();
    let above = BatchGet::new(above).to_requests(&db).unwrap();
    assert_eq!(above.len(), 1);
    expect![[r#"
        BatchGetItem {
          "RequestItems": {
            "Wiki": {
              "Keys": [
                {
                  "PK": {"S": "SITE#docs"},
                  "SK": {"S": "PAGE#/"}
                },
                {
                  "PK": {"S": "SITE#docs"},
                  "SK": {"S": "PAGE#/a/"}
                }
              ]
            }
          }
        }"#]]
    .assert_eq(&above[0].to_string());
}
