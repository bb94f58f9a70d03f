//! Reports as CSV (RFC 4180): rows of section, name and value.

use argus_audit_jobs::formula::is_formula;
use argus_core::authentication::api_key::moments::Moments;

use crate::facts::Facts;
use crate::json::TYPE;
use crate::time::{iso, iso_day};

/// The report as a CSV document. A cell that a spreadsheet could take for a formula begins with an apostrophe; breakdowns
/// are left out unless they were asked for.
///
/// # Errors
/// None that is known: it is written into memory.
pub fn write(facts: &Facts) -> Result<Vec<u8>, csv::Error> {
    let mut rows = Rows(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()));
    rows.0.write_record(["section", "name", "value"])?;
    about(&mut rows, facts)?;
    let statistics = &facts.log.statistics;
    rows.add("totals", "totalEvents", statistics.total)?;
    rows.add("totals", "successRate", format!("{:.1}", statistics.success_rate()))?;
    rows.add("totals", "uniqueActors", statistics.unique_actors)?;
    rows.add("totals", "failedLogins", statistics.failed_logins)?;
    if facts.include_stats {
        breakdowns(&mut rows, facts)?;
    }
    exports(&mut rows, facts)?;
    keys(&mut rows, "keysCreated", &facts.keys_created)?;
    keys(&mut rows, "keysRevoked", &facts.keys_revoked)?;
    keys(&mut rows, "keysExpiring", &facts.keys_expiring)?;
    let kept = &facts.log.kept;
    rows.add("log", "events", kept.events)?;
    rows.add("log", "oldest", kept.oldest.map(iso).unwrap_or_default())?;
    rows.add("log", "newest", kept.newest.map(iso).unwrap_or_default())?;
    rows.add("log", "retention", "none")?;
    rows.0.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn about(rows: &mut Rows, facts: &Facts) -> Result<(), csv::Error> {
    let (short_name, id) = match &facts.subject.customer {
        Some((id, short_name, _)) => (short_name.as_str(), id.to_string()),
        None => ("", String::new()),
    };
    rows.add("report", "reportType", TYPE)?;
    rows.add("report", "customers", &facts.subject.name)?;
    rows.add("report", "customerID", id)?;
    rows.add("report", "customerShortName", short_name)?;
    rows.add("report", "from", iso(facts.period.start))?;
    rows.add("report", "to", iso(facts.period.end.saturating_sub(1)))?;
    rows.add("report", "created", iso(facts.made_at))?;
    rows.add("report", "createdBy", &facts.made_by)
}

fn breakdowns(rows: &mut Rows, facts: &Facts) -> Result<(), csv::Error> {
    for day in &facts.log.days {
        rows.add("activityByDay", iso_day(day.start), day.events)?;
    }
    for day in &facts.log.days {
        rows.add("failedByDay", iso_day(day.start), day.failed)?;
    }
    for day in &facts.log.days {
        rows.add("failedLoginsByDay", iso_day(day.start), day.failed_logins)?;
    }
    let statistics = &facts.log.statistics;
    for (verb, count) in statistics.verbs() {
        rows.add("byVerb", verb, count)?;
    }
    for (kind, count) in &statistics.by_target_type {
        rows.add("byTargetType", kind, count)?;
    }
    for (actor, count) in &statistics.most_active_actors {
        rows.add("mostActiveActors", actor, count)?;
    }
    for (action, count) in &statistics.most_common_actions {
        rows.add("mostCommonActions", action, count)?;
    }
    let sources = facts.log.sources.iter().flat_map(|sources| &sources.most);
    let named = |address: Option<std::net::IpAddr>| address.map_or("unknown".to_owned(), |address| address.to_string());
    for source in sources.clone() {
        rows.add("failedLoginSources", named(source.address), source.count)?;
    }
    for source in sources {
        rows.add("failedLoginLocations", named(source.address), source.location.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

fn exports(rows: &mut Rows, facts: &Facts) -> Result<(), csv::Error> {
    rows.add("exports", "count", facts.log.exports.count)?;
    for export in &facts.log.exports.latest {
        let words = [&export.actor, &export.action, &export.target_type, &export.target_id];
        let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
        rows.add("exports", iso(export.timestamp), format!("{} {}", words.join(" "), export.outcome).trim_start())?;
    }
    Ok(())
}

fn keys(rows: &mut Rows, section: &str, of: &Moments) -> Result<(), csv::Error> {
    rows.add(section, "count", of.count)?;
    for key in &of.keys {
        rows.add(section, format!("{} {} {}", key.prefix, key.owner, key.description), iso(key.at))?;
    }
    Ok(())
}

struct Rows(csv::Writer<Vec<u8>>);

impl Rows {
    fn add(&mut self, section: &str, name: impl ToString, value: impl ToString) -> Result<(), csv::Error> {
        self.0.write_record([section, &guarded(name.to_string()), &guarded(value.to_string())])
    }
}

/// What a spreadsheet would calculate stays a text.
fn guarded(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn formulas_are_texts() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\u{ff1d}1+1"] {
            assert_eq!(guarded(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["", "a=1", " =1", "1", "'=1"] {
            assert_eq!(guarded(cell.to_owned()), cell);
        }
    }
}
