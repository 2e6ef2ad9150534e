//! `Query`: items of one partition of the table or an index, in the order of their sort key.

use std::fmt;
use std::sync::Arc;

use crate::client::{Db, Metered};
use crate::codec::{Malformed, Reader};
use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::expr::{Condition, Expr, RawPath, Term};
use crate::schema::{ConsistentlyReadable, Entity, Projected, Table};
use crate::wire::{Operation, Request};

use super::access::Access;
use super::body::Body;
use super::cursor::{Cursor, fingerprint, key_of};
use super::key_condition::{KeyPlan, key_condition, may_meet_others, plan};
use super::page::{Items, Page};
use super::read_as::{
    Each, Mixed, ReadAs, ReadsFrom, Selected, SelectedPath, Whole, projection, read_one,
};
use super::select::{Projecting, Projection, Select};

/// Reads items of one partition, in the order of their sort key.
///
/// **Cost**: half a read capacity unit per 4 KB of items evaluated, before any filter; twice that when
/// [consistent](Query::consistent).
///
/// **Limits**: one page is at most 1 MB of items evaluated.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// for number in 1..=5 {
///     order("ada", number).put().send(&db).await?;
/// }
/// let page = Order::by_customer("ada")
///     .number()
///     .between(2, 4)
///     .filter(|o| o.status().eq(Status::Open) | o.note().exists())
///     .newest_first()
///     .limit(2)
///     .page(&db)
///     .await?;
/// assert_eq!(page.items.len(), 2);
///
/// let rest = Order::by_customer("ada")
///     .number()
///     .between(2, 4)
///     .filter(|o| o.status().eq(Status::Open) | o.note().exists())
///     .newest_first()
///     .start_at(page.cursor)
///     .all(&db)
///     .await?;
/// assert_eq!(rest[0].number, 2);
///
/// // The same, item by item.
/// let mut orders = Order::by_status(Status::Open).stream(&db);
/// while let Some(order) = orders.next().await {
///     assert_eq!(order?.customer, "ada");
/// }
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Query<A: Access, O = Whole<<A as Access>::Entity>> {
    access: A,
    read: O,
}

/// The table of an access path's entity.
type TableOf<A> = <<A as Access>::Entity as Entity>::Table;

/// Fields of an access path's entity.
type FieldsOf<A> = <<A as Access>::Entity as Entity>::Fields;

impl<A: Access> Query<A> {
    /// A query of whole items.
    #[doc(hidden)]
    pub fn new(access: A) -> Self {
        Self {
            access,
            read: Whole::new(),
        }
    }

    pub(crate) fn access(&self) -> &A {
        &self.access
    }

    /// Every item of the partition, of whatever type, as the table's enum.
    ///
    /// What was said about the sort key no longer holds.
    pub fn whole_partition(self) -> Query<A, Mixed<TableOf<A>>> {
        let mut query = Query {
            access: self.access,
            read: Mixed::new(),
        };
        query = query.change(|state| {
            state.whole_partition = true;
            state.range = None;
        });
        query
    }

    /// Reads only these fields: `.select(|o| (o.status(), o.total()))`. The cost stays that of whole items.
    pub fn select<S: Select>(self, fields: impl FnOnce(FieldsOf<A>) -> S) -> Query<A, Selected<S>> {
        Query {
            access: self.access,
            read: Selected(fields(A::Entity::fields())),
        }
    }

    /// Reads the items as a smaller type. The cost stays that of whole items.
    pub fn project<P: Projection<Entity = A::Entity>>(self) -> Query<A, Selected<Projecting<P>>> {
        Query {
            access: self.access,
            read: Selected(Projecting::new()),
        }
    }
}

impl<A: Access, O: ReadAs> Query<A, O> {
    fn change(self, change: impl FnOnce(&mut super::access::QueryState)) -> Self {
        let mut state = self.access.into_state();
        change(&mut state);
        Self {
            access: A::from_state(state),
            read: self.read,
        }
    }

