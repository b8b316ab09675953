//! smoltcp on one of our interfaces: sockets, TCP and IP are its part, everything below is ours.
//!
//! [`Phy`] lends a [`Softnet`] to smoltcp for one poll. What smoltcp sends is written straight into a
//! packet of the pool and goes through [`dev_queue_xmit`](Softnet::dev_queue_xmit): queueing
//! discipline, taps, driver. What it reads is the very buffer that the card filled. No byte is copied
//! on either way.
//!
//! # Checksums
//!
//! smoltcp asks once, when an [`Interface`](smoltcp::iface::Interface) is made, who sums and who
//! checks; it can't be told for each packet. So:
//!
//! - *To send*: if the device sums TCP and UDP, smoltcp leaves these sums to us. A packet gets the
//!   pseudo-header's sum and [`Checksum::Partial`], and whoever comes first below finishes it: the
//!   device, or `validate_xmit_skb` if its features have changed since. The IPv4 header and ICMP are
//!   smoltcp's to sum in any case.
//! - *Received*: smoltcp checks them all. What the device says ([`Checksum::Unnecessary`]) can't be
//!   passed on, because it is said of some packets and not of others. A packet that a virtual device
//!   handed over unfinished is finished here.
//!
//! # Example
//!
//! ```
//! use smoltcp::iface::{Config, Interface, SocketSet};
//! use smoltcp::wire::{EthernetAddress, IpCidr, Ipv4Address};
//! use softnet_netdev::smoltcp::{Phy, to_smoltcp};
//! use softnet_netdev::Softnet;
//! use softnet_sk_buff::{IfIndex, Instant};
//! # use smoltcp::socket::tcp;
//! # use softnet_netdev::{Busy, Cx, Description, NetDeviceOps, Port, PortConfig};
//! # use softnet_sk_buff::{MacAddr, PoolConfig, SkBuff, SkPool};
//! # struct Dummy;
//! # impl NetDeviceOps for Dummy {
//! #     fn describe(&self) -> Description {
//! #         let mut port = PortConfig::ethernet("dummy%d", MacAddr([2, 0, 0, 0, 0, 1]));
//! #         port.has_carrier = false;
//! #         Description { driver: "dummy", ports: vec![port], napi_weights: vec![] }
//! #     }
//! #     fn start_xmit(&mut self, _: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
//! #         cx.consume(skb);
//! #         Ok(())
//! #     }
//! # }
//!
//! /// Gives smoltcp one turn, and answers when it wants the next.
//! fn poll(
//!     softnet: &mut Softnet,
//!     dev: IfIndex,
//!     (interface, sockets): (&mut Interface, &mut SocketSet<'_>),
//!     now: Instant,
//! ) -> Option<Instant> {
//!     let at = to_smoltcp(now);
//!     let mut phy = Phy::new(softnet, dev, now)?;
//!     interface.poll(at, &mut phy, sockets);
//!     interface.poll_at(at, sockets).map(softnet_netdev::smoltcp::from_smoltcp)
//! }
//!
//! # let now = Instant::ZERO;
//! # let pool = SkPool::heap(PoolConfig::default())?;
//! # let mut softnet = Softnet::new(softnet_netdev::Config::default(), pool);
//! # let dev = softnet.register_netdev(Box::new(Dummy)).unwrap().dev().unwrap();
//! # softnet.dev_open(dev, now)?;
//! let address = softnet.dev(dev).unwrap().address();
//! let mut phy = Phy::new(&mut softnet, dev, now).unwrap();
//! let config = Config::new(EthernetAddress(address.octets()).into());
//! let mut interface = Interface::new(config, &mut phy, to_smoltcp(now));
//! interface.update_ip_addrs(|addresses| {
//!     addresses.push(IpCidr::new(Ipv4Address::new(10, 0, 0, 1).into(), 24)).unwrap();
//! });
//! drop(phy);
//! let mut sockets = SocketSet::new(vec![]);
//! # let socket = tcp::Socket::new(
//! #     tcp::SocketBuffer::new(vec![0; 1024]), tcp::SocketBuffer::new(vec![0; 1024]));
//! # let handle = sockets.add(socket);
//! # let there = (Ipv4Address::new(10, 0, 0, 2), 80);
//! # sockets.get_mut::<tcp::Socket>(handle).connect(interface.context(), there, 4000)?;
//! let next = poll(&mut softnet, dev, (&mut interface, &mut sockets), now);
//! # assert!(next.is_some());
//! # assert_eq!(softnet.dev(dev).unwrap().tx_queues()[0].stats().sent, 1, "an ARP request");
//! # assert_eq!(softnet.pool().unspecified_drops(), 0);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::vec;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant as SmolInstant;
use softnet_sk_buff::checksum::Sum;
use softnet_sk_buff::{Checksum, DropReason, EtherType, IfIndex, Instant, Layer, Rejected, SkBuff};

use crate::ethernet::ETH_HLEN;
use crate::features::Features;
use crate::softnet::Softnet;

