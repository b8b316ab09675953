//! Which channel, and how wide.

/// Width of a channel (`enum nl80211_chan_width`, without those of S1G and of 5 and 10 MHz).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ChanWidth {
    /// 20 MHz, without HT.
    W20NoHt,
    /// 20 MHz.
    W20,
    /// 40 MHz.
    W40,
    /// 80 MHz.
    W80,
    /// Twice 80 MHz, apart.
    W80P80,
    /// 160 MHz.
    W160,
    /// 320 MHz.
    W320,
}

impl ChanWidth {
    /// In MHz, of one of the two halves for 80+80 (`nl80211_chan_width_to_mhz`).
    #[must_use]
    pub const fn mhz(self) -> u32 {
        match self {
            Self::W20NoHt | Self::W20 => 20,
            Self::W40 => 40,
            Self::W80 | Self::W80P80 => 80,
            Self::W160 => 160,
            Self::W320 => 320,
        }
    }

    /// Half as wide, of the same kind; `None` below 40 MHz.
    const fn half(self) -> Option<Self> {
        match self {
            Self::W20NoHt | Self::W20 => None,
            Self::W40 => Some(Self::W20),
            Self::W80 => Some(Self::W40),
            Self::W80P80 | Self::W160 => Some(Self::W80),
            Self::W320 => Some(Self::W160),
        }
    }
}

/// A channel (`struct cfg80211_chan_def`). Frequencies in MHz.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ChanDef {
    /// How wide.
    pub width: ChanWidth,
    /// Centre of the primary 20 MHz (`chan->center_freq`).
    pub primary: u32,
    /// Centre of all, of 80+80 of the half with the primary.
    pub center_freq1: u32,
    /// Centre of the other half of 80+80; else 0.
    pub center_freq2: u32,
    /// A bit for each 20 MHz, lowest first, that is not used.
    pub punctured: u16,
}

impl ChanDef {
    /// How many times 20 MHz (`ieee80211_chandef_num_subchans`).
    #[must_use]
    pub const fn num_subchans(&self) -> u8 {
        match self.width {
            ChanWidth::W80P80 => 8,
            width => (width.mhz() / 20) as u8,
        }
    }

    /// Half as wide: that half which has the primary channel (`ieee80211_chandef_downgrade`). 20 MHz lose HT.
    #[must_use]
    pub const fn downgrade(self) -> Self {
        let Some(width) = self.width.half() else {
            return Self { width: ChanWidth::W20NoHt, punctured: 0, ..self };
        };
        if matches!(self.width, ChanWidth::W80P80) {
            return Self { width, center_freq2: 0, ..self };
        }
        let (quarter, drop) = (self.width.mhz() / 4, self.width.mhz() / 20 / 2);
        let (center_freq1, punctured) = if self.primary > self.center_freq1 {
            (self.center_freq1.saturating_add(quarter), self.punctured >> drop)
        } else {
            (self.center_freq1.saturating_sub(quarter), self.punctured & ((1 << drop) - 1))
        };
        if matches!(width, ChanWidth::W20) {
            return Self { width, center_freq1: self.primary, punctured: 0, ..self };
        }
        Self { width, center_freq1, punctured, ..self }
    }

    /// How many of its 20 MHz lie below those `n` that are left when it is halved, time and again
    /// (`ieee80211_calc_chandef_subchan_offset`). 0 if `n` is none of its halves.
    #[must_use]
    pub fn subchan_offset(&self, n: u8) -> u8 {
        if self.num_subchans() <= n {
            return 0;
        }
        let (mut channel, mut offset) = (*self, 0);
        while channel.num_subchans() > n && channel.width > ChanWidth::W20 {
            let before = channel.center_freq1;
            channel = channel.downgrade();
            if before < channel.center_freq1 {
                offset += channel.num_subchans();
            }
        }
        let secondary_below =
            self.width == ChanWidth::W80P80 && self.center_freq2 < self.center_freq1;
        if secondary_below { offset + 4 } else { offset }
    }
}
