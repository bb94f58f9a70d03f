//! Counting failed tries, so that secrets cannot be guessed: so many in a window, then 429 until it ends.

use std::hash::Hash;

use dashmap::DashMap;

use crate::clock::{NANOS_PER_SECOND, Nanos};
use crate::error::ApiError;

/// Names or addresses whose failed tries are remembered at the same time. Beyond it the oldest windows go first.
const CAPACITY: usize = 100_000;

/// Failed tries by account or address.
pub struct Tries<K> {
    windows: DashMap<K, Window>,
    most: u32,
    window: Nanos,
}

#[derive(Clone, Copy)]
struct Window {
    began: Nanos,
    failed: u32,
}

impl<K: Eq + Hash + Clone> Tries<K> {
    /// At most `most` failed tries in `window` nanoseconds.
    #[must_use]
    pub fn new(most: u32, window: Nanos) -> Self {
        Self { windows: DashMap::new(), most, window }
    }

    /// Counts a try before it is made, so that tries made at the same moment cannot all slip through; one that turns
    /// out good is taken back with [`Tries::succeeded`].
    ///
    /// # Errors
    /// 429 with the seconds until the window ends.
    pub fn begin(&self, key: &K, now: Nanos) -> Result<(), ApiError> {
        if self.windows.len() >= CAPACITY {
            self.make_room(now);
        }
        let mut window = self.windows.entry(key.clone()).or_insert(Window { began: now, failed: 0 });
        if window.began + self.window <= now {
            *window = Window { began: now, failed: 0 };
        }
        if window.failed >= self.most {
            return Err(too_many("Too many failed tries; try again later", window.began + self.window - now));
        }
        window.failed += 1;
        Ok(())
    }

    /// Counts a look at a secret that can turn out right or wrong. What could not be looked at is no failed try.
    ///
    /// # Errors
    /// 429 as [`Tries::begin`]; what `look` fails with.
    pub async fn counted(
        &self,
        key: &K,
        now: Nanos,
        look: impl Future<Output = Result<bool, ApiError>>,
    ) -> Result<bool, ApiError> {
        self.begin(key, now)?;
        let right = look.await;
        if !matches!(right, Ok(false)) {
            self.succeeded(key);
        }
        right
    }

    /// Drops windows that ended; where that is not enough, the older half.
    fn make_room(&self, now: Nanos) {
        self.windows.retain(|_, window| window.began + self.window > now);
        if self.windows.len() < CAPACITY {
            return;
        }
        let mut began: Vec<Nanos> = self.windows.iter().map(|window| window.began).collect();
        let middle = began.len() / 2;
        let cut = *began.select_nth_unstable(middle).1;
        self.windows.retain(|_, window| window.began > cut);
    }

    /// Takes back one try that turned out good.
    pub fn succeeded(&self, key: &K) {
        if let Some(mut window) = self.windows.get_mut(key) {
            window.failed = window.failed.saturating_sub(1);
        }
    }

    /// Forgets the tries of an account whose owner came in.
    pub fn forget(&self, key: &K) {
        self.windows.remove(key);
    }
}

/// 429 until so many nanoseconds have passed.
#[must_use]
pub fn too_many(text: &'static str, left: Nanos) -> ApiError {
    ApiError::too_many(text, u64::try_from(left.div_euclid(NANOS_PER_SECOND) + 1).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_and_then_not_until_the_window_ends() {
        let tries = Tries::new(3, 10 * NANOS_PER_SECOND);
        for _ in 0..3 {
            assert!(tries.begin(&"a", 0).is_ok());
        }
        let refused = tries.begin(&"a", NANOS_PER_SECOND).unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.retry_after), (429, Some(10)));
        assert!(tries.begin(&"b", NANOS_PER_SECOND).is_ok());
        assert!(tries.begin(&"a", 10 * NANOS_PER_SECOND).is_ok());
    }

    #[test]
    fn it_stays_bounded() {
        let tries = Tries::new(3, i64::MAX / 2);
        for key in 0..CAPACITY + CAPACITY / 2 {
            tries.begin(&key, i64::try_from(key).unwrap()).unwrap();
        }
        assert!(tries.windows.len() <= CAPACITY);
    }
}
