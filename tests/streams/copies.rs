//! Copies of fields, kept equal to their source whatever is delivered when, and however often.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::{Copies, Deadline, Router};
use dynamo_orm::{Db, Entity, Table};
use dynamo_orm_tests::partition_keys;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::mortal::{Mortal, mixed};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", stream = NewAndOldImages,
        gsi(ByAuthor, pk = "GSI1PK", sk = "GSI1SK"))]
enum Blog {
    Author(Author),
    Post(Post),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Blog, pk = "AUTHOR#{id}", sk = "PROFILE")]
struct Author {
    id: String,
    name: String,
    bio: Option<String>,
    #[entity(default)]
    visits: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Blog, pk = "POST#{id}", sk = "POST",
         index(ByAuthor, pk = "AUTHOR#{author}", sk = "{id}", query = by_author))]
struct Post {
    id: u32,
    author: String,
    author_name: String,
    bio: Option<String>,
    #[entity(version)]
    version: u64,
}

fn author(id: &str, name: &str, bio: Option<&str>) -> Author {
    Author {
        id: id.to_owned(),
        name: name.to_owned(),
        bio: bio.map(str::to_owned),
        visits: 0,
    }
}

fn post(id: u32, by: &Author) -> Post {
    Post {
        id,
        author: by.id.clone(),
        author_name: by.name.clone(),
        bio: by.bio.clone(),
        version: 0,
    }
}

fn names() -> Copies<Author, Post> {
    Copies::new("author", |author: &Author| Post::by_author(&author.id))
        .field(|a| a.name(), |p| p.author_name())
        .optional_field(|a| a.bio(), |p| p.bio())
}

async fn blog() -> (Engine, Tap, Db<Blog>) {
    let engine = Engine::memory().unwrap();
    let db = Db::<Blog>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine.clone());
    let tapped = Db::<Blog>::new(tap.client(), db.table_name());
    (engine, tap, tapped)
}

fn records(engine: &Engine) -> Vec<String> {
    engine.stream_records("Blog").unwrap()
}

fn event(records: &[String]) -> String {
    format!("[{}]", records.join(","))
}

async fn deliver(db: &Db<Blog>, copies: Copies<Author, Post>, records: &[String]) {
    let router = Router::<Blog>::new().copies(copies, db);
    let outcome = router.process(&event(records), Deadline::none()).await;
    assert_eq!(outcome.unwrap().checkpoint, None);
}

async fn read(db: &Db<Blog>, id: u32) -> Option<Post> {
    Post::get(id).consistent().send(db).await.unwrap()
}

#[tokio::test]
async fn a_change_reaches_every_copy_and_other_changes_cost_nothing() {
    let (engine, tap, db) = blog().await;
    let ada = author("ada", "Ada", None);
    ada.put().send(&db).await.unwrap();
    for id in 0..20 {
        post(id, &ada).create().send(&db).await.unwrap();
    }
    post(20, &author("bob", "Ada", None))
        .create()
        .send(&db)
        .await
        .unwrap();
    let before = records(&engine).len();
    author("ada", "Ada L.", Some("math"))
        .put()
        .send(&db)
        .await
        .unwrap();
    deliver(&db, names(), &records(&engine)[before..]).await;
    for id in 0..20 {
        let post = read(&db, id).await.unwrap();
        assert_eq!(
            (&*post.author_name, post.bio.as_deref()),
            ("Ada L.", Some("math"))
        );
        // An update counts versions up, so that whoever read the post before notices.
        assert_eq!(post.version, 2);
    }
    assert_eq!(read(&db, 20).await.unwrap().author_name, "Ada");

    let before = records(&engine).len();
    Author::update("ada")
        .add(|a| a.visits(), 1)
        .send(&db)
        .await
        .unwrap();
    tap.clear();
    deliver(&db, names(), &records(&engine)[before..]).await;
    assert_eq!(tap.requests().len(), 0);
}

#[tokio::test]
async fn what_is_in_step_is_not_written_again() {
    let (engine, tap, db) = blog().await;
    let ada = author("ada", "Ada", None);
    for id in 0..3 {
        post(id, &ada).create().send(&db).await.unwrap();
    }
    author("ada", "Ada L.", None).put().send(&db).await.unwrap();
    let renamed = records(&engine);
    for _ in 0..3 {
        tap.clear();
        deliver(&db, names(), &renamed).await;
    }
    for id in 0..3 {
        assert_eq!(read(&db, id).await.unwrap().version, 2);
    }
    // The query, and one transaction that finds nothing to do.
    assert_eq!(
        (tap.calls("Query"), tap.calls("TransactWriteItems")),
        (1, 1)
    );
}

