//! Moments and choices that nobody chose, and that can be had again.

use argus_core::clock::{Clock, Ids};

use crate::common::say;

/// A generator (splitmix64). What it says follows from its seed; when the store and the network have their turns does not.
pub struct Random(u64);

impl Random {
    /// One of its own, or that of `ARGUS_CRASH_SEED`. The seed is shown when the test fails.
    pub fn new() -> Self {
        let given = std::env::var("ARGUS_CRASH_SEED").ok().map(|text| text.parse().unwrap());
        let seed = given.unwrap_or_else(|| u64::from_le_bytes(Ids::new(Clock::system()).bytes()));
        say(&format!("ARGUS_CRASH_SEED={seed}"));
        Self(seed)
    }

    /// Another one, for somebody who has turns of its own.
    pub fn child(&mut self) -> Self {
        Self(self.next())
    }

    /// Any number below that.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
