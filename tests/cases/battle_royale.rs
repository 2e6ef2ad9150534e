//! "Battle royale": users, games and the players in them; a sparse index over natural attributes, and an inverted one.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use dynamo_orm::{Collection, Db, Entity, ErrorKind, KeyPart, Table, Transaction, Update};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::case::{Case, Stored, key};
use crate::request::{same, same_but};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    name = "battle-royale",
    pk = "PK",
    sk = "SK",
    gsi(OpenGames, name = "OpenGamesIndex", pk = "map", sk = "open_timestamp"),
    gsi(Inverted, name = "InvertedIndex", pk = "SK", sk = "PK")
)]
enum Royale {
    User(User),
    Game(Game),
    Player(Player),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Royale, pk = "USER#{username}", sk = "#METADATA#{username}", query = at)]
struct User {
    username: String,
    address: String,
    birthdate: NaiveDate,
    email: String,
    name: String,
}

/// `open_timestamp` is a key attribute to the second. A `NaiveDateTime` has nine decimals there, so it is text.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Royale, pk = "GAME#{game_id}", sk = "#METADATA#{game_id}", query = at,
         index(OpenGames, pk = map, sk = open_timestamp, query = open_on))]
struct Game {
    game_id: Uuid,
    map: Map,
    creator: String,
    people: u32,
    create_time: NaiveDateTime,
    open_timestamp: Option<String>,
    start_time: Option<NaiveDateTime>,
    end_time: Option<NaiveDateTime>,
    gold: Option<String>,
    silver: Option<String>,
    bronze: Option<String>,
}

#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
enum Map {
    #[serde(rename = "Dirty Desert")]
    DirtyDesert,
    #[serde(rename = "Green Grasslands")]
    GreenGrasslands,
    #[serde(rename = "Juicy Jungle")]
    JuicyJungle,
    #[serde(rename = "Open Ocean")]
    OpenOcean,
    #[serde(rename = "Urban Underground")]
    UrbanUnderground,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Royale, pk = "GAME#{game_id}", sk = "USER#{username}", query = of_game,
         index(Inverted, pk = "USER#{username}", sk = "GAME#{game_id}", query = games_of))]
struct Player {
    game_id: Uuid,
    username: String,
    place: Option<Place>,
}

#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Place {
    Gold,
    Silver,
    Bronze,
}

/// A game with its players: P1.
#[derive(Collection, Debug)]
#[collection(table = Royale, pk = "GAME#{game_id}")]
struct Match {
    game: Game,
    players: Vec<Player>,
}

stored!(Royale { User, Game, Player });

fn game(id: &str) -> Uuid {
    id.parse().unwrap()
}

#[tokio::test]
async fn the_table_is_the_published_one() {
    let Some(case) = Case::open("battle-royale") else {
        return;
    };
    case.same_table::<Royale>().await;
}

#[tokio::test]
async fn every_item_comes_back_byte_for_byte() {
    let Some(case) = Case::open("battle-royale") else {
        return;
    };
    let db = case.load::<Royale>().await;
    let partitions: BTreeSet<String> = case.items.iter().map(|i| key(i).0).collect();
    let mut seen = 0;
    for partition in partitions {
        let items = match partition.split_once('#').unwrap() {
            ("USER", name) => User::at(name).whole_partition().all(&db).await.unwrap(),
            (_, id) => Game::at(game(id)).whole_partition().all(&db).await.unwrap(),
        };
        for item in items {
            let stored = item.stored();
            assert_eq!(&stored, case.item(&key(&stored)));
            seen += 1;
        }
    }
    assert_eq!(seen, 835);
}

