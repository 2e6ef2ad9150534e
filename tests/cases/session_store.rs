//! "Session management": sessions, child sessions, and an inverted index over the table's own keys.

use chrono::NaiveDateTime;
use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Stored, key};
use crate::request::{same, same_but};

/// No type attribute: the keys tell the two entities apart.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    name = "session_store",
    pk = "PK",
    sk = "SK",
    gsi(Inverse, name = "GSI1_inverse", pk = "SK", sk = "PK")
)]
enum Store {
    Session(Session),
    Child(Child),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "suuid#{session}", sk = "c#{customer}", query = in_session,
         index(Inverse, pk = "c#{customer}", sk = "suuid#{session}", query = of_customer))]
struct Session {
    #[entity(skip)]
    session: String,
    #[entity(skip)]
    customer: String,
    last_login_time: NaiveDateTime,
    access_token: String,
    session_state: State,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "suuid#{parent}", sk = "child#suuid#{session}", query = of_parent,
         index(Inverse, pk = "child#suuid#{session}", sk = "suuid#{parent}", query = by_id))]
struct Child {
    #[entity(skip)]
    parent: String,
    #[entity(skip)]
    session: String,
    access_token: String,
    session_state: State,
}

#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum State {
    Active,
    Closing,
}

stored!(Store { Session, Child });

#[tokio::test]
async fn the_table_is_the_published_one() {
    let Some(case) = Case::open("session-store") else {
        return;
    };
    case.same_table::<Store>().await;
}

#[tokio::test]
async fn every_item_comes_back_byte_for_byte() {
    let Some(case) = Case::open("session-store") else {
        return;
    };
    let db = case.load::<Store>().await;
    let mut seen = 0;
    for session in ["c342etj3", "d0004tj2", "l221et00"] {
        for item in Session::in_session(session)
            .whole_partition()
            .all(&db)
            .await
            .unwrap()
        {
            let stored = item.stored();
            assert_eq!(&stored, case.item(&key(&stored)));
            seen += 1;
        }
    }
    assert_eq!(seen, case.items.len());
}

#[tokio::test]
async fn every_pattern_has_its_published_answer() {
    let Some(case) = Case::open("session-store") else {
        return;
    };
    let db = case.load::<Store>().await;

    let p1 = case.pattern("P1");
    let session = Session::get("c342etj3", "ABC");
    same(&session.to_request(&db).unwrap(), &p1.request);
    let session: Vec<Session> = session.send(&db).await.unwrap().into_iter().collect();
    p1.is_answered_by(&session);

    // Published is `child#`. A prefix of ours is everything before the first part, which is narrower.
    let p2 = case.pattern("P2");
    let children = Child::of_parent("c342etj3");
    let narrower = ["PK = suuid#c342etj3", "begins_with(SK, child#suuid#)"];
    same_but(&children.to_request(&db).unwrap(), &p2.request, &narrower);
    p2.is_answered_by(&children.all(&db).await.unwrap());

    // Published is the partition alone. Ours says that the sort key is a session's.
    let p3 = case.pattern("P3");
    let parent = Child::by_id("ert54fbgn");
    let narrower = ["SK = child#suuid#ert54fbgn", "begins_with(PK, suuid#)"];
    same_but(&parent.to_request(&db).unwrap(), &p3.request, &narrower);
    let parent = parent.one(&db).await.unwrap().unwrap();
    assert_eq!(parent.parent, "c342etj3");
    p3.is_answered_by(&[parent]);

    // Published as the last login, but the index sorts by session id: it is the first session by id.
    let p4 = case.pattern("P4");
    let first = Session::of_customer("ABC").limit(1);
    let narrower = ["SK = c#ABC", "begins_with(PK, suuid#)"];
    same_but(&first.to_request(&db).unwrap(), &p4.request, &narrower);
    let page = first.page(&db).await.unwrap();
    assert!(!page.is_last());
    p4.is_answered_by(&page.items);

    let p5 = case.pattern("P5");
    let one = Session::of_customer("ABC").session().eq("d0004tj2");
    same(&one.to_request(&db).unwrap(), &p5.request);
    p5.is_answered_by(&one.all(&db).await.unwrap());

    let p6 = case.pattern("P6");
    let all = Session::of_customer("ABC");
    same_but(&all.to_request(&db).unwrap(), &p6.request, &narrower);
    p6.is_answered_by(&all.all(&db).await.unwrap());
    // The published condition to the byte, as the table's enum.
    let mixed = Session::of_customer("ABC").whole_partition();
    same(&mixed.to_request(&db).unwrap(), &p6.request);
    p6.is_answered_by(&mixed.all(&db).await.unwrap());
}
