//! Filters and actions of any kind on any frames: no panic and no read past the end; the same twice is
//! the same; what was refused left nothing behind; pedit changes only what its masks say, and actions
//! that change no bytes change none.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use softnet_qdisc::action::{Config, Control, csum, gact, mirred, pedit, police, skbedit, vlan};
use softnet_qdisc::filter::cls_u32::{self, HashKey, Offset, Selector, VarOffset};
use softnet_qdisc::filter::ematch::{
    Align, Cmp, Layer, Meta, MetaId, MetaValue, NByte, Opnd, Then,
};
use softnet_qdisc::filter::flower::{Masked, MplsEntry, Port};
use softnet_qdisc::filter::{
    At, Block, Filter, Request, Target, Verdict, basic, ematch, flower, fw, matchall,
};
use softnet_qdisc::testutil::Bytes;
use softnet_qdisc::{ClassId, Cx, Deferred, Handle, Packet, RateSpec};
use softnet_sk_buff::flow::FlowFlags;
use softnet_sk_buff::{DropCounts, EtherType, IfIndex, Instant, MacAddr};

type Result<T> = arbitrary::Result<T>;

/// Tables and priorities are few, so that they meet.
fn at(u: &mut Unstructured<'_>) -> Result<At> {
    let protocols =
        [EtherType::ALL, EtherType::IPV4, EtherType::IPV6, EtherType::VLAN, EtherType::NONE];
    let handle = match u.int_in_range(0..=4)? {
        0..=2 => 0,
        3 => u32::from(u8::arbitrary(u)? % 4),
        _ => {
            table(u)?
                | (u32::from(u8::arbitrary(u)? % 4) << 12)
                | u32::from(u16::arbitrary(u)? & 0xfff)
        }
    };
    Ok(At {
        chain: u.int_in_range(0..=2)?,
        prio: u.int_in_range(0..=4)?,
        protocol: *u.choose(&protocols)?,
        handle,
    })
}

fn table(u: &mut Unstructured<'_>) -> Result<u32> {
    Ok(*u.choose(&[
        0,
        0x0010_0000,
        0x0020_0000,
        0x8000_0000,
        0x8010_0000,
        0x8020_0000,
        u32::MAX << 20,
    ])?)
}

fn control(u: &mut Unstructured<'_>) -> Result<Control> {
    Ok(match u.int_in_range(0..=11)? {
        0 => Control::Continue,
        1 => Control::Ok,
        2 => Control::Reclassify,
        3 => Control::Shot,
        4..=6 => Control::Pipe,
        7 => Control::Stolen,
        8 => Control::Repeat,
        9 => Control::Jump(u.int_in_range(0..=5)?),
        10 => Control::GotoChain(u.int_in_range(0..=3)?),
        _ => Control::Trap,
    })
}

fn masked<T: for<'a> Arbitrary<'a>>(u: &mut Unstructured<'_>) -> Result<Option<Masked<T>>> {
    Ok(if u.ratio(1, 4)? {
        Some(Masked { value: u.arbitrary()?, mask: u.arbitrary()? })
    } else {
        None
    })
}