    /// Keeps only items for which this holds, after they were evaluated and paid for. Several add up.
    pub fn filter(self, condition: impl FnOnce(FieldsOf<A>) -> Condition<A::Entity>) -> Self {
        let expr = Arc::new(condition(A::Entity::fields()).expr);
        self.change(|state| state.filter.push(expr))
    }

    /// Evaluates at most this many items for a page, before the filter: `Limit`.
    pub fn limit(self, items: u32) -> Self {
        self.change(|state| state.limit = Some(items))
    }

    /// Wants at most this many items, after the filter.
    ///
    /// Holds for [`load`](Query::load), [`all`](Query::all) and [`stream`](Query::stream), which ask until they have
    /// them or the end is reached.
    pub fn take(self, items: usize) -> Self {
        self.change(|state| state.take = Some(items))
    }

    /// From the greatest sort key down.
    pub fn newest_first(self) -> Self {
        self.change(|state| state.newest_first = true)
    }

    /// From the least sort key up, which is the default.
    pub fn oldest_first(self) -> Self {
        self.change(|state| state.newest_first = false)
    }

    /// Sees every write that came before, at twice the cost. Not for global secondary indexes.
    pub fn consistent(self) -> Self
    where
        A::Index: ConsistentlyReadable,
    {
        self.change(|state| state.consistent = true)
    }

    /// Continues where a page ended; `None` begins at the start.
    pub fn start_at(self, cursor: impl Into<Option<Cursor>>) -> Self {
        let cursor = cursor.into();
        self.change(|state| state.start = cursor)
    }

    /// Gives each item as a result of its own, so that one that does not fit its type loses nothing else.
    pub fn results(self) -> Query<A, Each<O>> {
        Query {
            access: self.access,
            read: Each(self.read),
        }
    }

    /// The request of the first page, exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey`, `InvalidRequest` or `InvalidCursor` when the query cannot be expressed.
    pub fn to_request(&self, db: &Db<TableOf<A>>) -> Result<Request> {
        let prepared = self.prepare(db)?;
        let start = self.start_key(&prepared)?;
        let limit = self.access.state().limit;
        Ok(prepared.request(db, start.as_deref(), limit, Mode::Items))
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Query::to_request).
    pub fn into_sdk(
        self,
        db: &Db<TableOf<A>>,
    ) -> Result<aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder> {
        super::sdk::query(db.client(), &self.to_request(db)?)
    }

    fn start_key(&self, prepared: &Prepared) -> Result<Option<String>> {
        let start = self.access.state().start.as_ref();
        start
            .map(|c| c.start_key(prepared.fingerprint, &prepared.key_names))
            .transpose()
    }

    fn prepare(&self, db: &Db<TableOf<A>>) -> Result<Prepared> {
        self.render(db)
            .map_err(|e| e.with_entity(A::Entity::MODEL.name))
    }

    fn render(&self, db: &Db<TableOf<A>>) -> Result<Prepared> {
        let state = self.access.state();
        if let Some(error) = state.first_error() {
            return Err(error);
        }
        let table = TableOf::<A>::MODEL;
        let plan = plan::<A::Entity>(state.index);
        let mut names = Placeholders::default();
        let condition = key_condition::<A::Entity>(state, &plan, &mut names)?;
        let values = names.values_json().unwrap_or_default();
        let newest_first = if state.newest_first { "-" } else { "+" };
        let index = plan.index.map(|i| i.name);
        let print = fingerprint([
            db.table_name(),
            index.unwrap_or_default(),
            &condition,
            &values,
            newest_first,
        ]);
        let meets_others = !state.whole_partition && may_meet_others::<A::Entity>(&plan);
        let of_kind = match table.kind.filter(|kind| carries(&plan, kind)) {
            Some(kind) if meets_others => {
                let mut wire = String::from(r#"{"S":"#);
                crate::codec::write_string(A::Entity::MODEL.kind, &mut wire);
                wire.push('}');
                Some(Expr::Compare(
                    Term::Path(RawPath::name(kind)),
                    "=",
                    Term::Value(wire),
                ))
            }
            _ => None,
        };
        let filter = filter(of_kind.as_ref(), &state.filter, &mut names)?;
        let mut head = Body::new(db.table_name());
        head.text_if("IndexName", index);
        head.text("KeyConditionExpression", &condition);
        head.text_if("FilterExpression", filter.as_deref());
        if state.newest_first {
            head.json("ScanIndexForward", "false");
        }
        if state.consistent {
            head.json("ConsistentRead", "true");
        }
        Ok(Prepared {
            head,
            projection: self.read.projection(),
            key_names: key_names(table, &plan),
            names,
            filtered: filter.is_some(),
            classify: meets_others && of_kind.is_none(),
            fingerprint: print,
        })
    }
}

/// Is the attribute in what the query reads?
fn carries(plan: &KeyPlan, attribute: &str) -> bool {
    plan.index.is_none_or(|index| match index.projection {
        Projected::All => true,
        Projected::KeysOnly => false,
        Projected::Include(names) => names.contains(&attribute),
    })
}

/// Attribute names that a start key has.
fn key_names(table: &crate::schema::TableModel, plan: &KeyPlan) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = table.keys().map(|k| k.name).collect();
    for (key, _) in plan.pk.iter().chain(&plan.sk) {
        if !names.contains(&key.name) {
            names.push(key.name);
        }
    }
    names
}

