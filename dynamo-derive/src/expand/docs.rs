//! The documentation of what is generated.

use syn::Ident;

pub(crate) fn key(entity: &Ident) -> String {
    format!("The primary key of a `{entity}`.")
}

pub(crate) fn get(entity: &Ident) -> String {
    format!("Reads one `{entity}` by its primary key: `GetItem`. `None` when there is none.")
}

pub(crate) fn update(entity: &Ident) -> String {
    format!(
        "Changes some attributes of one `{entity}`: `UpdateItem`. Fails with `NotFound` when there is none."
    )
}

pub(crate) fn delete(entity: &Ident) -> String {
    format!("Deletes one `{entity}`: `DeleteItem`. Deleting what is not there succeeds.")
}

pub(crate) fn exists(entity: &Ident) -> String {
    format!("Asks whether there is a `{entity}` under a primary key: `GetItem` of the key alone.")
}

pub(crate) fn query(entity: &Ident, index: Option<&str>) -> String {
    match index {
        None => format!("Reads the `{entity}` items of one partition, in order: `Query`."),
        Some(index) => {
            format!("Reads `{entity}` items through the index `{index}`, in its order: `Query`.")
        }
    }
}

pub(crate) fn partition(entity: &Ident) -> String {
    format!(
        "Reads everything in the partition of a `{entity}`, of whatever type, in order: `Query`."
    )
}

pub(crate) fn level(field: &str) -> String {
    format!("The next part of the sort key, `{field}`.")
}

pub(crate) fn of(collection: &Ident) -> String {
    format!("Reads a `{collection}` from its partition: `Query`.")
}

pub(crate) fn parts(collection: &Ident) -> String {
    format!("What is found of each member of a `{collection}`.")
}

pub(crate) fn part(member: &str) -> String {
    format!("What is found of `{member}`, in order.")
}

pub(crate) fn field(field: &str, attribute: &str) -> String {
    if field == attribute {
        format!("The field `{field}`.")
    } else {
        format!("The field `{field}`, stored as `{attribute}`.")
    }
}

pub(crate) fn group(fields: &[String]) -> String {
    format!(
        "The fields `{}`, which make one index key together and are set together.",
        fields.join("`, `")
    )
}
