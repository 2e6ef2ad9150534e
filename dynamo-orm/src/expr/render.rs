//! Expressions as text: placeholders for every name and value, parentheses, and the documented limits.

use std::fmt::Write;

use super::condition::Expr;
use super::operand::Term;
use super::path::{RawPath, Step};
use crate::codec;
use crate::error::{Error, ErrorKind, Result};

/// The longest expression DynamoDB takes, in bytes.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const MAX_EXPRESSION_BYTES: usize = 4096;
/// The most operators and functions in one expression.
pub(crate) const MAX_OPERATORS: usize = 300;
/// The most operands of one `IN`.
pub(crate) const MAX_IN_OPERANDS: usize = 100;

/// The names and values of one request, shared by all its expressions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placeholders {
    names: Vec<(String, String)>,
    values: Vec<String>,
    operators: usize,
}

impl Placeholders {
    /// `#status` for `status`; `#1` and so on for names that cannot stand in a placeholder.
    pub(crate) fn name(&mut self, name: &str) -> String {
        if let Some((placeholder, _)) = self.names.iter().find(|(_, n)| n == name) {
            return placeholder.clone();
        }
        let simple = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let placeholder = if simple {
            format!("#{name}")
        } else {
            format!("#{}", self.names.len())
        };
        self.names.push((placeholder.clone(), name.to_owned()));
        placeholder
    }

    /// `:0`, `:1`, … for an attribute value in wire form.
    pub(crate) fn value(&mut self, wire: impl Into<String>) -> String {
        self.values.push(wire.into());
        format!(":{}", self.values.len() - 1)
    }

    /// How many values there are: the number of the next.
    pub(crate) fn value_count(&self) -> usize {
        self.values.len()
    }

    /// Replaces a value, where it is known only when the request is sent.
    pub(crate) fn set_value(&mut self, number: usize, wire: String) {
        if let Some(value) = self.values.get_mut(number) {
            *value = wire;
        }
    }