/// The type, then what the user asked for, in parentheses where needed.
fn filter(
    of_kind: Option<&Expr>,
    asked: &[Arc<Expr>],
    names: &mut Placeholders,
) -> Result<Option<String>> {
    let all: Vec<&Expr> = of_kind
        .into_iter()
        .chain(asked.iter().map(|e| &**e))
        .collect();
    match all.as_slice() {
        [] => Ok(None),
        [one] => names.condition(one).map(Some),
        many => names.conjunction(many).map(Some),
    }
}

/// What a request of the query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Items,
    Metered,
    Count,
}

/// A query rendered once and sent page by page.
#[derive(Debug)]
struct Prepared {
    head: Body,
    projection: Option<Vec<SelectedPath>>,
    key_names: Vec<&'static str>,
    names: Placeholders,
    filtered: bool,
    /// Items of other entities are told apart by their keys.
    classify: bool,
    fingerprint: u64,
}

impl Prepared {
    fn request<T: Table>(
        &self,
        db: &Db<T>,
        start: Option<&str>,
        limit: Option<u32>,
        mode: Mode,
    ) -> Request {
        let mut body = self.head.clone();
        let mut names = self.names.clone();
        if let Some(paths) = &self.projection
            && mode != Mode::Count
        {
            // Cursors inside a page, and telling entities apart, take the keys.
            let keys: &[&str] = if self.filtered || self.classify {
                &self.key_names
            } else {
                &[]
            };
            body.text("ProjectionExpression", &projection(paths, keys, &mut names));
        }
        body.placeholders(&names);
        if let Some(limit) = limit {
            body.json("Limit", &limit.to_string());
        }
        if let Some(start) = start {
            body.json("ExclusiveStartKey", start);
        }
        if mode == Mode::Count {
            body.text("Select", "COUNT");
        }
        if mode == Mode::Metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        Request::new(Operation::Query, db.table_name(), body.finish())
    }
}

/// The items of one answer, each with its start key where that may be needed.
#[derive(Debug)]
struct Decoded<T> {
    items: Vec<Result<T, Error>>,
    keys: Vec<Option<String>>,
}

impl<A: Access, O: ReadsFrom<A::Index>> Query<A, O> {
    /// Sends one request and gives its items, with a cursor unless the end was reached.
    ///
    /// A page may be empty and still have a cursor: only its absence is the end.
    ///
    /// # Errors
    /// `Decode` for the first item that does not fit its type (see [`results`](Query::results)), and the service's
    /// errors.
    pub async fn page(self, db: &Db<TableOf<A>>) -> Result<Page<O::Item>> {
        let prepared = self.prepare(db)?;
        let start = self.start_key(&prepared)?;
        let limit = self.access.state().limit;
        self.one_page(db, &prepared, start, limit, None, Mode::Items)
            .await
    }

