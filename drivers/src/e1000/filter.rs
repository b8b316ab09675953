//! Which frames the receiver takes (manual, 3.2.1 and 13.5).
//!
//! The card compares with 16 addresses and looks multicast ones up in a table by 12 bits of hash, so
//! it may let through what nobody asked for; the stack's protocols sort that out.

use softnet_netdev::{Cx, Features, Port};
use softnet_sk_buff::MacAddr;

use super::driver::E1000;
use super::hw::Hw;
use super::regs::{ADDRESSES, MTA, RA, RAH_VALID, RCTL, Rctl, TABLE_WORDS, VFTA};
use super::rx::needs_long;
use crate::bus::PciDevice;

/// A table of 4096 bits, as `MTA` and `VFTA` are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Table([u32; TABLE_WORDS]);

impl Table {
    pub(super) const EMPTY: Self = Self([0; TABLE_WORDS]);

    /// Sets or clears bit `index`; indices have 12 bits.
    pub(super) fn set(&mut self, index: u16, on: bool) {
        if let Some(word) = self.0.get_mut(usize::from(index >> 5)) {
            let bit = 1 << (index & 31);
            *word = if on { *word | bit } else { *word & !bit };
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }
}

/// An address's place in the multicast table, with `RCTL.MO` 0: its bits 47 to 36.
fn multicast_hash(address: MacAddr) -> u16 {
    let [.., low, high] = address.octets();
    (u16::from(high) << 4) | (u16::from(low) >> 4)
}

impl<P: PciDevice> Hw<P> {
    /// Sets the receive address `index`, or empties it.
    fn write_address(&self, index: u32, address: Option<MacAddr>) {
        let register = RA + index * 8;
        // Invalid first: between the two halves the entry is nobody's address.
        self.write(register + 4, 0);
        if let Some(address) = address {
            let [a, b, c, d, e, f] = address.octets();
            self.write(register, u32::from_le_bytes([a, b, c, d]));
            self.write(register + 4, u32::from_le_bytes([e, f, 0, 0]) | RAH_VALID);
        }
    }
}

impl<P: PciDevice> E1000<P> {
    /// The station's own address, always the first.
    pub(super) fn write_own_address(&self) {
        self.hw.write_address(0, Some(self.address));
    }

    /// Programs addresses, multicast table and `RCTL` for what the port has to receive
    /// (`e1000_set_rx_mode`).
    pub(super) fn write_rx_mode(&mut self, cx: &Cx<'_>) {
        let Some(mode) = cx.rx_mode(Port::ONLY) else { return };
        (self.promisc, self.allmulti) = (mode.promisc, mode.allmulti);
        let mut table = Table::EMPTY;
        // Unicast addresses can only be compared, so they go first; multicast ones get what places
        // are left, where the match is exact.
        let mut place = 1;
        for address in mode.unicast().chain(mode.multicast()) {
            if place < ADDRESSES {
                self.hw.write_address(place, Some(address));
                place += 1;
            } else if address.is_multicast() {
                table.set(multicast_hash(address), true);
            }
        }
        for unused in place..ADDRESSES {
            self.hw.write_address(unused, None);
        }
        self.hw.write_table(MTA, &table.0);
        self.write_rctl();
    }

    /// The VLAN table.
    pub(super) fn write_vlans(&self) {
        self.hw.write_table(VFTA, &self.vlans.0);
    }

    /// Adds or removes a VLAN. The first one turns the filter on (`e1000_vlan_filter_on_off`).
    pub(super) fn change_vlan(&mut self, vlan: u16, on: bool) {
        self.vlans.set(vlan & 0x0fff, on);
        if self.is_up() {
            self.write_vlans();
            self.write_rctl();
        }
    }

    /// What `RCTL` is to be.
    fn wanted_rctl(&self) -> Rctl {
        let mut control = Rctl::EN | Rctl::BAM | Rctl::SECRC;
        if let Some(rings) = &self.rings {
            control |= rings.rx.geometry().rctl();
        }
        control.set(Rctl::LPE, needs_long(self.mtu));
        control.set(Rctl::UPE, self.promisc);
        control.set(Rctl::MPE, self.promisc || self.allmulti);
        // A promiscuous listener wants other VLANs too.
        let filter = self.features.contains(Features::HW_VLAN_CTAG_FILTER);
        control.set(Rctl::VFE, filter && !self.vlans.is_empty() && !self.promisc);
        control
    }

    /// Brings `RCTL` up to date. Written only if it changes: some models stop receiving for a
    /// second whenever it is.
    pub(super) fn write_rctl(&mut self) {
        let wanted = self.wanted_rctl();
        if wanted != self.rctl {
            self.rctl = wanted;
            self.hw.write(RCTL, wanted.bits());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manual's example, 13.5.1: 12:34:56:78:9a:bc hashes to 0xbc9 with MO 0.
    #[test]
    fn multicast_addresses_hash_as_in_the_manuals_example() {
        assert_eq!(multicast_hash(MacAddr([0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc])), 0xbc9);
    }

    #[test]
    fn a_table_is_4096_bits() {
        let mut table = Table::EMPTY;
        table.set(0xbc9, true);
        assert_eq!(table.0[0x5e], 1 << 9);
        table.set(4095, true);
        assert_eq!(table.0[127], 1 << 31);
        table.set(0xbc9, false);
        table.set(4095, false);
        assert!(table.is_empty());
    }
}
