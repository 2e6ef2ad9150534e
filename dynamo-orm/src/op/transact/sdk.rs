//! The raw escape for transactions.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};

use crate::codec::Reader;
use crate::error::{Error, Result};
use crate::op::request::sdk::Members;
use crate::wire::Request;

pub(in crate::op) fn transact_write_items(
    client: &Client,
    request: &Request,
) -> Result<TransactWriteItemsFluentBuilder> {
    let mut actions: Vec<(String, String)> = Vec::new();
    let mut token = None;
    Reader::new(request.body())
        .object(&mut |reader, name| match &*name {
            "TransactItems" => reader.array(&mut |reader| {
                reader.object(&mut |reader, verb| {
                    actions.push((verb.into_owned(), reader.raw_value()?.to_owned()));
                    Ok(())
                })
            }),
            "ClientRequestToken" => {
                token = Some(reader.string()?.into_owned());
                Ok(())
            }
            _ => reader.skip_value(),
        })
        .map_err(|e| Error::invalid(e.to_string()))?;
    let mut call = client
        .transact_write_items()
        .set_client_request_token(token);
    for (verb, body) in actions {
        call = call.transact_items(action(&verb, Members::read(&body)?)?);
    }
    Ok(call)
}

fn action(verb: &str, mut m: Members) -> Result<TransactWriteItem> {
    let action = TransactWriteItem::builder();
    let table = m.text("TableName");
    let condition = m.text("ConditionExpression");
    let (names, values) = (m.names()?, m.values()?);
    let on_failure = m.on_failure();
    // The builders have the same methods and no trait in common.
    macro_rules! shared {
        ($builder:expr) => {
            $builder
                .set_table_name(table)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .set_condition_expression(condition)
                .set_return_values_on_condition_check_failure(on_failure)
                .build()
                .map_err(|e| Error::invalid(e.to_string()))?
        };
    }
    let action = match verb {
        "Put" => action.put(shared!(Put::builder().set_item(m.item("Item")?))),
        "Update" => action.update(shared!(
            Update::builder()
                .set_key(m.item("Key")?)
                .set_update_expression(m.text("UpdateExpression"))
        )),
        "Delete" => action.delete(shared!(Delete::builder().set_key(m.item("Key")?))),
        _ => action.condition_check(shared!(ConditionCheck::builder().set_key(m.item("Key")?))),
    };
    Ok(action.build())
}
