//! Service curves of two pieces, in Linux's arithmetic (`struct internal_sc`, `struct runtime_sc`).
//!
//! Time runs in units of 64 ns here. All sums wrap around as Linux's do: a slope of nothing has an
//! inverse that stands for never, and adding to it is part of what can be seen.

/// Units of 64 ns in a second (`PSCHED_TICKS_PER_SEC`).
const TICKS_PER_SEC: u64 = 1_000_000_000 >> super::PSCHED_SHIFT;
const USEC_PER_SEC: u64 = 1_000_000;
/// Bits behind the point of a slope, and of an inverse slope.
const SM_SHIFT: u32 = 30 - super::PSCHED_SHIFT;
const ISM_SHIFT: u32 = 8 + super::PSCHED_SHIFT;
/// Never (`HT_INFINITY`).
const INFINITY: u64 = u64::MAX;

/// How much service is owed over time (`tc_service_curve`): at first at one rate, then at another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Curve {
    /// The first rate, in bytes per second. `tc` takes bits.
    pub m1: u32,
    /// How long it lasts, in microseconds.
    pub d: u32,
    /// The rate from then on, in bytes per second.
    pub m2: u32,
}

impl Curve {
    /// One rate from the beginning (tc's `rate`), in bytes per second.
    #[must_use]
    pub const fn linear(bytes_per_second: u32) -> Self {
        Self { m1: 0, d: 0, m2: bytes_per_second }
    }

    /// A packet of `umax` bytes within `dmax` microseconds, and `rate` bytes per second in the long
    /// run, as tc reckons it: a first piece above the rate if that is too slow for it, else a delay.
    /// `None` without delay or rate.
    #[must_use]
    pub const fn with_delay(umax: u32, dmax: u32, rate: u32) -> Option<Self> {
        if dmax == 0 || rate == 0 {
            return None;
        }
        let needed = (umax as u64 * USEC_PER_SEC).div_ceil(dmax as u64);
        if needed > rate as u64 {
            let m1 = if needed > u32::MAX as u64 { u32::MAX } else { needed as u32 };
            return Some(Self { m1, d: dmax, m2: rate });
        }
        // Below the rate: nothing at first, and just enough time left at the end.
        let own = umax as u64 * USEC_PER_SEC / rate as u64;
        Some(Self { m1: 0, d: (dmax as u64).saturating_sub(own) as u32, m2: rate })
    }

    /// A curve that never rises is none.
    pub(super) fn is_flat(&self) -> bool {
        self.m1 == 0 && self.m2 == 0
    }
}

fn seg_x2y(x: u64, sm: u64) -> u64 {
    let mask = (1 << SM_SHIFT) - 1;
    (x >> SM_SHIFT).wrapping_mul(sm).wrapping_add((x & mask).wrapping_mul(sm) >> SM_SHIFT)
}

fn seg_y2x(y: u64, ism: u64) -> u64 {
    let mask = (1 << ISM_SHIFT) - 1;
    match (y, ism) {
        (0, _) => 0,
        (_, INFINITY) => INFINITY,
        _ => (y >> ISM_SHIFT)
            .wrapping_mul(ism)
            .wrapping_add((y & mask).wrapping_mul(ism) >> ISM_SHIFT),
    }
}

/// A curve made ready (`struct internal_sc`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Slopes {
    sm1: u64,
    ism1: u64,
    dx: u64,
    dy: u64,
    sm2: u64,
    ism2: u64,
}

impl From<Curve> for Slopes {
    /// `sc2isc`.
    fn from(curve: Curve) -> Self {
        let sm = |m: u32| (u64::from(m) << SM_SHIFT).div_ceil(TICKS_PER_SEC);
        let ism = |m: u32| match m {
            0 => INFINITY,
            m => (TICKS_PER_SEC << ISM_SHIFT).div_ceil(m.into()),
        };
        let dx = (u64::from(curve.d) * TICKS_PER_SEC).div_ceil(USEC_PER_SEC);
        let sm1 = sm(curve.m1);
        let dy = seg_x2y(dx, sm1);
        Self { sm1, ism1: ism(curve.m1), dx, dy, sm2: sm(curve.m2), ism2: ism(curve.m2) }
    }
}

impl Slopes {
    /// What `tc class show` says of it (`hfsc_dump_sc`): the curve after two roundings.
    pub(super) fn shown(&self) -> Curve {
        let m = |sm: u64| (sm.wrapping_mul(TICKS_PER_SEC) >> SM_SHIFT) as u32;
        let d = self.dx.wrapping_mul(USEC_PER_SEC) / TICKS_PER_SEC;
        Curve { m1: m(self.sm1), d: d as u32, m2: m(self.sm2) }
    }

    pub(super) fn is_convex(&self) -> bool {
        self.sm1 <= self.sm2
    }
}

/// A curve from some point on (`struct runtime_sc`). It has the slopes of the curve it was begun with,
/// which are passed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Runtime {
    x: u64,
    y: u64,
    dx: u64,
    dy: u64,
}

impl Runtime {
    /// `rtsc_init`.
    pub(super) fn begin(slopes: &Slopes, x: u64, y: u64) -> Self {
        Self { x, y, dx: slopes.dx, dy: slopes.dy }
    }

    /// The same without its first piece.
    pub(super) fn without_first(self) -> Self {
        Self { dx: 0, dy: 0, ..self }
    }

