//! Derive macros of `dynamo-orm`. Use them through that crate; their options are documented there.
//!
//! Three stages: `attr` reads options, `model` puts them together and checks them, `expand` writes tokens.

mod attr;
mod diagnostics;
mod expand;
mod model;
mod names;
mod template;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares a table on the enum of its entities.
#[proc_macro_derive(Table, attributes(table))]
pub fn table(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::table::expand(&input).into()
}

/// Declares an item type of a table: keys, indexes and special fields.
#[proc_macro_derive(Entity, attributes(entity))]
pub fn entity(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::entity::expand(&input).into()
}

/// Declares an item collection: several entities of one partition in one struct.
#[proc_macro_derive(Collection, attributes(collection))]
pub fn collection(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::collection::expand(&input).into()
}

/// Makes a newtype or an enum of unit variants usable as a part of a key.
#[proc_macro_derive(KeyPart, attributes(key_part))]
pub fn key_part(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::key_part::expand(&input).into()
}

/// Gives typed paths into a nested struct.
#[proc_macro_derive(Fields, attributes(fields))]
pub fn fields(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::fields::expand(&input).into()
}

/// Declares a smaller type to read items of an entity as.
#[proc_macro_derive(Projection, attributes(projection))]
pub fn projection(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::projection::expand(&input).into()
}
