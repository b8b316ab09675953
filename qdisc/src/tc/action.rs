//! `action`: what filters do to packets.

use alloc::vec::Vec;

use softnet_sk_buff::{EtherType, MacAddr};

use super::filter::device;
use super::kinds::{burst, link};
use super::{TcError, Words, words};
use crate::action::{Config, Control, csum, gact, mirred, police as policing, skbedit, vlan};
use crate::{Packet, PacketType, RateSpec};

const KINDS: &str = "actions are drop pass continue reclassify pipe trap goto jump gact police mirred \
    skbedit vlan csum";

/// The actions behind a first `action`, each but the first with an `action` of its own in front.
pub(super) fn list<P: Packet>(words: &mut Words<'_>) -> Result<Vec<Config<P>>, TcError> {
    let mut actions = Vec::new();
    loop {
        actions.push(one(words)?);
        if words.take("index") {
            // Actions that filters share are not here: each has its own.
            words.number::<u32>("the number of an action")?;
        }
        if !words.take("action") {
            return Ok(actions);
        }
    }
}

fn one<P: Packet>(words: &mut Words<'_>) -> Result<Config<P>, TcError> {
    match words.peek() {
        Some("gact") => {
            words.next();
        }
        Some("police") => {
            words.next();
            return police(words).map(Config::from);
        }
        Some("mirred") => {
            words.next();
            return mirred(words).map(Config::from);
        }
        Some("skbedit") => {
            words.next();
            return skbedit(words).map(Config::from);
        }
        Some("vlan") => {
            words.next();
            return vlan(words).map(Config::from);
        }
        Some("csum") => {
            words.next();
            return csum(words).map(Config::from);
        }
        Some(_) => {}
        None => return Err(TcError::Missing { kind: "action", wanted: "a kind" }),
    }
    match control(words)? {
        Some(control) => Ok(gact::Config::new(control).into()),
        None => {
            words.next();
            Err(words.unknown(KINDS))
        }
    }
}

/// What becomes of a packet, if that comes next (`action_a2n`).
fn control(words: &mut Words<'_>) -> Result<Option<Control>, TcError> {
    let Some(control) = words.maybe(simple) else {
        return Ok(if words.take("goto") {
            if !words.take("chain") {
                words.next();
                return Err(words.unknown("behind goto comes chain"));
            }
            Some(Control::GotoChain(words.number("the number of a chain")?))
        } else if words.take("jump") {
            Some(Control::Jump(words.number("the number of an action")?))
        } else {
            None
        });
    };
    Ok(Some(control))
}

fn simple(word: &str) -> Option<Control> {
    Some(match word {
        "continue" => Control::Continue,
        "drop" | "shot" => Control::Shot,
        "ok" | "pass" => Control::Ok,
        "reclassify" => Control::Reclassify,
        "pipe" => Control::Pipe,
        "trap" => Control::Trap,
        _ => return None,
    })
}

const POLICE: &str = "options are rate burst mtu peakrate avrate mpu overhead linklayer pkts_rate \
    pkts_burst conform-exceed, and what becomes of the rest";

/// What is behind `police`.
pub(super) fn police(words: &mut Words<'_>) -> Result<policing::Config, TcError> {
    let mut spec = RateSpec::default();
    let (mut rate, mut depth, mut peak, mut mtu) = (None, None, None, None);
    let (mut packets, mut packets_burst, mut avrate) = (None, None, 0);
    let (mut exceed, mut conform) = (Control::Reclassify, Control::Ok);
    while let Some(word) = words.peek() {
        if let Some(what) = control(words)? {
            exceed = what;
            continue;
        }
        if matches!(word, "action" | "classid" | "flowid" | "index") {
            break;
        }
        words.next();
        match word {
            "rate" => rate = Some(words.rate()?),
            "burst" | "buffer" | "maxburst" => depth = Some(burst(words)?),
            "mtu" | "minburst" => mtu = Some(burst(words)?),
            "peakrate" => peak = Some(words.rate()?),
            "avrate" => avrate = u32::try_from(words.rate()?).unwrap_or(u32::MAX),
            "pkts_rate" => packets = Some(words.number("packets per second")?),
            "pkts_burst" => packets_burst = Some(words.number("a number of packets")?),
            "conform-exceed" => (exceed, conform) = conform_exceed(words)?,
            word if link(&mut spec, word, words)? => {}
            _ => return Err(words.unknown(POLICE)),
        }
    }
    let missing = |wanted| TcError::Missing { kind: "police", wanted };
    let of = |bytes_per_second| RateSpec { bytes_per_second, ..spec };
    let base = match (rate, depth, packets, packets_burst) {
        (Some(rate), Some(burst), None, None) => policing::Config::bytes(of(rate), burst),
        (None, None, Some(rate), Some(burst)) => policing::Config::packets(rate, burst),
        (None, None, None, None) if avrate != 0 || mtu.is_some() => {
            policing::Config { rate: None, ..policing::Config::bytes(of(0), 0) }
        }
        (Some(_), None, ..) => return Err(missing("a burst beside the rate")),
        (_, _, Some(_), None) => return Err(missing("a pkts_burst beside the pkts_rate")),
        (Some(_), _, Some(_), _) => return Err(missing("a rate or a pkts_rate, not both")),
        _ => return Err(missing("a rate and a burst")),
    };
    if peak.is_some() && mtu.is_none() {
        return Err(missing("an mtu beside a peakrate"));
    }
    Ok(policing::Config { peakrate: peak.map(of), mtu, avrate, conform, exceed, ..base })
}

