//! Three published single-table designs, adopted byte for byte.
//!
//! `DYNAMO_ORM_CASES` names a folder with `online-shop`, `battle-royale` and `session-store`, each with the published
//! table (`table.json`), items (`items.jsonl`) and access patterns with their answers (`expected.json`). The data is
//! not part of this repository; without it these tests say so and pass.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]
#![expect(clippy::struct_field_names, reason = "fields have the published names")]

#[macro_use]
mod case;
mod battle_royale;
mod online_shop;
mod request;
mod session_store;
mod text;
