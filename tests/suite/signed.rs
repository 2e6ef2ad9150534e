//! Cursors that a service has signed, and those that it has not.

use dynamo_orm::{Cursor, Db, Entity, ErrorKind, ScanProgress, Table};
use dynamo_orm_tests::orders::{Order, Orders, day, id, order};
use dynamo_orm_tests::table;

const SECRET: [u8; 32] = [1; 32];
const NEXT: [u8; 32] = [2; 32];

async fn shop() -> Db<Orders> {
    let db = table().await;
    for number in 1..=4 {
        order("ada", day(5, 1), number)
            .put()
            .send(&db)
            .await
            .unwrap();
    }
    db
}

async fn cursor(db: &Db<Orders>) -> Cursor {
    let page = Order::by_customer(id("ada")).limit(2).page(db).await;
    page.unwrap().cursor.unwrap()
}

async fn follow(db: &Db<Orders>, cursor: &Cursor) -> Result<usize, ErrorKind> {
    let query = Order::by_customer(id("ada")).start_at(cursor.clone());
    let page = query.page(db).await.map_err(|e| e.kind())?;
    Ok(page.items.len())
}

#[tokio::test]
async fn with_a_key_only_signed_cursors_are_accepted() {
    let plain = shop().await;
    let signing = plain.clone().with_cursor_key(SECRET).unwrap();
    let signed = cursor(&signing).await;
    assert_eq!(follow(&signing, &signed).await, Ok(2));
    let unsigned = cursor(&plain).await;
    assert_eq!(follow(&plain, &unsigned).await, Ok(2));
    assert_eq!(
        follow(&signing, &unsigned).await,
        Err(ErrorKind::InvalidCursor)
    );
    let of_another = cursor(&plain.clone().with_cursor_key(NEXT).unwrap()).await;
    assert_eq!(
        follow(&signing, &of_another).await,
        Err(ErrorKind::InvalidCursor)
    );
    assert!(
        signed
            .as_str()
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    );
}

#[tokio::test]
async fn the_error_says_what_is_wrong() {
    let plain = shop().await;
    let unsigned = cursor(&plain).await;
    let signing = plain.with_cursor_key(SECRET).unwrap();
    let error = Order::by_customer(id("ada"))
        .start_at(unsigned)
        .to_request(&signing)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Order: the cursor is not signed by this service; begin without one"
    );
}

#[tokio::test]
async fn keys_can_be_changed_without_losing_cursors() {
    let db = shop().await;
    let before = db.clone().with_cursor_key(SECRET).unwrap();
    let between = db.clone().with_cursor_keys([NEXT, SECRET]).unwrap();
    let after = db.with_cursor_key(NEXT).unwrap();
    let old = cursor(&before).await;
    assert_eq!(follow(&between, &old).await, Ok(2));
    assert_eq!(follow(&after, &old).await, Err(ErrorKind::InvalidCursor));
    assert_eq!(follow(&after, &cursor(&between).await).await, Ok(2));
}

#[tokio::test]
async fn a_cursor_changed_in_any_byte_is_refused() {
    let db = shop().await.with_cursor_key(SECRET).unwrap();
    let text = cursor(&db).await.to_string();
    for place in 0..text.len() {
        for new in "AZaz09-_+/=. ".chars() {
            let mut changed = text.clone();
            changed.replace_range(place..=place, &new.to_string());
            if changed == text {
                continue;
            }
            let accepted = match changed.parse() {
                Ok(cursor) => follow(&db, &cursor).await,
                Err(error) => Err(error.kind()),
            };
            assert_eq!(accepted, Err(ErrorKind::InvalidCursor), "{changed}");
        }
    }
}

#[tokio::test]
async fn scans_sign_their_cursors_and_their_progress() {
    let plain = shop().await;
    let db = plain.clone().with_cursor_key(SECRET).unwrap();
    let scan = || Orders::scan().limit(1);
    let unsigned = scan().page(&plain).await.unwrap().cursor;
    let signed = scan().page(&db).await.unwrap().cursor;
    scan().start_at(signed).page(&db).await.unwrap();
    let error = scan().start_at(unsigned).page(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCursor);

    let progress = async |db: &Db<Orders>| {
        let mut items = scan().segments(2).stream(db).unwrap();
        items.next().await.unwrap().unwrap();
        items.progress()
    };
    let (unsigned, signed) = (progress(&plain).await, progress(&db).await);
    let resume = |progress: ScanProgress| scan().segments(2).resume(progress).stream(&db);
    let rest = resume(signed.clone()).unwrap().collect().await.unwrap();
    assert_eq!(rest.len(), 3);
    assert_eq!(
        resume(unsigned).unwrap_err().kind(),
        ErrorKind::InvalidCursor
    );
    let as_cursor: Result<Cursor, _> = signed.as_str().parse();
    as_cursor.unwrap_err();
}

#[tokio::test]
async fn short_keys_are_refused() {
    let db = shop().await;
    let error = db.clone().with_cursor_key("secret").unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::InvalidRequest,
            "a cursor key of 6 bytes is too short; use at least 32 random bytes"
        )
    );
    db.clone().with_cursor_key("").unwrap_err();
    db.with_cursor_keys(Vec::<[u8; 32]>::new()).unwrap_err();
}
