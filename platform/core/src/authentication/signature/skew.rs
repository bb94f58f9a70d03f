//! How far a client's clock may be from ours (requirement S2-34).
//!
//! The first accepted request of a key fixes its skew; later ones must keep to it. So a stolen request is worth something
//! only for as long as the tolerance, not for two hours.

use crate::clock::Nanos;

const SECOND: Nanos = 1_000_000_000;

/// How far a clock may be from ours at all.
pub const FARTHEST: Nanos = 2 * 3_600 * SECOND;

/// A pin moves by at most one part of this: one second an hour.
const DRIFT: Nanos = 3_600;

/// Smaller moves are not worth a write; what is owed adds up.
const LEAST_MOVE: Nanos = SECOND / 10;

/// The skew of a key: the client's clock less ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// In ns.
    pub skew: Nanos,
    /// When it was set or moved.
    pub moved_at: Nanos,
}

/// What is wrong with a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadTime {
    /// More than [`FARTHEST`] away.
    Far,
    /// Not where the key's pin says.
    Jump,
}

/// Where the pin of a key is after a request with this skew, if the request is good. Nothing moves otherwise.
///
/// # Errors
/// What is wrong with the request's time.
pub fn check(pin: Option<Pin>, skew: Nanos, now: Nanos, tolerance: Nanos) -> Result<Pin, BadTime> {
    let Some(pin) = pin else {
        let far = skew.unsigned_abs() > FARTHEST.unsigned_abs();
        return if far { Err(BadTime::Far) } else { Ok(Pin { skew, moved_at: now }) };
    };
    let off = skew.saturating_sub(pin.skew);
    if off.unsigned_abs() > tolerance.unsigned_abs() {
        return Err(BadTime::Jump);
    }
    let most = now.saturating_sub(pin.moved_at).max(0) / DRIFT;
    let step = off.clamp(-most, most);
    if step.unsigned_abs() < LEAST_MOVE.unsigned_abs() {
        return Ok(pin);
    }
    Ok(Pin { skew: (pin.skew + step).clamp(-FARTHEST, FARTHEST), moved_at: now })
}

/// The moment from which on a request of that timestamp is refused for its time, whatever the pin does meanwhile.
#[must_use]
pub fn late_from(stamp: Nanos, pin: Pin, tolerance: Nanos) -> Nanos {
    // In the time of two tolerances a pin drifts by less than a second, for any tolerance up to half an hour.
    stamp.saturating_sub(pin.skew).saturating_add(tolerance).saturating_add(SECOND)
}

/// The skew that a timestamp in ms shows.
#[must_use]
pub fn of(timestamp_millis: i64, now: Nanos) -> Nanos {
    timestamp_millis.saturating_mul(crate::clock::NANOS_PER_MILLI).saturating_sub(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: Nanos = 60 * SECOND;

    #[test]
    fn the_first_fixes_and_the_rest_keep_to_it() {
        assert_eq!(check(None, FARTHEST + 1, 0, TOLERANCE), Err(BadTime::Far));
        assert_eq!(check(None, -FARTHEST - 1, 0, TOLERANCE), Err(BadTime::Far));
        assert_eq!(check(None, i64::MIN, 0, TOLERANCE), Err(BadTime::Far));
        let pin = check(None, 1_800 * SECOND, 7, TOLERANCE).unwrap();
        assert_eq!(pin, Pin { skew: 1_800 * SECOND, moved_at: 7 });
        assert_eq!(check(Some(pin), 0, 8, TOLERANCE), Err(BadTime::Jump));
        assert_eq!(check(Some(pin), 1_860 * SECOND, 8, TOLERANCE), Ok(pin));
        assert_eq!(check(Some(pin), 1_860 * SECOND + 1, 8, TOLERANCE), Err(BadTime::Jump));
    }

    #[test]
    fn it_follows_a_second_an_hour() {
        let mut pin = Pin { skew: 0, moved_at: 0 };
        for hour in 1..=100 {
            let now = hour * 3_600 * SECOND;
            pin = check(Some(pin), 60 * SECOND, now, TOLERANCE).unwrap();
            assert_eq!(pin.skew, (hour * SECOND).min(60 * SECOND), "{hour}");
        }
        // A minute of many requests moves it no farther than a minute without any.
        let (mut busy, start) = (Pin { skew: 0, moved_at: 0 }, Pin { skew: 0, moved_at: 0 });
        for second in 1..=3_600 {
            busy = check(Some(busy), 60 * SECOND, second * SECOND, TOLERANCE).unwrap();
        }
        let idle = check(Some(start), 60 * SECOND, 3_600 * SECOND, TOLERANCE).unwrap();
        assert!(busy.skew <= idle.skew, "{busy:?} {idle:?}");
    }
}
