//! What a [`Cake`](super::Cake) is to do.

use core::time::Duration;

use super::keywords::{Bytes, LINKS, ROUND_TRIPS};
use super::shaper::Rate;
use crate::ConfigError;

/// What a [`Cake`](super::Cake) is to do (`TCA_CAKE_*`); the defaults are Linux's.
///
/// `nat` is missing: where addresses are translated, a packet's
/// [`host_hashes`](crate::Packet::host_hashes) and [`flow_hash`](crate::Packet::flow_hash) are those
/// of the addresses inside, if whoever makes the packets knows them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Bytes per second of the shaper (`bandwidth`); 0 for no shaper (`unlimited`), the default.
    /// [Autorate](Self::autorate_ingress) changes it.
    pub bandwidth: u64,
    /// Estimate the bandwidth from what arrives, and shape to 15/16 of it (`autorate-ingress`): no.
    pub autorate_ingress: bool,
    /// How packets are sorted into tins by their DSCP: diffserv3.
    pub diffserv: Diffserv,
    /// Between what the bandwidth is shared: triple-isolate.
    pub flow_mode: FlowMode,
    /// Round-trip time that COBALT allows for (its interval), in whole microseconds: 100 ms. Slow
    /// links get more.
    pub rtt: Duration,
    /// Standing delay that COBALT accepts, in whole microseconds: 5 ms. Slow links get more.
    pub target: Duration,
    /// Clear the DSCP once it was read (`wash`): no.
    pub wash: bool,
    /// Cut packets that stand for several, so that others need not wait for all of it (`split-gso`):
    /// yes.
    pub split_gso: bool,
    /// Drop acknowledgements that a later one in the queue makes superfluous: no.
    pub ack_filter: AckFilter,
    /// Memory, by [`Packet::truesize`](crate::Packet::truesize), that may wait in all (`memlimit`).
    /// 0, the default, is four times what the bandwidth brings in [`rtt`](Self::rtt), at least 4 MiB
    /// and at most 10240 packets of [`mtu`](Self::mtu).
    pub memlimit: u32,
    /// Bits of [`Packet::mark`](crate::Packet::mark) that name a tin, from 1 (`fwmark`): none.
    pub fwmark: u32,
    /// What a packet takes on the wire beyond its length: nothing.
    pub overhead: Overhead,
    /// Shape what arrived rather than what will leave: drops count as well (`ingress`): no.
    pub ingress: bool,
    /// Bytes of the link's largest packet with its link header (`psched_mtu`): 1514.
    pub mtu: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bandwidth: 0,
            autorate_ingress: false,
            diffserv: Diffserv::default(),
            flow_mode: FlowMode::default(),
            rtt: Duration::from_millis(100),
            target: Duration::from_millis(5),
            wash: false,
            split_gso: true,
            ack_filter: AckFilter::Off,
            memlimit: 0,
            fwmark: 0,
            overhead: Overhead::RAW,
            ingress: false,
            mtu: 1514,
        }
    }
}

impl Config {
    /// Linux's `sch->limit`, which cake uses for its limit on memory only.
    const LIMIT: u32 = 10_240;
    const MEMORY_MIN: u64 = 4 << 20;

    /// For this round-trip time, with a target of a twentieth, as tc's `rtt` sets both.
    #[must_use]
    pub const fn with_rtt(self, rtt: Duration) -> Self {
        let target = Duration::from_micros((rtt.as_micros() / 20) as u64);
        Self { rtt, target, ..self }
    }

    /// For a round-trip time by tc's word for it: `datacentre`, `lan`, `metro`, `regional`,
    /// `internet`, `oceanic`, `satellite`, `interplanetary`. `None` for any other word.
    #[must_use]
    pub fn with_rtt_keyword(self, keyword: &str) -> Option<Self> {
        let &(_, target, rtt) = ROUND_TRIPS.iter().find(|(name, ..)| *name == keyword)?;
        Some(Self { rtt, target, ..self })
    }

    pub(super) fn check(self) -> Result<Self, ConfigError> {
        if self.mtu == 0 {
            return Err(ConfigError::ZeroMtu);
        }
        if self.bandwidth != 0 && Rate::new(self.bandwidth).is_unlimited() {
            return Err(ConfigError::RateTooBig(self.bandwidth));
        }
        Ok(self)
    }

    pub(super) fn rtt_micros(&self) -> u64 {
        micros(self.rtt)
    }

    pub(super) fn target_nanos(&self) -> u64 {
        micros(self.target) * 1_000
    }

    /// The limit on memory in force (`buffer_limit` in `cake_reconfigure`). Where Linux cuts the
    /// product off after 32 bits, from about 10 GB/s on, this is as much as fits.
    pub(super) fn memory_limit(&self) -> u32 {
        let most = self.mtu.saturating_mul(Self::LIMIT);
        if self.memlimit != 0 {
            return self.memlimit;
        }
        if self.bandwidth == 0 {
            return most;
        }
        let bytes = u128::from(self.bandwidth) * u128::from(self.rtt_micros()) * 4 / 1_000_000;
        let bytes = u32::try_from(bytes.max(u128::from(Self::MEMORY_MIN))).unwrap_or(u32::MAX);
        bytes.min(most)
    }
}