    pub(crate) fn path(&mut self, path: &RawPath) -> String {
        let mut out = String::new();
        for step in &path.steps {
            match step {
                Step::Name(name) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(&self.name(name));
                }
                Step::Index(n) => {
                    out.push('[');
                    out.push_str(&n.to_string());
                    out.push(']');
                }
            }
        }
        out
    }

    pub(crate) fn term(&mut self, term: &Term) -> Result<String> {
        match term {
            Term::Path(path) => Ok(self.path(path)),
            Term::Size(path) => {
                self.operators += 1;
                Ok(format!("size({})", self.path(path)))
            }
            Term::Value(wire) => Ok(self.value(wire.clone())),
            Term::Absent => Err(Error::new(
                ErrorKind::Encode,
                "`None` and empty sets have no stored form to compare with; use `exists`, `not_exists` or `remove`",
            )),
            Term::Broken(error) => Err(copy(error)),
        }
    }

    /// Begins another expression.
    pub(crate) fn reset_count(&mut self) {
        self.operators = 0;
    }

    /// Counts operators towards the limit of the expression under construction.
    pub(crate) fn count(&mut self, operators: usize) {
        self.operators += operators;
    }

    /// Renders a condition as a whole expression.
    pub(crate) fn condition(&mut self, expr: &Expr) -> Result<String> {
        self.operators = 0;
        let text = self.expr(expr)?;
        self.check(&text)?;
        Ok(text)
    }

    /// Renders several conditions that must all hold as a whole expression.
    pub(crate) fn conjunction(&mut self, all: &[&Expr]) -> Result<String> {
        self.operators = all.len().saturating_sub(1);
        let mut parts = Vec::with_capacity(all.len());
        for expr in all {
            let text = self.expr(expr)?;
            parts.push(match expr {
                Expr::Any(_) => format!("({text})"),
                _ => text,
            });
        }
        let text = parts.join(" AND ");
        self.check(&text)?;
        Ok(text)
    }

    /// Renders `implied AND … AND (asked)`: whatever is asked, the implied conditions hold.
    pub(crate) fn guarded(&mut self, implied: &[Expr], asked: Option<&Expr>) -> Result<String> {
        let many = implied.len() + usize::from(asked.is_some()) > 1;
        self.operators = (implied.len() + usize::from(asked.is_some())).saturating_sub(1);
        let mut parts = Vec::with_capacity(implied.len() + 1);
        for expr in implied {
            let text = self.expr(expr)?;
            parts.push(match expr {
                Expr::Any(_) if many => format!("({text})"),
                _ => text,
            });
        }
        if let Some(asked) = asked {
            let text = self.expr(asked)?;
            parts.push(if many { format!("({text})") } else { text });
        }
        let text = parts.join(" AND ");
        self.check(&text)?;
        Ok(text)
    }

    /// The limits that hold for any expression.
    pub(crate) fn check(&self, text: &str) -> Result<()> {
        if text.len() > MAX_EXPRESSION_BYTES {
            return Err(Error::invalid(format!(
                "the expression is {} bytes long; DynamoDB allows {MAX_EXPRESSION_BYTES}",
                text.len()
            )));
        }
        if self.operators > MAX_OPERATORS {
            return Err(Error::invalid(format!(
                "the expression has {} operators; DynamoDB allows {MAX_OPERATORS}",
                self.operators
            )));
        }
        Ok(())
    }

    fn expr(&mut self, expr: &Expr) -> Result<String> {
        self.operators += 1;
        Ok(match expr {
            Expr::Compare(left, op, right) => {
                format!("{} {op} {}", self.term(left)?, self.term(right)?)
            }
            Expr::Between(value, low, high) => format!(
                "{} BETWEEN {} AND {}",
                self.term(value)?,
                self.term(low)?,
                self.term(high)?
            ),
            Expr::In(value, list) => {
                if list.is_empty() || list.len() > MAX_IN_OPERANDS {
                    return Err(Error::invalid(format!(
                        "`is_in` has {} values; DynamoDB takes 1 to {MAX_IN_OPERANDS}",
                        list.len()
                    )));
                }
                let value = self.term(value)?;
                format!("{value} IN ({})", self.list(list)?)
            }
            Expr::Call(name, arguments) => format!("{name}({})", self.list(arguments)?),
            Expr::All(list) => self.joined(list, " AND ")?,
            Expr::Any(list) => self.joined(list, " OR ")?,
            Expr::Not(inner) => format!("NOT ({})", self.expr(inner)?),
        })
    }

    fn list(&mut self, terms: &[Term]) -> Result<String> {
        let terms: Vec<String> = terms.iter().map(|t| self.term(t)).collect::<Result<_>>()?;
        Ok(terms.join(", "))
    }

    fn joined(&mut self, list: &[Expr], with: &str) -> Result<String> {
        self.operators = (self.operators + list.len()).saturating_sub(2);
        let parts: Vec<String> = list
            .iter()
            .map(|e| {
                let text = self.expr(e)?;
                Ok(match e {
                    Expr::All(_) | Expr::Any(_) => format!("({text})"),
                    _ => text,
                })
            })
            .collect::<Result<_>>()?;
        Ok(parts.join(with))
    }

    /// `{"#a":"a"}`, or nothing.
    pub(crate) fn names_json(&self) -> Option<String> {
        if self.names.is_empty() {
            return None;
        }
        let mut out = String::from("{");
        for (placeholder, name) in &self.names {
            if out.len() > 1 {
                out.push(',');
            }
            codec::write_string(placeholder, &mut out);
            out.push(':');
            codec::write_string(name, &mut out);
        }
        out.push('}');
        Some(out)
    }

    /// `{":0":{"S":"x"}}`, or nothing.
    pub(crate) fn values_json(&self) -> Option<String> {
        if self.values.is_empty() {
            return None;
        }
        let mut out = String::from("{");
        for (n, wire) in self.values.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            let _ = write!(out, "\":{n}\":{wire}");
        }
        out.push('}');
        Some(out)
    }
}

/// A kept error, as often as it is asked for.
pub(crate) fn copy(error: &Error) -> Error {
    let mut again = Error::new(error.kind(), error.message());
    if let Some(path) = error.path() {
        again = again.with_path(path);
    }
    again
}
