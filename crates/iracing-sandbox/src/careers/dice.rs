//! Repeatable chance: the same seed rolls the same numbers on every machine.
//!
//! SplitMix64 rather than a cryptographic generator: a career of 1,500 races rolls some millions of
//! numbers when the sandbox starts, and that has to be quick in a debug build too.

/// A stream of numbers that depends on its seed alone.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

/// Derives the seed of a part from the seed of the whole.
pub(crate) fn mix(seed: u64, part: u64) -> u64 {
    Dice(seed ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93)).next()
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number in `[0, end)`; 0 where `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }

    /// A number in `[first, last]`.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        first + (self.unit() * (last - first + 1) as f64) as i64
    }

    /// About normally distributed around 0 with deviation 1, and never beyond 3.5.
    pub(crate) fn bell(&mut self) -> f64 {
        // The sum of four uniform numbers has variance 1/3.
        (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * 3f64.sqrt()
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
