//! Conditions and filters over typed paths.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use serde::Serialize;

use super::operand::{Containing, Operand, Term, plain_term};
use super::ordered::Comparable;
use super::path::{Path, RawPath};
use super::role::{AsField, Role};
use crate::codec::{Element as SetElement, Hint};
use crate::key::TextKeyPart;

/// A condition on items of the entity `R`, built from [`Path`]s.
///
/// Combine with `&`, `|` and `!` or with [`and`](Condition::and), [`or`](Condition::or) and
/// [`negate`](Condition::negate). Parentheses are written wherever precedence could matter.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// let query = Order::by_customer("ada").filter(|o| {
///     (o.status().eq(Status::Open) | o.note().begins_with("gift")) & !o.tags().contains("gone")
/// });
/// let request = query.to_request(&db)?.to_string();
/// assert!(request.contains("(#status = :2 OR begins_with(#note, :3)) AND NOT (contains(#tags, :4))"));
/// # Ok(()) }
/// ```
pub struct Condition<R> {
    pub(crate) expr: Expr,
    marker: PhantomData<fn() -> R>,
}

#[derive(Debug)]
pub(crate) enum Expr {
    Compare(Term, &'static str, Term),
    Between(Term, Term, Term),
    In(Term, Vec<Term>),
    Call(&'static str, Vec<Term>),
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
}

/// The type of a stored attribute, for [`Path::is_type`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
    /// Boolean.
    Bool,
    /// Null.
    Null,
    /// Map.
    M,
    /// List.
    L,
    /// String set.
    Ss,
    /// Number set.
    Ns,
    /// Binary set.
    Bs,
}

impl AttributeType {
    fn as_str(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::M => "M",
            Self::L => "L",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
        }
    }
}

impl<R> Condition<R> {
    pub(crate) fn new(expr: Expr) -> Self {
        Self {
            expr,
            marker: PhantomData,
        }
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(Expr::all(self.expr, other.expr))
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::new(match self.expr {
            Expr::Any(mut list) => {
                list.push(other.expr);
                Expr::Any(list)
            }
            first => Expr::Any(vec![first, other.expr]),
        })
    }

    /// Does not hold.
    #[must_use]
    pub fn negate(self) -> Self {
        Self::new(Expr::Not(Box::new(self.expr)))
    }
}

impl Expr {
    /// Both, kept flat so that long chains do not nest.
    pub(crate) fn all(first: Self, second: Self) -> Self {
        match first {
            Self::All(mut list) => {
                list.push(second);
                Self::All(list)
            }
            first => Self::All(vec![first, second]),
        }
    }
}

impl Expr {
    /// The attributes it reads, nested paths by their first name.
    pub(crate) fn attributes(&self, out: &mut Vec<String>) {
        let mut terms = |terms: &[&Term]| {
            for term in terms {
                if let Term::Path(path) | Term::Size(path) = term {
                    out.extend(path.first().map(str::to_owned));
                }
            }
        };
        match self {
            Self::Compare(left, _, right) => terms(&[left, right]),
            Self::Between(value, low, high) => terms(&[value, low, high]),
            Self::In(value, list) => {
                terms(&[value]);
                terms(&list.iter().collect::<Vec<_>>());
            }
            Self::Call(_, arguments) => terms(&arguments.iter().collect::<Vec<_>>()),
            Self::All(list) | Self::Any(list) => list.iter().for_each(|e| e.attributes(out)),
            Self::Not(inner) => inner.attributes(out),
        }
    }
}

impl<R> BitAnd for Condition<R> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl<R> BitOr for Condition<R> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl<R> Not for Condition<R> {
    type Output = Self;

    fn not(self) -> Self {
        self.negate()
    }
}

impl<R> fmt::Debug for Condition<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<R, T, K: Role<T>> Path<R, T, K> {
    fn compare(self, op: &'static str, value: impl Operand<T>) -> Condition<R> {
        let right = value.into_assigned::<K>(self.hint).term;
        Condition::new(Expr::Compare(Term::Path(self.raw), op, right))
    }

    /// The attribute equals the value. False when the attribute is absent.
    #[must_use]
    pub fn eq(self, value: impl Operand<T>) -> Condition<R> {
        self.compare("=", value)
    }

    /// The attribute differs from the value. **True when the attribute is absent**, as DynamoDB has it: combine with
    /// [`exists`](Path::exists) where that is not meant.
    #[must_use]
    pub fn ne(self, value: impl Operand<T>) -> Condition<R> {
        self.compare("<>", value)
    }

    /// The attribute is less than the value.
    #[must_use]
    pub fn lt(self, value: impl Operand<T>) -> Condition<R>
    where
        K: Comparable<T>,
    {
        self.compare("<", value)
    }

    /// The attribute is at most the value.
    #[must_use]
    pub fn le(self, value: impl Operand<T>) -> Condition<R>
    where
        K: Comparable<T>,
    {
        self.compare("<=", value)
    }

