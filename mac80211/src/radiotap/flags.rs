//! Fields that are nothing but flags, and flags within fields.

bitflags::bitflags! {
    /// Properties of the frame (`enum ieee80211_radiotap_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Flags: u8 {
        /// Sent in a contention-free period.
        const CFP = 0x01;
        /// Short preamble.
        const SHORTPRE = 0x02;
        /// Encrypted; in what is to be sent: to be encrypted.
        const WEP = 0x04;
        /// Fragmented; in what is to be sent: to be fragmented.
        const FRAG = 0x08;
        /// Its frame check sequence stands at its end.
        const FCS = 0x10;
        /// Between its header and its body there are bytes up to a multiple of 4.
        const DATAPAD = 0x20;
        /// Its frame check sequence is wrong.
        const BADFCS = 0x40;
        /// Short guard interval; used, although the specification doesn't have it.
        const SHORTGI = 0x80;
    }

    /// Properties of a frame that was received (`enum ieee80211_radiotap_rx_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct RxFlags: u16 {
        /// The check of the PLCP header failed.
        const BADPLCP = 0x0002;
        /// Others: kept, without a name.
        const _ = !0;
    }

    /// Properties of a frame that was or is to be sent (`enum ieee80211_radiotap_tx_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct TxFlags: u16 {
        /// Given up after too many retries.
        const FAIL = 0x0001;
        /// Protected by CTS-to-self.
        const CTS = 0x0002;
        /// Protected by RTS and CTS.
        const RTS = 0x0004;
        /// No acknowledgement is to be expected, and none waited for.
        const NOACK = 0x0008;
        /// It has its sequence number; nobody is to change it.
        const NOSEQNO = 0x0010;
        /// Not to be reordered among others with this flag.
        const ORDER = 0x0020;
        /// Others: kept, without a name.
        const _ = !0;
    }

    /// Properties of a subframe of an A-MPDU (`enum ieee80211_radiotap_ampdu_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct AmpduFlags: u16 {
        /// Subframes without a frame are captured, too.
        const REPORT_ZEROLEN = 0x0001;
        /// This is one.
        const IS_ZEROLEN = 0x0002;
        /// It is known which subframe is the last.
        const LAST_KNOWN = 0x0004;
        /// This is the last.
        const IS_LAST = 0x0008;
        /// The delimiter's CRC is wrong.
        const DELIM_CRC_ERR = 0x0010;
        /// The delimiter's CRC is given.
        const DELIM_CRC_KNOWN = 0x0020;
        /// The delimiter's end-of-frame bit.
        const EOF = 0x0040;
        /// That bit is known.
        const EOF_KNOWN = 0x0080;
        /// Others: kept, without a name.
        const _ = !0;
    }

    /// What a timestamp is like (`enum ieee80211_radiotap_timestamp_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct TimestampFlags: u8 {
        /// Its upper 32 bits are not used.
        const FLAG_32BIT = 0x01;
        /// Its accuracy is known.
        const FLAG_ACCURACY = 0x02;
        /// Others: kept, without a name.
        const _ = !0;
    }
}
