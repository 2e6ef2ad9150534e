//! `GetItem` and `Query`.

use dynamo_orm_tests::orders::{Counter, Order, Score, Status, Ticket, TicketState, day};
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

request!(get, Order::get(&"ada".into(), day(5, 1), 7), expect![[""]]);
request!(get_consistent, Order::get(&"ada".into(), day(5, 1), 7).consistent(), expect![[""]]);
request!(
    get_selected,
    Order::get(&"ada".into(), day(5, 1), 7)
        .select(|o| (o.status(), o.ship_to().fields().city(), o.lines().at(0), o.labels().key("a.b"))),
    expect![[""]]
);
request!(exists, Order::exists(&"ada".into(), day(5, 1), 7), expect![[""]]);
request!(query_prefix, Order::by_customer(&"ada".into()), expect![[""]]);
request!(
    query_whole_partition,
    Order::by_customer(&"ada".into()).whole_partition(),
    expect![[""]]
);
request!(
    query_first_level,
    Order::by_customer(&"ada".into()).placed_on().eq(day(5, 1)),
    expect![[""]]
);
request!(
    query_all_levels,
    Order::by_customer(&"ada".into()).placed_on().eq(day(5, 1)).number().eq(7),
    expect![[""]]
);
request!(
    query_between,
    Order::by_customer(&"ada".into()).placed_on().between(day(5, 1), day(5, 3)),
    expect![[""]]
);
request!(query_from, Order::by_customer(&"ada".into()).placed_on().from(day(5, 1)), expect![[""]]);
request!(query_after, Order::by_customer(&"ada".into()).placed_on().after(day(5, 1)), expect![[""]]);
request!(query_to, Order::by_customer(&"ada".into()).placed_on().to(day(5, 1)), expect![[""]]);
request!(query_before, Order::by_customer(&"ada".into()).placed_on().before(day(5, 1)), expect![[""]]);
request!(query_index, Order::by_status(Status::Open).newest_first().limit(20), expect![[""]]);
request!(query_sparse_index, Ticket::queue("core").priority().to(3), expect![[""]]);
request!(query_enum_range, Ticket::of_owner("ada").state().from(TicketState::New), expect![[""]]);
request!(query_natural_index, Score::ranking("chess").score().before(10), expect![[""]]);
request!(
    query_local_index,
    Order::by_total(&"ada".into()).total_cents().between(1, 5).consistent(),
    expect![[""]]
);
request!(query_begins_with, Counter::all_counters().name().begins_with("vis"), expect![[""]]);
request!(
    query_filter,
    Order::by_customer(&"ada".into())
        .filter(|o| o.status().eq(Status::Open) | o.note().not_exists())
        .filter(|o| !o.tags().contains("gift") & o.ship_to().fields().city().begins_with("O")),
    expect![[""]]
);
request!(
    query_every_operator,
    Order::by_customer(&"ada".into()).filter(|o| {
        o.total_cents().between(1, 2)
            & o.status().is_in([Status::Open, Status::Closed])
            & o.lines().size().gt(0)
            & o.note().is_type(dynamo_orm::AttributeType::S)
            & (o.total_cents().ne(5) | o.total_cents().lt(6) & o.total_cents().ge(7))
    }),
    expect![[""]]
);
