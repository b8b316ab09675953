//! Two interfaces on one cable: what smoltcp sends arrives, is summed by whom it should be, and
//! nothing is lost without a reason.

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Device, RxToken as _, TxToken as _};
use smoltcp::socket::tcp;
use smoltcp::wire::{EthernetAddress, IpCidr};
use softnet_sk_buff::{MacAddr, PoolConfig, SkPool, VlanTag};

use super::*;
use crate::{Busy, Cx, Description, NetDeviceOps, Port, PortConfig, TapConfig};

const POOL: PoolConfig = PoolConfig { buffers: 64, clones: 64, buffer_size: 2048 };

/// Two ports, each other's far end. Hands packets over as they are, sums unfinished, as veth does.
struct Pair(Features);

impl NetDeviceOps for Pair {
    fn describe(&self) -> Description {
        let port = |n| {
            let mut port = PortConfig::ethernet("pair%d", MacAddr([2, 0, 0, 0, 0, n]));
            port.has_carrier = false;
            port.features = self.0;
            port
        };
        Description { driver: "pair", ports: vec![port(1), port(2)], napi_weights: vec![] }
    }

    fn start_xmit(
        &mut self,
        port: Port,
        mut skb: SkBuff,
        cx: &mut Cx<'_>,
    ) -> Result<(), Busy<SkBuff>> {
        let far = Port(1 - port.0);
        match cx.eth_type_trans(far, &mut skb) {
            Ok(()) => cx.netif_rx(far, skb),
            Err(why) => cx.kfree(skb, why.reason()),
        }
        Ok(())
    }
}

fn softnet(features: Features, pool: PoolConfig) -> (Softnet, [IfIndex; 2]) {
    let pool = SkPool::heap(pool).unwrap();
    let mut softnet = Softnet::new(crate::Config::default(), pool);
    let ports = softnet.register_netdev(Box::new(Pair(features))).unwrap().ports;
    for &dev in &ports {
        softnet.dev_open(dev, Instant::ZERO).unwrap();
    }
    (softnet, [ports[0], ports[1]])
}

struct End {
    dev: IfIndex,
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
}

impl End {
    fn new(softnet: &mut Softnet, dev: IfIndex) -> Self {
        let octets = softnet.dev(dev).unwrap().address().octets();
        let mut phy = Phy::new(softnet, dev, Instant::ZERO).unwrap();
        let config = Config::new(EthernetAddress(octets).into());
        let mut interface = Interface::new(config, &mut phy, to_smoltcp(Instant::ZERO));
        let address = Ipv4Addr::new(10, 0, 0, octets[5]);
        interface.update_ip_addrs(|all| all.push(IpCidr::new(address.into(), 24)).unwrap());
        let buffer = || tcp::SocketBuffer::new(vec![0; 4096]);
        let mut sockets = SocketSet::new(vec![]);
        let socket = sockets.add(tcp::Socket::new(buffer(), buffer()));
        Self { dev, interface, sockets, socket }
    }

    fn tcp(&mut self) -> &mut tcp::Socket<'static> {
        self.sockets.get_mut(self.socket)
    }

    fn poll(&mut self, softnet: &mut Softnet, now: Instant) {
        let mut phy = Phy::new(softnet, self.dev, now).unwrap();
        self.interface.poll(to_smoltcp(now), &mut phy, &mut self.sockets);
    }
}

