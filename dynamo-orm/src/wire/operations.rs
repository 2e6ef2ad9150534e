//! The SDK's ten operations, each called with a stub input that names the table only.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::{self, RequestId};
use aws_sdk_dynamodb::types::{
    ConsumedCapacity, Delete, Get, KeysAndAttributes, TransactGetItem, TransactWriteItem,
};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_types::config_bag::FrozenLayer;

use super::error::CallError;
use super::pipeline::{Exchange, Hook};
use super::request::Operation;

/// What the SDK made of the members that are not decoded here.
#[derive(Debug, Default)]
pub(super) struct Rest {
    pub(super) count: Option<i32>,
    pub(super) scanned: Option<i32>,
    pub(super) capacity: Vec<ConsumedCapacity>,
    pub(super) request_id: Option<String>,
}

impl Rest {
    fn one(capacity: Option<&ConsumedCapacity>) -> Self {
        Self {
            capacity: capacity.cloned().into_iter().collect(),
            ..Self::default()
        }
    }

    fn many(capacity: &[ConsumedCapacity]) -> Self {
        Self {
            capacity: capacity.to_vec(),
            ..Self::default()
        }
    }
}

/// A call on its way.
pub(super) type Calling = Pin<Box<dyn Future<Output = Result<Rest, CallError>> + Send>>;

/// The operation's own configuration, made once.
pub(super) fn layer(operation: Operation) -> Option<FrozenLayer> {
    macro_rules! layer {
        ($plugin:path) => {{
            static LAYER: OnceLock<Option<FrozenLayer>> = OnceLock::new();
            LAYER.get_or_init(|| <$plugin>::new().config()).clone()
        }};
    }
    match operation {
        Operation::GetItem => layer!(operation::get_item::GetItem),
        Operation::PutItem => layer!(operation::put_item::PutItem),
        Operation::UpdateItem => layer!(operation::update_item::UpdateItem),
        Operation::DeleteItem => layer!(operation::delete_item::DeleteItem),
        Operation::Query => layer!(operation::query::Query),
        Operation::Scan => layer!(operation::scan::Scan),
        Operation::BatchGetItem => layer!(operation::batch_get_item::BatchGetItem),
        Operation::BatchWriteItem => layer!(operation::batch_write_item::BatchWriteItem),
        Operation::TransactGetItems => layer!(operation::transact_get_items::TransactGetItems),
        Operation::TransactWriteItems => {
            layer!(operation::transact_write_items::TransactWriteItems)
        }
    }
}

/// Starts the call. The futures of the SDK's operations are large, so each has its own box.
pub(super) fn start(
    client: &Client,
    operation: Operation,
    table: &str,
    exchange: Arc<Exchange>,
) -> Calling {
    macro_rules! call {
        ($stub:expr, $out:ident => $rest:expr) => {{
            let call = $stub.customize().interceptor(Hook(Arc::clone(&exchange)));
            Box::pin(async move {
                match call.send().await {
                    Ok($out) => Ok(Rest {
                        request_id: $out.request_id().map(str::to_owned),
                        ..$rest
                    }),
                    Err(failure) => Err(CallError::from_sdk(failure, &exchange)),
                }
            })
        }};
    }
    match operation {
        Operation::GetItem => call!(client.get_item().table_name(table),
            out => Rest::one(out.consumed_capacity())),
        Operation::PutItem => call!(client.put_item().table_name(table),
            out => Rest::one(out.consumed_capacity())),
        Operation::UpdateItem => call!(client.update_item().table_name(table),
            out => Rest::one(out.consumed_capacity())),
        Operation::DeleteItem => call!(client.delete_item().table_name(table),
            out => Rest::one(out.consumed_capacity())),
        Operation::Query => call!(client.query().table_name(table), out => Rest {
            count: Some(out.count()),
            scanned: Some(out.scanned_count()),
            ..Rest::one(out.consumed_capacity())
        }),
        Operation::Scan => call!(client.scan().table_name(table), out => Rest {
            count: Some(out.count()),
            scanned: Some(out.scanned_count()),
            ..Rest::one(out.consumed_capacity())
        }),
        Operation::BatchGetItem => {
            let keys = KeysAndAttributes::builder()
                .set_keys(Some(Vec::new()))
                .build()
                .ok();
            let tables = keys.map(|keys| HashMap::from([(table.to_owned(), keys)]));
            call!(client.batch_get_item().set_request_items(tables),
                out => Rest::many(out.consumed_capacity()))
        }
        Operation::BatchWriteItem => {
            call!(client.batch_write_item().request_items(table, Vec::new()),
                out => Rest::many(out.consumed_capacity()))
        }
        Operation::TransactGetItems => {
            let get = Get::builder()
                .table_name(table)
                .set_key(Some(HashMap::new()))
                .build()
                .ok();
            let actions = vec![TransactGetItem::builder().set_get(get).build()];
            call!(client.transact_get_items().set_transact_items(Some(actions)),
                out => Rest::many(out.consumed_capacity()))
        }
        Operation::TransactWriteItems => {
            let delete = Delete::builder()
                .table_name(table)
                .set_key(Some(HashMap::new()));
            let actions = TransactWriteItem::builder()
                .set_delete(delete.build().ok())
                .build();
            call!(client.transact_write_items().transact_items(actions),
                out => Rest::many(out.consumed_capacity()))
        }
    }
}
