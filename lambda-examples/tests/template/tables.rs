//! Tables.

use std::collections::BTreeSet;

use dynamo_orm::Table;
use dynamo_orm::model::{KeyAttribute, Projected, StreamView, TableModel};
use lambda_examples::fleet::Fleet;
use lambda_examples::shop::model::Shop;
use lambda_examples::store::Store;

use crate::yaml::{resources, rows, template, texts};

fn schema(pk: &[KeyAttribute], sk: &[KeyAttribute]) -> Vec<(String, String)> {
    let typed = |keys: &[KeyAttribute], kind: &str| -> Vec<(String, String)> {
        keys.iter()
            .map(|key| (key.name.to_owned(), kind.to_owned()))
            .collect()
    };
    [typed(pk, "HASH"), typed(sk, "RANGE")].concat()
}

/// Everything in which the resource differs from the model.
fn compare(resource: &str, model: &TableModel) {
    let template = template();
    let table = &template["Resources"][resource]["Properties"];
    let sk: Vec<KeyAttribute> = model.sk.into_iter().collect();
    let key = rows(&table["KeySchema"], "AttributeName", "KeyType");
    assert_eq!(key, schema(&[model.pk], &sk));

    let mut attributes: BTreeSet<(String, String)> = BTreeSet::new();
    for key in [model.pk].into_iter().chain(sk) {
        attributes.insert((key.name.to_owned(), format!("{:?}", key.ty)));
    }

    let indexes = table["GlobalSecondaryIndexes"].as_vec().unwrap();
    assert_eq!(indexes.len(), model.indexes.len());
    for (index, model) in indexes.iter().zip(model.indexes) {
        assert_eq!(index["IndexName"].as_str(), Some(model.name));
        let key = rows(&index["KeySchema"], "AttributeName", "KeyType");
        assert_eq!(key, schema(model.pk, model.sk), "{}", model.name);
        for key in model.pk.iter().chain(model.sk) {
            attributes.insert((key.name.to_owned(), format!("{:?}", key.ty)));
        }
        let kind = match model.projection {
            Projected::All => "ALL",
            Projected::KeysOnly => "KEYS_ONLY",
            Projected::Include(names) => {
                let names: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
                assert_eq!(texts(&index["Projection"]["NonKeyAttributes"]), names);
                "INCLUDE"
            }
        };
        assert_eq!(index["Projection"]["ProjectionType"].as_str(), Some(kind));
    }

    let defined = rows(
        &table["AttributeDefinitions"],
        "AttributeName",
        "AttributeType",
    );
    assert_eq!(
        defined.len(),
        attributes.len(),
        "each attribute is defined once"
    );
    assert_eq!(defined.into_iter().collect::<BTreeSet<_>>(), attributes);

    let ttl = &table["TimeToLiveSpecification"];
    assert_eq!(ttl["AttributeName"].as_str(), model.ttl);
    assert_eq!(ttl["Enabled"].as_bool(), model.ttl.map(|_| true));
    let view = model.stream.map(|view| match view {
        StreamView::KeysOnly => "KEYS_ONLY",
        StreamView::NewImage => "NEW_IMAGE",
        StreamView::OldImage => "OLD_IMAGE",
        StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
    });
    assert_eq!(
        table["StreamSpecification"]["StreamViewType"].as_str(),
        view
    );
}

#[test]
fn the_tables_are_those_of_the_models() {
    compare("StoreTable", Store::MODEL);
    compare("ShopTable", Shop::MODEL);
    compare("FleetTable", Fleet::MODEL);
    assert_eq!(resources("AWS::DynamoDB::Table").len(), 3);
}