fn action(u: &mut Unstructured<'_>) -> Result<Config<Bytes>> {
    let control = control(u)?;
    Ok(match u.int_in_range(0..=6)? {
        0 => {
            let kind = match bool::arbitrary(u)? {
                true => gact::RandomKind::Determ,
                false => gact::RandomKind::NetRand(u.arbitrary()?),
            };
            let random = gact::Random { kind, control: self::control(u)?, value: u.arbitrary()? };
            let random = bool::arbitrary(u)?.then_some(random);
            gact::Config { control, random }.into()
        }
        1 => {
            let to = IfIndex::new(7).expect("not zero");
            let what = *u.choose(&[mirred::What::Redirect, mirred::What::Mirror])?;
            mirred::Config { to, ingress: u.arbitrary()?, what, control }.into()
        }
        2 => {
            let (rate, burst) = (u.arbitrary()?, core::time::Duration::from_nanos(u.arbitrary()?));
            let rate = match u.int_in_range(0..=2)? {
                0 => None,
                1 => Some(police::Limit::Bytes { rate: RateSpec::bytes(rate), burst }),
                _ => Some(police::Limit::Packets { rate, burst }),
            };
            let peakrate = u.ratio(1, 4)?.then_some(RateSpec::bytes(u.arbitrary()?));
            let (mtu, conform) = (u.arbitrary()?, self::control(u)?);
            let base = police::Config::packets(1, 1);
            police::Config { rate, peakrate, mtu, conform, exceed: control, ..base }.into()
        }
        3 => skbedit::Config {
            priority: u.arbitrary()?,
            inherit_dsfield: u.arbitrary()?,
            mark: Some(skbedit::Mark { value: u.arbitrary()?, mask: u.arbitrary()? }),
            queue_mapping: Some(skbedit::QueueMapping {
                from: u.arbitrary()?,
                to: u.arbitrary()?,
                seed: [1, 2],
            }),
            ptype: None,
            control,
        }
        .into(),
        4 => {
            let (id, priority) = (u.arbitrary()?, u.arbitrary()?);
            let protocol = *u.choose(&[EtherType::VLAN, EtherType::QINQ, EtherType::ARP])?;
            let mac = MacAddr([2, 0, 0, 0, 0, 1]);
            let what = match u.int_in_range(0..=4)? {
                0 => vlan::What::Pop,
                1 => vlan::What::Push { id, priority, protocol },
                2 => vlan::What::Modify { id, priority: Some(priority), protocol },
                3 => vlan::What::PopEth,
                _ => vlan::What::PushEth { destination: mac, source: mac },
            };
            vlan::Config { what, control }.into()
        }
        5 => pedit_config(u, control)?.into(),
        _ => csum::Config {
            ip4h: u.arbitrary()?,
            icmp: u.arbitrary()?,
            igmp: u.arbitrary()?,
            tcp: u.arbitrary()?,
            udp: u.arbitrary()?,
            udplite: u.arbitrary()?,
            control,
        }
        .into(),
    })
}

fn pedit_config(u: &mut Unstructured<'_>, control: Control) -> Result<pedit::Config> {
    use pedit::Header::{Eth, Ip4, Ip6, Network, Tcp, Udp};
    let mut keys = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        let at = pedit::At {
            offset: u.int_in_range(-20..=60)?,
            mask: u.arbitrary()?,
            shift: u.int_in_range(0..=9)?,
        };
        let offset = match u.ratio(1, 8)? {
            true => i32::arbitrary(u)?,
            false => u.int_in_range(-6..=30)? * 4,
        };
        keys.push(pedit::Key {
            from: *u.choose(&[Eth, Ip4, Ip6, Network, Tcp, Udp])?,
            offset,
            at: u.ratio(1, 3)?.then_some(at),
            mask: u.arbitrary()?,
            value: u.arbitrary()?,
            command: *u.choose(&[pedit::Command::Set, pedit::Command::Add])?,
        });
    }
    Ok(pedit::Config { keys, control })
}

fn tree(u: &mut Unstructured<'_>) -> Result<ematch::Tree> {
    let mut matches = Vec::new();
    let count = u.int_in_range(0..=8)?;
    for _ in 0..count {
        let layer = *u.choose(&[Layer::Link, Layer::Network, Layer::Transport])?;
        let opnd = *u.choose(&[Opnd::Eq, Opnd::Gt, Opnd::Lt])?;
        let what = match u.int_in_range(0..=4)? {
            0 => ematch::What::Container(u.int_in_range(0..=count)?),
            1 => ematch::What::Cmp(Cmp {
                layer,
                off: u.arbitrary()?,
                align: *u.choose(&[Align::U8, Align::U16, Align::U32])?,
                mask: u.arbitrary()?,
                opnd,
                val: u.arbitrary()?,
                trans: u.arbitrary()?,
            }),
            2 => ematch::What::NByte(NByte { layer, off: u.arbitrary()?, pattern: u.arbitrary()? }),
            3 => {
                ematch::What::U32 { off: u.arbitrary()?, mask: u.arbitrary()?, val: u.arbitrary()? }
            }
            _ => {
                let id =
                    *u.choose(&[MetaId::Priority, MetaId::Protocol, MetaId::PktLen, MetaId::Vlan])?;
                let left = MetaValue { id, shift: u.arbitrary()?, mask: u.arbitrary()? };
                let right = MetaValue::new(MetaId::Value(u.arbitrary()?));
                ematch::What::Meta(Meta { left, opnd, right })
            }
        };
        let then = *u.choose(&[Then::End, Then::And, Then::Or])?;
        matches.push(ematch::Match { what, not: u.arbitrary()?, then });
    }
    Ok(ematch::Tree(matches))
}

