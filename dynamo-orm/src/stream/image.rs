//! Images of items: attributes of global tables left out, values compared as `DynamoDB` compares them.

use std::borrow::Cow;

use crate::codec::number;
use crate::codec::{Malformed, Reader};
use crate::expr::{RawPath, Step};

/// What global tables of version 2017 add to items begins with this.
const REPLICATION: &str = "aws:rep:";

/// The attributes of an item with their values as they stand, without those of global tables.
pub(super) fn attributes(item: &str) -> Result<Vec<(Cow<'_, str>, &str)>, Malformed> {
    let mut attributes = Vec::new();
    Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if !name.starts_with(REPLICATION) {
            attributes.push((name, raw));
        }
        Ok(())
    })?;
    Ok(attributes)
}

/// The item without the attributes of global tables.
pub(super) fn own(item: &str) -> Cow<'_, str> {
    if !item.contains(REPLICATION) {
        return Cow::Borrowed(item);
    }
    let Ok(attributes) = attributes(item) else {
        return Cow::Borrowed(item);
    };
    let mut out = String::with_capacity(item.len());
    out.push('{');
    for (name, raw) in attributes {
        if out.len() > 1 {
            out.push(',');
        }
        crate::codec::write_string(&name, &mut out);
        out.push(':');
        out.push_str(raw);
    }
    out.push('}');
    Cow::Owned(out)
}

/// The text of a string attribute.
pub(super) fn text(item: &str, attribute: &str) -> Option<String> {
    let mut found = None;
    let read = Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if name == attribute
            && let Ok(crate::key::Part::Text(text)) = crate::schema::read_part(raw)
        {
            found = Some(text.into_owned());
        }
        Ok(())
    });
    read.ok().and(found)
}

/// Names of the attributes that differ, sorted.
pub(super) fn changed(old: &str, new: &str) -> Result<Vec<String>, Malformed> {
    let (mut old, mut new) = (attributes(old)?, attributes(new)?);
    old.sort_unstable();
    new.sort_unstable();
    let find = |of: &[(Cow<'_, str>, &str)], name: &str| {
        let at = of.binary_search_by(|(n, _)| (**n).cmp(name)).ok()?;
        of.get(at).map(|(_, raw)| (*raw).to_owned())
    };
    let mut names: Vec<String> = Vec::new();
    for (name, raw) in &old {
        if !find(&new, name).is_some_and(|other| same(raw, &other)) {
            names.push(name.clone().into_owned());
        }
    }
    for (name, _) in &new {
        if find(&old, name).is_none() {
            names.push(name.clone().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Equal attribute values: numbers by value, sets and maps without order.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || matches!((form(a), form(b)), (Ok(a), Ok(b)) if a == b)
}

/// A form that equal items share; nothing for what is no item.
pub(super) fn canonical(item: &str) -> Option<String> {
    let mut members = Vec::new();
    for (name, raw) in attributes(item).ok()? {
        members.push((name, form(raw).ok()?));
    }
    members.sort_unstable();
    Some(format!("{members:?}"))
}

/// A form that equal values share.
fn form(value: &str) -> Result<String, Malformed> {
    let mut out = String::new();
    Reader::new(value).object(&mut |reader, kind| {
        let raw = reader.raw_value()?;
        out.push_str(&kind);
        let value = match &*kind {
            "N" => number_form(raw)?,
            "M" => {
                let mut members = Vec::new();
                Reader::new(raw).object(&mut |reader, name| {
                    let raw = reader.raw_value()?;
                    members.push((name.into_owned(), form(raw)?));
                    Ok(())
                })?;
                members.sort_unstable();
                format!("{members:?}")
            }
            "L" => format!("{:?}", elements(raw, form)?),
            "NS" => sorted(elements(raw, number_form)?),
            "SS" | "BS" => sorted(elements(raw, string_form)?),
            "S" | "B" => string_form(raw)?,
            _ => raw.to_owned(),
        };
        out.push_str(&value);
        Ok(())
    })?;
    Ok(out)
}

fn sorted(mut elements: Vec<String>) -> String {
    elements.sort_unstable();
    format!("{elements:?}")
}

fn elements(
    raw: &str,
    form: impl Fn(&str) -> Result<String, Malformed>,
) -> Result<Vec<String>, Malformed> {
    let mut elements = Vec::new();
    Reader::new(raw).array(&mut |reader| {
        elements.push(form(reader.raw_value()?)?);
        Ok(())
    })?;
    Ok(elements)
}

fn string_form(raw: &str) -> Result<String, Malformed> {
    Ok(format!("{:?}", Reader::new(raw).string()?))
}

fn number_form(raw: &str) -> Result<String, Malformed> {
    let text = Reader::new(raw).string()?;
    Ok(number::canonical(&text).unwrap_or_else(|_| text.into_owned()))
}

/// The value at a path inside an item; `None` where there is none.
pub(super) fn at(item: &str, path: &RawPath) -> Option<String> {
    let mut steps = path.steps.iter();
    let Step::Name(first) = steps.next()? else {
        return None;
    };
    let mut value = member(item, first)?;
    for step in steps {
        value = match step {
            Step::Name(name) => member(&member(&value, "M")?, name)?,
            Step::Index(index) => {
                let list = member(&value, "L")?;
                let elements = elements(&list, |raw| Ok(raw.to_owned())).ok()?;
                elements.into_iter().nth(*index)?
            }
        };
    }
    Some(value)
}

fn member(object: &str, wanted: &str) -> Option<String> {
    let mut found = None;
    let read = Reader::new(object).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if name == wanted {
            found = Some(raw.to_owned());
        }
        Ok(())
    });
    read.ok().and(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_value_and_sets_without_order() {
        assert!(same(r#"{"N":"1.50"}"#, r#"{"N":"1.5"}"#));
        assert!(same(r#"{"NS":["1","2.0"]}"#, r#"{"NS":["2","1"]}"#));
        assert!(same(r#"{"SS":["a","b"]}"#, r#"{"SS":["b","a"]}"#));
        assert!(!same(
            r#"{"L":[{"S":"a"},{"S":"b"}]}"#,
            r#"{"L":[{"S":"b"},{"S":"a"}]}"#
        ));
        assert!(!same(r#"{"N":"1"}"#, r#"{"S":"1"}"#));
        assert!(same(
            r#"{"M":{"a":{"N":"1e1"},"b":{"BOOL":true}}}"#,
            r#"{"M":{ "b":{"BOOL":true},"a":{"N":"10"}}}"#
        ));
        assert!(!same(r#"{"SS":["a, b"]}"#, r#"{"SS":["a","b"]}"#));
    }

    #[test]
    fn names_of_what_changed_come_sorted_and_without_replication() {
        let old = r#"{"z":{"S":"1"},"a":{"N":"1.0"},"gone":{"NULL":true},"aws:rep:updatetime":{"N":"1"}}"#;
        let new =
            r#"{"a":{"N":"1"},"z":{"S":"2"},"added":{"BOOL":true},"aws:rep:updatetime":{"N":"2"}}"#;
        assert_eq!(changed(old, new).unwrap(), ["added", "gone", "z"]);
        assert_eq!(changed(old, old).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_path_leads_through_maps_and_lists() {
        let item = r#"{"a":{"L":[{"S":"x"},{"M":{"b":{"N":"1"}}}]}}"#;
        let path = RawPath {
            steps: vec![
                Step::Name("a".into()),
                Step::Index(1),
                Step::Name("b".into()),
            ],
        };
        assert_eq!(at(item, &path).as_deref(), Some(r#"{"N":"1"}"#));
    }
}
