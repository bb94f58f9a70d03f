//! Points in time as clients write them (requirement S2-94).

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use serde_json::Value;

use crate::clock::{NANOS_PER_MILLI, Nanos};

/// Which end of a range a time is: answers print milliseconds, so an end written in milliseconds holds all of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The first instant that is meant.
    Start,
    /// The last instant that is meant.
    End,
}

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;
/// The years 0000 to 9999, which is what ISO-8601 can write, in milliseconds.
const WRITABLE_MILLIS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

const NOT_A_TIME: &str = "Not a time: milliseconds since 1970, ISO-8601 in UTC with Z, or relative like `now - 1 day`";
const OUT_OF_RANGE: &str = "A time out of range";

/// Reads a time: milliseconds since the epoch (number or text), ISO-8601 with `Z` (up to nine digits of fraction), or
/// `[function] [±[amount]unit]...` with the functions `now` (the default) and `startOfMinute`, `Hour`, `Day`, `Week`
/// (Monday), `Month`, `Year` in UTC; the case does not matter, and adding months keeps to the month's last day.
///
/// An [`Bound::End`] in milliseconds, or with at most three digits of fraction, includes its whole millisecond. Absolute
/// times in the years 0000 to 9999 that are beyond what can be stored (1677 to 2262) are cut to it, which selects the same
/// rows, so that 9999-12-31 can mean for ever.
///
/// # Errors
/// What is wrong, as a text for a person.
pub fn parse_time(value: &Value, now: Nanos, bound: Bound) -> Result<Nanos, &'static str> {
    match value {
        Value::Number(number) => from_millis(number.as_i64().ok_or(NOT_A_TIME)?, bound),
        Value::String(text) => parse_text(text.trim(), now, bound),
        _ => Err(NOT_A_TIME),
    }
}

fn parse_text(text: &str, now: Nanos, bound: Bound) -> Result<Nanos, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return from_millis(text.parse().map_err(|_| OUT_OF_RANGE)?, bound);
    }
    match parse_iso(text) {
        Some((time, exact)) if exact => Ok(saturating_nanos(time)),
        Some((time, _)) => from_millis(time.timestamp_millis(), bound),
        None => parse_relative(text, now),
    }
}

fn from_millis(millis: i64, bound: Bound) -> Result<Nanos, &'static str> {
    if !WRITABLE_MILLIS.contains(&millis) {
        return Err(OUT_OF_RANGE);
    }
    let rest = if bound == Bound::End { NANOS_PER_MILLI - 1 } else { 0 };
    Ok(millis.saturating_mul(NANOS_PER_MILLI).saturating_add(rest))
}

fn saturating_nanos(time: DateTime<Utc>) -> Nanos {
    time.timestamp_nanos_opt().unwrap_or(if time.timestamp() < 0 { Nanos::MIN } else { Nanos::MAX })
}

/// `YYYY-MM-DDTHH:MM[:SS[.f]]Z`, and whether the fraction is finer than milliseconds.
fn parse_iso(text: &str) -> Option<(DateTime<Utc>, bool)> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (number(date.next()?, 4)?, number(date.next()?, 2)?, number(date.next()?, 2)?);
    let (clock, fraction) = time.split_once('.').map_or((time, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut clock = clock.splitn(3, ':');
    let (hour, minute) = (number(clock.next()?, 2)?, number(clock.next()?, 2)?);
    let second = match (clock.next(), fraction) {
        (Some(second), _) => number(second, 2)?,
        (None, None) => 0,
        (None, Some(_)) => return None,
    };
    let digits = fraction.map_or(0, str::len);
    let nanos = match fraction {
        Some(fraction) if digits <= 9 => number(&format!("{fraction:0<9}"), 9).filter(|_| digits > 0)?,
        Some(_) => return None,
        None => 0,
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    Some((date.and_time(time).and_utc(), digits > 3))
}

/// Exactly `width` decimal digits.
fn number(text: &str, width: usize) -> Option<u32> {
    let fits = !text.is_empty() && text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

fn parse_relative(text: &str, now: Nanos) -> Result<Nanos, &'static str> {
    let (function, mut rest) = split_while(text, |c| c.is_ascii_alphabetic());
    if text.is_empty() {
        return Err(NOT_A_TIME);
    }
    let mut at = start_of(function, now)?;
    while let Some(sign) = rest.trim_start().chars().next() {
        let forward = match sign {
            '+' => true,
            '-' => false,
            _ => return Err(NOT_A_TIME),
        };
        // Both signs are one byte long.
        let (amount, tail) = split_while(rest.trim_start().get(1..).unwrap_or("").trim_start(), |c| c.is_ascii_digit());
        let (unit, tail) = split_while(tail.trim_start(), |c| c.is_ascii_alphabetic());
        let amount: u32 = if amount.is_empty() { 1 } else { amount.parse().map_err(|_| OUT_OF_RANGE)? };
        at = shift(at, unit, amount, forward)?;
        rest = tail;
    }
    Ok(at)
}

fn split_while(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

fn start_of(function: &str, now: Nanos) -> Result<Nanos, &'static str> {
    let floor = |unit: i64| now.checked_sub(now.rem_euclid(unit)).ok_or(OUT_OF_RANGE);
    let date = DateTime::from_timestamp_nanos(now).date_naive();
    let midnight = match function.to_ascii_lowercase().as_str() {
        "" | "now" => return Ok(now),
        "startofminute" => return floor(60 * SECOND),
        "startofhour" => return floor(3_600 * SECOND),
        "startofday" => return floor(DAY),
        "startofweek" => date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))),
        "startofmonth" => date.with_day(1),
        "startofyear" => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        _ => return Err(NOT_A_TIME),
    };
    to_nanos(midnight.map(|date| date.and_time(NaiveTime::MIN).and_utc()))
}

fn to_nanos(time: Option<DateTime<Utc>>) -> Result<Nanos, &'static str> {
    time.and_then(|time| time.timestamp_nanos_opt()).ok_or(OUT_OF_RANGE)
}

fn shift(at: Nanos, unit: &str, amount: u32, forward: bool) -> Result<Nanos, &'static str> {
    let fixed = match unit.to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => 60 * SECOND,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * SECOND,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7 * DAY,
        "month" | "months" => return shift_months(at, amount, forward),
        "y" | "yr" | "yrs" | "year" | "years" => {
            return shift_months(at, amount.checked_mul(12).ok_or(OUT_OF_RANGE)?, forward);
        }
        _ => return Err(NOT_A_TIME),
    };
    let by = fixed.checked_mul(i64::from(amount)).ok_or(OUT_OF_RANGE)?;
    if forward { at.checked_add(by) } else { at.checked_sub(by) }.ok_or(OUT_OF_RANGE)
}

fn shift_months(at: Nanos, amount: u32, forward: bool) -> Result<Nanos, &'static str> {
    let (at, months) = (DateTime::from_timestamp_nanos(at), Months::new(amount));
    to_nanos(if forward { at.checked_add_months(months) } else { at.checked_sub_months(months) })
}
