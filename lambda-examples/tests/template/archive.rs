//! The bucket of the archiver: closed, and written where the function writes.

use lambda_examples::handlers::archiver::PREFIX;

use crate::yaml::{resources, template, texts};

#[test]
fn every_bucket_is_encrypted_and_closed_and_forgets_in_the_end() {
    let buckets = resources("AWS::S3::Bucket");
    assert_eq!(buckets.len(), 1);
    for (name, bucket) in buckets {
        let properties = &bucket["Properties"];
        let encryption = &properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
        let algorithm = &encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"];
        assert_eq!(algorithm.as_str(), Some("AES256"), "{name}");
        for block in [
            "BlockPublicAcls",
            "BlockPublicPolicy",
            "IgnorePublicAcls",
            "RestrictPublicBuckets",
        ] {
            let blocks = &properties["PublicAccessBlockConfiguration"][block];
            assert_eq!(blocks.as_bool(), Some(true), "{name}: {block}");
        }
        let rule = &properties["LifecycleConfiguration"]["Rules"][0];
        assert_eq!(rule["Prefix"].as_str(), Some(&*format!("{PREFIX}/")));
        assert!(rule["ExpirationInDays"].as_i64().is_some(), "{name}");
        assert_eq!(bucket["DeletionPolicy"].as_str(), Some("Retain"));
    }
}

#[test]
fn the_archiver_may_put_objects_under_its_prefix_and_is_built_with_the_client_for_it() {
    let template = template();
    let archiver = &template["Resources"]["Archiver"]["Properties"];
    let mut allowed = Vec::new();
    for statement in archiver["Policies"][0]["Statement"].as_vec().unwrap() {
        let actions = texts(&statement["Action"]);
        if actions.iter().any(|action| action.starts_with("s3:")) {
            allowed.push((actions, statement["Resource"].as_str().unwrap().to_owned()));
        }
    }
    let objects = format!("${{ArchiveBucket.Arn}}/{PREFIX}/*");
    assert_eq!(allowed, [(["s3:PutObject".to_owned()].into(), objects)]);
    let variables = &archiver["Environment"]["Variables"];
    assert_eq!(variables["ARCHIVE_BUCKET"].as_str(), Some("ArchiveBucket"));

    let manifest = include_str!("../../Cargo.toml");
    let section = "[package.metadata.lambda.bin.archiver.build]\nfeatures = [\"s3\"]\n";
    assert!(manifest.contains(section));
}