/// Headroom for a VLAN tag on top of what the driver wants, so that pushing one moves no bytes; and
/// the IP header starts on a multiple of four (`NET_SKB_PAD`, `NET_IP_ALIGN`).
const HEADROOM: u16 = 66;

/// Our time as smoltcp's, which counts microseconds: what is begun is cut off.
#[must_use]
pub fn to_smoltcp(now: Instant) -> SmolInstant {
    SmolInstant::from_micros(i64::try_from(now.as_nanos() / 1_000).unwrap_or(i64::MAX))
}

/// smoltcp's time as ours.
#[must_use]
pub fn from_smoltcp(at: SmolInstant) -> Instant {
    Instant::from_micros(u64::try_from(at.total_micros()).unwrap_or(0))
}

/// A [`phy::Device`] over one interface of a [`Softnet`], for one turn of smoltcp.
///
/// Cheap to make: make one whenever smoltcp is polled. Packets that the stack refuses are freed with
/// its reason and counted in [`Softnet::drops`]; so are received packets for which there is no memory
/// to answer (`NOMEM`) and those of a VLAN (`OTHERHOST`): smoltcp knows no tags.
pub struct Phy<'a> {
    softnet: &'a mut Softnet,
    dev: IfIndex,
    now: Instant,
    capabilities: DeviceCapabilities,
    headroom: u16,
    /// The packet that the next [`TxToken`] writes into.
    blank: Option<SkBuff>,
    /// The last packet that was read.
    spent: Option<SkBuff>,
}

impl fmt::Debug for Phy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phy")
            .field("dev", &self.dev)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl<'a> Phy<'a> {
    /// Lends `softnet` to smoltcp. `now` is the time of everything that happens in this turn.
    /// `None` if there is no interface `dev`.
    pub fn new(softnet: &'a mut Softnet, dev: IfIndex, now: Instant) -> Option<Self> {
        let device = softnet.dev(dev)?;
        let headroom = HEADROOM.saturating_add(device.config().needed_headroom);
        let frame = device.mtu() as usize + ETH_HLEN;
        let offload = device.features().intersects(Features::CSUM_MASK);
        let buffer = softnet.pool().buffer_size() as usize;
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = frame.min(buffer.saturating_sub(headroom.into()));
        if offload {
            capabilities.checksum.tcp = phy::Checksum::Rx;
            capabilities.checksum.udp = phy::Checksum::Rx;
        }
        Some(Self { softnet, dev, now, capabilities, headroom, blank: None, spent: None })
    }

    /// Frees what was read, and sees to it that there is a packet to write into.
    fn prepare(&mut self) -> bool {
        if let Some(skb) = self.spent.take() {
            self.softnet.consume(skb);
        }
        if self.blank.is_none() {
            self.blank = self.softnet.pool().alloc(self.headroom);
        }
        self.blank.is_some()
    }

    /// The next received packet that is for smoltcp, from its MAC header on.
    fn next_received(&mut self) -> Option<SkBuff> {
        loop {
            let mut skb = self.softnet.receive(self.dev)?;
            match readied(&mut skb, self.softnet) {
                Ok(()) => return Some(skb),
                Err(why) => self.softnet.kfree_skb(skb, why, self.now),
            }
        }
    }
}

impl Drop for Phy<'_> {
    fn drop(&mut self) {
        for skb in [self.blank.take(), self.spent.take()].into_iter().flatten() {
            self.softnet.consume(skb);
        }
    }
}

/// Makes a received packet such as smoltcp reads it: whole, untagged, summed.
fn readied(skb: &mut SkBuff, softnet: &mut Softnet) -> Result<(), DropReason> {
    if skb.meta().vlan.is_some_and(|tag| tag.id() != 0) {
        return Err(DropReason::OTHERHOST);
    }
    if matches!(skb.meta().checksum, Checksum::Partial { .. }) {
        crate::validate::skb_checksum_help(skb, softnet.pool())?;
    }
    skb.rewind_to(Layer::Mac).map_err(|why| why.reason())
}

impl phy::Device for Phy<'_> {
    type RxToken<'t>
        = RxToken<'t>
    where
        Self: 't;
    type TxToken<'t>
        = TxToken<'t>
    where
        Self: 't;

    fn receive(&mut self, _: SmolInstant) -> Option<(RxToken<'_>, TxToken<'_>)> {
        let skb = self.next_received()?;
        if !self.prepare() {
            // Dropping it also frees a buffer: with all of them waiting to be read, nothing else
            // ever would.
            self.softnet.kfree_skb(skb, DropReason::NOMEM, self.now);
            return None;
        }
        let Self { softnet, dev, now, blank, spent, capabilities, .. } = self;
        let offload = !capabilities.checksum.tcp.tx();
        let tx = TxToken { softnet, dev: *dev, now: *now, offload, blank };
        Some((RxToken { skb: Some(skb), spent }, tx))
    }

    fn transmit(&mut self, _: SmolInstant) -> Option<TxToken<'_>> {
        if !self.prepare() {
            return None;
        }
        let Self { softnet, dev, now, blank, capabilities, .. } = self;
        let offload = !capabilities.checksum.tcp.tx();
        Some(TxToken { softnet, dev: *dev, now: *now, offload, blank })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        self.capabilities.clone()
    }
}

