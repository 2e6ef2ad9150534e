//! Functions and their binaries.

use std::collections::BTreeSet;

use crate::yaml::{functions, resources, template};

#[test]
fn every_function_is_a_binary_and_every_binary_of_a_function_is_there() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin");
    let mut binaries = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        binaries.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    assert!(binaries.remove("online-shop"), "it is no function");
    let mut built = BTreeSet::new();
    for (name, function) in functions() {
        let metadata = &function["Metadata"];
        assert_eq!(
            metadata["BuildMethod"].as_str(),
            Some("rust-cargolambda"),
            "{name}"
        );
        built.insert(
            metadata["BuildProperties"]["Binary"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(built, binaries);
}

#[test]
fn a_panic_unwinds_in_what_is_deployed() {
    let manifest = include_str!("../../../Cargo.toml");
    let (_, release) = manifest.split_once("[profile.release]").unwrap();
    assert!(release.contains("panic = \"unwind\""));
}

#[test]
fn logs_are_forgotten() {
    let group = &template()["Globals"]["Function"]["LoggingConfig"]["LogGroup"];
    let groups = resources("AWS::Logs::LogGroup");
    assert!(groups.iter().any(|(name, _)| group.as_str() == Some(name)));
    for (name, group) in groups {
        let days = group["Properties"]["RetentionInDays"].as_i64();
        assert!(days.is_some(), "{name}");
    }
}
