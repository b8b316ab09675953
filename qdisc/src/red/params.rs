//! RED's parameters, as the kernel takes them and as `tc` computes them.

use crate::ConfigError;

/// How to average, and what to do about it (`tc_red_qopt`, `TCA_RED_STAB`, `TCA_RED_MAX_P`).
///
/// Lengths are bytes for red and packets for choke. [`tc`](Self::tc) has them from what a person knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Params {
    /// Average below which nothing happens.
    pub qth_min: u32,
    /// Average from which on every packet is dropped or marked.
    pub qth_max: u32,
    /// Weight of a new length in the average: 2 to the power of minus this (`Wlog`).
    pub wlog: u8,
    /// Used where `max_p` is 0: 2 to the power of minus this, for each unit between the thresholds,
    /// is the probability (`Plog`).
    pub plog: u8,
    /// A cell of the table stands for 2 to the power of this microseconds (`Scell_log`).
    pub scell_log: u8,
    /// How often the average is halved for an idle time of so many cells (`Stab`).
    pub stab: [u8; 256],
    /// Probability just below `qth_max`, of 2^32; 0 to go by `plog` (`max_P`).
    pub max_p: u32,
}

/// What `tc red` asks for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Traffic {
    /// First threshold in bytes (`min`).
    pub min: u32,
    /// Second threshold in bytes (`max`).
    pub max: u32,
    /// Bytes of an average packet (`avpkt`): `tc` proposes 1000.
    pub avpkt: u32,
    /// Packets of a burst that should pass (`burst`); `tc` takes (2 min + max) / 3 avpkt.
    pub burst: u32,
    /// Probability at the second threshold (`probability`): 0.02.
    pub probability: f64,
    /// Bytes per second of the link, from which idle time is measured (`bandwidth`): `tc` takes
    /// 10 Mbit/s.
    pub bandwidth: u32,
}

impl Params {
    /// What `tc` computes (`tc_red_eval_P`, `tc_red_eval_ewma`, `tc_red_eval_idle_damping`). For
    /// choke `tc` divides the thresholds by `avpkt` before it hands them over.
    ///
    /// The table is in `tc`'s ticks of 64 ns where the kernel reads it in microseconds, so that an
    /// idle queue is forgotten more slowly than it was meant; that is kept.
    ///
    /// # Errors
    /// [`ConfigError::RedThresholds`] if there is nothing between them or the burst is below the first
    /// one; [`ConfigError::RedTable`] if no table can express the link.
    pub fn tc(traffic: Traffic) -> Result<Self, ConfigError> {
        let Traffic { min, max, avpkt, burst, probability, bandwidth } = traffic;
        if max <= min || avpkt == 0 {
            return Err(ConfigError::RedThresholds { min, max });
        }
        let wlog = ewma(min, burst, avpkt).ok_or(ConfigError::RedThresholds { min, max })?;
        let plog = probability_log(max - min, probability).ok_or(ConfigError::RedTable)?;
        let (scell_log, stab) =
            idle_damping(wlog, avpkt, bandwidth).ok_or(ConfigError::RedTable)?;
        let max_p = (probability * 4_294_967_296.0) as u32;
        let params = Self { qth_min: min, qth_max: max, wlog, plog, scell_log, stab, max_p };
        params.check()?;
        Ok(params)
    }

    /// `red_check_params`.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let (min, max, wlog) = (self.qth_min, self.qth_max, u32::from(self.wlog));
        let fits = |length: u32| u32::BITS - length.leading_zeros() + wlog < 32;
        if !fits(min) || !fits(max) || max < min {
            return Err(ConfigError::RedThresholds { min, max });
        }
        if self.scell_log >= 32 || self.stab.iter().any(|&shift| shift >= 32) {
            return Err(ConfigError::RedTable);
        }
        Ok(())
    }
}

/// The smallest `Wlog` with which a burst passes: burst + 1 - min / avpkt <= (1 - (1 - W)^burst) / W.
fn ewma(min: u32, burst: u32, avpkt: u32) -> Option<u8> {
    let wanted = f64::from(burst) + 1.0 - f64::from(min) / f64::from(avpkt);
    if wanted < 1.0 {
        return None;
    }
    let weights = core::iter::successors(Some(0.5), |weight: &f64| Some(weight / 2.0));
    let mut choices = (1u8..32).zip(weights);
    choices
        .find(|(_, weight)| wanted <= (1.0 - power(1.0 - weight, burst)) / weight)
        .map(|(w, _)| w)
}

/// How often `probability` for one unit has to be doubled to be above 1.
fn probability_log(span: u32, probability: f64) -> Option<u8> {
    let start = probability / f64::from(span);
    let doubled = core::iter::successors(Some(start), |p: &f64| Some(p * 2.0));
    (0u8..32).zip(doubled).find(|(_, p)| *p > 1.0).map(|(plog, _)| plog)
}

fn idle_damping(wlog: u8, avpkt: u32, bandwidth: u32) -> Option<(u8, [u8; 256])> {
    const TICKS_PER_SECOND: f64 = 15_625_000.0;
    let ticks = (TICKS_PER_SECOND * f64::from(avpkt) / f64::from(bandwidth)).min(u32::MAX.into());
    let per_tick = minus_ln_one_minus(power(0.5, wlog.into())) / f64::from(ticks as u32);
    let longest = 31.0 / per_tick;
    let scell_log = (0u8..32).find(|log| longest / f64::from(1u32 << log) < 512.0)?;
    let mut stab = [31; 256];
    for (cell, shift) in (0u64..255).zip(&mut stab) {
        *shift = (((cell << scell_log) as f64 * per_tick) as u8).min(31);
    }
    Some((scell_log, stab))
}

fn power(base: f64, mut exponent: u32) -> f64 {
    let (mut square, mut product) = (base, 1.0);
    while exponent > 0 {
        if exponent % 2 == 1 {
            product *= square;
        }
        square *= square;
        exponent /= 2;
    }
    product
}

/// -ln(1 - w) for w up to 1/2, by its series, for there is no logarithm in `core`.
fn minus_ln_one_minus(w: f64) -> f64 {
    let (mut term, mut sum) = (w, 0.0);
    for k in 1..=60 {
        sum += term / f64::from(k);
        term *= w;
    }
    sum
}
