//! The raw escape: a request as the SDK's own builder, read back from its body.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure,
    Select,
};

use crate::codec::{self, Reader};
use crate::error::{Error, Result};
use crate::wire::Request;

/// The members of a body by name.
#[derive(Debug, Default)]
pub(in crate::op) struct Members {
    texts: HashMap<String, String>,
    raws: HashMap<String, String>,
}

impl Members {
    fn of(request: &Request) -> Result<Self> {
        Self::read(request.body())
    }

    pub(in crate::op) fn read(body: &str) -> Result<Self> {
        let mut members = Self::default();
        Reader::new(body)
            .object(&mut |reader, name| {
                let start = reader.position();
                let raw = reader.raw_value()?;
                if raw.starts_with('"') {
                    reader.seek(start);
                    let text = reader.string()?.into_owned();
                    members.texts.insert(name.into_owned(), text);
                } else {
                    members.raws.insert(name.into_owned(), raw.to_owned());
                }
                Ok(())
            })
            .map_err(|e| Error::invalid(e.to_string()))?;
        Ok(members)
    }

    pub(in crate::op) fn text(&mut self, name: &str) -> Option<String> {
        self.texts.remove(name)
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        self.raws.remove(name).map(|raw| raw == "true")
    }

    fn number(&mut self, name: &str) -> Option<i32> {
        self.raws.remove(name).and_then(|raw| raw.parse().ok())
    }

    pub(in crate::op) fn item(
        &mut self,
        name: &str,
    ) -> Result<Option<HashMap<String, AttributeValue>>> {
        self.raws
            .remove(name)
            .map(|raw| codec::item_to_sdk(&raw).map_err(|e| Error::invalid(e.to_string())))
            .transpose()
    }

    pub(in crate::op) fn names(&mut self) -> Result<Option<HashMap<String, String>>> {
        let Some(raw) = self.raws.remove("ExpressionAttributeNames") else {
            return Ok(None);
        };
        let mut names = HashMap::new();
        Reader::new(&raw)
            .object(&mut |reader, placeholder| {
                names.insert(placeholder.into_owned(), reader.string()?.into_owned());
                Ok(())
            })
            .map_err(|e| Error::invalid(e.to_string()))?;
        Ok(Some(names))
    }

    pub(in crate::op) fn values(&mut self) -> Result<Option<HashMap<String, AttributeValue>>> {
        self.item("ExpressionAttributeValues")
    }

    fn return_values(&mut self) -> Option<ReturnValue> {
        self.text("ReturnValues").map(|t| ReturnValue::from(&*t))
    }

    pub(in crate::op) fn on_failure(&mut self) -> Option<ReturnValuesOnConditionCheckFailure> {
        self.text("ReturnValuesOnConditionCheckFailure")
            .map(|t| ReturnValuesOnConditionCheckFailure::from(&*t))
    }

    fn capacity(&mut self) -> Option<ReturnConsumedCapacity> {
        self.text("ReturnConsumedCapacity")
            .map(|t| ReturnConsumedCapacity::from(&*t))
    }
}

pub(crate) fn get_item(client: &Client, request: &Request) -> Result<GetItemFluentBuilder> {
    let mut m = Members::of(request)?;
    Ok(client
        .get_item()
        .set_table_name(m.text("TableName"))
        .set_key(m.item("Key")?)
        .set_consistent_read(m.flag("ConsistentRead"))
        .set_projection_expression(m.text("ProjectionExpression"))
        .set_expression_attribute_names(m.names()?)
        .set_return_consumed_capacity(m.capacity()))
}

pub(crate) fn put_item(client: &Client, request: &Request) -> Result<PutItemFluentBuilder> {
    let mut m = Members::of(request)?;
    Ok(client
        .put_item()
        .set_table_name(m.text("TableName"))
        .set_item(m.item("Item")?)
        .set_condition_expression(m.text("ConditionExpression"))
        .set_expression_attribute_names(m.names()?)
        .set_expression_attribute_values(m.values()?)
        .set_return_values(m.return_values())
        .set_return_values_on_condition_check_failure(m.on_failure())
        .set_return_consumed_capacity(m.capacity()))
}

pub(crate) fn delete_item(client: &Client, request: &Request) -> Result<DeleteItemFluentBuilder> {
    let mut m = Members::of(request)?;
    Ok(client
        .delete_item()
        .set_table_name(m.text("TableName"))
        .set_key(m.item("Key")?)
        .set_condition_expression(m.text("ConditionExpression"))
        .set_expression_attribute_names(m.names()?)
        .set_expression_attribute_values(m.values()?)
        .set_return_values(m.return_values())
        .set_return_values_on_condition_check_failure(m.on_failure())
        .set_return_consumed_capacity(m.capacity()))
}

pub(crate) fn update_item(client: &Client, request: &Request) -> Result<UpdateItemFluentBuilder> {
    let mut m = Members::of(request)?;
    Ok(client
        .update_item()
        .set_table_name(m.text("TableName"))
        .set_key(m.item("Key")?)
        .set_update_expression(m.text("UpdateExpression"))
        .set_condition_expression(m.text("ConditionExpression"))
        .set_expression_attribute_names(m.names()?)
        .set_expression_attribute_values(m.values()?)
        .set_return_values(m.return_values())
        .set_return_values_on_condition_check_failure(m.on_failure())
        .set_return_consumed_capacity(m.capacity()))
}

pub(crate) fn query(client: &Client, request: &Request) -> Result<QueryFluentBuilder> {
    let mut m = Members::of(request)?;
    Ok(client
        .query()
        .set_table_name(m.text("TableName"))
        .set_index_name(m.text("IndexName"))
        .set_key_condition_expression(m.text("KeyConditionExpression"))
        .set_filter_expression(m.text("FilterExpression"))
        .set_projection_expression(m.text("ProjectionExpression"))
        .set_expression_attribute_names(m.names()?)
        .set_expression_attribute_values(m.values()?)
        .set_scan_index_forward(m.flag("ScanIndexForward"))
        .set_limit(m.number("Limit"))
        .set_exclusive_start_key(m.item("ExclusiveStartKey")?)
        .set_consistent_read(m.flag("ConsistentRead"))
        .set_select(m.text("Select").map(|t| Select::from(&*t)))
        .set_return_consumed_capacity(m.capacity()))
}

pub(crate) fn scan(client: &Client, request: &Request) -> Result<ScanFluentBuilder> {
    let mut m = Members::of(request)?;
    Ok(client
        .scan()
        .set_table_name(m.text("TableName"))
        .set_index_name(m.text("IndexName"))
        .set_filter_expression(m.text("FilterExpression"))
        .set_projection_expression(m.text("ProjectionExpression"))
        .set_expression_attribute_names(m.names()?)
        .set_expression_attribute_values(m.values()?)
        .set_limit(m.number("Limit"))
        .set_exclusive_start_key(m.item("ExclusiveStartKey")?)
        .set_consistent_read(m.flag("ConsistentRead"))
        .set_select(m.text("Select").map(|t| Select::from(&*t)))
        .set_return_consumed_capacity(m.capacity()))
}
