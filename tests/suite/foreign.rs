//! A table written by other code is adopted byte for byte.

use std::collections::BTreeMap;

use dynamo_orm::{Entity, Table};
use dynamo_orm_tests::table;
use serde::{Deserialize, Serialize};

/// No type attribute, own casing and padding, keys as attributes, an inverted index.
#[derive(Table, Debug, PartialEq)]
#[table(
    name = "legacy",
    pk = "Pk",
    sk = "Sk",
    gsi(Inverse, pk = "Sk", sk = "Pk"),
    gsi(ByMail, pk = "mail")
)]
enum Legacy {
    User(User),
    Login(Login),
    Page(Page),
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq, Clone)]
#[entity(table = Legacy, pk = "user-{id:06}", sk = "{name:raw+upper}", index(ByMail, pk = mail, query = by_mail))]
struct User {
    #[entity(skip)]
    id: u32,
    name: String,
    mail: Option<String>,
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq, Clone)]
#[entity(table = Legacy, pk = "login-{user:0}", sk = "at|{second:.19}", query = of_user,
         index(Inverse, pk = "at|{second:.19}", sk = "login-{user:0}", query = at_second))]
struct Login {
    #[entity(rename = "uid")]
    user: u32,
    second: chrono::NaiveDateTime,
}

#[derive(Entity, Serialize, Deserialize, Debug, PartialEq, Clone)]
#[entity(table = Legacy, pk = "page", sk = "{path}", query = pages)]
struct Page {
    #[entity(skip)]
    path: String,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

fn second() -> chrono::NaiveDateTime {
    dynamo_orm_tests::orders::day(5, 1)
        .and_hms_opt(12, 30, 0)
        .unwrap()
}

#[tokio::test]
async fn keys_have_the_form_they_are_given() {
    let db = table::<Legacy>().await;
    let user = User {
        id: 42,
        name: "Ada".into(),
        mail: Some("ada@example.com".into()),
    };
    user.put().send(&db).await.unwrap();
    let stored = dynamo_orm::to_item(&user).unwrap();
    assert_eq!(stored["Pk"].as_s().unwrap(), "user-000042");
    assert_eq!(stored["Sk"].as_s().unwrap(), "ADA");
    assert!(!stored.contains_key("id"), "only in the key");
    assert_eq!(
        User::get(42, "ada").send(&db).await.unwrap(),
        Some(user.clone())
    );
    assert_eq!(
        User::by_mail("ada@example.com").one(&db).await.unwrap(),
        Some(user)
    );
    let login = Login {
        user: 42,
        second: second(),
    };
    login.put().send(&db).await.unwrap();
    let stored = dynamo_orm::to_item(&login).unwrap();
    assert_eq!(stored["Pk"].as_s().unwrap(), "login-42");
    assert_eq!(stored["Sk"].as_s().unwrap(), "at|2026-05-01T12:30:00");
    assert_eq!(stored["uid"].as_n().unwrap(), "42");
    assert_eq!(
        Login::of_user(42).all(&db).await.unwrap(),
        vec![login.clone()]
    );
    assert_eq!(
        Login::at_second(second()).all(&db).await.unwrap(),
        vec![login]
    );
}

#[tokio::test]
async fn without_a_type_attribute_the_keys_tell_entities_apart() {
    let db = table::<Legacy>().await;
    let page = Page {
        path: "a/b".into(),
        rest: BTreeMap::from([("title".to_owned(), "A".to_owned())]),
    };
    page.put().send(&db).await.unwrap();
    let all = Page::pages().whole_partition().all(&db).await.unwrap();
    assert_eq!(all, vec![Legacy::Page(page)]);
}

#[tokio::test]
async fn a_value_that_would_break_a_raw_key_is_refused() {
    #[derive(Table, Debug)]
    #[table(pk = "PK")]
    enum Raw {
        Pair(Pair),
    }
    #[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
    #[entity(table = Raw, pk = "{a:raw}#{b}")]
    struct Pair {
        a: String,
        b: String,
    }
    let pair = Pair {
        a: "x#y".into(),
        b: "z".into(),
    };
    let error = dynamo_orm::to_item(&pair).unwrap_err();
    assert_eq!(error.path(), Some("a"));
    assert_eq!(Raw::model().entities.len(), 1);
}

/// A time as a key in another form than its type's own would be found by no query.
#[tokio::test]
async fn a_key_in_another_form_is_told_when_it_is_read() {
    #[derive(Table, Debug)]
    #[table(pk = "PK", gsi(ByTime, pk = "at"))]
    enum Times {
        Event(Event),
    }
    #[derive(Entity, Serialize, Deserialize, Debug, PartialEq)]
    #[entity(table = Times, pk = "{id}", index(ByTime, pk = at, query = at))]
    struct Event {
        id: String,
        at: chrono::NaiveDateTime,
    }
    let event = Event {
        id: "a".into(),
        at: second(),
    };
    let mut item = dynamo_orm::to_item(&event).unwrap();
    assert_eq!(dynamo_orm::from_item::<Event>(&item).unwrap(), event);
    let short = aws_sdk_dynamodb::types::AttributeValue::S("2026-05-01T12:30:00".into());
    item.insert("at".into(), short);
    let error = dynamo_orm::from_item::<Event>(&item).unwrap_err();
    assert_eq!(error.path(), Some("at"));
    assert!(
        error.to_string().contains("2026-05-01T12:30:00.000000000"),
        "{error}"
    );
}