#[tokio::test]
async fn an_older_record_after_a_newer_one_changes_nothing() {
    let (engine, _, db) = blog().await;
    let ada = author("ada", "Ada", None);
    ada.put().send(&db).await.unwrap();
    post(1, &ada).create().send(&db).await.unwrap();
    let before = records(&engine).len();
    author("ada", "Second", Some("b"))
        .put()
        .send(&db)
        .await
        .unwrap();
    author("ada", "Third", None).put().send(&db).await.unwrap();
    let changes = records(&engine)[before..].to_vec();
    assert_eq!(changes.len(), 2);
    // The newer one, and then the older one alone: a function that was thought dead, say.
    deliver(&db, names(), &changes[1..]).await;
    deliver(&db, names(), &changes[..1]).await;
    let post = read(&db, 1).await.unwrap();
    assert_eq!((&*post.author_name, post.bio), ("Third", None));
}

#[tokio::test]
async fn a_target_that_is_gone_stays_gone_and_holds_nothing_up() {
    let (engine, tap, db) = blog().await;
    let ada = author("ada", "Ada", None);
    for id in 0..4 {
        post(id, &ada).create().send(&db).await.unwrap();
    }
    author("ada", "Ada L.", None).put().send(&db).await.unwrap();
    let renamed = records(&engine);
    // The index shows a post that is not there any more.
    let stale = r#"{"Items":[{"PK":{"S":"POST#9"},"SK":{"S":"POST"},"_type":{"S":"Post"}},
        {"PK":{"S":"POST#1"},"SK":{"S":"POST"},"_type":{"S":"Post"}}],"Count":2,"ScannedCount":2}"#;
    tap.answer(
        "Query",
        200,
        stale
            .replace("POST#9", "POST#0000000009")
            .replace("POST#1", "POST#0000000001"),
    );
    deliver(&db, names(), &renamed).await;
    assert_eq!(read(&db, 9).await, None);
    assert_eq!(read(&db, 1).await.unwrap().author_name, "Ada L.");
}

#[tokio::test]
async fn a_source_that_is_removed_leaves_clears_or_deletes() {
    let (engine, _, db) = blog().await;
    let ada = author("ada", "Ada", Some("math"));
    ada.put().send(&db).await.unwrap();
    post(1, &ada).create().send(&db).await.unwrap();
    let before = records(&engine).len();
    Author::delete("ada").send(&db).await.unwrap();
    deliver(&db, names(), &records(&engine)[before..]).await;
    let left = read(&db, 1).await.unwrap();
    assert_eq!((&*left.author_name, left.bio), ("Ada", None));

    // Under its keys there may be an item of another type.
    ada.put().send(&db).await.unwrap();
    Post::update(1)
        .set(|p| p.bio(), "math")
        .send(&db)
        .await
        .unwrap();
    let before = records(&engine).len();
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = db.client().put_item().table_name(db.table_name());
    let put = put
        .item("PK", text("AUTHOR#ada"))
        .item("SK", text("PROFILE"));
    put.item("_type", text("Ghost")).send().await.unwrap();
    deliver(&db, names(), &records(&engine)[before..]).await;
    assert_eq!(read(&db, 1).await.unwrap().bio, None);
    let removed = records(&engine)[before..].to_vec();

    // Once there is an author again, the removal is history.
    ada.put().send(&db).await.unwrap();
    Post::update(1)
        .set(|p| p.bio(), "math")
        .send(&db)
        .await
        .unwrap();
    deliver(&db, names(), &removed).await;
    assert_eq!(read(&db, 1).await.unwrap().bio.as_deref(), Some("math"));
}

mod orphans {
    use super::*;

    #[derive(Table, Debug)]
    #[table(pk = "PK", sk = "SK", stream = NewAndOldImages)]
    enum Groups {
        Group(Group),
        Member(Member),
    }

    #[derive(Entity, Serialize, Deserialize, Debug, Clone)]
    #[entity(table = Groups, pk = "GROUP#{id}", sk = "GROUP")]
    struct Group {
        id: u32,
        title: String,
    }

    #[derive(Entity, Serialize, Deserialize, Debug, Clone)]
    #[entity(table = Groups, pk = "GROUP#{group}", sk = "MEMBER#{id}", query = of_group)]
    struct Member {
        group: u32,
        id: u32,
        title: String,
    }

