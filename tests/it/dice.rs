//! Chance, the same in every run. `ARGUS_TEST_SEED` makes it another one.

/// Dice to throw (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        let seed = std::env::var("ARGUS_TEST_SEED").ok();
        Self(seed.map_or(1, |seed| seed.parse().expect("ARGUS_TEST_SEED is a number")))
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub fn below(&mut self, end: usize) -> usize {
        (self.throw() % end as u64) as usize
    }

    /// Whether it is one of so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of a list.
    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }

    /// Something, or nothing one of so many times.
    pub fn some<T>(&mut self, times: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(times) { None } else { Some(make(self)) }
    }
}
