//! Random actions, as tc writes them and as ours are made.

use softnet_qdisc::RateSpec;
use softnet_qdisc::action::gact::{Random, RandomKind};
use softnet_qdisc::action::pedit::{Command, Header, Key};
use softnet_qdisc::action::{Config, Control, csum, gact, mirred, pedit, police, skbedit, vlan};
use softnet_qdisc_oracle::Rng;
use softnet_sk_buff::{EtherType, IfIndex};

use crate::frame::Frame;

/// Where mirred sends to.
pub(crate) const SINK: &str = "vc";
/// Its number.
pub(crate) const SINK_IFINDEX: u32 = 102;

/// Which actions there are to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mix {
    /// All but csum.
    NoSums,
    /// All but csum, and mirred, which sends to an interface of its own.
    Sent {
        /// Some of it is to arrive there.
        arrives: bool,
        /// With vlan and pedit, which change bytes.
        changes: bool,
    },
    /// Bytes changed and summed up. Linux looks for the IP header of a frame with tags in its bytes where
    /// it isn't, so such frames must not come here.
    Sums,
}

#[derive(Clone, Debug)]
pub(crate) struct Action {
    text: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Gact(gact::Config),
    Police(police::Config),
    SkbEdit(skbedit::Config),
    Vlan(vlan::Config),
    Pedit(pedit::Config),
    Csum(csum::Config),
    Mirred(mirred::Config),
}

impl Action {
    pub(crate) fn tc(&self) -> &str {
        &self.text
    }

    pub(crate) fn config(&self) -> Config<Frame> {
        match self.what.clone() {
            What::Gact(config) => config.into(),
            What::Police(config) => config.into(),
            What::SkbEdit(config) => config.into(),
            What::Vlan(config) => config.into(),
            What::Pedit(config) => config.into(),
            What::Csum(config) => config.into(),
            What::Mirred(config) => config.into(),
        }
    }

    /// One of those that the `mix` has, which may go to chains up to `chains`.
    pub(crate) fn random(mix: Mix, chains: u32, rng: &mut Rng) -> Self {
        let pipe = |rng: &mut Rng| {
            let (control, word) = control(chains, rng);
            if rng.one_in(2) { (Control::Pipe, "pipe".to_owned()) } else { (control, word) }
        };
        let which = match mix {
            Mix::NoSums => rng.range(0, 5),
            Mix::Sent { changes: false, .. } => rng.pick(&[0, 1, 2, 7, 7]),
            Mix::Sent { .. } => rng.pick(&[0, 1, 2, 4, 5, 7, 7]),
            Mix::Sums => rng.pick(&[0, 5, 6, 6]),
        };
        let (text, what) = match which {
            0 => gact_random(chains, rng),
            1 => police_random(chains, rng),
            2 | 3 => {
                let (control, word) = pipe(rng);
                skbedit_random(control, &word, rng)
            }
            4 => {
                let (control, word) = pipe(rng);
                vlan_random(control, &word, rng)
            }
            5 => {
                let (control, word) = pipe(rng);
                pedit_random(control, &word, rng)
            }
            7 => mirred_random(matches!(mix, Mix::Sent { arrives: true, .. }), rng),
            _ => {
                let (control, word) = pipe(rng);
                let all = csum::Config {
                    ip4h: true,
                    icmp: true,
                    igmp: true,
                    tcp: true,
                    udp: true,
                    udplite: false,
                    control,
                };
                let text = format!("csum ip4h and icmp and igmp and tcp and udp {word}");
                (text, What::Csum(all))
            }
        };
        Self { text, what }
    }
}

fn control(chains: u32, rng: &mut Rng) -> (Control, String) {
    let control = match rng.range(0, 11) {
        0 => (Control::Shot, "drop"),
        1 => (Control::Reclassify, "reclassify"),
        2 => (Control::Continue, "continue"),
        3 => (Control::Trap, "trap"),
        4 => (Control::Trap, "trap"),
        5 => return (Control::Jump(1), "jump 1".into()),
        6 | 7 if chains > 0 => {
            let chain = rng.range32(1, chains + 1);
            return (Control::GotoChain(chain), format!("goto chain {chain}"));
        }
        8 | 9 => (Control::Pipe, "pipe"),
        _ => (Control::Ok, "ok"),
    };
    (control.0, control.1.into())
}

fn gact_random(chains: u32, rng: &mut Rng) -> (String, What) {
    let (control, word) = control(chains, rng);
    let mut config = gact::Config::new(control);
    let mut text = format!("gact {word}");
    if rng.one_in(3) {
        let value = rng.range(1, 5) as u16;
        let (control, word) = rng.pick(&[
            (Control::Shot, "drop"),
            (Control::Ok, "ok"),
            (Control::Continue, "continue"),
        ]);
        config.random = Some(Random { kind: RandomKind::Determ, control, value });
        text += &format!(" random determ {word} {value}");
    }
    (text, What::Gact(config))
}