/// Whole microseconds, at least one and at most what 32 bits hold, as tc and the kernel have them.
fn micros(span: Duration) -> u64 {
    u64::from(u32::try_from(span.as_micros()).unwrap_or(u32::MAX).max(1))
}

/// How packets are sorted into tins (`CAKE_DIFFSERV_*`), each with a threshold of the bandwidth above
/// which it loses its priority.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Diffserv {
    /// Three tins: bulk with a threshold of 1/16, best effort, voice with 1/4.
    #[default]
    Diffserv3,
    /// Four tins: bulk 1/16, best effort, video 1/2, voice 1/4.
    Diffserv4,
    /// Eight tins by codepoint, each with 7/8 of the one before.
    Diffserv8,
    /// One tin.
    Besteffort,
    /// Eight tins by the upper three bits, each with 7/8 of the one before.
    Precedence,
}

/// Between what the bandwidth is shared (`CAKE_FLOW_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum FlowMode {
    /// One queue for all (`flowblind`).
    Flowblind = 0,
    /// Sending hosts.
    Srchost = 1,
    /// Receiving hosts.
    Dsthost = 2,
    /// Pairs of hosts.
    Hosts = 3,
    /// Flows.
    Flows = 4,
    /// Sending hosts, and the flows of each.
    DualSrchost = 5,
    /// Receiving hosts, and the flows of each.
    DualDsthost = 6,
    /// Flows, no host on either side getting more than its share.
    #[default]
    TripleIsolate = 7,
}

impl FlowMode {
    const SRC_IP: u8 = 1;
    const DST_IP: u8 = 2;
    const FLOWS: u8 = 4;

    pub(super) const fn has_src(self) -> bool {
        self as u8 & Self::SRC_IP != 0
    }

    pub(super) const fn has_dst(self) -> bool {
        self as u8 & Self::DST_IP != 0
    }

    pub(super) const fn has_flows(self) -> bool {
        self as u8 & Self::FLOWS != 0
    }

    /// Whether the loads of the sending and of the receiving host count (`cake_dsrc`, `cake_ddst`).
    pub(super) const fn dual(self) -> [bool; 2] {
        [self.has_src() && self.has_flows(), self.has_dst() && self.has_flows()]
    }
}

/// Which TCP acknowledgements to drop that a later one in the same queue supersedes
/// (`CAKE_ACK_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AckFilter {
    /// None.
    #[default]
    Off,
    /// All but the last two (`ack-filter`).
    On,
    /// All but the last (`ack-filter-aggressive`).
    Aggressive,
}

/// What a packet takes on the wire beyond its length.
///
/// ```
/// use softnet_qdisc::cake::{Framing, Overhead};
///
/// // tc ... cake docsis ether-vlan
/// let cable = Overhead::RAW.with_keyword("docsis").and_then(|link| link.with_keyword("ether-vlan"));
/// assert_eq!(cable, Some(Overhead { bytes: 22, raw: false, mpu: 64, framing: Framing::None }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overhead {
    /// Bytes that each packet takes on top (`overhead`). tc takes -64 to 256.
    pub bytes: i16,
    /// Count from the packet's whole length (`raw`), not from its network header on.
    pub raw: bool,
    /// Bytes that a packet takes at least, overhead included (`mpu`). tc takes 0 to 256.
    pub mpu: u16,
    /// How the link cuts the bytes up.
    pub framing: Framing,
}

impl Overhead {
    /// Packets as long as they say.
    pub const RAW: Self = Self { bytes: 0, raw: true, mpu: 0, framing: Framing::None };

    /// What tc's `overhead` sets: so many bytes on top of what follows the link header.
    #[must_use]
    pub const fn network(bytes: i16) -> Self {
        Self { bytes, raw: false, mpu: 0, framing: Framing::None }
    }

    /// The same after one more of tc's words: `raw`, `conservative`, `ethernet`, `ether-vlan`,
    /// `docsis`, `pppoe-ptm`, `bridged-ptm`, `pppoa-vcmux`, `pppoa-llc`, `pppoe-vcmux`,
    /// `pppoe-llcsnap`, `bridged-vcmux`, `bridged-llcsnap`, `ipoa-vcmux`, `ipoa-llcsnap`. Each adds to
    /// what was said before it. `None` for any other word.
    ///
    /// What a word adds is counted from the network header on. For tc's `raw docsis`, which counts
    /// from the whole length, set [`raw`](Self::raw) afterwards.
    #[must_use]
    pub fn with_keyword(self, keyword: &str) -> Option<Self> {
        let word = LINKS.iter().find(|word| word.name == keyword)?;
        let (bytes, raw) = match word.bytes {
            Bytes::Raw => (0, true),
            Bytes::Are(bytes) => (bytes, false),
            Bytes::Add(bytes) => (self.bytes.saturating_add(bytes), false),
        };
        let framing = word.framing.unwrap_or(self.framing);
        Some(Self { bytes, raw, mpu: word.mpu.unwrap_or(self.mpu), framing })
    }
}

/// How a link cuts bytes up (`CAKE_ATM_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Framing {
    /// Not at all (`noatm`).
    #[default]
    None,
    /// Cells of 53 bytes that carry 48.
    Atm,
    /// 65 bytes for 64, or for the rest.
    Ptm,
}
