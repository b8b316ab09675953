/// The sequence control field (9.2.4.4), in the host's order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SeqCtrl(pub u16);

impl SeqCtrl {
    /// Numbers wrap here.
    pub const SN_MODULO: u16 = 4096;

    /// That of fragment `fragment` (0 to 15) of frame `sn` (0 to 4095); higher bits are cut off.
    #[must_use]
    pub const fn new(sn: u16, fragment: u8) -> Self {
        Self(sn << 4 | fragment as u16 & 15)
    }

    /// Sequence number, 0 to 4095.
    #[must_use]
    pub const fn sn(self) -> u16 {
        self.0 >> 4
    }

    /// Fragment number, 0 to 15.
    #[must_use]
    pub const fn fragment(self) -> u8 {
        (self.0 & 15) as u8
    }

    /// Whether `a` comes before `b`, the numbers being in a circle of 4096 (`ieee80211_sn_less`).
    #[must_use]
    pub const fn sn_less(a: u16, b: u16) -> bool {
        a.wrapping_sub(b) & (Self::SN_MODULO - 1) > Self::SN_MODULO / 2
    }
}

crate::wire::field_as! { SeqCtrl, u16, Self, |value: Self| value.0; }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let seq = SeqCtrl(0x1234);
        assert_eq!((seq.sn(), seq.fragment()), (0x123, 4));
        assert_eq!(SeqCtrl::new(0x123, 4), seq);
    }

    #[test]
    fn order_wraps() {
        assert!(SeqCtrl::sn_less(4095, 0) && !SeqCtrl::sn_less(0, 4095));
        assert!(!SeqCtrl::sn_less(7, 7));
        // Half the circle away is neither before nor after, as in Linux.
        assert!(!SeqCtrl::sn_less(0, 2048) && !SeqCtrl::sn_less(2048, 0));
        assert!(SeqCtrl::sn_less(1, 2048));
    }
}
