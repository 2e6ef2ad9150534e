//! The derives in hostile surroundings: what they expand to depends on no name in scope, offends no lint, and takes
//! names from macros, raw identifiers and other modules.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    elided_lifetimes_in_paths,
    non_camel_case_types,
    non_snake_case,
    single_use_lifetimes,
    trivial_casts,
    unused_lifetimes,
    unused_results,
    let_underscore_drop,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::missing_inline_in_public_items,
    clippy::panic,
    clippy::pattern_type_mismatch,
    clippy::shadow_reuse,
    clippy::unimplemented,
    clippy::use_self
)]

mod hostile_names;
mod macros;
mod modules;
mod names;
mod private;
mod renamed;
mod serde_options;