    /// The attribute is greater than the value.
    #[must_use]
    pub fn gt(self, value: impl Operand<T>) -> Condition<R>
    where
        K: Comparable<T>,
    {
        self.compare(">", value)
    }

    /// The attribute is at least the value.
    #[must_use]
    pub fn ge(self, value: impl Operand<T>) -> Condition<R>
    where
        K: Comparable<T>,
    {
        self.compare(">=", value)
    }

    /// The attribute lies between the two values, both included.
    #[must_use]
    pub fn between(self, low: impl Operand<T>, high: impl Operand<T>) -> Condition<R>
    where
        K: Comparable<T>,
    {
        let low = low.into_assigned::<K>(self.hint).term;
        let high = high.into_assigned::<K>(self.hint).term;
        Condition::new(Expr::Between(Term::Path(self.raw), low, high))
    }

    /// The attribute equals one of the values: at least one, at most 100.
    #[must_use]
    pub fn is_in<V: Operand<T>>(self, values: impl IntoIterator<Item = V>) -> Condition<R> {
        let values = values
            .into_iter()
            .map(|v| v.into_assigned::<K>(self.hint).term)
            .collect();
        Condition::new(Expr::In(Term::Path(self.raw), values))
    }
}

impl<R, T, K> Path<R, T, K> {
    fn call(self, name: &'static str, mut arguments: Vec<Term>) -> Condition<R> {
        arguments.insert(0, Term::Path(self.raw));
        Condition::new(Expr::Call(name, arguments))
    }

    /// The attribute is there.
    #[must_use]
    pub fn exists(self) -> Condition<R> {
        self.call("attribute_exists", Vec::new())
    }

    /// The attribute is not there.
    #[must_use]
    pub fn not_exists(self) -> Condition<R> {
        self.call("attribute_not_exists", Vec::new())
    }

    /// The attribute is stored as this type.
    #[must_use]
    pub fn is_type(self, ty: AttributeType) -> Condition<R> {
        let ty = Term::Value(format!(r#"{{"S":"{}"}}"#, ty.as_str()));
        self.call("attribute_type", vec![ty])
    }

    /// The size of the attribute: characters of a string, bytes of a binary, elements of anything else.
    #[must_use]
    pub fn size(self) -> Size<R> {
        Size {
            raw: self.raw,
            marker: PhantomData,
        }
    }
}

impl<R, T: TextKeyPart, K> Path<R, T, K> {
    /// The string begins with this text.
    #[must_use]
    pub fn begins_with(self, prefix: impl Into<String>) -> Condition<R> {
        let prefix = plain_term(&prefix.into(), Hint::Auto);
        self.call("begins_with", vec![prefix])
    }
}

impl<R, T, K> Path<R, T, K>
where
    T: Containing<Element: Serialize>,
{
    /// The string contains this text, or the set or list this element.
    #[must_use]
    pub fn contains(self, element: impl Operand<T::Element>) -> Condition<R> {
        let hint = match self.hint {
            Hint::Set(SetElement::Number) => Hint::Number,
            Hint::Set(SetElement::Bytes) => Hint::Bytes,
            _ => Hint::Auto,
        };
        let element = element.into_assigned::<AsField>(hint).term;
        self.call("contains", vec![element])
    }
}

/// The size of an attribute, to be compared.
#[derive(Debug)]
pub struct Size<R> {
    raw: RawPath,
    marker: PhantomData<fn() -> R>,
}

impl<R> Size<R> {
    fn compare(self, op: &'static str, size: usize) -> Condition<R> {
        let size = Term::Value(format!(r#"{{"N":"{size}"}}"#));
        Condition::new(Expr::Compare(Term::Size(self.raw), op, size))
    }

    /// The size equals this number.
    #[must_use]
    pub fn eq(self, size: usize) -> Condition<R> {
        self.compare("=", size)
    }

    /// The size differs from this number.
    #[must_use]
    pub fn ne(self, size: usize) -> Condition<R> {
        self.compare("<>", size)
    }

    /// The size is less than this number.
    #[must_use]
    pub fn lt(self, size: usize) -> Condition<R> {
        self.compare("<", size)
    }

    /// The size is at most this number.
    #[must_use]
    pub fn le(self, size: usize) -> Condition<R> {
        self.compare("<=", size)
    }

    /// The size is greater than this number.
    #[must_use]
    pub fn gt(self, size: usize) -> Condition<R> {
        self.compare(">", size)
    }

    /// The size is at least this number.
    #[must_use]
    pub fn ge(self, size: usize) -> Condition<R> {
        self.compare(">=", size)
    }

    /// The size lies between the two numbers, both included.
    #[must_use]
    pub fn between(self, low: usize, high: usize) -> Condition<R> {
        let number = |n: usize| Term::Value(format!(r#"{{"N":"{n}"}}"#));
        Condition::new(Expr::Between(
            Term::Size(self.raw),
            number(low),
            number(high),
        ))
    }
}
