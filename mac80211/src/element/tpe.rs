//! Transmit power envelope.

use super::{Body, Id};
use crate::ChanDef;
use crate::wire::bits;

bits! {
    /// Transmit power information (9.4.2.161). `IEEE80211_TX_PWR_ENV_INFO_*`.
    pub struct TpeInfo(u8) {
        /// How many values follow: of an EIRP less one; of a PSD 0 for one that holds everywhere, else 2 to the
        /// power of this less one.
        count, with_count: 0, 3;
        /// 0 local EIRP, 1 local PSD, 2 EIRP for clients by regulation, 3 PSD for clients by regulation.
        interpret, with_interpret: 3, 3;
        /// Of clients at 6 GHz: 0 default, 1 subordinate.
        category, with_category: 6, 2;
    }
}

element! {
    /// Transmit power envelope (9.4.2.161; `struct ieee80211_tx_pwr_env`).
    pub struct TxPowerEnvelope: Id::TX_POWER_ENVELOPE, "transmit power envelope element" {
        /// What follows.
        pub info: TpeInfo,
    } then {
        /// Powers, each signed, in 0.5 dBm or 0.5 dBm/MHz, with what extends them.
        pub powers: &'a [u8],
    }
}

/// Powers by width (`struct ieee80211_parsed_tpe_eirp`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TpeEirp {
    /// An element said so.
    pub valid: bool,
    /// For 20, 40, 80, 160, 320 MHz, in 0.5 dBm; 127 for no limit.
    pub power: [i8; 5],
    /// How many were given.
    pub count: u8,
}

/// Power densities by subchannel (`struct ieee80211_parsed_tpe_psd`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TpePsd {
    /// An element said so.
    pub valid: bool,
    /// For each 20 MHz, in 0.5 dBm/MHz; 127 for no limit.
    pub power: [i8; 16],
    /// How many were given.
    pub count: u8,
    /// Of these for the HE channel, which stand first; 0: one holds everywhere.
    pub n: u8,
}

impl TpePsd {
    /// No limit (`IEEE80211_TPE_PSD_NO_LIMIT`).
    pub const NO_LIMIT: i8 = 127;

    /// Puts the powers into the order of the channel `used`, which is `ap`'s or a part of it
    /// (`ieee80211_rearrange_tpe_psd`).
    ///
    /// An element has first those of the HE channel, then those of the EHT channel around it.
    pub fn rearrange(&mut self, ap: &ChanDef, used: &ChanDef) {
        if !self.valid {
            return;
        }
        let needed = used.num_subchans();
        if self.n != 0 {
            let offset = ap.subchan_offset(self.n);
            let in_order: [i8; 16] = core::array::from_fn(|at| {
                let at = at as u8;
                let index = match at.checked_sub(offset) {
                    None => at.saturating_add(self.n),
                    Some(within) if within < self.n => within,
                    Some(_) => at,
                };
                self.of(index)
            });
            let offset = usize::from(ap.subchan_offset(needed));
            self.power = core::array::from_fn(|at| {
                let from = in_order.get(offset + at).filter(|_| at < usize::from(needed));
                from.copied().unwrap_or(Self::NO_LIMIT)
            });
        }
        self.count = self.count.min(needed);
    }

    fn of(&self, index: u8) -> i8 {
        self.power.get(usize::from(index)).copied().unwrap_or(Self::NO_LIMIT)
    }
}

/// What all transmit power envelopes of a frame say together (`struct ieee80211_parsed_tpe`); each is
/// indexed by the category of clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParsedTpe {
    /// Local powers.
    pub max_local: [TpeEirp; 2],
    /// Powers of clients by regulation.
    pub max_reg_client: [TpeEirp; 2],
    /// Local densities.
    pub psd_local: [TpePsd; 2],
    /// Densities of clients by regulation.
    pub psd_reg_client: [TpePsd; 2],
}

/// No limits (`ieee80211_clear_tpe`).
impl Default for ParsedTpe {
    fn default() -> Self {
        let eirp = TpeEirp { valid: false, power: [127; 5], count: 0 };
        let psd = TpePsd { valid: false, power: [TpePsd::NO_LIMIT; 16], count: 0, n: 0 };
        Self {
            max_local: [eirp; 2],
            max_reg_client: [eirp; 2],
            psd_local: [psd; 2],
            psd_reg_client: [psd; 2],
        }
    }
}

