//! `dynamo local`: its stream through the SDK's client of DynamoDB Streams, and items that expire.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Credentials, Region};
use dynamo_orm::stream::{Cause, Consumer, Record, Removed, Router};
use dynamo_orm::{Db, Entity, Table};
use serde::{Deserialize, Serialize};

use crate::process::Server;

#[derive(Table, Debug)]
#[table(pk = "PK", ttl = "expires", stream = NewAndOldImages)]
enum Login {
    Session(Session),
}

#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Login, pk = "SESSION#{id}")]
struct Session {
    id: String,
    #[entity(ttl)]
    expires: u64,
}

fn streams(endpoint: &str) -> aws_sdk_dynamodbstreams::Client {
    let config = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(endpoint)
        .build();
    aws_sdk_dynamodbstreams::Client::from_conf(config)
}

/// A session that has expired, and one that never does.
async fn sessions(server: &Server) -> Db<Login> {
    let db: Db<Login> = Db::connect_to(&server.endpoint).await.unwrap();
    db.create_table().await.unwrap();
    for (id, expires) in [("old", 1_000), ("new", 9_999_999_999)] {
        let id = id.to_owned();
        Session { id, expires }.put().send(&db).await.unwrap();
    }
    db
}

#[tokio::test]
async fn expired_items_are_swept_and_the_sdk_reads_that_the_service_did_it() {
    let server = Server::start(&["--sweep-seconds", "1"]);
    let db = sessions(&server).await;
    let removed = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&removed);
    let router = Router::<Login>::new().on_remove(move |session: Record<Removed<Session>>| {
        assert_eq!(session.change.cause, Cause::Expired);
        seen.lock().unwrap().push(session.change.old.id);
        async { Ok(()) }
    });
    let mut consumer = Consumer::new(&db, &streams(&server.endpoint), "sessions", router);
    let begun = Instant::now();
    while removed.lock().unwrap().is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "nothing is swept"
        );
        consumer.poll().await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    consumer.close().await.unwrap();
    assert_eq!(*removed.lock().unwrap(), ["old"]);
    let left = Session::scan().including_expired().all(&db).await.unwrap();
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn the_sdks_streams_client_reads_every_page() {
    let server = Server::start(&["--sweep-seconds", "0"]);
    let db = sessions(&server).await;
    let described = db.client().describe_table().table_name(db.table_name());
    let arn = described
        .send()
        .await
        .unwrap()
        .table
        .unwrap()
        .latest_stream_arn
        .unwrap();
    let client = streams(&server.endpoint);
    let listed = client
        .list_streams()
        .table_name(db.table_name())
        .send()
        .await
        .unwrap();
    assert_eq!(listed.streams()[0].stream_arn(), Some(arn.as_str()));
    let stream = client
        .describe_stream()
        .stream_arn(&arn)
        .send()
        .await
        .unwrap();
    let shard = stream.stream_description.unwrap().shards.unwrap().remove(0);
    let ask = client
        .get_shard_iterator()
        .stream_arn(&arn)
        .set_shard_id(shard.shard_id);
    let start = ask
        .shard_iterator_type("TRIM_HORIZON".into())
        .send()
        .await
        .unwrap();
    let mut next = start.shard_iterator;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let page = client
            .get_records()
            .set_shard_iterator(next)
            .limit(1)
            .send()
            .await
            .unwrap();
        for record in page.records() {
            let image = record.dynamodb().unwrap().new_image().unwrap();
            ids.push(image["id"].as_s().unwrap().clone());
        }
        next = page.next_shard_iterator;
    }
    assert_eq!(ids, ["old", "new"]);
}
