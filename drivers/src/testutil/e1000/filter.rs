//! Which frames the receiver wants (manual, 3.2.1 and 13.5).

use super::regs::{self, rah, rctl};
use super::state::State;

const BROADCAST: [u8; 6] = [0xff; 6];
/// Receive addresses.
const ADDRESSES: u32 = 16;

impl State {
    /// Whether the frame passes the address filters and the VLAN filter.
    pub(super) fn wants(&self, frame: &[u8]) -> bool {
        let (Some(destination), Some(source)) =
            (frame.first_chunk::<6>(), frame.get(6..).and_then(|rest| rest.first_chunk::<6>()))
        else {
            return false;
        };
        self.wants_address(*destination, *source) && self.wants_vlan(frame)
    }

    fn wants_address(&self, destination: [u8; 6], source: [u8; 6]) -> bool {
        let control = self.reg(regs::RCTL);
        let exact = || self.matches_exactly(destination, source);
        if destination == BROADCAST {
            control & rctl::BAM != 0 || exact()
        } else if destination[0] & 1 != 0 {
            control & rctl::MPE != 0 || exact() || self.in_multicast_table(destination)
        } else {
            control & rctl::UPE != 0 || exact()
        }
    }

    fn matches_exactly(&self, destination: [u8; 6], source: [u8; 6]) -> bool {
        (0..ADDRESSES).any(|i| {
            let low = self.reg(regs::RA + i * 8).to_le_bytes();
            let high = self.reg(regs::RA + i * 8 + 4);
            let [e, f, ..] = high.to_le_bytes();
            let wanted = [low[0], low[1], low[2], low[3], e, f];
            high & rah::AV != 0
                && match (high >> rah::AS_SHIFT) & 3 {
                    0 => wanted == destination,
                    1 => wanted == source,
                    _ => false,
                }
        })
    }

    /// Twelve bits of the address, chosen by `RCTL.MO`, name a bit of the table.
    fn in_multicast_table(&self, address: [u8; 6]) -> bool {
        let shift = match (self.reg(regs::RCTL) >> rctl::MO_SHIFT) & 3 {
            0 => 4,
            1 => 3,
            2 => 2,
            _ => 0,
        };
        let top = u16::from_le_bytes([address[4], address[5]]);
        let hash = u32::from(top >> shift) & 0xfff;
        self.reg(regs::MTA + (hash >> 5) * 4) & (1 << (hash & 31)) != 0
    }

    fn wants_vlan(&self, frame: &[u8]) -> bool {
        let control = self.reg(regs::RCTL);
        let Some(tci) = self.vlan_tag(frame) else { return true };
        if control & rctl::VFE == 0 {
            return true;
        }
        let cfi = tci & 0x1000 != 0;
        if control & rctl::CFIEN != 0 && cfi != (control & rctl::CFI != 0) {
            return false;
        }
        let vid = u32::from(tci & 0xfff);
        self.reg(regs::VFTA + (vid >> 5) * 4) & (1 << (vid & 31)) != 0
    }

    /// The tag control information of a frame whose type is that in `VET`.
    pub(super) fn vlan_tag(&self, frame: &[u8]) -> Option<u16> {
        let tag = frame.get(12..16)?;
        let vet = self.reg(regs::VET) as u16;
        (tag[..2] == vet.to_be_bytes()).then(|| u16::from_be_bytes([tag[2], tag[3]]))
    }
}
