//! The connection opened ahead of the first request.

use std::sync::Arc;
use std::time::Duration;

use super::db::Db;
use crate::codec;
use crate::error::{Error, ErrorKind, Result};
use crate::key::Part;
use crate::schema::keys::{KeyValue, wire};
use crate::schema::{KeyAttribute, KeyType, Table};
use crate::wire::{Operation, Request};

/// How long a function's initialisation is held up at most.
const PATIENCE: Duration = Duration::from_secs(2);

impl<T: Table> Db<T> {
    /// Opens the connection to the service, so that the first request need not: `GetItem` of a key that is not there.
    ///
    /// For the initialisation of a Lambda function, which has more CPU than a small function's invocations: resolving
    /// names, credentials and the TLS handshake are then done. Any answer will do, also a refusal: a role that may not
    /// read gets `AccessDeniedException`, and its connection is open all the same.
    ///
    /// **Cost**: half a read capacity unit.
    ///
    /// # Errors
    /// `Transport` and `Timeout` where nothing answers within two seconds. The function may go on: its first request will
    /// tell.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> dynamo_orm::Result<()> {
    /// let db = Db::<Shop>::local().await?; // on Lambda: `connect`
    /// let _ = db.warm_up().await;
    /// # Ok(()) }
    /// ```
    pub async fn warm_up(&self) -> Result<()> {
        let key: Vec<KeyValue> = T::MODEL.keys().map(nowhere).collect();
        let mut body = String::from("{\"TableName\":");
        codec::write_string(self.table_name(), &mut body);
        body.push_str(",\"Key\":");
        body.push_str(&wire(&key));
        body.push_str(",\"ProjectionExpression\":\"#k\",\"ExpressionAttributeNames\":{\"#k\":");
        codec::write_string(T::MODEL.pk.name, &mut body);
        body.push_str("}}");
        let request = Request::new(Operation::GetItem, self.table_name(), body);
        let skip = Arc::new(|text: &str, offset| {
            let mut reader = codec::Reader::new(text);
            reader.seek(offset);
            reader.raw_value()?;
            Ok(((), reader.position()))
        });
        // Through the same client: another one would have connections of its own.
        let answer = tokio::time::timeout(PATIENCE, self.call(&request, "Item", skip)).await;
        match answer.unwrap_or_else(|_| Err(late())) {
            Err(error) if matches!(error.kind(), ErrorKind::Transport | ErrorKind::Timeout) => {
                Err(error)
            }
            // Refused or not: somebody answered.
            _ => Ok(()),
        }
    }
}

fn late() -> Error {
    let text = format!("nobody answered within {} s", PATIENCE.as_secs());
    Error::new(ErrorKind::Timeout, text)
}

/// A key that no item has; one of numbers may be there, and is not looked at.
fn nowhere(key: KeyAttribute) -> KeyValue {
    let value = match key.ty {
        KeyType::S => Part::Text("$warm".into()),
        KeyType::N => Part::Number("0".into()),
        KeyType::B => Part::Bytes(b"$warm".to_vec().into()),
    };
    KeyValue {
        attribute: key.name,
        value,
    }
}
