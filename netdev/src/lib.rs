//! Linux's device layer as a crate: `net_device`, softirqs, NAPI and the transmit path, without
//! sockets above, without a kernel below, without a clock, a thread or a lock.
//!
//! Whoever runs network cards gets Linux's behaviour, down to flags, counters and the order of
//! things, as a value that an operating system, a userspace driver or a unit test calls when it sees
//! fit. A card's driver implements [`NetDeviceOps`]; sockets are the embedder's, or smoltcp's with
//! feature `smoltcp`.
//!
//! # The way of a frame
//!
//! ```text
//!        protocol: sockets, smoltcp, a bridge
//!           │ dev_queue_xmit                          ▲ receive
//!           ▼                                         │
//!    filters: clsact                          ┌─ protocol sink ─┐  one per interface, bounded
//!           ▼                                 └────────▲────────┘
//!   ┌─ queueing discipline ─┐ or past it     filters: ingress, clsact
//!   └───────────┬───────────┘                          │
//!     qdisc_run, NET_TX softirq                 taps ◀─┤
//!               ▼                              netif_receive_skb
//!     validate_xmit: VLAN, checksum                    ▲
//!               │                                      │
//!               ├─▶ taps                    NET_RX softirq: net_rx_action
//!               ▼                              ▲ poll           ▲ process_backlog
//!         start_xmit(skb, more)                │                │
//!   ┌───────────▼──────────────────────────────┴────┐    ┌──────┴──────┐
//!   │ driver: rings, DMA, interrupts                ├───▶│   backlog   │ netif_rx: loops and
//!   └───────────────────────┬───────────────────────┘    └──────▲──────┘ drivers without NAPI
//!                    card and wire                         rx_inbox: other CPUs
//! ```
//!
//! # The run loop
//!
//! One [`Softnet`] is one CPU's stack. It has one owner, who calls it; no call waits, and nothing
//! happens between calls. The owner's loop:
//!
//! ```text
//!   ┌─▶ sleep until an interrupt, a kick, or poll_at()
//!   │        │ interrupt          │ kick              │ poll_at() has passed
//!   │        ▼                    ▼                   ▼
//!   │   handle_interrupt     handle_inbox       handle_timeout        and dev_queue_xmit, any time
//!   │        └────────────────────┼───────────────────┘
//!   │                             ▼
//!   │   while softirqs().any() { do_softirq(clock) }     as often as the owner thinks fit:
//!   │                             │                      what exceeds a budget stays pending
//!   │                             ▼
//!   └── receive(dev) for each interface, poll_event()
//! ```
//!
//! Each of these is bounded: a run of the receive softirq by `netdev_budget` packets and by time, a
//! run of a queue by `dev_weight` packets, deferred work by number and by hops. A loop that gives the
//! rest of the machine its turn between two rounds of `do_softirq` is Linux's `ksoftirqd`.
//!
//! # What a driver may rely on
//!
//! - Its methods never run at the same time, and none is called from within another: what it wants
//!   done next it asks for through [`Cx`], or [defers](Cx::defer).
//! - One driver may have many [`Port`]s: both ends of a cable, the interfaces of a radio. They share
//!   the driver's state because it is one value.
//! - `start_xmit` is called for a port that is up, has a carrier, and whose queue is not stopped. A
//!   packet that it can't take comes again, first, in order.
//! - A NAPI instance that is asked for while it is polled is polled again: no packet is forgotten.
//!
//! # What an embedder may rely on
//!
//! - No packet is lost in silence. A refused one comes back in the error with its
//!   [reason](softnet_sk_buff::DropReason); a dropped one is counted in [`Softnet::drops`] by
//!   reason, and where Linux shows it: [`LinkStats`], [`SoftnetStats`], the discipline's own.
//! - Every queue is bounded. Steady state allocates nothing.
//! - What crosses CPUs goes through [`Inbox`](softnet_sk_buff::Inbox)es; all types are `Send`.
//! - The same calls with the same times and seeds give the same results.
//!
//! # A packet to oneself
//!
//! ```
//! use softnet_netdev::{Config, Loopback, Softnet, ethernet::eth_header};
//! use softnet_sk_buff::{EtherType, Instant, MacAddr, PoolConfig, SkPool};
//!
//! // A CPU's stack over a pool of packets, and the one device that every machine has.
//! let now = Instant::ZERO;
//! let pool = SkPool::heap(PoolConfig::default())?;
//! let mut softnet = Softnet::new(Config::default(), pool);
//! let registered = softnet.register_netdev(Box::new(Loopback::new())).map_err(|no| no.why)?;
//! let lo = registered.dev().ok_or("no port")?;
//! softnet.dev_open(lo, now)?;
//!
//! // Send: a payload, a header pushed in front, and out by `lo`.
//! let mut skb = softnet.pool().alloc(64).ok_or("no buffer")?;
//! skb.put(5)?.copy_from_slice(b"hello");
//! eth_header(&mut skb, MacAddr::ZERO, MacAddr::ZERO, EtherType::IPV4)?;
//! skb.meta_mut().dev = Some(lo);
//! softnet.dev_queue_xmit(skb, now).map_err(|refused| refused.why.name().unwrap_or("?"))?;
//!
//! // It waits in the backlog; the receive softirq brings it up.
//! while softnet.softirqs().any() {
//!     softnet.do_softirq(&mut { now });
//! }
//! let skb = softnet.receive(lo).ok_or("nothing came")?;
//! assert_eq!(skb.data(), b"hello");
//! softnet.consume(skb);
//! assert_eq!(softnet.drops().total(), 0);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Where to find what you know from Linux
//!
//! | here | Linux |
//! |---|---|
//! | [`NetDeviceOps`], [`PortConfig`], [`Change`] | `struct net_device_ops`, what a driver sets in `struct net_device`, `ndo_set_…` |
//! | [`Cx`] | what a driver calls: `netif_wake_queue`, `napi_schedule`, `netif_rx`, `netif_carrier_on` |
//! | [`NetDevice`], [`TxQueue`], [`Flags`], [`OperState`], [`Features`] | `struct net_device`, `struct netdev_queue`, `IFF_*`, `IF_OPER_*`, `NETIF_F_*` |
//! | [`Softnet`]: [`dev_open`](Softnet::dev_open) … [`dev_change_flags`](Softnet::dev_change_flags) | `net/core/dev.c`, `dev_ioctl.c`, `dev_addr_lists.c`, `link_watch.c` |
//! | [`Softnet::dev_queue_xmit`] and all below | `dev.c`, `sch_generic.c`: `__dev_xmit_skb`, `__qdisc_run`, `sch_direct_xmit`, `validate_xmit_skb` |
//! | what filters see, where a device's only queue holds a tree | `dev.c`: `sch_handle_egress`, `sch_handle_ingress` |
//! | [`Softnet::do_softirq`], [`Softirqs`] | `kernel/softirq.c`, `net_rx_action`, `net_tx_action` |
//! | [`Softnet::netpoll_send_skb`] | `net/core/netpoll.c` |
//! | [`Tap`], [`pcapng`] | `AF_PACKET` with `ETH_P_ALL`, `dumpcap` |
//! | [`procfs`] | `net/core/net-procfs.c` |
//! | [`Trace`], [`Station`] | the tracepoints of `net` and `napi`, and the function graph |
//! | [`Event`] | `call_netdevice_notifiers` |
//! | [`Loopback`] | `drivers/net/loopback.c` |
//!
//! Where this crate differs from Linux on purpose, the item says so.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `netlink` | `rtnetlink`: what `ip link`, `ip addr` and `tc` read and change, over softnet-netlink's table |
//! | `smoltcp` | `smoltcp`: sockets, TCP and IP on an interface |
//! | `testutil` | `testutil`: a card made of nothing, for tests and benches; outside semver |
//! | `std` | nothing; there for symmetry |
//!
//! None is on by default. `no_std` with `alloc`; `forbid(unsafe_code)`; a target needs
//! compare-and-swap on pointers (thumbv7em has it).

