//! The kernel's verdict on attributes, and ours by the policy that it told.

use std::collections::BTreeMap;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::{AckOptions, Answer, ExtAck};
use softnet_netlink::genl::{Definition, Info, Registry, Turn};
use softnet_netlink::policy::{Kind, Policy};
use softnet_netlink::wire::{Ack, Attrs, Flags, Message, Writer};

use crate::asked::{Random, attributes};
use crate::kernel::{Kernel, in_namespace};
use crate::nlctrl::{Root, registry};
use crate::told::{self, Told};

/// Families whose commands can do no harm in an empty net.
const FAMILIES: [&str; 6] = ["nlctrl", "netdev", "ethtool", "tcp_metrics", "mptcp_pm", "TASKSTATS"];

/// Requests for each command and turn.
const REQUESTS: u64 = 150;

/// What only the validator says.
const WORDS: [&str; 9] = [
    "Unknown attribute type",
    "Unsupported attribute",
    "NLA_F_NESTED is missing",
    "NLA_F_NESTED not expected",
    "Attribute failed policy validation",
    "Array element too short",
    "integer out of range",
    "binary attribute size out of range",
    "bytes leftover after parsing attributes",
];

#[derive(Debug, Default)]
struct Tally {
    refused: u32,
    accepted: u32,
    /// The kernel did not tell enough for a verdict.
    untold: u32,
    words: BTreeMap<String, u32>,
}

#[test]
fn the_validator_refuses_what_the_kernel_does_with_the_same_bytes() {
    in_namespace(|| {
        let mut kernel = Kernel::open().unwrap();
        let told = told::families(&mut kernel);
        let registry = registry(&told);
        let mut tally = Tally::default();
        for family in told.iter().filter(|family| FAMILIES.contains(&family.definition.name)) {
            for (turn, cmd, policy) in checked(&mut kernel, family) {
                for seed in 0..REQUESTS {
                    let seed = seed << 16 | u64::from(cmd) << 8 | u64::from(family.id);
                    let asked = attributes(policy, 12, &mut Random::new(seed));
                    compare(&mut kernel, &registry, (family, turn, cmd), &asked, &mut tally);
                }
            }
        }
        eprintln!("{tally:?}");
        // It was no empty exercise.
        assert!(tally.refused > 1000 && tally.accepted > 1000, "{tally:?}");
        assert!(tally.words.len() >= 6, "{tally:?}");
        assert!(tally.untold * 20 < tally.refused, "{tally:?}");
    });
}

/// The commands that have a policy of which something is told, and check it strictly: they refuse a type that no
/// family has.
fn checked(kernel: &mut Kernel, family: &Told) -> Vec<(Turn, u8, &'static Policy)> {
    let definition: &Definition = family.definition;
    let mut checked = Vec::new();
    for command in definition.commands() {
        for (turn, policy) in [Turn::Do, Turn::Dump].into_iter().zip(command.policies()) {
            let Some(policy) = policy.filter(|policy| is_telling(policy)) else { continue };
            let probe = request(kernel, family, (turn, command.cmd), &[4, 0, 0x39, 0x30]);
            let answer = kernel.ask(&probe).pop().unwrap();
            let strict = ack(&answer)
                .and_then(|ack| ack.attrs().message)
                .is_some_and(|words| words == b"Unknown attribute type");
            if strict {
                checked.push((turn, command.cmd, policy));
            }
        }
    }
    checked
}

fn is_telling(policy: &Policy) -> bool {
    let mut rules = (1..=policy.max_kind() as u16).filter_map(|kind| policy.rule(kind));
    rules.any(|rule| !matches!(rule.kind, Kind::Unspec { .. } | Kind::Reject { .. }))
}

fn request(kernel: &mut Kernel, family: &Told, (turn, cmd): (Turn, u8), attrs: &[u8]) -> Vec<u8> {
    let flags = if turn == Turn::Dump { Flags::DUMP } else { Flags::ACK };
    let own = usize::from(family.definition.header_size).next_multiple_of(4);
    let rest = [vec![0; own], attrs.to_vec()].concat();
    kernel.request(family.id, flags, cmd, &rest)
}

fn ack(answer: &[u8]) -> Option<Ack<'_>> {
    Message::parse(answer).unwrap().ack()
}

fn compare(
    kernel: &mut Kernel,
    registry: &Registry<()>,
    (family, turn, cmd): (&Told, Turn, u8),
    asked: &[u8],
    tally: &mut Tally,
) {
    let request = request(kernel, family, (turn, cmd), asked);
    let theirs = kernel.ask(&request).pop().unwrap();
    let message = Message::parse(&request).unwrap();
    let mut extack = ExtAck::new();
    let found = registry.find(message, &Root, &mut extack);
    let parsed = found.and_then(|info: Info<'_>| info.parse::<0>(&mut extack));
    let name = family.definition.name;
    let at = format!("{name} {cmd} {turn:?} {request:?}: {:?}", ack(&theirs));
    let policy = family.definition.op(cmd, turn).unwrap().policy.unwrap();
    let attrs = message.attrs(family.definition.fixed_len());
    match parsed {
        Err(errno) => {
            let ours = answer(message, kernel.port(), errno, &extack);
            // What has no rule for us may have one that the kernel has no words for.
            let ruleless = extack.words() == Some(b"Unsupported attribute");
            if ours != theirs && ack(&theirs).is_some() && (ruleless || hides(attrs, policy)) {
                tally.untold += 1;
                return;
            }
            assert_eq!(ours, theirs, "{at}, ours {:?}", ack(&ours));
            tally.refused += 1;
            let words = String::from_utf8_lossy(extack.words().unwrap_or_default()).into_owned();
            *tally.words.entry(words).or_default() += 1;
        }
        Ok(_) => {
            let said = ack(&theirs).filter(|ack| ack.error() != 0).map(|ack| ack.attrs());
            let words = said.and_then(|said| said.message).unwrap_or_default();
            if !WORDS.iter().any(|known| known.as_bytes() == words) {
                tally.accepted += 1;
                return;
            }
            assert!(hides(attrs, policy), "{at}: accepted");
            tally.untold += 1;
        }
    }
}

fn answer(request: Message<'_>, port: u32, errno: Errno, extack: &ExtAck) -> Vec<u8> {
    let mut buffer = vec![0; 8192];
    let mut writer = Writer::new(&mut buffer);
    let (result, options) = (Err(errno), AckOptions::EXT_ACK);
    Answer { request, port, result, extack, options }.write(&mut writer).unwrap();
    writer.as_bytes().to_vec()
}

/// Whether a rule that the request is held to may be stricter than the kernel tells: bytes have least lengths, and
/// what a nest without a policy holds is checked by the family itself.
fn hides(mut attrs: Attrs<'_>, policy: &Policy) -> bool {
    attrs.any(|attr| match policy.rule(attr.kind()).map(|rule| rule.kind) {
        Some(Kind::Binary { .. } | Kind::Nested(None) | Kind::NestedArray(None)) => true,
        Some(Kind::Nested(Some(inner))) => hides(attr.nested(), inner),
        Some(Kind::NestedArray(Some(inner))) => {
            attr.nested().any(|element| hides(element.nested(), inner))
        }
        _ => false,
    })
}
