//! The template, read.

use std::collections::BTreeSet;

use yaml_rust2::{Yaml, YamlLoader};

pub(crate) fn template() -> Yaml {
    let text = include_str!("../../../template.yaml");
    YamlLoader::load_from_str(text).unwrap().remove(0)
}

/// The resources of a type, with their names.
pub(crate) fn resources(of: &str) -> Vec<(String, Yaml)> {
    let template = template();
    let all = template["Resources"].as_hash().unwrap();
    all.iter()
        .filter(|(_, resource)| resource["Type"].as_str() == Some(of))
        .map(|(name, resource)| (name.as_str().unwrap().to_owned(), resource.clone()))
        .collect()
}

pub(crate) fn functions() -> Vec<(String, Yaml)> {
    resources("AWS::Serverless::Function")
}

pub(crate) fn texts(of: &Yaml) -> BTreeSet<String> {
    match of {
        Yaml::Array(list) => list
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect(),
        text => BTreeSet::from([text.as_str().unwrap().to_owned()]),
    }
}

pub(crate) fn rows(of: &Yaml, first: &str, second: &str) -> Vec<(String, String)> {
    let text = |yaml: &Yaml| yaml.as_str().unwrap().to_owned();
    let rows = of.as_vec().unwrap().iter();
    rows.map(|row| (text(&row[first]), text(&row[second])))
        .collect()
}
