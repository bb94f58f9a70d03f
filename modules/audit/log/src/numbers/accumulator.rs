//! One number out of many, taken one after the other.

/// How the values of a window become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// The mean.
    Mean,
    /// The sum.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// How many there are.
    Count,
    /// The middle one, or the mean of the middle two.
    Median,
    /// The standard deviation of a sample; of one value there is none.
    Stddev,
    /// The greatest less the least.
    Spread,
    /// The earliest; of one time the one that was written first.
    First,
    /// The latest; of one time the one that was written last.
    Last,
}

impl Aggregate {
    /// Names on the wire.
    pub const NAMES: [(&str, Self); 10] = [
        ("mean", Self::Mean),
        ("sum", Self::Sum),
        ("min", Self::Min),
        ("max", Self::Max),
        ("count", Self::Count),
        ("median", Self::Median),
        ("stddev", Self::Stddev),
        ("spread", Self::Spread),
        ("first", Self::First),
        ("last", Self::Last),
    ];

    /// The aggregate of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, aggregate)| aggregate)
    }

    /// Whether both stores work it out to the same bit, whatever the order of values.
    pub(super) fn is_of_extremes(self) -> bool {
        matches!(self, Self::Count | Self::Min | Self::Max | Self::Spread)
    }
}

/// What is kept of the values so far. Sums carry along what rounding took from them (Neumaier), deviations are from the
/// running mean (Welford): neither loses small differences of large values.
#[derive(Debug, Clone, Default)]
pub(super) struct Accumulator {
    count: u64,
    sum: f64,
    lost: f64,
    mean: f64,
    squares: f64,
    extremes: Option<(f64, f64)>,
    ends: Option<(f64, f64)>,
    /// For medians only.
    values: Vec<f64>,
}

impl Accumulator {
    /// Takes the next value, in order of time.
    pub fn take(&mut self, value: f64, aggregate: Aggregate) {
        self.take_extremes(1, value, value);
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
        let from_mean = value - self.mean;
        self.mean += from_mean / float(self.count);
        self.squares += from_mean * (value - self.mean);
        self.ends = Some((self.ends.map_or(value, |(first, _)| first), value));
        if aggregate == Aggregate::Median {
            self.values.push(value);
        }
    }

    /// Takes the number of some values, and the least and the greatest of them: enough for what is of extremes.
    pub fn take_extremes(&mut self, count: u64, least: f64, greatest: f64) {
        self.count += count;
        self.extremes = Some(self.extremes.map_or((least, greatest), |(min, max)| (min.min(least), max.max(greatest))));
    }

    /// The one number; none where there is none.
    pub fn result(mut self, aggregate: Aggregate) -> Option<f64> {
        let ((min, max), (first, last)) = (self.extremes?, self.ends.unwrap_or_default());
        // What was lost of a sum beyond all numbers is not one.
        let sum = if self.sum.is_finite() { self.sum + self.lost } else { self.sum };
        Some(match aggregate {
            Aggregate::Mean => sum / float(self.count),
            Aggregate::Sum => sum,
            Aggregate::Min => min,
            Aggregate::Max => max,
            Aggregate::Count => float(self.count),
            Aggregate::Median => median(&mut self.values)?,
            Aggregate::Stddev if self.count < 2 => return None,
            Aggregate::Stddev => (self.squares / float(self.count - 1)).sqrt(),
            Aggregate::Spread => max - min,
            Aggregate::First => first,
            Aggregate::Last => last,
        })
    }
}

/// A count as a number; exact to 2^53, which is more than a log holds.
#[allow(clippy::cast_precision_loss, reason = "see above")]
fn float(count: u64) -> f64 {
    count as f64
}

fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().max_by(f64::total_cmp).filter(|_| even).unwrap_or(*upper);
    Some(f64::midpoint(lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64], aggregate: Aggregate) -> Option<f64> {
        let mut accumulator = Accumulator::default();
        values.iter().for_each(|value| accumulator.take(*value, aggregate));
        accumulator.result(aggregate)
    }

    #[test]
    fn each_aggregate_is_what_its_name_says() {
        let values = [4.0, -2.0, 10.0, 0.5];
        for (name, expected) in [
            ("mean", 3.125),
            ("sum", 12.5),
            ("min", -2.0),
            ("max", 10.0),
            ("count", 4.0),
            ("median", 2.25),
            ("spread", 12.0),
            ("first", 4.0),
            ("last", 0.5),
        ] {
            assert_eq!(of(&values, Aggregate::find(name).unwrap()), Some(expected), "{name}");
        }
        let deviation = of(&values, Aggregate::Stddev).unwrap();
        assert!((deviation - 27.0625_f64.sqrt()).abs() < 1e-12, "{deviation}");
        assert_eq!(of(&[7.0], Aggregate::Stddev), None);
        assert_eq!(of(&[7.0], Aggregate::Median), Some(7.0));
        assert_eq!(of(&[3.0, 1.0, 2.0], Aggregate::Median), Some(2.0));
        assert_eq!(of(&[], Aggregate::Sum), None);
    }

    #[test]
    fn sums_keep_what_rounding_takes() {
        assert_eq!(of(&[1.0, 1e100, 1.0, -1e100], Aggregate::Sum), Some(2.0));
        assert_eq!(of(&[0.1; 10], Aggregate::Mean), Some(0.1));
        let near = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        assert_eq!(of(&near, Aggregate::Stddev), Some(30_f64.sqrt()));
        assert_eq!(of(&[f64::MAX, f64::MAX], Aggregate::Sum), Some(f64::INFINITY));
        assert_eq!(of(&[f64::MAX, f64::MAX], Aggregate::Median), Some(f64::MAX));
    }
}
