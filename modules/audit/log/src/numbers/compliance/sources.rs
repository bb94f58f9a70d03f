//! From where logins failed.

use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::sea_query::{Asterisk, CommonTableExpression, Expr, ExprTrait, Func, Order, Query, WithClause};

use super::{LISTED, Source, Sources, failed_logins};
use crate::derive;
use crate::event::{Column, Entity};
use crate::numbers::selection::Selection;

const GROUPED: &str = "grouped";

/// From where the selected logins failed. Addresses that nobody knows are one, under the empty text.
pub async fn sources(snapshot: &mut Snapshot, selection: &Selection) -> Result<Sources, ApiError> {
    let address = || Expr::from(Func::coalesce([Expr::col((Entity, Column::ClientIp)), Expr::val("")]));
    let mut grouped = Query::select();
    grouped.expr_as(address(), "address");
    grouped.expr_as(Expr::col((Entity, Column::Location)).max(), "location");
    grouped.expr_as(Expr::col(Asterisk).count(), "tries");
    grouped.expr_as(Expr::col((Entity, Column::Timestamp)).max(), "last");
    grouped.from(Entity).cond_where(failed_logins(snapshot.backend(), selection)).add_group_by([Expr::cust("1")]);
    let table = CommonTableExpression::new().table_name(GROUPED).query(grouped).to_owned();
    let whole = Query::select().expr(Expr::col(Asterisk).count()).from(GROUPED).take();
    let mut most = Query::select();
    most.columns(["address", "location", "tries", "last"]).expr_as(Expr::from(whole), "addresses").from(GROUPED);
    most.order_by("tries", Order::Desc).order_by("address", Order::Asc).limit(LISTED);
    let with = most.with(WithClause::new().cte(table).to_owned());
    let statement = snapshot.backend().build(&with);
    let mut sources = Sources::default();
    let rows = snapshot.each(statement, |row| {
        let address: String = row.try_get_by_index(0)?;
        sources.most.push(Source {
            address: derive::address_of(&address),
            location: row.try_get_by_index(1)?,
            count: row.try_get_by_index(2)?,
            last: row.try_get_by_index(3)?,
        });
        sources.count = row.try_get_by_index(4)?;
        Ok(())
    });
    rows.await?;
    Ok(sources)
}
