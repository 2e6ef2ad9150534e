//! Versions in keys, lost answers, and names of guards.

use dynamo_orm::{Collection, Db, Entity, Table, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Note, Wallet, note, wallet};
use dynamo_orm_tests::{instant, table, tapped};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
enum More {
    Group(Group),
    Line(Line),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "SHOP#{shop}", sk = "G#{group:lower}")]
struct Group {
    shop: String,
    group: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "SHOP#{shop}", sk = "L#{group:lower}#{number}", query = lines)]
struct Line {
    shop: String,
    group: String,
    number: u32,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = More, pk = "SHOP#{shop}")]
struct WithLines {
    group: Group,
    lines: Vec<Line>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = More, pk = "SHOP#{shop}")]
struct All {
    groups: Vec<WithLines>,
}

/// The keys say that the line belongs to the group, the fields differ in case. Either the signature has the forms of the
/// key, or a form that changes the value is refused at compile time (`check_part`).
#[tokio::test]
async fn members_are_grouped_by_what_their_keys_say() {
    let db: Db<More> = table().await;
    Group {
        shop: "s".into(),
        group: "Tea".into(),
    }
    .create()
    .send(&db)
    .await
    .unwrap();
    Line {
        shop: "s".into(),
        group: "tea".into(),
        number: 1,
    }
    .create()
    .send(&db)
    .await
    .unwrap();
    let all = All::of("s").load(&db).await.unwrap().unwrap();
    assert_eq!(all.groups[0].lines.len(), 1);
}

/// The first attempt was carried out and its answer lost; the repetition by the SDK fails against it. The loop must see
/// that this may be its own write (the error says so) instead of applying the change to it again.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_does_not_apply_a_change_twice() {
    let (db, tap) = tapped::<Accounts>().await;
    wallet("1", 100).create().send(&db).await.unwrap();
    tap.lose_answer("UpdateItem");
    let _ = Wallet::key("1")
        .read_modify_write(&db, |w| w.cents += 10)
        .await;
    let stored = Wallet::get("1").send(&db).await.unwrap().unwrap();
    assert_eq!(stored.cents, 110);
}

/// `From<Exists> for Check` must take `including_expired` along.
#[tokio::test]
async fn a_check_keeps_what_exists_was_told() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    Note {
        expires_at: Some(instant(100)),
        ..note("n")
    }
    .create()
    .send(&at(0))
    .await
    .unwrap();
    let other = note("m");
    assert!(
        Note::exists("n")
            .including_expired()
            .send(&at(200))
            .await
            .unwrap()
    );
    Transaction::new()
        .check(Note::exists("n").including_expired())
        .create(&other)
        .send(&at(200))
        .await
        .unwrap();
}
