//! Numbers for people.

/// `1,234,567`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        grouped.push('\u{2212}');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 event`, `2 events`.
pub fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `12.3%`.
pub fn percents(percent: f64) -> String {
    format!("{percent:.1}%")
}

/// A count as a length; what it loses beyond 24 bits nobody can see.
#[allow(clippy::cast_precision_loss, reason = "see above")]
pub fn length(count: i64) -> f32 {
    count as f32
}

/// A round number of which at most five reach the greatest value.
pub fn step(greatest: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for of in [1, 2, 5] {
            let step = unit.saturating_mul(of);
            if step.saturating_mul(5) >= greatest {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_groups_of_three() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (-1_234_567, "\u{2212}1,234,567"),
            (i64::MAX, "9,223,372,036,854,775,807"),
        ] {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(
            (counted(1, "event", "events"), counted(0, "event", "events")),
            ("1 event".into(), "0 events".into())
        );
        assert_eq!((percents(0.0), percents(99.95)), ("0.0%".into(), "100.0%".into()));
    }

    #[test]
    fn steps_are_round() {
        for (greatest, expected) in [(1, 1), (5, 1), (6, 2), (11, 5), (26, 10), (4_900, 1_000), (1_000_001, 500_000)] {
            assert_eq!(step(greatest), expected, "{greatest}");
        }
        assert_eq!(step(i64::MAX), 2_000_000_000_000_000_000);
    }
}
