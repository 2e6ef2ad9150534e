//! A query, rendered.

use crate::client::Db;
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::op::answer::read_as::ReadAs;
use crate::op::request::body::Body;
use crate::schema::{Entity, Table};
use crate::wire::Operation;

use super::access::Access;
use super::builder::{Query, TableOf};
use super::cursor::fingerprint;
use super::key_condition::{key_condition, key_tests, may_meet_others, plan};
use super::prepared::{
    Classify, Filter, Prepared, Wanted, carries, check_carried, check_limit, key_names,
};

impl<A: Access, O: ReadAs> Query<A, O> {
    pub(in crate::op) fn prepare(&self, db: &Db<TableOf<A>>) -> Result<Prepared> {
        self.render(db)
            .map_err(|e| e.with_entity(A::Entity::MODEL.name))
    }

    fn render(&self, db: &Db<TableOf<A>>) -> Result<Prepared> {
        let state = self.access.state();
        if let Some(error) = state.first_error() {
            return Err(error);
        }
        check_limit(state.limit)?;
        let (table, entity) = (TableOf::<A>::MODEL, A::Entity::MODEL);
        let plan = plan::<A::Entity>(state.index);
        check_carried(table, plan.index, &self.read, &state.filter)?;
        let mut names = Placeholders::default();
        let tests = key_tests::<A::Entity>(state, &plan)?;
        let condition = key_condition(&tests, &mut names);
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
        let meets_others = !state.whole_partition && may_meet_others::<A::Entity>(&plan, &tests);
        let ttl = if state.whole_partition {
            table.ttl
        } else {
            entity.ttl
        };
        let keys = key_names(table, plan.index);
        let wanted = Wanted {
            table,
            index: plan.index,
            kind: meets_others.then_some(entity),
            guards: false,
            // A query cannot filter by an attribute of its own key.
            ttl: ttl.filter(|ttl| !state.including_expired && !keys.contains(ttl)),
            asked: &state.filter,
        };
        let filter = Filter::new(&wanted, names)?;
        let by_kind = table.kind.is_some_and(|kind| carries(plan.index, kind));
        let mut head = Body::new(db.table_name());
        head.text_if("IndexName", index);
        head.text("KeyConditionExpression", &condition);
        head.text_if("FilterExpression", filter.text.as_deref());
        if state.newest_first {
            head.json("ScanIndexForward", "false");
        }
        if state.consistent {
            head.json("ConsistentRead", "true");
        }
        Ok(Prepared {
            operation: Operation::Query,
            head,
            projection: self.read.projection(),
            key_names: keys,
            filter,
            classify: (meets_others && !by_kind).then_some(Classify {
                entity: entity.name,
                keep_unknown: true,
            }),
            fingerprint: print,
            name: entity.name,
            keep_keys: false,
        })
    }
}
