//! A scan, rendered.

use crate::client::Db;
use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::op::answer::read_as::ReadAs;
use crate::op::query::cursor::fingerprint;
use crate::op::query::prepared::{
    Classify, Filter, Prepared, Wanted, carries, check_carried, check_limit, key_names,
    meets_guards,
};
use crate::op::request::body::Body;
use crate::schema::{Scope, Table, TableModel};
use crate::wire::Operation;

use super::builder::{Scan, Scanned};

impl<S: Scanned, I, O: ReadAs> Scan<S, I, O> {
    /// Renders the scan, or what its `segments` share.
    pub(in crate::op) fn prepare(
        &self,
        db: &Db<S::Table>,
        segments: Option<u32>,
    ) -> Result<Prepared> {
        self.render(S::Table::MODEL, db.table_name(), segments)
            .map_err(|e| e.with_entity(S::NAME))
    }

    fn render(
        &self,
        table: &'static TableModel,
        name: &str,
        segments: Option<u32>,
    ) -> Result<Prepared> {
        let state = &self.state;
        check_limit(state.limit)?;
        let index = state.index;
        if state.consistent && index.is_some_and(|i| i.scope == Scope::Global) {
            return Err(Error::invalid(
                "a global secondary index cannot be read consistently; leave out `consistent`",
            ));
        }
        check_carried(table, index, &self.read, &state.filter)?;
        let by_kind = table.kind.is_some_and(|kind| carries(index, kind));
        let kind = S::ENTITY.filter(|_| by_kind);
        let ttl = match S::ENTITY {
            Some(entity) => entity.ttl,
            None => table.ttl,
        };
        let wanted = Wanted {
            table,
            index,
            kind,
            guards: kind.is_none() && meets_guards(table, index),
            ttl: ttl.filter(|_| !state.including_expired),
            asked: &state.filter,
        };
        let filter = Filter::new(&wanted, Placeholders::default())?;
        let mut head = Body::new(name);
        head.text_if("IndexName", index.map(|i| i.name));
        head.text_if("FilterExpression", filter.text.as_deref());
        if state.consistent {
            head.json("ConsistentRead", "true");
        }
        let segments = segments.map(|n| n.to_string());
        Ok(Prepared {
            operation: Operation::Scan,
            head,
            projection: self.read.projection(),
            key_names: key_names(table, index),
            filter,
            // What has the keys of no entity is none of this one.
            classify: S::ENTITY.filter(|_| !by_kind).map(|entity| Classify {
                entity: entity.name,
                keep_unknown: false,
            }),
            fingerprint: fingerprint([
                "Scan",
                name,
                index.map_or("", |i| i.name),
                S::ENTITY.map_or("", |entity| entity.name),
                segments.as_deref().unwrap_or_default(),
            ]),
            name: S::NAME,
            keep_keys: segments.is_some(),
        })
    }
}
