//! What an ordinary entity expands to, and how much that is.

use std::path::Path;

use syn::DeriveInput;

/// Longer, and behaviour has crept into the expansion that belongs in the runtime.
const MAX_LINES: usize = 270;

/// The same for a collection of three members.
const MAX_COLLECTION_LINES: usize = 135;

/// Compares with a file beside this one; `UPDATE_EXPECT=1` rewrites it.
fn compare(name: &str, found: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/tests")
        .join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, found).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == found,
        "the expansion differs from {}; if that is better, run with UPDATE_EXPECT=1:\n{found}",
        file.display()
    );
}

#[test]
fn an_ordinary_entity_expands_to_little() {
    let source = "\
#[entity(table = Shop, pk = \"CUSTOMER#{customer_id}\", sk = \"ORDER#{placed_on}#{order_id}\",
         index(Gsi1, pk = \"STATUS#{status}\", sk = \"{placed_on}#{order_id}\", query = by_status))]
pub struct Order {
    pub customer_id: CustomerId,
    pub placed_on: Date,
    pub order_id: Ulid,
    pub status: Status,
    pub total: u64,
    pub note: Option<String>,
    pub items: u32,
    pub reference: String,
}
";
    let input: DeriveInput = syn::parse_str(source).unwrap();
    let file = syn::parse2(crate::expand::entity::expand(&input)).unwrap();
    let expansion = prettyplease::unparse(&file);
    compare(
        "order.expanded.rs",
        &format!(
            "// The expansion of:\n//\n{}\n\n{expansion}",
            commented(source)
        ),
    );
    let lines = expansion.lines().count();
    assert!(
        lines <= MAX_LINES,
        "the expansion has {lines} lines, more than {MAX_LINES}"
    );
}

#[test]
fn a_collection_expands_to_little() {
    let source = "\
#[collection(table = Shop, pk = \"CUSTOMER#{customer_id}\")]
pub struct Account {
    pub customer: Customer,
    pub settings: Option<Settings>,
    pub orders: Vec<Order>,
}
";
    let input: DeriveInput = syn::parse_str(source).unwrap();
    let file = syn::parse2(crate::expand::collection::expand(&input)).unwrap();
    let expansion = prettyplease::unparse(&file);
    compare(
        "account.expanded.rs",
        &format!(
            "// The expansion of:\n//\n{}\n\n{expansion}",
            commented(source)
        ),
    );
    let lines = expansion.lines().count();
    assert!(
        lines <= MAX_COLLECTION_LINES,
        "the expansion has {lines} lines, more than {MAX_COLLECTION_LINES}"
    );
}

fn commented(source: &str) -> String {
    let lines: Vec<String> = source.lines().map(|line| format!("// {line}")).collect();
    lines.join("\n")
}
