//! Comparing a described table with its model.

use aws_sdk_dynamodb::types::{
    KeySchemaElement, KeyType as SdkKeyType, Projection, ProjectionType, TableDescription,
};

use super::table::{scalar, stream_view};
use crate::schema::{KeyAttribute, Projected, Scope, TableModel};

/// One sentence for each way the table falls short of the model.
pub(super) fn differences(model: &TableModel, table: &TableDescription) -> Vec<String> {
    let mut out = Vec::new();
    keys(
        "the table",
        std::slice::from_ref(&model.pk),
        model.sk.as_slice(),
        table.key_schema(),
        &mut out,
    );
    let indexed = model.indexes.iter().flat_map(|i| i.pk.iter().chain(i.sk));
    for key in model.keys().chain(indexed.copied()) {
        let defined = table
            .attribute_definitions()
            .iter()
            .find(|a| a.attribute_name() == key.name);
        if let Some(defined) = defined
            && *defined.attribute_type() != scalar(key.ty)
        {
            out.push(format!(
                "the key attribute `{}` is of type {} and should be {}",
                key.name,
                defined.attribute_type(),
                scalar(key.ty)
            ));
        }
    }
    for index in model.indexes {
        let what = format!("the index `{}`", index.name);
        let (schema, projection) = match index.scope {
            Scope::Global => table
                .global_secondary_indexes()
                .iter()
                .find(|g| g.index_name() == Some(index.name))
                .map(|g| (g.key_schema(), g.projection()))
                .unzip(),
            Scope::Local => table
                .local_secondary_indexes()
                .iter()
                .find(|l| l.index_name() == Some(index.name))
                .map(|l| (l.key_schema(), l.projection()))
                .unzip(),
        };
        let Some(schema) = schema else {
            out.push(format!("{what} is missing"));
            continue;
        };
        let pk = match index.scope {
            Scope::Global => index.pk,
            Scope::Local => std::slice::from_ref(&model.pk),
        };
        keys(&what, pk, index.sk, schema, &mut out);
        if let Some(Some(found)) = projection {
            projected(&what, index.projection, found, &mut out);
        }
    }
    if let Some(view) = model.stream {
        let found = table
            .stream_specification()
            .filter(|s| s.stream_enabled())
            .and_then(|s| s.stream_view_type());
        if found != Some(&stream_view(view)) {
            out.push(format!(
                "the stream is {} and should be {}",
                found.map_or("off", |v| v.as_str()),
                stream_view(view)
            ));
        }
    }
    out.dedup();
    out
}

fn keys(
    what: &str,
    pk: &[KeyAttribute],
    sk: &[KeyAttribute],
    schema: &[KeySchemaElement],
    out: &mut Vec<String>,
) {
    for (role, wanted, ty) in [
        ("partition", pk, SdkKeyType::Hash),
        ("sort", sk, SdkKeyType::Range),
    ] {
        let found: Vec<&str> = schema
            .iter()
            .filter(|e| *e.key_type() == ty)
            .map(KeySchemaElement::attribute_name)
            .collect();
        let wanted: Vec<&str> = wanted.iter().map(|k| k.name).collect();
        if found != wanted {
            out.push(format!(
                "{what} has the {role} key {} and should have {}",
                list(&found),
                list(&wanted)
            ));
        }
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    format!("`{}`", names.join("`, `"))
}

fn projected(what: &str, wanted: Projected, found: &Projection, out: &mut Vec<String>) {
    let (ty, names): (_, &[&str]) = match wanted {
        Projected::All => (ProjectionType::All, &[]),
        Projected::KeysOnly => (ProjectionType::KeysOnly, &[]),
        Projected::Include(names) => (ProjectionType::Include, names),
    };
    if found.projection_type() != Some(&ty) {
        out.push(format!(
            "{what} projects {} and should project {ty}",
            found.projection_type().map_or("nothing", |t| t.as_str())
        ));
        return;
    }
    let missing: Vec<&str> = names
        .iter()
        .copied()
        .filter(|n| !found.non_key_attributes().iter().any(|f| f == n))
        .collect();
    if !missing.is_empty() {
        out.push(format!("{what} does not project {}", list(&missing)));
    }
}
