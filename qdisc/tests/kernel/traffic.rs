//! Random arrivals.

use softnet_qdisc_oracle::{Event, Rng, Send, What};
use softnet_sk_buff::checksum::ip_fast_csum;

/// What arrives, and how fast.
#[derive(Clone, Debug)]
pub(crate) struct Traffic {
    /// Packets.
    pub(crate) packets: u32,
    /// Bytes per second that arrive on average, in the long run.
    pub(crate) rate: u64,
    /// Smallest and largest packet; most are one or the other.
    pub(crate) len: (u32, u32),
    /// Priorities to choose from.
    pub(crate) priorities: Vec<u32>,
    /// Marks to choose from.
    pub(crate) marks: Vec<u32>,
    /// DS fields to choose from: ECN is the lower two bits.
    pub(crate) ds: Vec<u8>,
    /// Flows, told apart by UDP source ports from 1000 on.
    pub(crate) flows: u16,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            packets: 100,
            rate: 125_000,
            len: (60, 1514),
            priorities: vec![0],
            marks: vec![0],
            ds: vec![0],
            flows: 4,
        }
    }
}

impl Traffic {
    /// Arrivals in bursts, trickles and after pauses; some at the very same instant.
    pub(crate) fn events(&self, rng: &mut Rng) -> Vec<Event> {
        let (mut at, mut together) = (rng.range(0, 2_000_000), 0);
        // How the gaps are spread around the mean: steady, or a few long ones between many short.
        let spread = rng.pick(&[1, 3, 30]);
        let one = |number: u32| {
            let send = self.packet(number, rng);
            let mean = u64::from(send.len).saturating_mul(1_000_000_000) / self.rate.max(1);
            let event = Event { at, what: What::Send(send) };
            if together > 0 {
                together -= 1;
            } else {
                at += if rng.one_in(spread) {
                    rng.range(0, 2 * spread * mean)
                } else {
                    rng.range(0, 3_000)
                };
                together = if rng.one_in(8) { rng.range(1, 8) } else { 0 };
            }
            event
        };
        (0..self.packets).map(one).collect()
    }

    fn packet(&self, number: u32, rng: &mut Rng) -> Send {
        let (low, high) = self.len;
        let len = match rng.range(0, 3) {
            0 => low,
            1 => rng.range32(low, high),
            _ => high,
        };
        let flow = rng.range32(0, u32::from(self.flows) - 1) as u16;
        Send {
            number,
            len,
            priority: rng.pick(&self.priorities),
            mark: rng.pick(&self.marks),
            departure: None,
            head: udp(len, rng.pick(&self.ds), flow),
        }
    }
}

/// The headers of flow `flow`'s packet of `len` bytes.
pub(crate) fn udp(len: u32, ds: u8, flow: u16) -> Vec<u8> {
    let len = u16::try_from(len).expect("no jumbo frames here");
    let mut ip = [0u8; 20];
    ip[..2].copy_from_slice(&[0x45, ds]);
    ip[2..4].copy_from_slice(&(len - 14).to_be_bytes());
    ip[8..10].copy_from_slice(&[64, 17]);
    ip[12..].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
    let sum = ip_fast_csum(&ip);
    ip[10..12].copy_from_slice(&sum.to_be_bytes());
    let [ports, udp_len] = [[1000 + flow, 2000], [len - 34, 0]];
    let udp = [ports, udp_len].concat().into_iter().flat_map(u16::to_be_bytes);
    let ethernet = [2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 8, 0];
    ethernet.into_iter().chain(ip).chain(udp).collect()
}