#[tokio::test]
async fn every_query_has_its_published_answer() {
    let Some(case) = Case::open("battle-royale") else {
        return;
    };
    let db = case.load::<Royale>().await;

    // Published is `BETWEEN #METADATA#… AND USER$`, to read game and players and nothing beside. Nothing else is in
    // the partition, so ours reads it whole.
    let p1 = case.pattern("P1");
    let id = game("3d4285f0-e52b-401a-a59b-112b38c4a26b");
    let all = Game::at(id).whole_partition();
    let whole = ["PK = GAME#3d4285f0-e52b-401a-a59b-112b38c4a26b"];
    same_but(&all.to_request(&db).unwrap(), &p1.request, &whole);
    let all = all.all(&db).await.unwrap();
    assert!(matches!(&all[0], Royale::Game(game) if game.game_id == id));
    assert!(all[1..].iter().all(|i| matches!(i, Royale::Player(_))));
    p1.is_answered_by(&all);

    // As a collection of both it is a range, too: from the first key a game can have to the last of a player.
    let match_ = Match::of(game("3d4285f0-e52b-401a-a59b-112b38c4a26b"));
    let in_range = [whole[0], "SK BETWEEN #METADATA# AND USER#\u{10FFFF}"];
    same_but(&match_.to_request(&db).unwrap(), &p1.request, &in_range);
    let match_ = match_.load(&db).await.unwrap().unwrap();
    assert_eq!(all[0], Royale::Game(match_.game));
    let players: Vec<Royale> = match_.players.into_iter().map(Royale::from).collect();
    assert_eq!(all[1..], players);

    for (id, map) in [("P2", Map::GreenGrasslands), ("P3", Map::DirtyDesert)] {
        let pattern = case.pattern(id);
        let open = Game::open_on(map);
        same(&open.to_request(&db).unwrap(), &pattern.request);
        pattern.is_answered_by(&open.all(&db).await.unwrap());
    }

    // Published is the partition of the index alone. Ours says that the sort key is a game's.
    let p5 = case.pattern("P5");
    let games = Player::games_of("carrpatrick");
    let narrower = ["SK = USER#carrpatrick", "begins_with(PK, GAME#)"];
    same_but(&games.to_request(&db).unwrap(), &p5.request, &narrower);
    let games = games.all(&db).await.unwrap();
    assert_eq!(games[0].place, Some(Place::Silver));
    p5.is_answered_by(&games);

    let p6 = case.pattern("P6");
    let user = User::get("lindsay56");
    same(&user.to_request(&db).unwrap(), &p6.request);
    let user: Vec<User> = user.send(&db).await.unwrap().into_iter().collect();
    p6.is_answered_by(&user);
}

#[tokio::test]
async fn every_scan_has_its_published_answer() {
    let Some(case) = Case::open("battle-royale") else {
        return;
    };
    let db = case.load::<Royale>().await;
    let all = Royale::scan().all(&db).await.unwrap();
    case.pattern("P0").counts(all.len());
    let mut keys: Vec<_> = all.iter().map(|item| key(&item.stored())).collect();
    keys.sort();
    assert!(keys.starts_with(&case.end("P0", "first")) && keys.ends_with(&case.end("P0", "last")));
    // The same in segments, in whatever order.
    let segments = Royale::scan().segments(4).stream(&db).unwrap();
    let mut again: Vec<_> = segments
        .collect()
        .await
        .unwrap()
        .iter()
        .map(|item| key(&item.stored()))
        .collect();
    again.sort();
    assert_eq!(again, keys);

    let open = Game::scan().through::<OpenGames>().all(&db).await.unwrap();
    case.pattern("P4").is_answered_by(&open);
}

/// W4: only its creator starts a game, only with fifty players, and only once.
fn start(id: Uuid, creator: &str, at: NaiveDateTime) -> Update<Game> {
    Game::update(id)
        .remove(|g| g.open_timestamp())
        .set(|g| g.start_time(), at)
        .when(|g| g.people().eq(50) & g.creator().eq(creator) & g.start_time().not_exists())
}

async fn open_games(db: &Db<Royale>) -> usize {
    let mut count = 0;
    for map in [
        Map::DirtyDesert,
        Map::GreenGrasslands,
        Map::JuicyJungle,
        Map::OpenOcean,
        Map::UrbanUnderground,
    ] {
        count += Game::open_on(map).all(db).await.unwrap().len();
    }
    count
}

/// W1 to W3: a player joins a game that has room, once.
async fn join(db: &Db<Royale>, player: &Player) -> dynamo_orm::Result<()> {
    let count = Game::update(player.game_id)
        .add(|g| g.people(), 1)
        .when(|g| g.people().lt(50));
    let join = Transaction::new().create(player).update(count);
    join.send(db).await
}

fn player(id: Uuid, username: &str) -> Player {
    Player {
        game_id: id,
        username: username.to_owned(),
        place: None,
    }
}

