//! Time and randomness, the only doors to both.
//!
//! Nothing else in Argus asks the operating system for the time or for random bytes (`clippy.toml` bans it), so that
//! tests can move the clock and a reader can list every place where either matters.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::Notify;
use uuid::Uuid;

/// Nanoseconds in a millisecond: inside, times are nanoseconds since the Unix epoch; at the edge, milliseconds.
pub const NANOS_PER_MILLI: i64 = 1_000_000;

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Nanoseconds in a day.
pub const NANOS_PER_DAY: i64 = 86_400_000_000_000;

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z.
pub type Nanos = i64;

/// A point in time as it is printed: milliseconds since the epoch.
#[must_use]
pub const fn millis(at: Nanos) -> i64 {
    at.div_euclid(NANOS_PER_MILLI)
}

/// The wall clock. Cheap to clone; every clone tells the same time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<Manual>),
}

struct Manual {
    at: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// The operating system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved; for tests.
    #[must_use]
    pub fn manual(start: Nanos) -> Self {
        Self(Source::Manual(Arc::new(Manual { at: AtomicI64::new(start), moved: Notify::new() })))
    }

    /// Nanoseconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> Nanos {
        match &self.0 {
            Source::System => system_now(),
            Source::Manual(manual) => manual.at.load(Ordering::SeqCst),
        }
    }

    /// Milliseconds since the Unix epoch, as printed in answers.
    #[must_use]
    pub fn now_millis(&self) -> i64 {
        millis(self.now())
    }

    /// Moves a manual clock forward; the system clock cannot be moved and ignores it.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(manual) = &self.0 {
            manual.at.fetch_add(nanos(by), Ordering::SeqCst);
            manual.moved.notify_waiters();
        }
    }

    /// Waits until the clock has moved on by that much.
    pub async fn sleep(&self, by: Duration) {
        self.sleep_until(after(self.now(), by)).await;
    }

    /// Waits until the clock shows that time. Whoever looks for something again and again takes the time before the look:
    /// a clock that is moved during it moves the next look nearer too.
    pub async fn sleep_until(&self, until: Nanos) {
        let Source::Manual(manual) = &self.0 else {
            let left = until.saturating_sub(self.now()).max(0);
            return tokio::time::sleep(Duration::from_nanos(left.unsigned_abs())).await;
        };
        loop {
            let mut moved = pin!(manual.moved.notified());
            // Before the look, so that no move between the two is missed.
            moved.as_mut().enable();
            if self.now() >= until {
                return;
            }
            moved.await;
        }
    }
}

/// The time that is so much later; at the end of time, that.
#[must_use]
pub fn after(at: Nanos, by: Duration) -> Nanos {
    at.saturating_add(nanos(by))
}

fn nanos(duration: Duration) -> Nanos {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

#[allow(clippy::disallowed_methods, reason = "this is the door to ambient time")]
fn system_now() -> Nanos {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// The source of identifiers and secrets.
#[derive(Clone)]
pub struct Ids {
    random: SystemRandom,
    clock: Clock,
}

impl Ids {
    /// Identifiers whose time part comes from `clock`.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the door to ambient randomness")]
    pub fn new(clock: Clock) -> Self {
        Self { random: SystemRandom::new(), clock }
    }

    /// `N` bytes from the operating system's cryptographic generator.
    ///
    /// # Panics
    /// When the operating system has no random bytes to give: nothing secure can go on without them.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        #[allow(clippy::expect_used, reason = "see Panics")]
        self.random.fill(&mut bytes).expect("the operating system provides random bytes");
        bytes
    }

    /// The generator itself, for keys that ring makes.
    #[must_use]
    pub fn random(&self) -> &SystemRandom {
        &self.random
    }

    /// An identifier that nobody can guess (RFC 9562, UUID version 4).
    #[must_use]
    pub fn random_uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A time-ordered identifier (RFC 9562, UUID version 7).
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.clock.now_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_sleeps_wakes_when_the_clock_was_moved_far_enough() {
        let clock = Clock::manual(7);
        let (other, second) = (clock.clone(), Duration::from_secs(1));
        let sleeping = tokio::spawn(async move { other.sleep(second).await });
        tokio::task::yield_now().await;
        clock.advance(second - Duration::from_nanos(1));
        tokio::task::yield_now().await;
        assert!(!sleeping.is_finished());
        clock.advance(Duration::from_nanos(1));
        sleeping.await.unwrap();
        clock.sleep(Duration::ZERO).await;
        clock.sleep_until(7).await;
    }
}