    /// As [`page`](Query::page), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn page_metered(self, db: &Db<TableOf<A>>) -> Result<Metered<Page<O::Item>>> {
        let prepared = self.prepare(db)?;
        let start = self.start_key(&prepared)?;
        let limit = self.access.state().limit;
        let mut page = self
            .one_page(db, &prepared, start, limit, None, Mode::Metered)
            .await?;
        let capacity = std::mem::take(&mut page.capacity);
        Ok(Metered::with_capacity(page, capacity, 1))
    }

    /// Gives as many items as [`take`](Query::take) wants, with as many requests as it needs, and the cursor behind
    /// the last of them.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn load(self, db: &Db<TableOf<A>>) -> Result<Page<O::Item>> {
        let prepared = self.prepare(db)?;
        let take = self.access.state().take;
        let mut page = Page::empty();
        let mut start = self.start_key(&prepared)?;
        loop {
            let missing = take.map(|take| take.saturating_sub(page.items.len()));
            if missing == Some(0) {
                break;
            }
            let limit = self.page_limit(&prepared, missing);
            let next = self
                .one_page(db, &prepared, start, limit, missing, Mode::Items)
                .await?;
            page.items.extend(next.items);
            page.scanned += next.scanned;
            page.cursor = next.cursor;
            match &page.cursor {
                Some(cursor) => {
                    start = Some(cursor.start_key(prepared.fingerprint, &prepared.key_names)?);
                }
                None => break,
            }
        }
        Ok(page)
    }

    /// Gives every item, with as many requests as it needs.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn all(self, db: &Db<TableOf<A>>) -> Result<Vec<O::Item>> {
        Ok(self.load(db).await?.items)
    }

    /// Gives the items one by one, asking for pages as they are wanted.
    pub fn stream(self, db: &Db<TableOf<A>>) -> Items<O::Item> {
        let db = db.clone();
        let wanted = self.access.state().take;
        let query = Arc::new(self);
        Items::new(wanted, move |cursor, missing| {
            let (query, db) = (Arc::clone(&query), db.clone());
            async move {
                let prepared = query.prepare(&db)?;
                let start = match cursor {
                    Some(cursor) => Some(Cursor::start_key(
                        &cursor,
                        prepared.fingerprint,
                        &prepared.key_names,
                    )?),
                    None => query.start_key(&prepared)?,
                };
                let limit = query.page_limit(&prepared, missing);
                query
                    .some_page(&db, &prepared, start, limit, missing, Mode::Items)
                    .await
            }
        })
    }

    /// Gives the only item, or `None`. Usually one request.
    ///
    /// # Errors
    /// `NotUnique` when there are more, otherwise as [`page`](Query::page).
    pub async fn one(self, db: &Db<TableOf<A>>) -> Result<Option<O::Item>> {
        let page = self.take(2).load(db).await?;
        let mut items = page.items.into_iter();
        let first = items.next();
        if items.next().is_some() {
            return Err(Error::new(
                crate::error::ErrorKind::NotUnique,
                "expected at most one item and found more",
            )
            .with_entity(A::Entity::MODEL.name));
        }
        Ok(first)
    }

    /// Gives the first item in order, or `None`. One request, unless a filter leaves its page empty.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn first(self, db: &Db<TableOf<A>>) -> Result<Option<O::Item>> {
        Ok(self.take(1).load(db).await?.items.into_iter().next())
    }

    /// Without a filter there is no need to evaluate more than is wanted.
    fn page_limit(&self, prepared: &Prepared, missing: Option<usize>) -> Option<u32> {
        let limit = self.access.state().limit;
        if prepared.filtered || prepared.classify {
            return limit;
        }
        let missing = missing.and_then(|n| u32::try_from(n).ok());
        limit.into_iter().chain(missing).min()
    }

    async fn one_page(
        &self,
        db: &Db<TableOf<A>>,
        prepared: &Prepared,
        start: Option<String>,
        limit: Option<u32>,
        wanted: Option<usize>,
        mode: Mode,
    ) -> Result<Page<O::Item>> {
        let page = self
            .some_page(db, prepared, start, limit, wanted, mode)
            .await?;
        page.into_strict()
    }

    /// One page whose items may have failed one by one.
    async fn some_page(
        &self,
        db: &Db<TableOf<A>>,
        prepared: &Prepared,
        start: Option<String>,
        limit: Option<u32>,
        wanted: Option<usize>,
        mode: Mode,
    ) -> Result<Page<Result<O::Item>>> {
        let request = prepared.request(db, start.as_deref(), limit, mode);
        let how = self.read.clone();
        let names = (wanted.is_some() && (prepared.filtered || prepared.classify))
            .then(|| prepared.key_names.clone());
        let entity = prepared.classify.then_some(A::Entity::MODEL.name);
        let answer = db
            .call(
                &request,
                "Items",
                Arc::new(move |text: &str, offset| {
                    let mut reader = Reader::new(text);
                    reader.seek(offset);
                    let items =
                        decode::<TableOf<A>, O>(&how, &mut reader, names.as_deref(), entity)?;
                    Ok((items, reader.position()))
                }),
            )
            .await
            .map_err(|e| e.with_entity(A::Entity::MODEL.name))?;
        let meta = answer.meta;
        let decoded = answer.value.unwrap_or(Decoded {
            items: Vec::new(),
            keys: Vec::new(),
        });
        let mut page = Page {
            items: decoded.items,
            cursor: meta
                .last_evaluated_key
                .as_deref()
                .map(|key| Cursor::new(prepared.fingerprint, key)),
            scanned: meta
                .scanned
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0),
            capacity: crate::client::Capacity::of(&meta.capacity),
        };
        if let Some(wanted) = wanted
            && page.items.len() > wanted
        {
            page.items.truncate(wanted);
            let last = wanted.checked_sub(1).and_then(|n| decoded.keys.get(n));
            page.cursor = last
                .and_then(Option::as_deref)
                .map(|key| Cursor::new(prepared.fingerprint, key));
        }
        Ok(page)
    }
}