    /// When `y` bytes will have been owed (`rtsc_y2x`).
    pub(super) fn y2x(&self, slopes: &Slopes, y: u64) -> u64 {
        if y < self.y {
            self.x
        } else if y <= self.y.wrapping_add(self.dy) {
            if self.dy == 0 {
                self.x.wrapping_add(self.dx)
            } else {
                self.x.wrapping_add(seg_y2x(y.wrapping_sub(self.y), slopes.ism1))
            }
        } else {
            let y = y.wrapping_sub(self.y).wrapping_sub(self.dy);
            self.x.wrapping_add(self.dx).wrapping_add(seg_y2x(y, slopes.ism2))
        }
    }

    /// How many bytes are owed by `x` (`rtsc_x2y`).
    fn x2y(&self, slopes: &Slopes, x: u64) -> u64 {
        if x <= self.x {
            self.y
        } else if x <= self.x.wrapping_add(self.dx) {
            self.y.wrapping_add(seg_x2y(x.wrapping_sub(self.x), slopes.sm1))
        } else {
            let x = x.wrapping_sub(self.x).wrapping_sub(self.dx);
            self.y.wrapping_add(self.dy).wrapping_add(seg_x2y(x, slopes.sm2))
        }
    }

    /// Makes it the lesser one of itself and the curve that begins at (`x`, `y`) (`rtsc_min`).
    pub(super) fn min(&mut self, slopes: &Slopes, x: u64, y: u64) {
        let y1 = self.x2y(slopes, x);
        if slopes.is_convex() {
            if y1 >= y {
                (self.x, self.y) = (x, y);
            }
            return;
        }
        if y1 <= y {
            return;
        }
        let y2 = self.x2y(slopes, x.wrapping_add(slopes.dx));
        if y2 >= y.wrapping_add(slopes.dy) {
            *self = Self::begin(slopes, x, y);
            return;
        }
        // They cross: the new one is below until its first piece has made good the difference.
        let dsm = slopes.sm1 - slopes.sm2;
        let mut dx = (y1.wrapping_sub(y) << SM_SHIFT) / dsm;
        let end = self.x.wrapping_add(self.dx);
        if end > x {
            dx = dx.wrapping_add(end.wrapping_sub(x));
        }
        *self = Self { x, y, dx, dy: seg_x2y(dx, slopes.sm1) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000,000 bytes a second are 0.064 bytes a unit: 0.064 · 2²⁴ = 1073741.824, and 15.625 units a
    /// byte are 256,000 in 14 bits.
    #[test]
    fn slopes_are_those_of_linux() {
        let slopes = Slopes::from(Curve { m1: 1_000_000, d: 10, m2: 0 });
        let expected = Slopes {
            sm1: 1_073_742,
            ism1: 256_000,
            dx: 157, // 156.25 units
            dy: 10,  // 157 · 0.064
            sm2: 0,
            ism2: INFINITY,
        };
        assert_eq!(slopes, expected);
        assert_eq!(slopes.shown(), Curve { m1: 1_000_000, d: 10, m2: 0 });
    }

    #[test]
    fn two_pieces_follow_each_other() {
        let slopes = Slopes::from(Curve { m1: 1_000_000, d: 64_000, m2: 500_000 });
        let curve = Runtime::begin(&slopes, 1000, 5);
        // 64 ms are a million units and 64,000 bytes; then half as many.
        assert_eq!(curve.x2y(&slopes, 1000), 5);
        assert_eq!(curve.x2y(&slopes, 1_001_000), 5 + 64_000);
        assert_eq!(curve.x2y(&slopes, 2_001_000), 5 + 96_000);
        assert_eq!(curve.y2x(&slopes, 4), 1000);
        assert_eq!(curve.y2x(&slopes, 5 + 32_000), 501_000);
        assert_eq!(curve.y2x(&slopes, 5 + 96_000), 2_001_000);
        let never = Slopes::from(Curve { m1: 1000, d: 1000, m2: 0 });
        let curve = Runtime::begin(&never, 0, 0);
        // As in Linux one unit before the end of the first piece, which the sum wraps around to.
        assert_eq!(curve.y2x(&never, 1000), 15_625 - 1);
    }

    /// The three cases of a concave curve, seen from points of the one that began at the origin.
    #[test]
    fn the_lesser_of_two_concave_curves() {
        let slopes = Slopes::from(Curve { m1: 1_000_000, d: 64_000, m2: 500_000 });
        let old = Runtime::begin(&slopes, 0, 0);
        let mut curve = old;
        curve.min(&slopes, 500_000, 40_000);
        assert_eq!(curve, old, "it passes below: 32,000 bytes are owed then");
        curve.min(&slopes, 3_000_000, 10_000);
        assert_eq!(curve, Runtime::begin(&slopes, 3_000_000, 10_000), "above all of the new one");
        let mut curve = old;
        // 80,000 are owed at 1.5 million; 16,000 less, the new curve gains 32 bytes in 1000 units.
        curve.min(&slopes, 1_500_000, 64_000);
        assert_eq!((curve.x, curve.y), (1_500_000, 64_000));
        assert!((499_990..=500_010).contains(&curve.dx), "{curve:?}");
        assert!((31_999..=32_001).contains(&curve.dy), "{curve:?}");
    }

    #[test]
    fn a_delay_is_a_curve() {
        // 1500 bytes in 10 ms are 150,000 bytes a second, more than the rate.
        let steep = Curve { m1: 150_000, d: 10_000, m2: 100_000 };
        assert_eq!(Curve::with_delay(1500, 10_000, 100_000), Some(steep));
        // At 1,000,000 they take 1.5 ms, so the first 8.5 may pass.
        let late = Curve { m1: 0, d: 8500, m2: 1_000_000 };
        assert_eq!(Curve::with_delay(1500, 10_000, 1_000_000), Some(late));
        assert_eq!(Curve::with_delay(1500, 0, 1000), None);
    }
}
