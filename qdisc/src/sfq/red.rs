//! RED for each flow of sfq, as far as sfq has it: `red.h` without idle times.

use crate::ConfigError;
use crate::rng::Rng;

/// RED on each flow (`tc_sfq_qopt_v1`, as tc computes it from `min`, `max`, `burst`, `avpkt` and
/// `probability`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Bytes of average queue below which nothing is done, at least 1.
    pub min: u32,
    /// Bytes of average queue from which on every packet is marked or dropped.
    pub max: u32,
    /// The average moves by the 2^`wlog`th part of a difference.
    pub wlog: u8,
    /// The probability at `max` is `(max - min) / 2^plog`, unless `max_p` says.
    pub plog: u8,
    /// Of no use here; below 32.
    pub scell_log: u8,
    /// The probability at `max`, in parts of 2^32; 0 lets `plog` say.
    pub max_p: u32,
    /// Marks packets of senders that understand ECN, instead of dropping them.
    pub ecn: bool,
    /// Drops from `max` on even those that could be marked.
    pub harddrop: bool,
}

/// What to do with a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Action {
    Pass,
    /// By lot.
    Early,
    /// Because the average is at the maximum.
    Forced,
}

/// A flow's average queue (`red_vars`).
#[derive(Clone, Debug)]
pub(super) struct Vars {
    /// Packets since the last lot.
    qcount: i32,
    /// The lot.
    qr: u32,
    /// Average queue, shifted by `wlog`.
    qavg: u64,
}

impl Vars {
    pub(super) const NEW: Self = Self { qcount: -1, qr: 0, qavg: 0 };

    /// Forgets the average (`red_set_vars`).
    pub(super) fn restart(&mut self) {
        self.qavg = 0;
        self.qcount = -1;
    }
}

/// What is computed from a [`Config`] (`red_parms`).
#[derive(Clone, Debug)]
pub(super) struct Red {
    config: Config,
    qth_min: u64,
    qth_max: u64,
    /// What a random number is divided by to give the number of packets to the next mark.
    max_p_delta: u32,
}

impl Red {
    pub(super) fn new(config: Config) -> Result<Self, ConfigError> {
        let Config { min, max, wlog, plog, scell_log, max_p, .. } = config;
        let too_big = |bytes: u32| u32::BITS - bytes.leading_zeros() + u32::from(wlog) >= 32;
        if min == 0 || max < min || too_big(min) || too_big(max) || scell_log >= 32 {
            return Err(ConfigError::RedThresholds { min, max });
        }
        let delta = (max - min).max(1);
        let max_p = if max_p == 0 {
            let bits = if plog < 32 { u32::MAX >> plog } else { u32::MAX };
            bits.wrapping_mul(delta)
        } else {
            max_p
        };
        Ok(Self {
            config,
            qth_min: u64::from(min << wlog),
            qth_max: u64::from(max << wlog),
            max_p_delta: (max_p / delta).max(1),
        })
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// Moves the average towards `backlog` bytes (`red_calc_qavg_no_idle_time`).
    pub(super) fn average(&self, vars: &mut Vars, backlog: u32) {
        let step = u64::from(backlog).wrapping_sub(vars.qavg >> self.config.wlog);
        vars.qavg = vars.qavg.wrapping_add(step);
    }

    /// What the average asks for (`red_action`).
    pub(super) fn action(&self, vars: &mut Vars, rng: &mut Rng) -> Action {
        if vars.qavg < self.qth_min {
            vars.qcount = -1;
            return Action::Pass;
        }
        if vars.qavg >= self.qth_max {
            vars.qcount = -1;
            return Action::Forced;
        }
        vars.qcount = vars.qcount.saturating_add(1);
        if vars.qcount == 0 {
            vars.qr = self.lot(rng);
            return Action::Pass;
        }
        let above = (vars.qavg - self.qth_min) >> self.config.wlog;
        if above.wrapping_mul(i64::from(vars.qcount) as u64) < u64::from(vars.qr) {
            return Action::Pass;
        }
        vars.qcount = 0;
        vars.qr = self.lot(rng);
        Action::Early
    }

    fn lot(&self, rng: &mut Rng) -> u32 {
        rng.next_u32() / self.max_p_delta
    }
}
