//! Relations: edges from both their ends, far ends, nodes that are edges, one-to-one, reference counts.

use dynamo_orm::{BatchGet, BatchWrite, Db, Entity, ErrorKind, Transaction};
use dynamo_orm_tests::social::{
    Employee, Follow, Group, Membership, Passport, Person, Post, Role, Social, follow, group,
    membership, person,
};
use dynamo_orm_tests::{instant, table, tapped};

async fn club(db: &Db<Social>) {
    BatchWrite::new()
        .put_all(&[group("chess"), group("go")])
        .put_all(&[person("ada"), person("cyd")])
        .put_all(&[
            membership("chess", "ada"),
            membership("chess", "bob"),
            membership("chess", "cyd"),
            membership("go", "ada"),
        ])
        .write_all(db)
        .await
        .unwrap();
}

#[tokio::test]
async fn edges_are_read_from_both_ends() {
    let db: Db<Social> = table().await;
    club(&db).await;
    let of_chess = Membership::members("chess").all(&db).await.unwrap();
    let expected = ["ada", "bob", "cyd"].map(|p| membership("chess", p));
    assert_eq!(of_chess, expected);
    assert_eq!(Membership::by_group("chess").count(&db).await.unwrap(), 3);
    let of_ada = Membership::groups("ada").all(&db).await.unwrap();
    assert_eq!(of_ada, ["chess", "go"].map(|g| membership(g, "ada")));
    // Levels and filters are those of any query.
    let from_b = Membership::members("chess").person_id().from("b");
    let owners = from_b.filter(|m| m.role().eq(Role::Owner)).all(&db).await;
    assert_eq!(owners.unwrap(), []);
    let group = Membership::groups("ada").group_id().eq("go").one(&db).await;
    assert_eq!(group.unwrap(), Some(membership("go", "ada")));
}

#[tokio::test]
async fn neighbours_come_in_the_order_of_their_edges_and_dangling_edges_alone() {
    let (db, tap) = tapped::<Social>().await;
    club(&db).await;
    let members = Membership::members("chess").newest_first().neighbours();
    let members = members.load_metered(&db).await.unwrap();
    assert_eq!(members.requests, 2);
    assert!(members.capacity.total > 0.0);
    assert_eq!(
        members.value.items,
        [
            (membership("chess", "cyd"), Some(person("cyd"))),
            (membership("chess", "bob"), None),
            (membership("chess", "ada"), Some(person("ada"))),
        ]
    );
    assert_eq!((tap.calls("Query"), tap.calls("BatchGetItem")), (1, 1));
    let groups = Membership::groups("ada").neighbours().all(&db).await;
    let ids: Vec<String> = groups
        .unwrap()
        .into_iter()
        .filter_map(|(_, group)| Some(group?.group_id))
        .collect();
    assert_eq!(ids, ["chess", "go"]);
}

#[tokio::test]
async fn nobody_found_needs_no_second_request() {
    let (db, tap) = tapped::<Social>().await;
    let none = Membership::members("chess").neighbours().all(&db).await;
    assert!(none.unwrap().is_empty());
    assert_eq!((tap.calls("Query"), tap.calls("BatchGetItem")), (1, 0));
}

#[tokio::test]
async fn pages_of_neighbours_go_on_by_cursor() {
    let db: Db<Social> = table().await;
    club(&db).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = Membership::members("chess").limit(2).start_at(cursor);
        let page = page.neighbours().page(&db).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    let all = Membership::members("chess").neighbours().all(&db).await;
    assert_eq!(seen, all.unwrap());
    let taken = Membership::members("chess").take(2).neighbours();
    let taken = taken.load(&db).await.unwrap();
    assert_eq!(taken.items, seen[..2]);
    let rest = Membership::members("chess").start_at(taken.cursor);
    assert_eq!(rest.neighbours().all(&db).await.unwrap(), seen[2..]);
}

#[tokio::test]
async fn more_far_ends_than_one_request_takes_are_all_read() {
    let db: Db<Social> = table().await;
    let people: Vec<Person> = (0..120).map(|n| person(&format!("p{n:03}"))).collect();
    let edges: Vec<Membership> = people
        .iter()
        .map(|p| membership("all", &p.person_id))
        .collect();
    let writes = BatchWrite::new().put_all(&people).put_all(&edges);
    writes.write_all(&db).await.unwrap();
    let members = Membership::members("all").neighbours().load_metered(&db);
    let members = members.await.unwrap();
    assert_eq!(members.requests, 3);
    let found: Vec<Person> = members
        .value
        .items
        .into_iter()
        .filter_map(|m| m.1)
        .collect();
    assert_eq!(found, people);
}