async fn people(db: &Db<Royale>, id: Uuid) -> u32 {
    let game = Game::get(id).consistent().send(db).await.unwrap();
    game.unwrap().people
}

/// W1 to W7: the last player joins, nobody joins twice or too late, and the game starts once.
#[tokio::test]
async fn a_game_fills_starts_once_and_leaves_the_sparse_index() {
    let Some(case) = Case::open("battle-royale") else {
        return;
    };
    let db = case.load::<Royale>().await;
    let id = game("c6f38a6a-d1c5-4bdf-8468-24692ccc4646");
    let at: NaiveDateTime = "2019-04-16T10:15:35".parse().unwrap();
    assert_eq!(open_games(&db).await, 9);
    let early = start(id, "gstanley", at).send(&db).await.unwrap_err();
    assert!(early.is_condition_failed(), "{early}");

    // W1
    assert_eq!(people(&db, id).await, 49);
    join(&db, &player(id, "vlopez")).await.unwrap();
    assert_eq!(people(&db, id).await, 50);
    let (pk, sk) = key(&player(id, "vlopez").stored());
    let joined = dynamo_orm_tests::raw(&db, &pk, &sk).await;
    assert_eq!(joined, player(id, "vlopez").stored());

    // W2: both conditions fail, and both items come back.
    let full = Game::get(id).send(&db).await.unwrap().unwrap();
    let twice = join(&db, &player(id, "vlopez")).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::TransactionCanceled, "{twice}");
    let [taken, crowded] = twice.reasons() else {
        panic!("two reasons: {twice:?}");
    };
    assert_eq!((taken.operation, crowded.operation), (0, 1));
    assert!(taken.error.is_already_exists());
    assert_eq!(crowded.error.kind(), ErrorKind::ConditionFailed);
    let stands = taken.error.old_item::<Player>().unwrap().unwrap();
    assert_eq!(stands, player(id, "vlopez"));
    let game_then = crowded.error.old_item::<Game>().unwrap().unwrap();
    assert_eq!(game_then, full);

    // W3: the fifty-first.
    let late = join(&db, &player(id, "a-late-comer")).await.unwrap_err();
    let [crowded] = late.reasons() else {
        panic!("one reason: {late:?}");
    };
    assert_eq!(
        (crowded.operation, crowded.error.entity()),
        (1, Some("Game"))
    );
    assert_eq!(crowded.error.code(), Some("ConditionalCheckFailed"));
    assert_eq!(people(&db, id).await, 50);

    // A game that does not exist has no room either.
    let nowhere = join(&db, &player(Uuid::nil(), "vlopez")).await.unwrap_err();
    assert!(nowhere.reasons()[0].error.is_not_found(), "{nowhere}");
    let (pk, sk) = key(&player(Uuid::nil(), "vlopez").stored());
    assert!(dynamo_orm_tests::raw(&db, &pk, &sk).await.is_empty());

    // W4
    let other = start(id, "vlopez", at).send(&db).await.unwrap_err();
    assert!(other.is_condition_failed(), "{other}");
    let started = start(id, "gstanley", at)
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let published = Game {
        game_id: id,
        map: Map::UrbanUnderground,
        creator: "gstanley".into(),
        people: 50,
        create_time: "2019-04-16T10:12:54".parse().unwrap(),
        open_timestamp: None,
        start_time: Some(at),
        end_time: None,
        gold: None,
        silver: None,
        bronze: None,
    };
    assert_eq!(started, published);
    let (pk, sk) = key(&started.stored());
    assert_eq!(
        dynamo_orm_tests::raw(&db, &pk, &sk).await,
        published.stored()
    );

    // W5
    let again = start(id, "gstanley", at).send(&db).await.unwrap_err();
    assert!(again.is_condition_failed(), "{again}");
    assert_eq!(again.entity(), Some("Game"));
    if !dynamo_orm_tests::is_old_engine() {
        assert_eq!(again.old_item::<Game>().unwrap().unwrap(), published);
    }

    // W6 and W7
    assert_eq!(open_games(&db).await, 8);
    let games = Player::games_of("vlopez").all(&db).await.unwrap();
    assert_eq!(games, [player(id, "vlopez")]);
}
