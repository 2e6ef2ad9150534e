//! `keys(put(item)) == keys(put(old) then any write)`, over random chains of writes.

use dynamo_orm::{Db, Entity};
use dynamo_orm_tests::orders::{Orders, Ticket, TicketState, ticket};
use dynamo_orm_tests::{index_attributes, raw, table};
use proptest::prelude::*;

use crate::block_on;

/// A way to bring the item into a state.
#[derive(Debug, Clone, Copy)]
enum Way {
    Put,
    Upsert,
    Update,
    Save,
    DeleteAndCreate,
}

fn state() -> impl Strategy<Value = Ticket> {
    (
        "[a-c#]{1,2}",
        0u8..3,
        prop_oneof![
            Just(TicketState::Done),
            Just(TicketState::New),
            Just(TicketState::Working)
        ],
        prop::option::of("[a-c#]{1,2}"),
    )
        .prop_map(|(team, priority, state, owner)| Ticket {
            team,
            priority,
            state,
            owner,
            ..ticket(1)
        })
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![
        Just(Way::Put),
        Just(Way::Upsert),
        Just(Way::Update),
        Just(Way::Save),
        Just(Way::DeleteAndCreate)
    ]
}

async fn write(db: &Db<Orders>, to: &Ticket, way: Way) {
    let result = match way {
        Way::Put => to.put().send(db).await,
        Way::Upsert => to.upsert().send(db).await,
        Way::Update => {
            let values = (to.team.clone(), to.priority, to.state, to.owner.clone());
            Ticket::update(1)
                .set(|t| t.team_and_priority_and_state_and_owner(), values)
                .send(db)
                .await
        }
        Way::Save => {
            let read = Ticket::get(1).consistent().send(db).await.unwrap().unwrap();
            to.save(&read).send(db).await.map(drop)
        }
        Way::DeleteAndCreate => {
            Ticket::delete(1).send(db).await.unwrap();
            to.create().send(db).await
        }
    };
    result.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_chain_of_writes_ends_in_the_keys_of_a_put(
        chain in prop::collection::vec((state(), way()), 1..6),
    ) {
        block_on(async {
            let (walked, fresh) = (table::<Orders>().await, table::<Orders>().await);
            ticket(1).put().send(&walked).await.unwrap();
            for (to, way) in &chain {
                write(&walked, to, *way).await;
                to.put().send(&fresh).await.unwrap();
                let key = ("TICKET#00000000000000000001", "TICKET");
                let (walked, fresh) =
                    (raw(&walked, key.0, key.1).await, raw(&fresh, key.0, key.1).await);
                prop_assert_eq!(index_attributes(&walked), index_attributes(&fresh));
                prop_assert_eq!(walked, fresh);
            }
            Ok(())
        })?;
    }
}
