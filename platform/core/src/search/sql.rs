//! Criteria as SQL, the same rows on SQLite and on PostgreSQL.
//!
//! A comparison with null is never true, here as in the criteria's own logic; NOT is two-valued, so that excluding a value
//! keeps the rows that have none.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Value};

use super::fields::{Field, Filter, Test};
use super::ip;
use super::kind::{Kind, Switches};
use super::mark::Mark;
use super::node::{Keywords, Node, Operand, Role, Times};
use crate::clock::Nanos;

/// True when every part is; balanced, because the stores limit the depth of expressions.
pub(super) fn all_of(parts: Vec<Expr>) -> Expr {
    balanced(parts, "TRUE", |left, right| left.and(right))
}

/// True when some part is.
pub(super) fn any_of(parts: Vec<Expr>) -> Expr {
    balanced(parts, "FALSE", |left, right| left.or(right))
}

fn balanced(mut parts: Vec<Expr>, none: &'static str, join: fn(Expr, Expr) -> Expr) -> Expr {
    while parts.len() > 1 {
        let mut rest = parts.into_iter();
        let mut joined = Vec::with_capacity(rest.len().div_ceil(2));
        while let Some(left) = rest.next() {
            joined.push(match rest.next() {
                Some(right) => join(left, right),
                None => left,
            });
        }
        parts = joined;
    }
    parts.pop().unwrap_or_else(|| Expr::cust(none))
}

/// Makes conditions for one store at one time.
#[derive(Clone, Copy)]
pub(super) struct Compiler<'a> {
    pub(super) backend: DbBackend,
    pub(super) now: Nanos,
    pub(super) switches: &'a Switches,
}

impl Compiler<'_> {
    /// That a row has not got a flag, or is not hidden.
    pub(super) fn without(self, test: &Test) -> Expr {
        test.mark().and_then(Mark::missing).unwrap_or_else(|| self.none_of(test.expr(self.now)))
    }

    fn none_of(self, condition: Expr) -> Expr {
        self.template("(?) IS NOT TRUE", "($1) IS NOT TRUE", vec![condition])
    }

    fn template(self, sqlite: impl Into<String>, postgres: impl Into<String>, parts: Vec<Expr>) -> Expr {
        let sql = if self.backend == DbBackend::Postgres { postgres.into() } else { sqlite.into() };
        Expr::cust_with_exprs(sql, parts)
    }

    /// One level with everything below it: `own AND (plain OR plain ...) AND required ... AND NOT excluded ...`.
    pub(super) fn node(self, node: &Node) -> Expr {
        let mut all: Vec<Expr> =
            node.filters.iter().map(|(filter, operands)| filtered(filter, operands, self.switches)).collect();
        all.extend(node.keywords.as_ref().map(|keywords| self.keywords(keywords)));
        all.extend(node.times.as_ref().map(times));
        all.extend(node.users.as_ref().map(|(ids, fields)| {
            any_of(fields.iter().map(|field| field.column.clone().is_in(ids.iter().copied())).collect())
        }));
        all.extend(node.include_flags.iter().map(|flag| flag.is_set.expr(self.now)));
        all.extend(node.exclude_flags.iter().map(|flag| self.without(&flag.is_set)));
        let mut plain = Vec::new();
        for (role, child) in &node.children {
            match role {
                Role::Plain => plain.push(self.node(child)),
                Role::Required => all.push(self.node(child)),
                Role::Excluded => all.push(self.none_of(self.node(child))),
            }
        }
        if !plain.is_empty() {
            all.push(any_of(plain));
        }
        all_of(all)
    }

    fn keywords(self, keywords: &Keywords) -> Expr {
        let found = |word: &String| any_of(keywords.fields.iter().map(|field| self.contains(field, word)).collect());
        let words = keywords.words.iter().map(found).collect();
        if keywords.all { all_of(words) } else { any_of(words) }
    }

    /// Whether the folded text of a field contains a folded word, with nothing special about any character.
    ///
    /// The stores fold ASCII only (PostgreSQL when told to compare as "C"), and that is all there is to fold in a text that
    /// the column `folded` does not hold.
    fn contains(self, field: &Field, word: &str) -> Expr {
        let Field { key, column, folded, .. } = field;
        self.template(
            format!("instr(coalesce(json_extract(?, '$.{key}'), lower(?)), ?) > 0"),
            format!("strpos(coalesce(($1)::json->>'{key}', lower($2 COLLATE \"C\")), $3) > 0"),
            vec![folded.clone(), column.clone(), Expr::val(word)],
        )
    }
}

fn filtered(filter: &Filter, operands: &std::collections::BTreeSet<Operand>, switches: &Switches) -> Expr {
    if let Kind::Members { condition, .. } = filter.kind {
        // They were tried when they were read, as those below.
        let made = |operand: &Operand| match operand {
            Operand::Member(name, value) => condition(name, &serde_json::from_str(value).ok()?).ok(),
            _ => None,
        };
        return all_of(operands.iter().map(|operand| made(operand).unwrap_or_else(|| Expr::cust("FALSE"))).collect());
    }
    let column = || filter.column.clone();
    let mut values: Vec<Value> = Vec::new();
    let mut any = Vec::new();
    for operand in operands {
        match (operand, filter.kind) {
            // The text was tried when it was read, so there is no error here; if there were, it selects nothing.
            (Operand::Text(text), Kind::Custom(condition)) => any.extend(condition(text).ok()),
            (Operand::Text(text), Kind::Object(condition)) => {
                any.extend(serde_json::from_str(text).ok().and_then(|value| condition(&value).ok()));
            }
            (Operand::Text(text), Kind::TextThat(condition)) => any.push(condition(text, switches)),
            (Operand::Integer(id), Kind::UserThat(condition) | Kind::CustomerThat(condition)) => {
                any.push(condition(*id, switches));
            }
            (Operand::Text(text), _) => values.push(text.as_str().into()),
            (Operand::Integer(number), _) => values.push((*number).into()),
            (Operand::Uuid(uuid), _) => values.push((*uuid).into()),
            (Operand::Bool(value), _) => values.push((*value).into()),
            (Operand::Member(..), _) => {}
            (Operand::Range(range), _) => {
                let within = column().between(range.low.as_str(), range.high.as_str());
                let (first_v4, last_v4) = ip::v4_range();
                let outside = column().not_between(first_v4, last_v4);
                any.push(if range.without_v4 { within.and(outside) } else { within });
            }
        }
    }
    if !values.is_empty() {
        any.push(column().is_in(values));
    }
    any_of(any)
}

fn times(times: &Times) -> Expr {
    let within = |field: &&'static Field| {
        let start = times.start.map(|start| field.column.clone().gte(start));
        let end = times.end.map(|end| field.column.clone().lte(end));
        all_of(start.into_iter().chain(end).collect())
    };
    let each = times.fields.iter().map(within).collect();
    if times.all { all_of(each) } else { any_of(each) }
}