/// Sends 20,000 bytes from the first interface to the second, and answers the frames that passed.
fn transfer(features: Features) -> Vec<(Checksum, Vec<u8>)> {
    let (mut softnet, [near, far]) = softnet(features, POOL);
    let config = TapConfig { dev: Some(near), rx: false, ..TapConfig::default() };
    let mut tap = softnet.open_tap(config, Instant::ZERO).unwrap();
    let (mut a, mut b) = (End::new(&mut softnet, near), End::new(&mut softnet, far));
    b.tcp().listen(80).unwrap();
    let context = a.interface.context();
    a.sockets
        .get_mut::<tcp::Socket>(a.socket)
        .connect(context, (Ipv4Addr::new(10, 0, 0, 2), 80), 4000)
        .unwrap();
    let data: Vec<u8> = (0..20_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let (mut sent, mut got, mut frames) = (0, Vec::new(), Vec::new());
    for millis in 0..200 {
        let mut now = Instant::from_millis(millis);
        if a.tcp().can_send() {
            sent += a.tcp().send_slice(&data[sent..]).unwrap();
        }
        a.poll(&mut softnet, now);
        b.poll(&mut softnet, now);
        while softnet.softirqs().any() {
            softnet.do_softirq(&mut now);
        }
        while b.tcp().can_recv() {
            b.tcp().recv(|bytes| (bytes.len(), got.extend_from_slice(bytes))).unwrap();
        }
        while let Some(skb) = tap.recv() {
            frames.push((skb.meta().checksum, skb.data().to_vec()));
            skb.consume();
        }
    }
    assert_eq!(got, data);
    assert_eq!(softnet.drops().total(), 0);
    drop(tap);
    softnet.reap_taps(Instant::ZERO);
    assert_eq!(softnet.pool().free(), POOL.buffers);
    assert_eq!(softnet.pool().unspecified_drops(), 0);
    frames
}

fn is_tcp(frame: &[u8]) -> bool {
    frame[12..14] == [8, 0] && frame[23] == TCP
}

/// The sum over pseudo-header, header and data, checksum included, done bit by bit as RFC 1071 says.
fn naive_tcp_sum(frame: &[u8]) -> u32 {
    let tcp = &frame[34..];
    let mut bytes = frame[26..34].to_vec();
    bytes.extend_from_slice(&[0, TCP, (tcp.len() >> 8) as u8, tcp.len() as u8]);
    bytes.extend_from_slice(tcp);
    let words =
        bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum
}

#[test]
fn without_offload_smoltcp_sums() {
    let frames = transfer(Features::empty());
    assert!(frames.iter().filter(|(_, frame)| is_tcp(frame)).count() > 14);
    for (checksum, frame) in frames {
        assert_eq!(checksum, Checksum::None);
        assert!(!is_tcp(&frame) || naive_tcp_sum(&frame) == 0xffff);
    }
}

#[test]
fn with_offload_the_sum_is_left_to_the_device() {
    let frames = transfer(Features::HW_CSUM);
    let mut tcp = 0;
    for (checksum, mut frame) in frames.into_iter().filter(|(_, frame)| is_tcp(frame)) {
        tcp += 1;
        let Checksum::Partial { start, offset } = checksum else { panic!("{checksum:?}") };
        assert_eq!((start - HEADROOM, offset), (34, 16));
        // What a device does: sum from `start` to the end, pseudo-header's sum included in place.
        let mut sum: u32 = frame[34..]
            .chunks(2)
            .map(|w| u32::from(w[0]) << 8 | u32::from(*w.get(1).unwrap_or(&0)))
            .sum();
        while sum > 0xffff {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        frame[50..52].copy_from_slice(&(!(sum as u16)).to_be_bytes());
        assert_eq!(naive_tcp_sum(&frame), 0xffff);
    }
    assert!(tcp > 14);
}

#[test]
fn a_device_that_sums_only_ipv6_gets_whole_ipv4_packets() {
    for (checksum, frame) in transfer(Features::IPV6_CSUM) {
        assert_eq!(checksum, Checksum::None);
        assert!(!is_tcp(&frame) || naive_tcp_sum(&frame) == 0xffff);
    }
}

fn send(phy: &mut Phy<'_>, frame: &[u8]) {
    let token = phy.transmit(SmolInstant::ZERO).unwrap();
    token.consume(frame.len(), |bytes| bytes.copy_from_slice(frame));
}

#[test]
fn refused_and_oversize_packets_are_counted_with_their_reason() {
    let (mut softnet, [near, _]) = softnet(Features::empty(), POOL);
    softnet.dev_close(near, Instant::ZERO).unwrap();
    let mut phy = Phy::new(&mut softnet, near, Instant::ZERO).unwrap();
    send(&mut phy, &[0; 60]);
    send(&mut phy, &[0; 4000]);
    drop(phy);
    assert_eq!(softnet.drops().of(DropReason::DEV_READY), 1);
    assert_eq!(softnet.drops().of(DropReason::PKT_TOO_BIG), 1);
    assert_eq!(softnet.drops().total(), 2);
    assert_eq!(softnet.pool().unspecified_drops(), 0);
    assert_eq!(softnet.pool().free(), POOL.buffers);
}

/// Puts a frame from the far interface into the near one's queue.
fn deliver(softnet: &mut Softnet, far: IfIndex, vlan: Option<VlanTag>) {
    let mut skb = softnet.pool().alloc(0).unwrap();
    skb.put(60).unwrap().fill(0xff);
    skb.meta_mut().dev = Some(far);
    skb.meta_mut().vlan = vlan;
    assert!(softnet.dev_queue_xmit(skb, Instant::ZERO).is_ok());
    while softnet.softirqs().any() {
        softnet.do_softirq(&mut { Instant::ZERO });
    }
}

#[test]
fn a_frame_is_read_where_it_lies_from_its_mac_header_on() {
    let (mut softnet, [near, far]) = softnet(Features::empty(), POOL);
    deliver(&mut softnet, far, None);
    let mut phy = Phy::new(&mut softnet, near, Instant::ZERO).unwrap();
    let (rx, _tx) = phy.receive(SmolInstant::ZERO).unwrap();
    let lies = rx.skb.as_ref().unwrap().data().as_ptr();
    rx.consume(|frame| {
        assert_eq!((frame.len(), frame.as_ptr()), (60, lies));
    });
}

#[test]
fn a_tagged_frame_is_not_for_smoltcp_and_a_priority_tag_does_not_matter() {
    let (mut softnet, [near, far]) = softnet(Features::HW_VLAN_CTAG_TX, POOL);
    let tag = |tci| Some(VlanTag { protocol: EtherType::VLAN, tci });
    deliver(&mut softnet, far, tag(5));
    deliver(&mut softnet, far, tag(0xe000));
    let mut phy = Phy::new(&mut softnet, near, Instant::ZERO).unwrap();
    assert!(phy.receive(SmolInstant::ZERO).is_some());
    assert!(phy.receive(SmolInstant::ZERO).is_none());
    drop(phy);
    assert_eq!(softnet.drops().of(DropReason::OTHERHOST), 1);
    assert_eq!(softnet.pool().free(), POOL.buffers);
}

#[test]
fn with_every_buffer_waiting_to_be_read_reading_goes_on() {
    let pool = PoolConfig { buffers: 2, ..POOL };
    let (mut softnet, [near, far]) = softnet(Features::empty(), pool);
    deliver(&mut softnet, far, None);
    deliver(&mut softnet, far, None);
    let mut phy = Phy::new(&mut softnet, near, Instant::ZERO).unwrap();
    assert!(phy.transmit(SmolInstant::ZERO).is_none());
    assert!(phy.receive(SmolInstant::ZERO).is_none());
    let (rx, tx) = phy.receive(SmolInstant::ZERO).unwrap();
    drop((rx, tx));
    drop(phy);
    assert_eq!(softnet.drops().of(DropReason::NOMEM), 1);
    assert_eq!(softnet.pool().free(), 2);
}

#[test]
fn smoltcp_is_told_what_a_buffer_holds() {
    let small = PoolConfig { buffer_size: 512, ..POOL };
    let (mut softnet, [near, _]) = softnet(Features::empty(), small);
    let phy = Phy::new(&mut softnet, near, Instant::ZERO).unwrap();
    assert_eq!(phy.capabilities().max_transmission_unit, 512 - usize::from(HEADROOM));
    drop(phy);
    assert!(Phy::new(&mut softnet, IfIndex::new(9).unwrap(), Instant::ZERO).is_none());
}

#[test]
fn times_agree_to_the_microsecond() {
    assert_eq!(to_smoltcp(Instant::from_nanos(1_999)), SmolInstant::from_micros(1));
    assert_eq!(from_smoltcp(SmolInstant::from_micros(7)), Instant::from_nanos(7_000));
    assert_eq!(from_smoltcp(SmolInstant::from_micros(-7)), Instant::ZERO);
}
