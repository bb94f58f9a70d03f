//! Lengths of time as rules write them: `2s`, `5m`, `1h`, `7d`.

use std::fmt;

use argus_core::clock::{NANOS_PER_DAY, NANOS_PER_SECOND, Nanos};

const UNITS: [(&str, Nanos); 4] =
    [("d", NANOS_PER_DAY), ("h", 3_600 * NANOS_PER_SECOND), ("m", 60 * NANOS_PER_SECOND), ("s", NANOS_PER_SECOND)];

/// A length of time, from a second to thirty days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window(Nanos);

impl Window {
    /// The longest.
    pub const LONGEST: Nanos = 30 * NANOS_PER_DAY;

    /// Reads one: a whole number and a unit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let (_, nanos) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let number: i64 = number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))?;
        let nanos = number.checked_mul(nanos)?;
        (NANOS_PER_SECOND..=Self::LONGEST).contains(&nanos).then_some(Self(nanos))
    }

    /// As the store has it.
    #[must_use]
    pub const fn of(nanos: Nanos) -> Self {
        Self(nanos)
    }

    /// In ns.
    #[must_use]
    pub const fn nanos(self) -> Nanos {
        self.0
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fit = UNITS.into_iter().find(|(_, nanos)| self.0 % nanos == 0);
        let (unit, nanos) = fit.unwrap_or(("s", NANOS_PER_SECOND));
        write!(f, "{}{unit}", self.0 / nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written() {
        for (text, printed) in
            [("2s", "2s"), ("5m", "5m"), ("300s", "5m"), ("24h", "1d"), ("30d", "30d"), ("90m", "90m")]
        {
            assert_eq!(Window::parse(text).map(|window| window.to_string()).as_deref(), Some(printed), "{text}");
        }
        for text in ["", "s", "0s", "5", "5 m", "+5m", "-1s", "1.5h", "31d", "9223372036854775807d", "5M", "5ä", "m5"]
        {
            assert_eq!(Window::parse(text), None, "{text}");
        }
    }
}