fn key(u: &mut Unstructured<'_>, target: Target<Bytes>) -> Result<cls_u32::Key<Bytes>> {
    let mut keys = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        let off = match u.ratio(1, 8)? {
            true => i32::arbitrary(u)?,
            false => u.int_in_range(-16..=60)?,
        };
        let offmask = *u.choose(&[0, 0, -1, 0x7f])?;
        let mask = *u.choose(&[0, 0xff, u32::MAX])?;
        keys.push(cls_u32::Match { off, offmask, val: u.arbitrary()?, mask });
    }
    let var = VarOffset { off: u.arbitrary()?, mask: u.arbitrary()?, shift: u.arbitrary()? };
    let selector = Selector {
        keys,
        terminal: u.arbitrary()?,
        hash: HashKey { off: u.int_in_range(-20..=40)?, mask: u.arbitrary()? },
        offset: Offset {
            plus: u.arbitrary()?,
            var: u.ratio(1, 4)?.then_some(var),
            eat: u.arbitrary()?,
        },
    };
    let bucket = u.int_in_range(0..=3)? << 12;
    Ok(cls_u32::Key {
        table: u.ratio(1, 2)?.then_some(table(u)? | bucket),
        selector,
        mark: None,
        link: u.ratio(1, 2)?.then_some(table(u)?),
        indev: None,
        target,
    })
}

fn keys(u: &mut Unstructured<'_>) -> Result<flower::Match> {
    let protocols =
        [EtherType::IPV4, EtherType::IPV6, EtherType::VLAN, EtherType::ARP, EtherType(0x8847)];
    let eth_type = if u.ratio(7, 8)? { Some(*u.choose(&protocols)?) } else { None };
    let ip = matches!(eth_type, Some(EtherType::IPV4 | EtherType::IPV6));
    let ports = ip && u.arbitrary()?;
    let port = |u: &mut Unstructured<'_>| -> Result<Option<Port>> {
        Ok(match u.int_in_range(0..=3)? {
            0 => Some(Port::Range(u.arbitrary()?, u.arbitrary()?)),
            1 => Some(Port::Bits(Masked { value: u.arbitrary()?, mask: u.arbitrary()? })),
            _ => None,
        })
    };
    let mut wanted = flower::Match { eth_type, ..flower::Match::default() };
    wanted.src_mac = if u.ratio(1, 4)? { Some(MacAddr(u.arbitrary()?).into()) } else { None };
    wanted.num_of_vlans = if u.ratio(1, 6)? { Some(u.int_in_range(0..=2)?) } else { None };
    if ip || u.ratio(1, 16)? {
        wanted.ip_proto = ports.then_some(*u.choose(&[6, 17, 132])?);
        wanted.ip_tos = masked(u)?;
        wanted.ip_ttl = masked(u)?;
    }
    if ports || u.ratio(1, 16)? {
        (wanted.src_port, wanted.dst_port) = (port(u)?, port(u)?);
    }
    if u.ratio(1, 4)? {
        let flags = FlowFlags::from_bits_truncate(u.arbitrary()?);
        wanted.ip_flags = Some((flags, FlowFlags::from_bits_truncate(u.arbitrary()?)));
    }
    if u.ratio(1, 4)? {
        wanted.vlan_id = u.arbitrary()?;
        wanted.vlan_prio = u.arbitrary()?;
    }
    if u.ratio(1, 6)? {
        let label = u.arbitrary()?;
        let entry = MplsEntry { depth: u.int_in_range(0..=8)?, label, ..MplsEntry::default() };
        wanted.mpls.push(entry);
    }
    Ok(wanted)
}

fn filter(u: &mut Unstructured<'_>) -> Result<Filter<Bytes>> {
    let classid = u.ratio(3, 4)?.then_some(ClassId(u.arbitrary()?));
    let mut actions = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        actions.push(action(u)?);
    }
    let target = Target { classid, actions, ..Target::none() };
    Ok(match u.int_in_range(0..=7)? {
        0 => Filter::U32(cls_u32::Config::Table { divisor: *u.choose(&[1, 2, 4, 3, 256])? }),
        1 | 2 => Filter::U32(key(u, target)?.into()),
        3 => Filter::Basic(basic::Config { matches: tree(u)?, target }),
        4 => Filter::Matchall(matchall::Config { target }),
        5 => Filter::Fw(fw::Config::MarkIsClass { of: Handle(1) }),
        6 => Filter::Fw(fw::Config::Mark { mask: *u.choose(&[u32::MAX, 3])?, indev: None, target }),
        _ => Filter::Flower(flower::Config::new(keys(u)?, target)),
    })
}