#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

extern crate alloc;

mod addr_list;
mod config;
mod control;
mod cx;
mod device;
mod dql;
pub mod ethernet;
mod event;
mod features;
mod flags;
mod hooks;
mod loopback;
mod napi;
mod ops;
pub mod pcapng;
pub mod procfs;
mod queues;
#[cfg(feature = "netlink")]
#[cfg_attr(docsrs, doc(cfg(feature = "netlink")))]
pub mod rtnetlink;
mod rx;
#[cfg(feature = "smoltcp")]
#[cfg_attr(docsrs, doc(cfg(feature = "smoltcp")))]
pub mod smoltcp;
mod softirq;
mod softnet;
mod state;
mod stats;
mod tap;
#[cfg(any(test, feature = "testutil"))]
#[cfg_attr(docsrs, doc(cfg(feature = "testutil")))]
pub mod testutil;
mod trace;
mod tx;
mod validate;
mod work;

pub use addr_list::AddrList;
pub use config::Config;
pub use cx::{Cx, RxMode};
pub use device::{NetDevice, TxQueue, TxQueueStats};
pub use event::Event;
pub use features::Features;
pub use flags::{Flags, OperState};
pub use loopback::Loopback;
pub use ops::{
    Busy, Change, Description, IrqReturn, NAPI_POLL_WEIGHT, NapiId, NetDeviceOps, Port, PortConfig,
    Progress, Refused,
};
pub use rx::NetRx;
pub use softirq::{Softirq, Softirqs};
pub use softnet::{DriverId, NotRegistered, Registered, Softnet};
pub use stats::{LinkStats, SoftnetStats};
pub use tap::{Tap, TapConfig, TapStats};
pub use trace::{Station, Trace};
pub use tx::NetXmit;
pub use work::Work;

/// The README's example, built with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
