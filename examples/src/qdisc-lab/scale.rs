//! From values to places on a chart, and the ticks beside it.

/// A scale from 0 up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linear {
    top: f64,
    step: f64,
    /// Units of the picture.
    length: f64,
}

impl Linear {
    /// Ends at the tick above the largest value.
    pub(crate) fn up_to(largest: f64, length: f64) -> Self {
        let step = Self::step(largest.max(1.0), 4.0).max(1.0);
        Self { top: (largest / step).ceil().max(1.0) * step, step, length }
    }

    /// Ends where the values end.
    pub(crate) fn exactly(top: f64, length: f64) -> Self {
        let top = top.max(1e-9);
        Self { top, step: Self::step(top, 8.0), length }
    }

    /// 1, 2 or 5 times a power of ten, so that there are at most so many ticks.
    fn step(top: f64, ticks: f64) -> f64 {
        let power = 10_f64.powf((top / ticks).log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        steps.into_iter().find(|step| top / step <= ticks).unwrap_or(10.0 * power)
    }

    pub(crate) fn at(&self, value: f64) -> f64 {
        value / self.top * self.length
    }

    /// Where the ticks are, and what they say.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let digits = (-self.step.log10().floor()).max(0.0) as usize;
        let count = (self.top / self.step + 1e-6).floor() as u32;
        let value = |tick: u32| f64::from(tick) * self.step;
        (0..=count)
            .map(|tick| (self.at(value(tick)), format!("{:.digits$}", value(tick))))
            .collect()
    }
}

/// A logarithmic scale of times in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Log {
    /// Powers of ten.
    bottom: f64,
    top: f64,
    length: f64,
}

impl Log {
    /// From the power of ten below the shortest to a little above the longest. Less than a microsecond is
    /// no delay that anybody feels.
    pub(crate) fn new(shortest: f64, longest: f64, length: f64) -> Self {
        let bottom = shortest.max(1e3).log10().floor();
        let top = (longest.max(1e3).log10() + 0.1).max(bottom + 1.0);
        Self { bottom, top, length }
    }

    pub(crate) fn at(&self, value: f64) -> f64 {
        let power = value.max(1.0).log10().max(self.bottom);
        (power - self.bottom) / (self.top - self.bottom) * self.length
    }

    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let name = |power: i32| {
            let (unit, below) = match power {
                ..6 => ("µs", 3),
                6..9 => ("ms", 6),
                _ => ("s", 9),
            };
            format!("{} {unit}", 10_u64.pow((power - below).max(0) as u32))
        };
        (self.bottom as i32..=self.top as i32).map(|p| (self.at(10_f64.powi(p)), name(p))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(ticks: &[(f64, String)]) -> Vec<(u32, &str)> {
        ticks.iter().map(|(at, text)| (at.round() as u32, text.as_str())).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(
            said(&Linear::up_to(1001.0, 150.0).ticks()),
            [(0, "0"), (50, "500"), (100, "1000"), (150, "1500")]
        );
        assert_eq!(said(&Linear::up_to(0.0, 100.0).ticks()), [(0, "0"), (100, "1")]);
        assert_eq!(
            said(&Linear::exactly(0.25, 100.0).ticks()),
            [(0, "0.00"), (20, "0.05"), (40, "0.10"), (60, "0.15"), (80, "0.20"), (100, "0.25")]
        );
    }

    #[test]
    fn every_power_of_ten_has_its_tick() {
        let scale = Log::new(1.2e6, 10_f64.powf(8.9), 300.0);
        let ticks = scale.ticks();
        assert_eq!(said(&ticks), [(0, "1 ms"), (100, "10 ms"), (200, "100 ms"), (300, "1 s")]);
        assert_eq!(scale.at(0.0), 0.0, "below the bottom is at the bottom");
        assert_eq!(said(&Log::new(0.0, 0.0, 10.0).ticks()), [(0, "1 µs"), (10, "10 µs")]);
    }
}