fn frame(u: &mut Unstructured<'_>) -> Result<Bytes> {
    let mut bytes: Vec<u8> = match u.int_in_range(0..=3)? {
        0 => Vec::new(),
        1 => vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6],
        2 => vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 5, 8, 0, 0x45, 0, 0, 40],
        _ => vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 20, 0, 64],
    };
    bytes.extend(u.arbitrary::<Vec<u8>>()?.into_iter().take(120));
    let mut packet = Bytes::frame(bytes);
    packet.mark = u.int_in_range(0..=5)?;
    packet.vlan_beside = u.arbitrary()?;
    if u.ratio(1, 8)? {
        packet.network = u.int_in_range(0..=packet.bytes.len() + 1)?;
        packet.protocol = EtherType(u.arbitrary()?);
    }
    Ok(packet)
}

fn ask(block: &mut Block<Bytes>, packet: &mut Bytes, now: u64) -> Verdict {
    let mut lost = DropCounts::default();
    let mut deferred = Deferred::new(4);
    let mut cx = Cx::new(Instant::from_nanos(now), &mut lost).with_deferred(&mut deferred);
    block.classify(packet, &mut cx)
}

/// Adds, changes and deletes, twice alike.
fn build(u: &mut Unstructured<'_>) -> Result<Block<Bytes>> {
    let mut block = Block::new();
    for _ in 0..u.int_in_range(0..=12)? {
        let at = at(u)?;
        let request = *u.choose(&[
            Request::Add,
            Request::Add,
            Request::Add,
            Request::Change,
            Request::Replace,
        ])?;
        let before = format!("{block:?}");
        let failed = match u.ratio(1, 6)? {
            true => block.delete(at, None).is_err(),
            false => block.change(request, at, filter(u)?, Instant::ZERO).is_err(),
        };
        if failed {
            assert_eq!(format!("{block:?}"), before, "what was refused left something");
        }
    }
    Ok(block)
}

/// One pedit alone: what its keys don't name stays.
fn pedit_keeps(u: &mut Unstructured<'_>) -> Result<()> {
    let config = pedit_config(u, Control::Pipe)?;
    let mut packet = frame(u)?;
    let before = packet.clone();
    let mut may_change = 0_u32;
    for key in &config.keys {
        may_change |= !key.mask | key.value;
    }
    let mut block = Block::new();
    let target = Target::none().action(config);
    let filter = Filter::Matchall(matchall::Config { target });
    let at = At { prio: 1, ..At::any(EtherType::ALL) };
    if block.change(Request::Add, at, filter, Instant::ZERO).is_err() {
        return Ok(());
    }
    let _ = ask(&mut block, &mut packet, 0);
    assert_eq!(packet.bytes.len(), before.bytes.len());
    // Words may lie at any byte, so each byte may have changed in the bits of any of the four.
    let any = may_change.to_be_bytes().into_iter().fold(0, |bits, byte| bits | byte);
    for (old, new) in before.bytes.iter().zip(&packet.bytes) {
        assert_eq!((old ^ new) & !any, 0, "a bit that the mask protects");
    }
    assert_eq!(Bytes { bytes: before.bytes.clone(), ..packet }, before);
    Ok(())
}

fn run(data: &[u8]) -> Result<()> {
    let mut u = Unstructured::new(data);
    pedit_keeps(&mut u)?;
    let rest = u.take_rest();
    let (mut first, mut second) = (Unstructured::new(rest), Unstructured::new(rest));
    let mut blocks = (build(&mut first)?, build(&mut second)?);
    for round in 0..8_u64 {
        let (mut one, mut other) = (frame(&mut first)?, frame(&mut second)?);
        let now = round * 1_000_000;
        let verdict = ask(&mut blocks.0, &mut one, now);
        assert_eq!(verdict, ask(&mut blocks.1, &mut other, now));
        assert_eq!(one, other);
        assert!(one.pkt_len() == other.pkt_len());
    }
    assert_eq!(format!("{:?}", blocks.0), format!("{:?}", blocks.1));
    Ok(())
}

fuzz_target!(|data: &[u8]| {
    let _ = run(data);
});
