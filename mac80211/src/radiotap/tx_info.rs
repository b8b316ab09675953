//! What the radiotap header of a frame that is to be sent asks for.

use super::{Field, Flags, Item, McsFlags, McsKnown, Radiotap, TxFlags, VhtFlags, VhtKnown};
use crate::Malformed;

/// Bits of Linux's `rtap_namespace_sizes`.
const KNOWN: u32 = 0x003b_ffff;

/// What a frame injected through a monitor interface asks for, as Linux 6.12 understands it
/// (`ieee80211_parse_tx_radiotap`). All other fields say nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TxInfo {
    /// Encrypt it if there is a key (not `IEEE80211_TX_INTFL_DONT_ENCRYPT`).
    pub encrypt: bool,
    /// Fragment it if it is longer than the threshold (not `IEEE80211_TX_CTL_DONTFRAG`).
    pub fragment: bool,
    /// Don't wait for an acknowledgement (`IEEE80211_TX_CTL_NO_ACK`).
    pub no_ack: bool,
    /// Leave its sequence number alone (`IEEE80211_TX_CTRL_NO_SEQNO`).
    pub no_seqno: bool,
    /// Keep it in order among others that ask the same (`IEEE80211_TX_CTRL_DONT_REORDER`).
    pub dont_reorder: bool,
    /// Antennas, a bit each for the first two; 0 leaves it to the card.
    pub antennas: u8,
    /// Code it with LDPC (`IEEE80211_TX_CTL_LDPC`).
    pub ldpc: bool,
    /// Streams of space-time block coding, 0 to 3 (`IEEE80211_TX_CTL_STBC`).
    pub stbc: u8,
    /// The rate, if it asks for one.
    pub rate: Option<TxRate>,
    /// How often to repeat it at that rate.
    pub data_retries: u8,
}

/// A rate to send at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TxRate {
    /// Without HT, in 500 kbit/s.
    Legacy(u8),
    /// HT.
    Ht {
        /// Rate index.
        mcs: u8,
        /// Short guard interval.
        short_gi: bool,
        /// 20 or 40 MHz.
        width: u8,
    },
    /// VHT.
    Vht {
        /// Rate index, 0 to 11.
        mcs: u8,
        /// Number of streams, 1 to 8.
        nss: u8,
        /// Short guard interval.
        short_gi: bool,
        /// 20, 40, 80 or 160 MHz.
        width: u8,
    },
}

impl TxInfo {
    /// Reads the radiotap header of a packet, and gives the frame that is to be sent, without the frame
    /// check sequence that it may have.
    ///
    /// Linux's own table of fields ends with VHT and has no XChannel: it reads no further than to one of
    /// the others, and so does this.
    ///
    /// # Errors
    /// As [`Radiotap::parse`] and [`Items`](super::Items); [`Malformed::Truncated`] for a frame too
    /// short for its frame check sequence. Linux drops such a packet.
    pub fn parse(packet: &[u8]) -> Result<(Self, &[u8]), Malformed> {
        let (header, mut frame) = Radiotap::parse(packet)?;
        let mut info = Self::default();
        for item in header.items().knowing(KNOWN) {
            match item? {
                Item::Field(Field::Flags(flags)) => {
                    if flags.contains(Flags::FCS) {
                        let (before, _) = frame
                            .split_last_chunk::<4>()
                            .ok_or(Malformed::Truncated("frame check sequence"))?;
                        frame = before;
                    }
                    info.encrypt |= flags.contains(Flags::WEP);
                    info.fragment |= flags.contains(Flags::FRAG);
                }
                Item::Field(field) => info.take(field),
                _ => {}
            }
        }
        info.settle_antennas();
        Ok((info, frame))
    }

    fn take(&mut self, field: Field) {
        match field {
            Field::TxFlags(flags) => {
                self.no_ack |= flags.contains(TxFlags::NOACK);
                self.no_seqno |= flags.contains(TxFlags::NOSEQNO);
                self.dont_reorder |= flags.contains(TxFlags::ORDER);
            }
            Field::Rate(rate) => self.rate = Some(TxRate::Legacy(rate)),
            Field::Antenna(antenna @ 0..2) => self.antennas |= 1 << antenna,
            Field::DataRetries(retries) => self.data_retries = retries,
            Field::Mcs(mcs) => {
                let Some(index) = mcs.index() else { return };
                let known = |known, flag| mcs.known.contains(known) && mcs.flags.contains(flag);
                let short_gi = known(McsKnown::HAVE_GI, McsFlags::SGI);
                let width = if mcs.bandwidth() == Some(1) { 40 } else { 20 };
                self.rate = Some(TxRate::Ht { mcs: index, short_gi, width });
                self.ldpc |= known(McsKnown::HAVE_FEC, McsFlags::FEC_LDPC);
                self.stbc |= mcs.stbc().unwrap_or(0);
            }
            Field::Vht(vht) => {
                let short_gi =
                    vht.known.contains(VhtKnown::GI) && vht.flags.contains(VhtFlags::SGI);
                let width = match vht.bandwidth {
                    _ if !vht.known.contains(VhtKnown::BANDWIDTH) => 20,
                    1 => 40,
                    4 => 80,
                    11 => 160,
                    _ => 20,
                };
                let [mcs_nss, ..] = vht.mcs_nss;
                let mcs = if mcs_nss >> 4 > 11 { 0 } else { mcs_nss >> 4 };
                let nss = if matches!(mcs_nss & 15, 1..=8) { mcs_nss & 15 } else { 1 };
                self.rate = Some(TxRate::Vht { mcs, nss, short_gi, width });
            }
            _ => {}
        }
    }

    /// Too few antennas for the streams: the card is to choose.
    fn settle_antennas(&mut self) {
        let streams = match self.rate {
            // IEEE80211_HT_MCS_CHAINS
            Some(TxRate::Ht { mcs: 32, .. }) => 1,
            Some(TxRate::Ht { mcs, .. }) => 1 + (mcs >> 3),
            Some(TxRate::Vht { nss, .. }) => nss,
            Some(TxRate::Legacy(_)) | None => return,
        };
        if u32::from(streams) > self.antennas.count_ones() {
            self.antennas = 0;
        }
    }
}