impl<A: Access, O: ReadAs> Query<A, O> {
    /// Counts the items, with as many requests as it needs. Nothing but the number travels; the cost is that of
    /// reading them.
    ///
    /// # Errors
    /// The service's errors.
    pub async fn count(self, db: &Db<TableOf<A>>) -> Result<u64> {
        let prepared = self.prepare(db)?;
        if prepared.classify {
            return Err(Error::invalid(
                "items of several entities share this index and it carries no type attribute to count by; use `all`",
            )
            .with_entity(A::Entity::MODEL.name));
        }
        let limit = self.access.state().limit;
        let mut start = self.start_key(&prepared)?;
        let mut total = 0;
        loop {
            let request = prepared.request(db, start.as_deref(), limit, Mode::Count);
            let answer = db
                .call(&request, "Items", Arc::new(super::raw_member))
                .await
                .map_err(|e| e.with_entity(A::Entity::MODEL.name))?;
            total += answer
                .meta
                .count
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0);
            match answer.meta.last_evaluated_key {
                Some(key) => start = Some(key),
                None => return Ok(total),
            }
        }
    }
}

/// Reads the array of items.
fn decode<T: Table, O: ReadAs>(
    how: &O,
    reader: &mut Reader<'_>,
    key_names: Option<&[&'static str]>,
    entity: Option<&'static str>,
) -> Result<Decoded<O::Item>, Malformed> {
    let mut out = Decoded {
        items: Vec::new(),
        keys: Vec::new(),
    };
    let mut memory = O::Memory::default();
    reader.array(&mut |reader| {
        let start = reader.position();
        if let Some(entity) = entity {
            let of = crate::schema::entity_name_of_keys::<T>(reader);
            if of.is_some_and(|of| of != entity) {
                return Ok(());
            }
            reader.seek(start);
        }
        out.items.push(read_one(how, &mut memory, reader)?);
        if let Some(names) = key_names {
            let raw = reader.text_between(start, reader.position());
            out.keys.push(key_of(raw, names));
        }
        Ok(())
    })?;
    Ok(out)
}

impl<A: Access, O> fmt::Debug for Query<A, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("entity", &A::Entity::MODEL.name)
            .field("state", self.access.state())
            .finish_non_exhaustive()
    }
}
