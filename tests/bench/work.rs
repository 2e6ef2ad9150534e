//! The pieces of work, each done in every way.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure as OnFailure;
use dynamo_orm::{Db, Entity};
use serde_json::Value;

use crate::Result;
use crate::canned::Canned;
use crate::maps::{self, FromMap};
use crate::parcels::{Parcel, Parcels, SENDER, Stamped, written};
use crate::way::Way;

/// Items of a page, which is then about 1 MB.
const ITEMS: u32 = 1_000;

/// The table's name.
const TABLE: &str = "Parcels";

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Query,
    QueryStamped,
    Get,
    Put,
    Update,
}

impl Work {
    pub(crate) const ALL: [Self; 5] = [
        Self::Query,
        Self::QueryStamped,
        Self::Get,
        Self::Put,
        Self::Update,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Query => "Query page",
            Self::QueryStamped => "Query page, stamped",
            Self::Get => "GetItem",
            Self::Put => "PutItem",
            Self::Update => "UpdateItem",
        }
    }

    /// How often it is done to be counted.
    pub(crate) fn calls(self) -> u32 {
        match self {
            Self::Query | Self::QueryStamped => 2,
            Self::Get | Self::Put | Self::Update => 50,
        }
    }

    /// Makes ready.
    pub(crate) fn bench(self) -> Result<Bench> {
        let canned = Canned::new(match self {
            Self::Query => page(Parcel::nth)?,
            Self::QueryStamped => page(Stamped::nth)?,
            Self::Get => format!(r#"{{"Item":{}}}"#, item(&Parcel::nth(7))?),
            Self::Put | Self::Update => "{}".into(),
        });
        let client = canned.client();
        Ok(Bench {
            work: self,
            db: Db::new(client.clone(), TABLE),
            client,
            canned,
        })
    }
}

/// A piece of work, made ready.
#[derive(Debug)]
pub(crate) struct Bench {
    work: Work,
    canned: Canned,
    client: Client,
    db: Db<Parcels>,
}

/// What a call gave.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Parcels(Vec<Parcel>),
    Stamped(Vec<Stamped>),
    Item(Option<Box<Parcel>>),
    Done,
}

impl Bench {
    /// Makes one call.
    pub(crate) async fn call(&self, way: Way) -> Result<Outcome> {
        match self.work {
            Work::Query => self.query(way).await,
            Work::QueryStamped => self.query_stamped(way).await,
            Work::Get => self.get(way).await,
            Work::Put => self.put(way).await,
            Work::Update => self.update(way).await,
        }
    }

    /// Makes sure that every way asks for the same and gives what was stored.
    pub(crate) async fn check(&self) -> Result<()> {
        let (ours, sent) = (self.call(Way::Ours).await?, self.canned.sent()?);
        let expected = match self.work {
            Work::Query => Outcome::Parcels((0..ITEMS).map(Parcel::nth).collect()),
            Work::QueryStamped => Outcome::Stamped((0..ITEMS).map(Stamped::nth).collect()),
            Work::Get => Outcome::Item(Some(Box::new(Parcel::nth(7)))),
            Work::Put | Work::Update => Outcome::Done,
        };
        let mut same = ours == expected;
        for way in [Way::Sdk, Way::SerdeDynamo] {
            same &= self.call(way).await? == expected;
            let sent_too = self.canned.sent()?;
            if sent_too != sent {
                return Err(format!("not the same:\n{sent}\n{sent_too}").into());
            }
        }
        let differ = || format!("the results of {} differ", self.work.name()).into();
        same.then_some(()).ok_or_else(differ)
    }

    async fn query(&self, way: Way) -> Result<Outcome> {
        Ok(Outcome::Parcels(match way {
            Way::Ours => Parcel::by_sender(SENDER).page(&self.db).await?.items,
            Way::Sdk => {
                let maps = self.sdk_query("SENDER#").send().await?.items;
                let maps = maps.unwrap_or_default().into_iter();
                maps.map(Parcel::from_map).collect::<Result<_>>()?
            }
            Way::SerdeDynamo => {
                let maps = self.sdk_query("SENDER#").send().await?.items;
                serde_dynamo::from_items(maps.unwrap_or_default())?
            }
        }))
    }

    async fn query_stamped(&self, way: Way) -> Result<Outcome> {
        Ok(Outcome::Stamped(match way {
            // The SDK does not leave out what has expired.
            Way::Ours => {
                Stamped::by_sender(SENDER)
                    .including_expired()
                    .page(&self.db)
                    .await?
                    .items
            }
            Way::Sdk => {
                let maps = self.sdk_query("FROM#").send().await?.items;
                let maps = maps.unwrap_or_default().into_iter();
                maps.map(Stamped::from_map).collect::<Result<_>>()?
            }
            Way::SerdeDynamo => {
                let maps = self.sdk_query("FROM#").send().await?.items;
                let maps = maps.unwrap_or_default().into_iter();
                let read = |mut map| {
                    let sender = maps::sender(&mut map)?;
                    let parcel = serde_dynamo::from_item(map)?;
                    Ok(Stamped { sender, ..parcel })
                };
                maps.map(read).collect::<Result<_>>()?
            }
        }))
    }

