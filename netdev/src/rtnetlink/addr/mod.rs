//! Addresses of interfaces: what `ip addr` reads and changes (`net/ipv4/devinet.c`, `net/ipv6/addrconf.c`).
//!
//! A device layer has no IP, so [`Addresses`] is a table by Linux's rules and no more: which addresses there are, in
//! which order, which of them are secondary, how they are named, for how long they live, and what happens to them
//! when their interface goes down, shrinks, is renamed or goes. The embedder's IP stack goes by it: it hears of each
//! change ([`LinkOps::address`](super::LinkOps::address)), and reads the table.
//!
//! Lifetimes run down by [`Addresses::poll_at`] and [`Addresses::handle_timeout`].
//!
//! Of IPv6, what has a protocol in it is the embedder's:
//! - **Duplicate address detection.** An address comes [tentative](AddrFlags::TENTATIVE), unless there is nobody to
//!   ask. Who has asked says what came of it: [`Addresses::dad_completed`], [`Addresses::dad_failed`]. Without
//!   anybody who asks, [`AddrConfig::accept_dad`] is to be off, as the sysctl of that name.
//! - **Link-local and global addresses made by the stack** (RFC 4862, 7217, 8981). [`Addresses::addr_gen_mode`] is what
//!   `ip link set … addrgenmode` wants; the embedder [adds](Addresses::add) what it makes. `::1` of a loopback is made
//!   here, as `127.0.0.1` is.
//! - Routes to prefixes, multicast groups to be joined, and anycast.
//!
//! Differs from Linux on purpose: the table is bounded; lifetimes end when they end, where Linux looks once a second
//! or so.

mod device;
mod dump;
mod error;
mod fill;
mod ifaddr;
mod inet;
mod inet6;
mod lifetime;
mod request;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use softnet_sk_buff::{IfIndex, Instant};

use crate::softnet::Softnet;
pub use dump::AddrDump;
pub use error::AddrError;
pub use ifaddr::{AddrFlags, Ifaddr, Label, Scope};
pub use inet::DelInet;
pub(super) use inet6::MIN_MTU as INET6_MIN_MTU;
pub(super) use request::{AF_INET, AF_INET6};

/// Limits and settings of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddrConfig {
    /// The most addresses, of all interfaces together.
    pub most: usize,
    /// Whether the first of the secondary addresses takes the place of a primary one that goes; else all of them go
    /// with it (`promote_secondaries`).
    pub promote_secondaries: bool,
    /// Whether somebody looks for duplicates of IPv6 addresses (`accept_dad`).
    pub accept_dad: bool,
    /// How interfaces make IPv6 addresses at first (`addr_gen_mode`).
    pub addr_gen_mode: AddrGenMode,
}

impl Default for AddrConfig {
    /// As Linux: secondaries go with the primary one, duplicates are looked for, addresses are made of MAC addresses.
    /// 1024 of them.
    fn default() -> Self {
        Self {
            most: 1024,
            promote_secondaries: false,
            accept_dad: true,
            addr_gen_mode: AddrGenMode::Eui64,
        }
    }
}

/// `IN6_ADDR_GEN_MODE_*`: how an interface makes its IPv6 addresses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum AddrGenMode {
    /// Of its MAC address.
    #[default]
    Eui64 = 0,
    /// Not at all.
    None = 1,
    /// By RFC 7217, with a secret that was given.
    StablePrivacy = 2,
    /// By RFC 7217, with a secret of its own.
    Random = 3,
}

impl AddrGenMode {
    pub(super) const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Eui64,
            1 => Self::None,
            2 => Self::StablePrivacy,
            3 => Self::Random,
            _ => return None,
        })
    }
}

/// An address that somebody wants an interface to have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewAddr {
    /// The interface.
    pub dev: IfIndex,
    /// The interface's own address.
    pub local: IpAddr,
    /// The other end's address, of the same family; `None`: `local`.
    pub address: Option<IpAddr>,
    /// Bits of the prefix.
    pub prefix_len: u8,
    /// How far it is known. IPv6 knows by itself.
    pub scope: Scope,
    /// Those that one may ask for; the rest is left out.
    pub flags: AddrFlags,
    /// IPv4's broadcast address.
    pub broadcast: Option<Ipv4Addr>,
    /// IPv4's label; `None`: the interface's name.
    pub label: Option<Label>,
    /// The metric of the route to its prefix; 0: the usual.
    pub metric: u32,
    /// Who brings it; 0: nobody says.
    pub protocol: u8,
    /// Seconds for which it is valid; `None`: for ever.
    pub valid: Option<u32>,
    /// Seconds for which it is preferred; `None`: for ever.
    pub preferred: Option<u32>,
    /// Whether one that is there gets these lifetimes, this metric and, of IPv6, these flags; else it is refused.
    pub replace: bool,
}

impl NewAddr {
    /// An address for ever, known everywhere.
    #[must_use]
    pub const fn new(dev: IfIndex, local: IpAddr, prefix_len: u8) -> Self {
        Self {
            dev,
            local,
            address: None,
            prefix_len,
            scope: Scope::UNIVERSE,
            flags: AddrFlags::empty(),
            broadcast: None,
            label: None,
            metric: 0,
            protocol: 0,
            valid: None,
            preferred: None,
            replace: false,
        }
    }
}