#[tokio::test]
async fn an_expired_far_end_is_not_there_unless_asked_for() {
    let db: Db<Social> = table().await;
    let db = db.with_clock(|| instant(100));
    let seconds = instant(50).duration_since(std::time::UNIX_EPOCH).unwrap();
    let ada = Person {
        expires: Some(seconds.as_secs()),
        ..person("ada")
    };
    ada.put().send(&db).await.unwrap();
    membership("go", "ada").put().send(&db).await.unwrap();
    let members = || Membership::members("go").neighbours();
    assert_eq!(members().all(&db).await.unwrap()[0].1, None);
    let all = members().including_expired().all(&db).await.unwrap();
    assert_eq!(all[0].1, Some(ada));
}

#[tokio::test]
async fn both_ends_may_be_of_one_type_and_the_way_back_may_carry_keys_alone() {
    let db: Db<Social> = table().await;
    BatchWrite::new()
        .put_all(&[person("ada"), person("bob"), person("cyd")])
        .put_all(&[
            follow("ada", "bob"),
            follow("cyd", "bob"),
            follow("bob", "ada"),
        ])
        .write_all(&db)
        .await
        .unwrap();
    let following = Follow::following("ada").neighbours().all(&db).await;
    assert_eq!(
        following.unwrap(),
        [(follow("ada", "bob"), Some(person("bob")))]
    );
    let followers = Follow::followers("bob").keys().neighbours().all(&db).await;
    let followers = followers.unwrap();
    let people: Vec<Option<Person>> = followers.iter().map(|f| f.1.clone()).collect();
    assert_eq!(people, [Some(person("ada")), Some(person("cyd"))]);
    let keys: Vec<String> = followers.iter().map(|f| f.0.to_json().unwrap()).collect();
    assert_eq!(keys[0], follow("ada", "bob").to_key().to_json().unwrap());
    // A query of the same name says which path is meant, here a local index.
    let since = Follow::since("cyd").since().from(2026).neighbours();
    assert_eq!(since.all(&db).await.unwrap()[0].1, Some(person("bob")));
    let whole = Follow::followers("bob").hydrate().all(&db).await.unwrap();
    assert_eq!(whole, [follow("ada", "bob"), follow("cyd", "bob")]);
}

fn employee(id: u32, manager: Option<u32>) -> Employee {
    Employee {
        id,
        manager,
        person_id: format!("p{id}"),
    }
}

#[tokio::test]
async fn a_node_may_be_an_edge_at_once() {
    let db: Db<Social> = table().await;
    BatchWrite::new()
        .put_all(&[
            employee(1, None),
            employee(2, Some(1)),
            employee(3, Some(1)),
        ])
        .put(&person("p3"))
        .write_all(&db)
        .await
        .unwrap();
    let reports = Employee::reports(1).hydrate().all(&db).await.unwrap();
    assert_eq!(reports, [employee(2, Some(1)), employee(3, Some(1))]);
    let reports = Employee::reports(1).keys().neighbours().all(&db).await;
    let reports: Vec<Option<Employee>> = reports.unwrap().into_iter().map(|r| r.1).collect();
    assert_eq!(
        reports,
        [Some(employee(2, Some(1))), Some(employee(3, Some(1)))]
    );
    // The field that leads on is in no key: keys alone do not know it.
    let error = Employee::people_of(1).keys().neighbours().all(&db).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`person_id`"), "{error}");
    let requests = Employee::people_of(1).neighbours();
    let requests = requests.to_requests(&db, &[employee(3, Some(1))]).unwrap();
    assert!(requests[0].to_string().contains("PERSON#p3"));
    // It is set like any other field.
    let moved = Employee::update(3).set(|e| e.person_id(), "p9");
    let moved = moved.returning_new().send(&db).await.unwrap();
    assert_eq!(moved.person_id, "p9");
}

#[tokio::test]
async fn one_to_one_is_a_fixed_sort_key() {
    let db: Db<Social> = table().await;
    let ada = person("ada");
    let passport = |number: &str| Passport {
        person_id: "ada".to_owned(),
        number: number.to_owned(),
    };
    // Optional: the owner must be there, the other may be absent, and there is never a second.
    let (first, second) = (passport("N1"), passport("N2"));
    let issue = |passport| {
        Transaction::new()
            .check(Person::exists("ada"))
            .create(passport)
    };
    let error = issue(&first).send(&db).await.unwrap_err();
    assert!(error.reasons()[0].error.is_not_found());
    ada.create().send(&db).await.unwrap();
    let pair = (Person::key("ada"), Passport::key("ada"));
    let both = BatchGet::new(pair.clone()).load(&db).await.unwrap();
    assert_eq!(both, (Some(ada.clone()), None));
    issue(&first).send(&db).await.unwrap();
    let error = issue(&second).send(&db).await.unwrap_err();
    assert!(error.reasons()[0].error.is_already_exists());
    let both = BatchGet::new(pair).load(&db).await.unwrap();
    assert_eq!(both, (Some(ada.clone()), Some(first)));
    // Required: both are made and removed together.
    let bob = person("bob");
    let required = Passport {
        person_id: "bob".to_owned(),
        number: "N3".to_owned(),
    };
    let both = Transaction::new().create(&bob).create(&required);
    both.send(&db).await.unwrap();
    let both = Transaction::new()
        .remove(bob.remove())
        .remove(required.remove());
    both.send(&db).await.unwrap();
    let left = BatchGet::new((Person::key("bob"), Passport::key("bob"))).load(&db);
    assert_eq!(left.await.unwrap(), (None, None));
}