/// A received packet for smoltcp.
#[derive(Debug)]
pub struct RxToken<'t> {
    skb: Option<SkBuff>,
    /// Where it is left to be freed: the stack is lent to the [`TxToken`] beside this one.
    spent: &'t mut Option<SkBuff>,
}

impl phy::RxToken for RxToken<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(self.skb.as_ref().map_or(&[], |skb| skb.data()))
    }
}

impl Drop for RxToken<'_> {
    fn drop(&mut self) {
        *self.spent = self.skb.take();
    }
}

/// Leave for smoltcp to send one packet.
pub struct TxToken<'t> {
    softnet: &'t mut Softnet,
    dev: IfIndex,
    now: Instant,
    offload: bool,
    blank: &'t mut Option<SkBuff>,
}

impl fmt::Debug for TxToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TxToken").field("dev", &self.dev).finish_non_exhaustive()
    }
}

impl phy::TxToken for TxToken<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let Self { softnet, dev, now, offload, blank } = self;
        let Some(mut skb) = blank.take() else { return write(&mut vec![0; len]) };
        let result = match skb.put(len) {
            Ok(frame) => write(frame),
            Err(_) => {
                // Longer than the MTU that smoltcp was told, which must have something to write to.
                softnet.kfree_skb(skb, DropReason::PKT_TOO_BIG, now);
                return write(&mut vec![0; len]);
            }
        };
        skb.meta_mut().dev = Some(dev);
        describe(&mut skb, offload);
        if let Err(Rejected { packet, why }) = softnet.dev_queue_xmit(skb, now) {
            softnet.kfree_skb(packet, why, now);
        }
        result
    }
}

/// Where a transport header stands, and its pseudo-header's sum.
struct Transport {
    at: usize,
    /// Bytes from there to the checksum field.
    field: usize,
    pseudo: Sum,
}

const TCP: u8 = 6;
const UDP: u8 = 17;

/// Says of a packet to be sent what the layers below want to know, and with `offload` leaves the sum
/// of TCP or UDP to them.
fn describe(skb: &mut SkBuff, offload: bool) {
    let Some(protocol) = EtherType::of_frame(skb.data()) else { return };
    skb.meta_mut().protocol = protocol;
    // Fails for a frame that ends in its header: then there is no network header to find.
    let _ = skb.set_header(Layer::Network, ETH_HLEN);
    let Some(Transport { at, field, pseudo }) = transport(protocol, skb.data()) else { return };
    let _ = skb.set_header(Layer::Transport, at);
    if !offload {
        return;
    }
    let start = skb.headroom() + at;
    let place = skb.data_mut().and_then(|frame| frame.get_mut(at + field..at + field + 2));
    if let (Some(place), Ok(start)) = (place, u16::try_from(start)) {
        place.copy_from_slice(&pseudo.to_u16().to_be_bytes());
        skb.meta_mut().checksum = Checksum::Partial { start, offset: field as u16 };
    }
}

/// The TCP or UDP header of a frame; `None` for other frames and for fragments, whose sum is of the
/// whole datagram (a UDP datagram's is then 0: not summed).
fn transport(protocol: EtherType, frame: &[u8]) -> Option<Transport> {
    let packet = frame.get(ETH_HLEN..)?;
    let byte = |at: usize| packet.get(at).copied();
    let (header, kind) = match protocol {
        EtherType::IPV4 => {
            // More fragments, or not the first.
            let fragment = u16::from_be_bytes([byte(6)?, byte(7)?]) & 0x3fff != 0;
            (usize::from(byte(0)? & 0xf) * 4, byte(9).filter(|_| !fragment)?)
        }
        EtherType::IPV6 => (40, byte(6)?),
        _ => return None,
    };
    let field = match kind {
        TCP => 16,
        UDP => 6,
        _ => return None,
    };
    let len = packet.get(header..)?.len();
    let pseudo = if protocol == EtherType::IPV4 {
        let (from, to) =
            (packet.get(12..)?.first_chunk::<4>()?, packet.get(16..)?.first_chunk::<4>()?);
        let len = u16::try_from(len).ok()?;
        Sum::pseudo_v4(Ipv4Addr::from(*from), Ipv4Addr::from(*to), kind, len)
    } else {
        let (from, to) =
            (packet.get(8..)?.first_chunk::<16>()?, packet.get(24..)?.first_chunk::<16>()?);
        Sum::pseudo_v6(Ipv6Addr::from(*from), Ipv6Addr::from(*to), kind, u32::try_from(len).ok()?)
    };
    Some(Transport { at: ETH_HLEN + header, field, pseudo })
}

#[cfg(test)]
mod tests;
