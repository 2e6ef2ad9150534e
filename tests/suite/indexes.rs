//! Index attributes are in step on every write path.

use dynamo_orm::{Db, Entity};
use dynamo_orm_tests::orders::{
    Order, Orders, Score, Status, Ticket, TicketState, day, id, order, ticket,
};
use dynamo_orm_tests::{index_attributes, raw, table};

async fn ticket_indexes(db: &Db<Orders>) -> Vec<(String, String)> {
    let item = raw(db, "TICKET#00000000000000000001", "TICKET").await;
    index_attributes(&item).into_iter().collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

const QUEUED: [(&str, &str); 2] = [
    ("GSI1PK", "QUEUE#core"),
    ("GSI1SK", "005#00000000000000000001"),
];

#[tokio::test]
async fn an_absent_part_leaves_the_index_out() {
    let db = table().await;
    ticket(1).put().send(&db).await.unwrap();
    assert_eq!(ticket_indexes(&db).await, pairs(&QUEUED));
}

#[tokio::test]
async fn a_predicate_decides_on_put_update_and_upsert() {
    let db = table().await;
    let mut done = ticket(1);
    done.state = TicketState::Done;
    done.put().send(&db).await.unwrap();
    assert_eq!(ticket_indexes(&db).await, pairs(&[]));

    // All fields of the sparse indexes are set together: half a state could not be judged.
    Ticket::update(1)
        .set(
            |t| t.team_and_priority_and_state_and_owner(),
            ("core", 5, TicketState::Working, None),
        )
        .send(&db)
        .await
        .unwrap();
    assert_eq!(ticket_indexes(&db).await, pairs(&QUEUED));

    Ticket::update(1)
        .set(
            |t| t.team_and_priority_and_state_and_owner(),
            ("core", 5, TicketState::Done, Some("ada".to_owned())),
        )
        .send(&db)
        .await
        .unwrap();
    assert_eq!(
        ticket_indexes(&db).await,
        pairs(&[("GSI2PK", "OWNER#ada"), ("GSI2SK", "Done")])
    );

    let mut waiting = ticket(1);
    waiting.owner = Some("grace".into());
    waiting.upsert().send(&db).await.unwrap();
    assert_eq!(
        ticket_indexes(&db).await,
        pairs(&[
            QUEUED[0],
            QUEUED[1],
            ("GSI2PK", "OWNER#grace"),
            ("GSI2SK", "New")
        ])
    );
    ticket(1).upsert().send(&db).await.unwrap();
    assert_eq!(ticket_indexes(&db).await, pairs(&QUEUED));
}

#[tokio::test]
async fn updating_one_part_carries_the_others() {
    let db = table().await;
    order("ada", day(5, 1), 7).put().send(&db).await.unwrap();
    Order::update(id("ada"), day(5, 1), 7)
        .set(|o| o.status(), Status::Shipped)
        .send(&db)
        .await
        .unwrap();
    let item = raw(&db, "CUSTOMER#ada", "ORDER#2026-05-01#0000000007").await;
    assert_eq!(item["GSI1PK"].as_s().unwrap(), "STATUS#shipped");
    assert_eq!(item["GSI1SK"].as_s().unwrap(), "2026-05-01#0000000007");
    assert_eq!(item["status"].as_s().unwrap(), "shipped");
    let shipped = Order::by_status(Status::Shipped).all(&db).await.unwrap();
    assert_eq!(shipped.len(), 1);
    assert!(
        Order::by_status(Status::Open)
            .all(&db)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn removing_a_field_takes_the_item_out_of_its_natural_index() {
    let db = table().await;
    let mut with = order("ada", day(5, 1), 7);
    with.coupon = Some("SPRING".into());
    with.put().send(&db).await.unwrap();
    let found = Order::by_coupon("SPRING")
        .select(|o| o.number())
        .to_request(&db)
        .unwrap_err();
    assert!(
        found.to_string().contains("does not carry `number`"),
        "{found}"
    );
    let filtered = Order::by_coupon("SPRING").filter(|o| o.note().exists());
    assert!(filtered.count(&db).await.is_err());
    let carried = Order::by_coupon("SPRING").select(|o| o.coupon());
    assert_eq!(carried.all(&db).await.unwrap(), [Some("SPRING".to_owned())]);
    let found = Order::by_coupon("SPRING").count(&db).await.unwrap();
    assert_eq!(found, 1);
    Order::update(id("ada"), day(5, 1), 7)
        .remove(|o| o.coupon())
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Order::by_coupon("SPRING").count(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn removing_one_part_of_a_group_takes_the_item_out_of_its_index() {
    let db = table().await;
    let mut owned = ticket(1);
    owned.owner = Some("ada".into());
    owned.put().send(&db).await.unwrap();
    Ticket::update(1)
        .remove(|t| t.owner())
        .send(&db)
        .await
        .unwrap();
    assert_eq!(
        ticket_indexes(&db).await,
        pairs(&QUEUED),
        "the other index is as it was"
    );
    assert_eq!(Ticket::get(1).send(&db).await.unwrap(), Some(ticket(1)));
}

#[tokio::test]
async fn a_number_in_a_natural_key_is_counted_in_place() {
    let db = table().await;
    for (player, score) in [("ada", Some(10)), ("grace", Some(20)), ("joan", None)] {
        Score {
            player: player.into(),
            game: "chess".into(),
            score,
        }
        .put()
        .send(&db)
        .await
        .unwrap();
    }
    Score::update("ada", "chess")
        .add(|s| s.score(), 15)
        .send(&db)
        .await
        .unwrap();
    let ranking = Score::ranking("chess")
        .newest_first()
        .all(&db)
        .await
        .unwrap();
    let players: Vec<&str> = ranking.iter().map(|s| s.player.as_str()).collect();
    assert_eq!(
        players,
        ["ada", "grace"],
        "joan has no score and is not ranked"
    );
    let from = Score::ranking("chess")
        .score()
        .after(20)
        .all(&db)
        .await
        .unwrap();
    assert_eq!(from.len(), 1);
    assert_eq!(from[0].score, Some(25));
}

#[tokio::test]
async fn a_local_index_shares_the_partition() {
    let db = table().await;
    for (number, cents) in [(1, 500), (2, 100), (3, 300)] {
        let mut o = order("ada", day(5, 1), number);
        o.total_cents = cents;
        o.put().send(&db).await.unwrap();
    }
    let dear = Order::by_total(id("ada"))
        .total_cents()
        .from(300)
        .consistent()
        .all(&db)
        .await
        .unwrap();
    let numbers: Vec<u32> = dear.iter().map(|o| o.number).collect();
    assert_eq!(numbers, [3, 1]);
}

/// `keys(put(item)) == keys(put(old) then update)`, for a path through all the states of a ticket.
#[tokio::test]
async fn every_write_path_gives_the_same_index_attributes() {
    let states = [TicketState::Done, TicketState::New, TicketState::Working];
    let owners = [None, Some("ada"), Some("grace#1")];
    let (one, two) = (table().await, table().await);
    for state in states {
        for owner in owners {
            for priority in [0, 9] {
                let mut wanted = ticket(1);
                wanted.state = state;
                wanted.owner = owner.map(str::to_owned);
                wanted.priority = priority;
                wanted.put().send(&one).await.unwrap();
                let updated = Ticket::update(1).set(
                    |t| t.team_and_priority_and_state_and_owner(),
                    ("core", priority, state, owner.map(str::to_owned)),
                );
                if updated.send(&two).await.is_err() {
                    ticket(1).create().send(&two).await.unwrap();
                    continue;
                }
                assert_eq!(
                    ticket_indexes(&one).await,
                    ticket_indexes(&two).await,
                    "{state:?} {owner:?} {priority}"
                );
                wanted.upsert().send(&two).await.unwrap();
                assert_eq!(ticket_indexes(&one).await, ticket_indexes(&two).await);
            }
        }
    }
}