fn police_random(chains: u32, rng: &mut Rng) -> (String, What) {
    let rate = rng.log_range(1000, 10_000_000);
    let burst = rng.range32(100, 20_000);
    // tc's own numbers: 64 ns ticks.
    let mut config = police::Config::bytes(RateSpec::bytes(rate), burst);
    let mut text = format!("police rate {rate}bps burst {burst}");
    if rng.one_in(3) {
        // Of less than 256 bytes the kernel takes no rate table.
        let mtu = rng.pick(&[300, 600, 1514, 4000]);
        config.mtu = Some(mtu);
        text += &format!(" mtu {mtu}");
        if rng.one_in(2) {
            let peak = rate * 2;
            config.peakrate = Some(RateSpec::bytes(peak));
            text += &format!(" peakrate {peak}bps");
        }
    }
    let (exceed, word) = control(chains, rng);
    let (conform, other) =
        rng.pick(&[(Control::Ok, "ok"), (Control::Pipe, "pipe"), (Control::Continue, "continue")]);
    (config.exceed, config.conform) = (exceed, conform);
    // `goto chain` and `jump` are two words, which conform-exceed has no room for.
    if word.contains(' ') {
        (config.exceed, config.conform) = (Control::Shot, conform);
        text += &format!(" conform-exceed drop/{other}");
    } else {
        text += &format!(" conform-exceed {word}/{other}");
    }
    (text, What::Police(config))
}

/// The packet or a copy goes to the interface `vc`.
fn mirred_random(arrives: bool, rng: &mut Rng) -> (String, What) {
    let to = IfIndex::new(SINK_IFINDEX).unwrap();
    let ingress = arrives && rng.one_in(2);
    let way = if ingress { "ingress" } else { "egress" };
    let (config, what) = match rng.one_in(2) {
        true => (mirred::Config::redirect(to, ingress), "redirect"),
        false => (mirred::Config::mirror(to, ingress), "mirror"),
    };
    (format!("mirred {way} {what} dev {SINK}"), What::Mirred(config))
}

fn skbedit_random(control: Control, word: &str, rng: &mut Rng) -> (String, What) {
    let mut config = skbedit::Config { control, ..skbedit::Config::NOTHING };
    let mut text = "skbedit".to_owned();
    if rng.one_in(2) {
        let minor = rng.range32(0, 15);
        let priority = rng.pick(&[minor, minor | 0x2_0000]);
        config.priority = Some(priority);
        text += &format!(" priority {:x}:{:x}", priority >> 16, priority & 0xffff);
    }
    if rng.one_in(2) || config.priority.is_none() {
        let (value, mask) = (rng.range32(0, 15), rng.pick(&[u32::MAX, 3, 0xc]));
        config.mark = Some(skbedit::Mark { value, mask });
        text += &format!(" mark {value}/{mask:#x}");
    }
    (format!("{text} {word}"), What::SkbEdit(config))
}

fn vlan_random(control: Control, word: &str, rng: &mut Rng) -> (String, What) {
    let id = rng.range(1, 4) as u16;
    let priority = rng.range(0, 7) as u8;
    let (protocol, name) = rng.pick(&[(EtherType::VLAN, "802.1Q"), (EtherType::QINQ, "802.1ad")]);
    let (what, text) = match rng.range(0, 3) {
        0 => (vlan::What::Pop, "pop".to_owned()),
        1 => {
            let priority = rng.one_in(2).then_some(priority);
            let mut text = format!("modify id {id} protocol {name}");
            if let Some(priority) = priority {
                text += &format!(" priority {priority}");
            }
            (vlan::What::Modify { id, priority, protocol }, text)
        }
        _ => (
            vlan::What::Push { id, priority, protocol },
            format!("push id {id} protocol {name} priority {priority}"),
        ),
    };
    (format!("vlan {text} {word}"), What::Vlan(vlan::Config { what, control }))
}

fn pedit_random(control: Control, word: &str, rng: &mut Rng) -> (String, What) {
    let mut text = "pedit ex".to_owned();
    let mut keys = Vec::new();
    for _ in 0..rng.range(1, 3) {
        let add = rng.one_in(3);
        let (command, verb) = if add { (Command::Add, "add") } else { (Command::Set, "set") };
        let (from, offset, mask, value, field) = match rng.range(0, 5) {
            0 => {
                let ttl = rng.pick(&[1, 63, 64, 255]);
                (Header::Ip4, 8, 0x00ff_ffff, ttl << 24, format!("ip ttl {verb} {ttl}"))
            }
            1 => {
                let tos = rng.pick(&[0, 0x10, 0xb8]);
                (Header::Ip4, 0, 0xff00_ffff, tos << 16, format!("ip tos {verb} {tos}"))
            }
            2 => {
                let limit = rng.pick(&[1, 64, 200]);
                let field = format!("ip6 hoplimit {verb} {limit}");
                (Header::Ip6, 4, 0xffff_ff00, limit, field)
            }
            3 => {
                let port = u32::from(super::frames::port(rng));
                (Header::Udp, 0, 0xffff_0000, port, format!("udp dport {verb} {port}"))
            }
            4 => {
                let port = u32::from(super::frames::port(rng));
                (Header::Tcp, 0, 0x0000_ffff, port << 16, format!("tcp sport {verb} {port}"))
            }
            _ => {
                let host = u32::from(super::frames::host(rng));
                let address = 0x0a00_0100 | host;
                let field = format!("ip dst {verb} 10.0.1.{host}");
                (Header::Ip4, 16, 0, address, field)
            }
        };
        text += &format!(" munge {field}");
        keys.push(Key { from, offset, at: None, mask, value, command });
    }
    (format!("{text} {word}"), What::Pedit(pedit::Config { keys, control }))
}
