//! Errors are collected, so that one compilation shows them all.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The errors found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Adds an error at the tokens it is about.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl Into<String>) {
        self.0.push(tokens.error(message.into()));
    }

    /// The same for tokens of any kind.
    pub(crate) fn at_dyn(&mut self, tokens: &dyn ToTokensDyn, message: impl Into<String>) {
        self.0.push(tokens.error(message.into()));
    }

    /// Adds an error at a span.
    pub(crate) fn span(&mut self, span: Span, message: impl Into<String>) {
        self.0.push(syn::Error::new(span, message.into()));
    }

    /// Adds an error of the parser.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// Keeps the value or adds the error.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|e| self.push(e)).ok()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them as `compile_error!`s.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// `ToTokens` as an object.
pub(crate) trait ToTokensDyn {
    fn error(&self, message: String) -> syn::Error;
}

impl<T: ToTokens> ToTokensDyn for T {
    fn error(&self, message: String) -> syn::Error {
        syn::Error::new_spanned(self, message)
    }
}

/// The option that was meant.
pub(crate) fn similar<'v>(option: &syn::Ident, valid: &[&'v str]) -> Option<&'v str> {
    let option = option.to_string();
    valid.iter().copied().find(|v| close(v, &option))
}

/// "unknown option; expected one of `a`, `b`".
pub(crate) fn unknown(option: &syn::Ident, valid: &[&str]) -> syn::Error {
    let close = similar(option, valid)
        .map(|v| format!("; did you mean `{v}`?"))
        .unwrap_or_default();
    syn::Error::new(
        option.span(),
        format!(
            "unknown option `{option}`{close}; the options here are `{}`",
            valid.join("`, `")
        ),
    )
}

/// Do the two differ in at most two letters?
pub(crate) fn close(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            let change = diagonal + usize::from(x != y);
            diagonal = above;
            left = change.min(above + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    let distance = row.last().copied().unwrap_or_default();
    distance <= 2 && distance < a.len().max(b.len()).div_ceil(2)
}