#[tokio::test]
async fn one_to_many_is_a_partition() {
    let db: Db<Social> = table().await;
    person("ada").create().send(&db).await.unwrap();
    let post = |number| Post {
        person_id: "ada".to_owned(),
        number,
    };
    for number in [2, 10, 1] {
        let post = post(number);
        let owned = Transaction::new().check(Person::exists("ada"));
        owned.create(&post).send(&db).await.unwrap();
    }
    let posts = Post::posts("ada").newest_first().all(&db).await.unwrap();
    assert_eq!(posts, [post(10), post(2), post(1)]);
    let owner = Person::get(&posts[0].person_id).send(&db).await.unwrap();
    assert_eq!(owner, Some(person("ada")));
}

fn join(edge: &Membership) -> Transaction<'_, Social> {
    Transaction::new()
        .create(edge)
        .update(Group::update(&edge.group_id).add(|g| g.member_count(), 1))
        .update(Person::update(&edge.person_id).add(|p| p.group_count(), 1))
}

fn leave(edge: &Membership) -> Transaction<'_, Social> {
    Transaction::new()
        .delete(Membership::delete(&edge.group_id, &edge.person_id).existing())
        .update(Group::update(&edge.group_id).sub(|g| g.member_count(), 1))
        .update(Person::update(&edge.person_id).sub(|p| p.group_count(), 1))
}

async fn counts(db: &Db<Social>) -> (u64, u64) {
    let keys = (Group::key("go"), Person::key("ada"));
    let (group, person) = BatchGet::new(keys).consistent().load(db).await.unwrap();
    (group.unwrap().member_count, person.unwrap().group_count)
}

#[tokio::test]
async fn counters_on_both_ends_stay_exact_after_failures_and_repeats() {
    let db: Db<Social> = table().await;
    let edge = membership("go", "ada");
    // There are no ends yet: nothing is written, no edge leads nowhere.
    let error = join(&edge).send(&db).await.unwrap_err();
    let failed: Vec<usize> = error.reasons().iter().map(|r| r.operation).collect();
    assert_eq!(failed, [1, 2]);
    assert!(!Membership::exists("go", "ada").send(&db).await.unwrap());
    group("go").create().send(&db).await.unwrap();
    person("ada").create().send(&db).await.unwrap();

    join(&edge).send(&db).await.unwrap();
    let again = join(&edge).send(&db).await.unwrap_err();
    assert!(again.reasons()[0].error.is_already_exists());
    assert_eq!(counts(&db).await, (1, 1));

    leave(&edge).send(&db).await.unwrap();
    let again = leave(&edge).send(&db).await.unwrap_err();
    assert!(again.reasons()[0].error.is_not_found());
    assert_eq!(counts(&db).await, (0, 0));

    // One that is sent twice under its token counts once. An engine may outlive the test, and so may tokens.
    let token = format!("join-{}", db.table_name());
    for _ in 0..2 {
        join(&edge).idempotent(&token).send(&db).await.unwrap();
    }
    assert_eq!(counts(&db).await, (1, 1));
    assert_eq!(Membership::members("go").count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn counters_stay_exact_when_an_answer_is_lost() {
    let (db, tap) = tapped::<Social>().await;
    group("go").create().send(&db).await.unwrap();
    person("ada").create().send(&db).await.unwrap();
    let edge = membership("go", "ada");
    // Carried out, and the answer never came: the SDK sends it again, with its token.
    tap.lose_answer("TransactWriteItems");
    join(&edge).send(&db).await.unwrap();
    assert_eq!(counts(&db).await, (1, 1));
    // Refused for lack of capacity first.
    let throttled =
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}"#;
    tap.answer("TransactWriteItems", 400, throttled);
    leave(&edge).send(&db).await.unwrap();
    assert_eq!(counts(&db).await, (0, 0));
}