impl ParsedTpe {
    /// Adds what the element with this body says; one that is not well-formed says nothing
    /// (`ieee80211_parse_tpe`).
    pub fn add(&mut self, body: &[u8]) {
        let Ok(element) = TxPowerEnvelope::parse(body) else { return };
        let (count, category) = (element.info.count(), usize::from(element.info.category()));
        let (eirp, psd) = match element.info.interpret() {
            0 => (self.max_local.get_mut(category), None),
            1 => (None, self.psd_local.get_mut(category)),
            2 => (self.max_reg_client.get_mut(category), None),
            3 => (None, self.psd_reg_client.get_mut(category)),
            _ => return,
        };
        // Nothing is left half done: each returns before it changes anything.
        let _valid = match (eirp, psd) {
            (Some(eirp), _) => eirp.add(count, element.powers),
            (_, Some(psd)) => psd.add(count, element.powers),
            _ => None,
        };
    }

    /// Puts the densities into the order of the channel `used`, which is `ap`'s or a part of it
    /// (`ieee80211_rearrange_tpe`).
    pub fn rearrange(&mut self, ap: &ChanDef, used: &ChanDef) {
        for psd in self.psd_local.iter_mut().chain(&mut self.psd_reg_client) {
            psd.rearrange(ap, used);
        }
    }
}

impl TpeEirp {
    fn add(&mut self, count: u8, powers: &[u8]) -> Option<()> {
        if count > 3 {
            return None;
        }
        let given = powers.get(..usize::from(count) + 1)?;
        self.valid = true;
        set(&mut self.power, given);
        self.count = count + 1;
        // That for 320 MHz is an extension which the count has no number for.
        if let (3, Some(&last), [.., power]) = (count, powers.get(4), &mut self.power) {
            *power = last as i8;
            self.count = 5;
        }
        Some(())
    }
}

impl TpePsd {
    fn add(&mut self, count: u8, powers: &[u8]) -> Option<()> {
        if count > 4 {
            return None;
        }
        let n = if count == 0 { 1 } else { 1 << (count - 1) };
        let (given, extension) = powers.split_at_checked(n)?;
        let more = match extension {
            [] => &[],
            [control, more @ ..] => more.get(..usize::from(control & 0xf))?,
        };
        self.valid = true;
        if let (0, [everywhere]) = (count, given) {
            self.power = [*everywhere as i8; 16];
            self.count = 16;
            return Some(());
        }
        set(&mut self.power, given);
        self.n = n as u8;
        let room = self.power.get_mut(n..).unwrap_or_default();
        let added = more.len().min(room.len());
        set(room, more);
        self.count = (n + added) as u8;
        Some(())
    }
}

/// Puts as many of `bytes` in front of `powers` as there is room for.
fn set(powers: &mut [i8], bytes: &[u8]) {
    for (power, &byte) in powers.iter_mut().zip(bytes) {
        *power = byte as i8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_by_width() {
        let mut tpe = ParsedTpe::default();
        // Regulation's EIRP for subordinate clients: four values, and that for 320 MHz.
        tpe.add(&[0b01_010_011, 10, 20, 30, 40, 50]);
        assert_eq!(tpe.max_reg_client[1].power, [10, 20, 30, 40, 50]);
        assert_eq!((tpe.max_reg_client[1].count, tpe.max_reg_client[0].valid), (5, false));
        // Local: two values.
        tpe.add(&[0b00_000_001, 0xff, 1]);
        assert_eq!(
            tpe.max_local[0],
            TpeEirp { valid: true, power: [-1, 1, 127, 127, 127], count: 2 }
        );
        // Too many, too few, no such category, no such interpretation.
        for bad in
            [&[4, 1, 2, 3, 4, 5][..], &[3, 1, 2], &[0b10_000_000, 1], &[0b00_100_000, 1], &[]]
        {
            let before = tpe;
            tpe.add(bad);
            assert_eq!(tpe, before);
        }
    }

    #[test]
    fn densities_by_subchannel() {
        let mut tpe = ParsedTpe::default();
        tpe.add(&[0b00_001_000, 7]);
        assert_eq!(tpe.psd_local[0], TpePsd { valid: true, power: [7; 16], count: 16, n: 0 });
        // Four, and two that extend them.
        tpe.add(&[0b00_011_011, 1, 2, 3, 4, 2, 5, 6]);
        let psd = tpe.psd_reg_client[0];
        assert_eq!((&psd.power[..7], psd.count, psd.n), (&[1, 2, 3, 4, 5, 6, 127][..], 6, 4));
        // An extension cut short.
        let before = tpe;
        tpe.add(&[0b00_011_011, 9, 9, 9, 9, 3, 5, 6]);
        assert_eq!(tpe, before);
    }
}