/// `EXCEED` or `EXCEED/CONFORM`.
fn conform_exceed(words: &mut Words<'_>) -> Result<(Control, Control), TcError> {
    words.value("what becomes of a packet, as drop or drop/pass", |word| {
        let (exceed, conform) = word.split_once('/').unwrap_or((word, "ok"));
        Some((simple(exceed)?, simple(conform)?))
    })
}

fn mirred(words: &mut Words<'_>) -> Result<mirred::Config, TcError> {
    let (mut ingress, mut what, mut to) = (None, None, None);
    loop {
        match words.peek() {
            Some("egress") => ingress = Some(false),
            Some("ingress") => ingress = Some(true),
            Some("mirror") => what = Some(mirred::What::Mirror),
            Some("redirect") => what = Some(mirred::What::Redirect),
            Some("dev") => {
                words.next();
                to = Some(device(words)?);
                continue;
            }
            _ => break,
        }
        words.next();
    }
    let wanted = "egress or ingress, mirror or redirect, and dev if3";
    let (Some(ingress), Some(what), Some(to)) = (ingress, what, to) else {
        return Err(TcError::Missing { kind: "mirred", wanted });
    };
    let config = match what {
        mirred::What::Mirror => mirred::Config::mirror(to, ingress),
        mirred::What::Redirect => mirred::Config::redirect(to, ingress),
    };
    Ok(match control(words)? {
        Some(control) => mirred::Config { control, ..config },
        None => config,
    })
}

fn skbedit(words: &mut Words<'_>) -> Result<skbedit::Config, TcError> {
    let mut config = skbedit::Config::NOTHING;
    loop {
        match words.peek() {
            Some("priority") => {
                words.next();
                config.priority = Some(words.value("a class as 1:10, or a number", |word| {
                    let class = words::class_id(word).map(|class| class.0);
                    class.or_else(|| u32::from_str_radix(word, 16).ok())
                })?);
            }
            Some("mark") => {
                words.next();
                config.mark = Some(words.value("a mark as 7 or 0x70/0xf0", |word| {
                    let mut parts = word.splitn(2, '/');
                    let mut part = || Some(u32::try_from(words::number(parts.next()?)?).ok());
                    let value = part()??;
                    let mask = part().unwrap_or(Some(u32::MAX))?;
                    Some(skbedit::Mark { value, mask })
                })?);
            }
            Some("queue_mapping") => {
                words.next();
                config.queue_mapping = Some(words.number::<u16>("the number of a queue")?.into());
            }
            Some("inheritdsfield") => {
                words.next();
                config.inherit_dsfield = true;
            }
            Some("ptype") => {
                words.next();
                config.ptype = Some(words.value("host, otherhost, broadcast or multicast", ptype)?);
            }
            _ => break,
        }
    }
    config.control = control(words)?.unwrap_or(config.control);
    Ok(config)
}

fn ptype(word: &str) -> Option<PacketType> {
    match word {
        "host" => Some(PacketType::Host),
        "broadcast" => Some(PacketType::Broadcast),
        "multicast" => Some(PacketType::Multicast),
        "otherhost" => Some(PacketType::OtherHost),
        _ => None,
    }
}

fn vlan(words: &mut Words<'_>) -> Result<vlan::Config, TcError> {
    let verb = words.need("pop, push, modify, pop_eth or push_eth")?;
    let (mut id, mut priority, mut protocol) = (None, None, EtherType::VLAN);
    let (mut destination, mut source) = (None, None);
    let is_push_eth = verb == "push_eth";
    loop {
        match words.peek() {
            Some("id") => {
                words.next();
                id = Some(words.number("a VLAN from 0 to 4094")?);
            }
            Some("priority") => {
                words.next();
                priority = Some(words.number("a priority from 0 to 7")?);
            }
            Some("protocol") => {
                words.next();
                protocol = words.value("802.1q or 802.1ad", |word| {
                    match word.to_ascii_lowercase().as_str() {
                        "802.1q" => Some(EtherType::VLAN),
                        "802.1ad" => Some(EtherType::QINQ),
                        _ => None,
                    }
                })?;
            }
            Some("dst_mac") if is_push_eth => {
                words.next();
                destination = Some(words.parse::<MacAddr>("an address")?);
            }
            Some("src_mac") if is_push_eth => {
                words.next();
                source = Some(words.parse::<MacAddr>("an address")?);
            }
            _ => break,
        }
    }
    let needs = |wanted| TcError::Missing { kind: "vlan", wanted };
    let what = match (verb, id) {
        ("pop", None) => vlan::What::Pop,
        ("pop_eth", None) => vlan::What::PopEth,
        ("push_eth", None) => vlan::What::PushEth {
            destination: destination.ok_or(needs("a dst_mac"))?,
            source: source.ok_or(needs("a src_mac"))?,
        },
        ("push", Some(id)) => vlan::What::Push { id, priority: priority.unwrap_or(0), protocol },
        ("modify", Some(id)) => vlan::What::Modify { id, priority, protocol },
        ("push" | "modify", None) => return Err(needs("an id")),
        _ => return Err(needs("pop, push, modify, pop_eth or push_eth, the pops without id")),
    };
    let config = vlan::Config::new(what);
    Ok(vlan::Config { control: control(words)?.unwrap_or(config.control), ..config })
}

fn csum(words: &mut Words<'_>) -> Result<csum::Config, TcError> {
    let mut config = csum::Config::NOTHING;
    loop {
        match words.peek() {
            Some("ip4h" | "iph") => config.ip4h = true,
            Some("icmp") => config.icmp = true,
            Some("igmp") => config.igmp = true,
            Some("tcp") => config.tcp = true,
            Some("udp") => config.udp = true,
            Some("udplite") => config.udplite = true,
            Some("and" | "+") => {}
            _ => break,
        }
        words.next();
    }
    config.control = control(words)?.unwrap_or(config.control);
    Ok(config)
}
