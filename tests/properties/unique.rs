//! Guards are exactly the unique values of the items that are there, over random chains of writes.

use std::collections::{BTreeMap, BTreeSet};

use dynamo_orm::{Db, Entity, Transaction};
use dynamo_orm_tests::accounts::{Accounts, User, user};
use dynamo_orm_tests::{partition_keys, table};
use proptest::prelude::*;

use crate::block_on;

/// What somebody tries, with small pools of ids and values so that they meet.
#[derive(Debug, Clone)]
enum Try {
    Create(User),
    /// Changes the item of an id to these values; from an old state if told so.
    Save(User, bool),
    Remove(u8, bool),
    Move(u8, u8),
    /// Two creations that stand or fall together.
    Both(User, User),
}

fn value() -> impl Strategy<Value = User> {
    (0u8..3, "[abAB#]", prop::option::of("[ab]"), "[xy]").prop_map(|(id, email, handle, tenant)| {
        User {
            handle,
            tenant,
            ..user(&id.to_string(), &email, "")
        }
    })
}

fn attempt() -> impl Strategy<Value = Try> {
    prop_oneof![
        value().prop_map(Try::Create),
        (value(), any::<bool>()).prop_map(|(u, old)| Try::Save(u, old)),
        (0u8..3, any::<bool>()).prop_map(|(id, old)| Try::Remove(id, old)),
        (0u8..3, 0u8..3).prop_map(|(from, to)| Try::Move(from, to)),
        (value(), value()).prop_map(|(a, b)| Try::Both(a, b)),
    ]
}

/// The values that must have guards, as their partition keys.
fn guards(items: &BTreeMap<String, User>) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for item in items.values() {
        keys.insert(format!("USER#{}", item.id));
        keys.insert(format!("$unique#User#email#{}", item.email.to_lowercase()));
        if let Some(handle) = &item.handle {
            keys.insert(format!("$unique#User#handle#{}#{handle}", item.tenant));
        }
    }
    keys
}

/// May this state come about beside the others?
fn fits(items: &BTreeMap<String, User>, without: &[&str], new: &[&User]) -> bool {
    let mut all: Vec<&User> = items
        .values()
        .filter(|u| !without.contains(&u.id.as_str()))
        .collect();
    all.extend(new);
    let distinct = |keys: Vec<String>| keys.iter().collect::<BTreeSet<_>>().len() == keys.len();
    distinct(all.iter().map(|u| u.id.clone()).collect())
        && distinct(all.iter().map(|u| u.email.to_lowercase()).collect())
        && distinct(
            all.iter()
                .filter_map(|u| Some(format!("{} {}", u.tenant, u.handle.as_ref()?)))
                .collect(),
        )
}

/// What the table should hold, and every state that was ever read.
#[derive(Default)]
struct Model {
    items: BTreeMap<String, User>,
    old: BTreeMap<String, User>,
}

impl Model {
    fn read(&self, id: &str, old: bool) -> Option<User> {
        let now = self.items.get(id);
        let read = if old { self.old.get(id).or(now) } else { now };
        read.cloned()
    }

    fn is_current(&self, user: &User) -> bool {
        self.items.get(&user.id) == Some(user)
    }

    fn put(&mut self, user: User) {
        if let Some(old) = self.items.insert(user.id.clone(), user) {
            self.old.insert(old.id.clone(), old);
        }
    }

    /// Versions begin anew with another item, so what was read of this one means nothing then.
    fn forget(&mut self, id: &str) {
        self.items.remove(id);
        self.old.remove(id);
    }

    async fn apply(&mut self, db: &Db<Accounts>, attempt: Try) -> Result<(), TestCaseError> {
        match attempt {
            Try::Create(new) => {
                let fits = fits(&self.items, &[], &[&new]);
                match new.create().returning_new().send(db).await {
                    Ok(created) => {
                        prop_assert!(fits);
                        self.put(created);
                    }
                    Err(error) => prop_assert!(!fits, "{error}"),
                }
            }
            Try::Save(new, old) => {
                let Some(before) = self.read(&new.id, old) else {
                    return Ok(());
                };
                let after = User {
                    version: before.version,
                    ..new
                };
                let fits = self.is_current(&before) && fits(&self.items, &[&after.id], &[&after]);
                let unchanged = before == after;
                match after.save(&before).send(db).await {
                    Ok(saved) if unchanged => prop_assert_eq!(saved, before),
                    Ok(saved) => {
                        prop_assert!(fits);
                        self.put(saved);
                    }
                    Err(error) => prop_assert!(!fits, "{error}"),
                }
            }
            Try::Remove(id, old) => {
                let Some(read) = self.read(&id.to_string(), old) else {
                    return Ok(());
                };
                let current = self.is_current(&read);
                match read.remove().send(db).await {
                    Ok(()) => {
                        prop_assert!(current);
                        self.forget(&read.id);
                    }
                    Err(error) => prop_assert!(!current, "{error}"),
                }
            }
            Try::Move(from, to) => {
                let Some(before) = self.read(&from.to_string(), false) else {
                    return Ok(());
                };
                let after = User {
                    id: to.to_string(),
                    ..before.clone()
                };
                let free = from != to && !self.items.contains_key(&after.id);
                match after.relocate(&before).send(db).await {
                    Ok(moved) => {
                        prop_assert!(free);
                        self.forget(&before.id);
                        self.put(moved);
                    }
                    Err(error) => prop_assert!(!free, "{error}"),
                }
            }
            Try::Both(a, b) => {
                let fits = fits(&self.items, &[], &[&a, &b]);
                let both = Transaction::new().create(&a).create(&b).send(db).await;
                prop_assert_eq!(both.is_ok(), fits, "{:?}", both);
                if fits {
                    self.put(User { version: 1, ..a });
                    self.put(User { version: 1, ..b });
                }
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn guards_are_the_values_of_the_items_that_are_there(
        attempts in prop::collection::vec(attempt(), 1..16),
    ) {
        block_on(async {
            let db = table::<Accounts>().await;
            let mut model = Model::default();
            for attempt in attempts {
                model.apply(&db, attempt).await?;
                let stored: BTreeSet<String> = partition_keys(&db).await.into_iter().collect();
                prop_assert_eq!(stored, guards(&model.items));
                for (id, item) in &model.items {
                    let found = User::get(id.as_str()).send(&db).await.unwrap();
                    prop_assert_eq!(found.as_ref(), Some(item));
                }
            }
            Ok(())
        })?;
    }
}
