//! `PutItem`, `UpdateItem` and `DeleteItem`.

use dynamo_orm::Entity;
use dynamo_orm_tests::instant;
use dynamo_orm_tests::orders::{
    Counter, Order, Score, Status, Ticket, TicketState, day, order, ticket,
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
    Order::update(&"ada".into(), day(5, 1), 7)
}

request!(create, order("ada", day(5, 1), 7).create(), expect![[""]]);
request!(put, ticket(1).put(), expect![[""]]);
request!(
    put_with_condition,
    ticket(1).put().when(|t| t.state().ne(TicketState::Done)).returning_old(),
    expect![[""]]
);
request!(
    create_with_or,
    ticket(1).create().when(|t| t.title().eq("a") | t.title().eq("b")),
    expect![[""]]
);
request!(upsert, ticket(1).upsert(), expect![[""]]);
request!(update_plain, update().set(|o| o.note(), "x"), expect![[""]]);
request!(update_index_part, update().set(|o| o.status(), Status::Shipped), expect![[""]]);
request!(
    update_group,
    Ticket::update(1).set(
        |t| t.team_and_priority_and_state_and_owner(),
        ("core", 1, TicketState::Working, None)
    ),
    expect![[""]]
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
    expect![[""]]
);
request!(update_natural, Score::update("ada", "chess").add(|s| s.score(), 5), expect![[""]]);
request!(
    update_or_create,
    Counter::update("visits").add(|c| c.hits(), 1).or_create(),
    expect![[""]]
);
request!(update_time_to_live, update().set(|o| o.expires_at(), instant(9)), expect![[""]]);
request!(
    update_with_condition,
    update()
        .remove(|o| o.note())
        .when(|o| o.status().eq(Status::Open) | o.status().eq(Status::Shipped))
        .returning_new(),
    expect![[""]]
);
request!(delete, Order::delete(&"ada".into(), day(5, 1), 7), expect![[""]]);
request!(
    delete_existing,
    Order::delete(&"ada".into(), day(5, 1), 7)
        .existing()
        .when(|o| o.status().eq(Status::Closed))
        .returning_old(),
    expect![[""]]
);