    fn sdk_query(&self, prefix: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(TABLE)
            .key_condition_expression("#PK = :0 AND begins_with(#SK, :1)")
            .expression_attribute_names("#PK", "PK")
            .expression_attribute_names("#SK", "SK")
            .expression_attribute_values(":0", maps::s(format!("{prefix}{SENDER}")))
            .expression_attribute_values(":1", maps::s("PARCEL#"))
    }

    async fn get(&self, way: Way) -> Result<Outcome> {
        if way == Way::Ours {
            let item = Parcel::get(SENDER, 7).send(&self.db).await?;
            return Ok(Outcome::Item(item.map(Box::new)));
        }
        let call = self.client.get_item().table_name(TABLE);
        let call = call
            .key("PK", maps::s(format!("SENDER#{SENDER}")))
            .key("SK", maps::s(format!("PARCEL#{:010}", 7)));
        let map = call.send().await?.item;
        let item = match way {
            Way::SerdeDynamo => map.map(serde_dynamo::from_item).transpose()?,
            _ => map.map(Parcel::from_map).transpose()?,
        };
        Ok(Outcome::Item(item.map(Box::new)))
    }

    async fn put(&self, way: Way) -> Result<Outcome> {
        let parcel = Parcel::nth(7);
        let map = match way {
            Way::Ours => {
                parcel.put().send(&self.db).await?;
                return Ok(Outcome::Done);
            }
            Way::Sdk => maps::to_map(&parcel),
            Way::SerdeDynamo => {
                let mut map: maps::Map = serde_dynamo::to_item(&parcel)?;
                map.insert("_type".into(), maps::s("Parcel"));
                map.extend(maps::keys(&parcel).map(|(name, value)| (name.into(), value)));
                map
            }
        };
        let call = self.client.put_item().table_name(TABLE);
        call.set_item(Some(map)).send().await?;
        Ok(Outcome::Done)
    }

    async fn update(&self, way: Way) -> Result<Outcome> {
        let to = Parcel::nth(7).ship_to;
        let (status, to) = match way {
            Way::Ours => {
                let update = Parcel::update(SENDER, 7)
                    .set(|p| p.status(), "there")
                    .set(|p| p.ship_to(), to);
                update.send(&self.db).await?;
                return Ok(Outcome::Done);
            }
            Way::Sdk => (maps::s("there"), maps::address(&to)),
            Way::SerdeDynamo => (
                serde_dynamo::to_attribute_value("there")?,
                serde_dynamo::to_attribute_value(to)?,
            ),
        };
        self.client
            .update_item()
            .table_name(TABLE)
            .key("PK", maps::s(format!("SENDER#{SENDER}")))
            .key("SK", maps::s(format!("PARCEL#{:010}", 7)))
            .update_expression("SET #status = :0, #ship_to = :1")
            .condition_expression("attribute_exists(#PK)")
            .expression_attribute_names("#PK", "PK")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#ship_to", "ship_to")
            .expression_attribute_values(":0", status)
            .expression_attribute_values(":1", to)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .send()
            .await?;
        Ok(Outcome::Done)
    }
}

/// The answer to a query.
fn page<E: Entity<Table = Parcels> + dynamo_orm::WithoutUnique>(
    nth: fn(u32) -> E,
) -> Result<String> {
    let items: Vec<String> = (0..ITEMS)
        .map(|number| item(&nth(number)))
        .collect::<Result<_>>()?;
    let items = items.join(",");
    Ok(format!(
        r#"{{"Count":{ITEMS},"Items":[{items}],"ScannedCount":{ITEMS}}}"#
    ))
}

/// An item, with its attributes in no order, as the service sends them.
fn item<E: Entity<Table = Parcels> + dynamo_orm::WithoutUnique>(entity: &E) -> Result<String> {
    let db = Db::new(Canned::new(String::new()).client(), TABLE).with_clock(|| written().into());
    let request: Value = serde_json::from_str(entity.put().to_request(&db)?.body())?;
    let item = request.get("Item").and_then(Value::as_object);
    let mut attributes: Vec<_> = item.ok_or("a put without an item")?.iter().collect();
    attributes.sort_by_key(|(name, _)| crc32fast::hash(name.as_bytes()));
    let attributes: Vec<String> = attributes
        .into_iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    Ok(format!("{{{}}}", attributes.join(",")))
}