/// Something that happened to an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddrEvent {
    /// It is there, or something about it changed (`RTM_NEWADDR`).
    New(Ifaddr),
    /// It is gone (`RTM_DELADDR`).
    Del(Ifaddr),
}

impl AddrEvent {
    /// The address, as it is or was.
    #[must_use]
    pub const fn address(&self) -> &Ifaddr {
        match self {
            Self::New(address) | Self::Del(address) => address,
        }
    }
}

/// The addresses of a stack's interfaces.
///
/// Whoever changes it by these methods, rather than by a request, calls
/// [`Rtnetlink::notify`](super::Rtnetlink::notify) next: it tells of the changes.
///
/// ```
/// use softnet_netdev::rtnetlink::addr::{AddrConfig, AddrFlags, Addresses, NewAddr};
/// use softnet_netdev::{Loopback, Softnet};
/// use softnet_sk_buff::{Instant, PoolConfig, SkPool};
///
/// let mut softnet = Softnet::new(Default::default(), SkPool::heap(PoolConfig::default())?);
/// let lo = softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
/// let mut addresses = Addresses::new(AddrConfig::default());
/// for local in ["192.0.2.1", "192.0.2.2"] {
///     let new = NewAddr::new(lo, local.parse()?, 24);
///     addresses.add(&softnet, &new, Instant::ZERO)?;
/// }
/// let flags: Vec<_> = addresses.of(lo).map(|address| address.flags).collect();
/// assert_eq!(flags, [AddrFlags::PERMANENT, AddrFlags::PERMANENT | AddrFlags::SECONDARY]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Addresses {
    config: AddrConfig,
    devices: BTreeMap<IfIndex, Device>,
    count: usize,
    generation: u32,
    told: VecDeque<AddrEvent>,
    lost: u64,
}

/// `struct in_device` and `struct inet6_dev`.
#[derive(Debug)]
struct Device {
    /// `ifa_list`: primary ones, the least widely known first, then secondary ones.
    inet: Vec<Ifaddr>,
    /// `addr_list`: the most widely known first, and of these the newest.
    inet6: Vec<Ifaddr>,
    addr_gen_mode: AddrGenMode,
}

impl Addresses {
    /// A table without addresses.
    #[must_use]
    pub const fn new(config: AddrConfig) -> Self {
        Self {
            config,
            devices: BTreeMap::new(),
            count: 0,
            generation: 1,
            told: VecDeque::new(),
            lost: 0,
        }
    }

    /// Adds an address, or changes it where it may be [replaced](NewAddr::replace) (`inet_rtm_newaddr`,
    /// `inet6_rtm_newaddr`).
    ///
    /// # Errors
    /// [`AddrError`].
    pub fn add(&mut self, softnet: &Softnet, new: &NewAddr, now: Instant) -> Result<(), AddrError> {
        match new.local {
            IpAddr::V4(local) => self.inet_newaddr(softnet, (new, local), now),
            IpAddr::V6(local) => self.inet6_newaddr(softnet, (new, local), now),
        }
    }

    /// All addresses, by interface: IPv4's, then IPv6's.
    pub fn iter(&self) -> impl Iterator<Item = &Ifaddr> {
        self.devices.values().flat_map(|device| device.inet.iter().chain(&device.inet6))
    }

    /// The addresses of an interface: IPv4's, then IPv6's.
    pub fn of(&self, dev: IfIndex) -> impl Iterator<Item = &Ifaddr> {
        let device = self.devices.get(&dev);
        device.into_iter().flat_map(|device| device.inet.iter().chain(&device.inet6))
    }

    /// How an interface shall make IPv6 addresses.
    #[must_use]
    pub fn addr_gen_mode(&self, dev: IfIndex) -> AddrGenMode {
        self.devices.get(&dev).map_or(self.config.addr_gen_mode, |device| device.addr_gen_mode)
    }

    /// Changes how an interface shall make IPv6 addresses.
    pub fn set_addr_gen_mode(&mut self, dev: IfIndex, mode: AddrGenMode) {
        self.device(dev).addr_gen_mode = mode;
    }

    /// Changes that nobody was told of, because nobody called
    /// [`Rtnetlink::notify`](super::Rtnetlink::notify) for long.
    #[must_use]
    pub const fn lost_events(&self) -> u64 {
        self.lost
    }

    /// The next change to tell of.
    pub(super) fn next_event(&mut self) -> Option<AddrEvent> {
        self.told.pop_front()
    }

    fn device(&mut self, dev: IfIndex) -> &mut Device {
        let addr_gen_mode = self.config.addr_gen_mode;
        self.devices.entry(dev).or_insert_with(|| Device {
            inet: Vec::new(),
            inet6: Vec::new(),
            addr_gen_mode,
        })
    }

    /// Counts one more.
    fn take_place(&mut self) -> Result<(), AddrError> {
        if self.count >= self.config.most {
            return Err(AddrError::Full);
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    fn tell(&mut self, event: AddrEvent) {
        if matches!(event, AddrEvent::Del(_)) {
            self.count = self.count.saturating_sub(1);
        }
        self.generation = self.generation.wrapping_add(1).max(1);
        // No call changes more than all of them twice.
        if self.told.len() >= self.config.most.saturating_mul(2).max(64) {
            self.lost = self.lost.saturating_add(1);
            return;
        }
        self.told.push_back(event);
    }
}