    #[tokio::test]
    async fn targets_of_a_source_that_is_removed_are_deleted_where_asked_for() {
        let engine = Engine::memory().unwrap();
        let db = Db::<Groups>::on_engine(&engine).await.unwrap();
        let group = Group {
            id: 1,
            title: "a".into(),
        };
        group.put().send(&db).await.unwrap();
        for id in 0..150 {
            let title = "a".into();
            let member = Member {
                group: 1,
                id,
                title,
            };
            member.put().send(&db).await.unwrap();
        }
        let before = engine.stream_records("Groups").unwrap().len();
        Group::delete(1).send(&db).await.unwrap();
        let removed = engine.stream_records("Groups").unwrap().split_off(before);
        let titles = || {
            Copies::new("titles", |group: &Group| {
                Member::of_group(group.id).consistent()
            })
            .field(|g| g.title(), |m| m.title())
        };
        let leaves = Router::<Groups>::new().copies(titles(), &db);
        leaves
            .process(&event(&removed), Deadline::none())
            .await
            .unwrap();
        assert_eq!(Member::of_group(1).count(&db).await.unwrap(), 150);
        let deletes = Router::<Groups>::new().copies(titles().delete_orphans(), &db);
        // Not while there is a group again.
        group.put().send(&db).await.unwrap();
        deletes
            .process(&event(&removed), Deadline::none())
            .await
            .unwrap();
        assert_eq!(Member::of_group(1).count(&db).await.unwrap(), 150);
        Group::delete(1).send(&db).await.unwrap();
        deletes
            .process(&event(&removed), Deadline::none())
            .await
            .unwrap();
        assert_eq!(Member::of_group(1).count(&db).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_target_written_with_the_old_value_is_put_right() {
    let (engine, tap, db) = blog().await;
    let old = author("ada", "Ada", None);
    author("ada", "Ada L.", Some("math"))
        .put()
        .send(&db)
        .await
        .unwrap();
    let before = records(&engine).len();
    // Its writer read the author before.
    post(1, &old).create().send(&db).await.unwrap();
    let written = records(&engine)[before..].to_vec();
    deliver(&db, names(), &written).await;
    assert_eq!(read(&db, 1).await.unwrap().author_name, "Ada");
    let covered = || names().source(|post: &Post| Author::key(&post.author));
    deliver(&db, covered(), &written).await;
    assert_eq!(read(&db, 1).await.unwrap().author_name, "Ada L.");
    // What that wrote is looked at once more, by one read.
    let echo = records(&engine)[before + 1..].to_vec();
    tap.clear();
    deliver(&db, covered(), &echo).await;
    let requests = tap.requests();
    let operations: Vec<&str> = requests.iter().map(|r| &*r.operation).collect();
    assert_eq!(operations, ["GetItem"]);
    // Without an author there is nothing to compare with.
    let before = records(&engine).len();
    post(2, &author("eve", "Eve", None))
        .create()
        .send(&db)
        .await
        .unwrap();
    deliver(&db, covered(), &records(&engine)[before..]).await;
    assert_eq!(read(&db, 2).await.unwrap().author_name, "Eve");
}

#[tokio::test]
async fn an_old_record_of_a_target_that_moved_leaves_it_to_its_new_source() {
    let (engine, tap, db) = blog().await;
    let ada = author("ada", "Ada", None);
    let bob = author("bob", "Bob", Some("cook"));
    post(1, &ada).create().send(&db).await.unwrap();
    let written = records(&engine);
    author("ada", "Ada L.", None).put().send(&db).await.unwrap();
    bob.put().send(&db).await.unwrap();
    Post::delete(1).any_version().send(&db).await.unwrap();
    post(1, &bob).create().send(&db).await.unwrap();
    tap.clear();
    let covered = names().source(|post: &Post| Author::key(&post.author));
    deliver(&db, covered, &written).await;
    let post = read(&db, 1).await.unwrap();
    assert_eq!(
        (&*post.author_name, post.version),
        ("Bob", 1),
        "{:?}",
        tap.requests()
    );
}

#[tokio::test]
async fn an_item_that_is_among_its_own_targets_holds_nothing_up() {
    mod tree {
        use super::*;

        #[derive(Table, Debug)]
        #[table(pk = "PK", sk = "SK", stream = NewAndOldImages)]
        pub(super) enum Tree {
            Node(Node),
        }

        #[derive(Entity, Serialize, Deserialize, Debug, Clone)]
        #[entity(table = Tree, pk = "TREE#{tree}", sk = "{id}", query = of_tree)]
        pub(super) struct Node {
            pub(super) tree: u32,
            pub(super) id: u32,
            pub(super) title: String,
            pub(super) root: String,
        }
    }
    use tree::{Node, Tree};
    let engine = Engine::memory().unwrap();
    let db = Db::<Tree>::on_engine(&engine).await.unwrap();
    let node = |id: u32, title: &str| Node {
        tree: 1,
        id,
        title: title.to_owned(),
        root: "a".to_owned(),
    };
    node(2, "b").put().send(&db).await.unwrap();
    let before = engine.stream_records("Tree").unwrap().len();
    node(1, "a2").put().send(&db).await.unwrap();
    let records = engine.stream_records("Tree").unwrap().split_off(before);
    // The whole tree, the root included.
    let roots = Copies::new("roots", |node: &Node| Node::of_tree(node.tree))
        .field(|n| n.title(), |n| n.root());
    let router = Router::<Tree>::new().copies(roots, &db);
    let outcome = router.process(&event(&records), Deadline::none()).await;
    assert_eq!(outcome.unwrap().checkpoint, None);
    let all = Node::of_tree(1).all(&db).await.unwrap();
    let roots: Vec<&str> = all.iter().map(|n| &*n.root).collect();
    assert_eq!(roots, ["a", "a2"]);
}

#[tokio::test(start_paused = true)]
async fn a_fan_out_that_no_invocation_has_time_for_ends_in_the_end() {
    let (engine, _, db) = blog().await;
    let ada = author("ada", "Ada", None);
    for id in 0..500 {
        post(id, &ada).create().send(&db).await.unwrap();
    }
    let before = records(&engine).len();
    author("ada", "Ada L.", None).put().send(&db).await.unwrap();
    let renamed = event(&records(&engine)[before..]);
    let mut invocations = 0;
    loop {
        invocations += 1;
        assert!(invocations < 20, "the fan-out does not get on");
        // Time for two pages: 64 posts are 8 transactions.
        let mortal = Mortal::new(&engine, Some(24), invocations);
        let db = Db::<Blog>::new(mortal.client(), "Blog");
        let router = Router::<Blog>::new().copies(names(), &db);
        let deadline = Deadline::within(Duration::from_mins(1));
        let outcome = router.process(&renamed, deadline).await.unwrap();
        if outcome.checkpoint.is_none() {
            break;
        }
    }
    assert!(invocations > 3, "{invocations} invocations test nothing");
    for id in 0..500 {
        let post = read(&db, id).await.unwrap();
        assert_eq!((&*post.author_name, post.version), ("Ada L.", 2));
    }
    // No mark is left.
    let keys = partition_keys(&db).await;
    assert!(keys.iter().all(|key| !key.starts_with('$')), "{keys:?}");
}

/// One write of a user's.
#[derive(Clone, Debug)]
enum Step {
    Author(u8, u8, Option<u8>),
    RemoveAuthor(u8),
    /// A post, written by someone who read the author so many changes ago.
    Post(u8, u8, usize),
    RemovePost(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let bio = proptest::option::of(0u8..3);
    prop_oneof![
        5 => (0u8..2, 0u8..4, bio).prop_map(|(id, name, bio)| Step::Author(id, name, bio)),
        1 => (0u8..2).prop_map(Step::RemoveAuthor),
        4 => (0u8..5, 0u8..2, 0usize..3).prop_map(|(id, by, ago)| Step::Post(id, by, ago)),
        1 => (0u8..5).prop_map(Step::RemovePost),
    ]
}

/// The users' writes, each author's states in order.
async fn write(db: &Db<Blog>, steps: &[Step], known: &mut [Vec<Author>; 2]) {
    for step in steps {
        match step {
            Step::Author(id, name, bio) => {
                let bio = bio.map(|bio| bio.to_string());
                let author = author(&id.to_string(), &name.to_string(), bio.as_deref());
                author.put().send(db).await.unwrap();
                known[usize::from(*id)].push(author);
            }
            Step::RemoveAuthor(id) => Author::delete(id.to_string()).send(db).await.unwrap(),
            Step::Post(id, by, ago) => {
                let states = &known[usize::from(*by)];
                let Some(author) = states.iter().rev().nth(*ago).or(states.first()) else {
                    continue;
                };
                // Whatever stands there is overwritten, in another index perhaps.
                let id = u32::from(*id);
                let _ = Post::delete(id).any_version().send(db).await;
                let _ = post(id, author).create().send(db).await;
            }
            Step::RemovePost(id) => {
                let _ = Post::delete(u32::from(*id)).any_version().send(db).await;
            }
        }
    }
}

/// What happens at a time: users write while a batch is delivered, and an old one perhaps delivered again.
type Phase = (
    Vec<Step>,
    usize,
    Option<usize>,
    Option<(usize, usize)>,
    u64,
    usize,
);

fn phase() -> impl Strategy<Value = Phase> {
    (
        proptest::collection::vec(step(), 0..6),
        1usize..8,
        proptest::option::weighted(0.4, 0usize..12),
        proptest::option::of((any::<prop::sample::Index>(), 1usize..6)),
        any::<u64>(),
        1usize..4,
    )
        .prop_map(|(steps, take, die_at, again, seed, concurrency)| {
            let again = again.map(|(at, len)| (at.index(1000), len));
            (steps, take, die_at, again, seed, concurrency)
        })
}

/// One invocation; gives how many records it acknowledged.
async fn invoke(
    engine: &Engine,
    records: &[String],
    die_at: Option<usize>,
    seed: u64,
    concurrency: usize,
) -> usize {
    let mortal = Mortal::new(engine, die_at, seed);
    let db = Db::<Blog>::new(mortal.client(), "Blog");
    let copies = names().source(|post: &Post| Author::key(&post.author));
    let router = Router::<Blog>::new()
        .concurrency(concurrency.try_into().unwrap())
        .copies(copies, &db);
    let text = event(records);
    let all = router.process(&text, Deadline::none());
    // The clock stands still, and moves on once nothing else can.
    let Ok(outcome) = tokio::time::timeout(Duration::from_mins(15), all).await else {
        return 0;
    };
    let number = |text: &String| {
        let record = dynamo_orm::stream::RawRecord::parse(text);
        record.sequence_number().map(str::to_owned)
    };
    match outcome.unwrap().checkpoint {
        None => records.len(),
        checkpoint => records
            .iter()
            .position(|r| number(r) == checkpoint)
            .unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn copies_equal_their_sources_whatever_is_delivered_when(
        phases in proptest::collection::vec(phase(), 1..8),
        last in any::<prop::sample::Index>(),
    ) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (engine, _, db) = blog().await;
            let users = Mortal::new(&engine, None, 7);
            let users = Db::<Blog>::new(users.client(), "Blog");
            let mut known = [Vec::new(), Vec::new()];
            // What is in the stream in the order in which this shard gives it, and how far it is acknowledged.
            let (mut shard, mut acknowledged) = (Vec::new(), 0);
            for (steps, take, die_at, again, seed, concurrency) in phases {
                let new = records(&engine).split_off(shard.len());
                shard.extend(mixed(&new, seed));
                let batch = shard.iter().skip(acknowledged).take(take).cloned().collect::<Vec<_>>();
                let old = again.map_or_else(Vec::new, |(at, len)| {
                    shard.iter().skip(at % (shard.len() + 1)).take(len).cloned().collect()
                });
                let (done, _, ()) = tokio::join!(
                    invoke(&engine, &batch, die_at, seed, concurrency),
                    // Another invocation, that was thought dead.
                    invoke(&engine, &old, None, seed >> 7, 1),
                    write(&users, &steps, &mut known),
                );
                acknowledged += done;
            }
            // Until the stream is empty, what the copies write included.
            loop {
                let new = records(&engine).split_off(shard.len());
                shard.extend(new);
                let rest = shard.split_at(acknowledged).1.to_vec();
                if rest.is_empty() {
                    break;
                }
                acknowledged += invoke(&engine, &rest, None, 3, 2).await;
            }
            // And a batch of old records once more.
            let old: Vec<String> = shard.iter().skip(last.index(shard.len() + 1)).take(5).cloned().collect();
            invoke(&engine, &old, None, 5, 1).await;
            for id in 0..5 {
                let Some(post) = read(&db, id).await else { continue };
                let source = Author::get(&post.author).consistent().send(&db).await.unwrap();
                if let Some(source) = source {
                    prop_assert_eq!(&post.author_name, &source.name);
                    prop_assert_eq!(&post.bio, &source.bio);
                } else {
                    prop_assert_eq!(&post.bio, &None);
                }
            }
            Ok(())
        })?;
    }
}
