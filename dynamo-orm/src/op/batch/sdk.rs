//! The raw escape for requests of several items.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::builders::BatchGetItemFluentBuilder;
use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;
use aws_sdk_dynamodb::operation::transact_get_items::builders::TransactGetItemsFluentBuilder;
use aws_sdk_dynamodb::types::{
    DeleteRequest, Get, KeysAndAttributes, PutRequest, TransactGetItem, WriteRequest,
};

use crate::codec::{self, Malformed, Reader};
use crate::error::{Error, Result};
use crate::wire::Request;

/// An item of the SDK's.
type Item = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

pub(crate) fn batch_get_item(
    client: &Client,
    request: &Request,
) -> Result<BatchGetItemFluentBuilder> {
    let mut consistent = None;
    let mut keys = Vec::new();
    each(request, "RequestItems", &mut |reader| {
        reader.object(&mut |reader, _| {
            reader.object(&mut |reader, name| match &*name {
                "Keys" => reader.array(&mut |reader| {
                    keys.push(reader.raw_value()?.to_owned());
                    Ok(())
                }),
                "ConsistentRead" => {
                    consistent = Some(reader.bool()?);
                    Ok(())
                }
                _ => reader.skip_value(),
            })
        })
    })?;
    let keys = keys.iter().map(|key| item(key)).collect::<Result<_>>()?;
    let keys = KeysAndAttributes::builder()
        .set_keys(Some(keys))
        .set_consistent_read(consistent);
    let keys = keys.build().map_err(incomplete)?;
    Ok(client.batch_get_item().request_items(request.table(), keys))
}

pub(crate) fn batch_write_item(
    client: &Client,
    request: &Request,
) -> Result<BatchWriteItemFluentBuilder> {
    let mut writes = Vec::new();
    each(request, "RequestItems", &mut |reader| {
        reader.object(&mut |reader, _| {
            reader.array(&mut |reader| {
                reader.object(&mut |reader, kind| {
                    reader.object(&mut |reader, _| {
                        writes.push((kind == "PutRequest", reader.raw_value()?.to_owned()));
                        Ok(())
                    })
                })
            })
        })
    })?;
    let writes = writes.iter().map(|(put, raw)| {
        let write = WriteRequest::builder();
        let raw = Some(item(raw)?);
        Ok(if *put {
            let put = PutRequest::builder().set_item(raw).build();
            write.put_request(put.map_err(incomplete)?).build()
        } else {
            let delete = DeleteRequest::builder().set_key(raw).build();
            write.delete_request(delete.map_err(incomplete)?).build()
        })
    });
    let writes = writes.collect::<Result<Vec<_>>>()?;
    let call = client.batch_write_item();
    Ok(call.request_items(request.table(), writes))
}

pub(crate) fn transact_get_items(
    client: &Client,
    request: &Request,
) -> Result<TransactGetItemsFluentBuilder> {
    let mut keys = Vec::new();
    each(request, "TransactItems", &mut |reader| {
        reader.array(&mut |reader| {
            reader.object(&mut |reader, _| {
                reader.object(&mut |reader, name| {
                    let raw = reader.raw_value()?;
                    if name == "Key" {
                        keys.push(raw.to_owned());
                    }
                    Ok(())
                })
            })
        })
    })?;
    let mut call = client.transact_get_items();
    for key in keys {
        let get = Get::builder()
            .table_name(request.table())
            .set_key(Some(item(&key)?));
        let get = get.build().map_err(incomplete)?;
        call = call.transact_items(TransactGetItem::builder().get(get).build());
    }
    Ok(call)
}

/// Walks one member of a body.
fn each(
    request: &Request,
    member: &str,
    walk: &mut dyn FnMut(&mut Reader<'_>) -> Result<(), Malformed>,
) -> Result<()> {
    Reader::new(request.body())
        .object(&mut |reader, name| {
            if name == member {
                walk(reader)
            } else {
                reader.skip_value()
            }
        })
        .map_err(|e| Error::invalid(e.to_string()))
}

fn item(raw: &str) -> Result<Item> {
    codec::item_to_sdk(raw).map_err(|e| Error::invalid(e.to_string()))
}

fn incomplete(error: impl std::fmt::Display) -> Error {
    Error::invalid(error.to_string())
}
