//! What generic netlink refuses before a family is asked (`genl_rcv_msg`), and what it says of that.
//!
//! ethtool is asked, which every kernel of ours has: most of its commands are from before headers were checked, the
//! later ones are not.

use softnet_netlink::kernel::{Flag, SocketOption};

use crate::backend::*;

const REQUEST: u16 = 1;
const ACK: u16 = 4;
const ROOT: u16 = 0x100;
const MATCH: u16 = 0x200;
const DUMP: u16 = ROOT | MATCH;

const ERROR: u16 = 2;
const DONE: u16 = 3;

const NLCTRL: u16 = 0x10;
const GETFAMILY: u8 = 3;
const GETPOLICY: u8 = 10;

const LINKINFO_GET: u8 = 2;
const LINKINFO_SET: u8 = 3;
const WOL_GET: u8 = 9;
const MODULE_GET: u8 = 34;
const MODULE_SET: u8 = 35;
const PHY_GET: u8 = 45;

/// `struct genlmsghdr` and attributes.
fn payload(cmd: u8, reserved: u16, attrs: &[u8]) -> Vec<u8> {
    [&[cmd, 1][..], &reserved.to_ne_bytes(), attrs].concat()
}

fn attr(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut attr = (value.len() as u16 + 4).to_ne_bytes().to_vec();
    attr.extend(kind.to_ne_bytes());
    attr.extend(value);
    attr.resize(attr.len().next_multiple_of(4), 0);
    attr
}

/// A socket that is told everything of its errors, and the ids of ethtool and of its group.
fn ethtool(on: &mut dyn Backend) -> (Sock, u16, u32) {
    let sock = on.bound(GENERIC);
    let asked = payload(GETFAMILY, 0, &attr(2, b"ethtool\0"));
    on.send(sock, None, &message(NLCTRL, REQUEST, 1, &asked), 0).unwrap();
    let answer = on.recv(sock, 8192, 0).unwrap().bytes;
    assert_eq!(answer[20..32], *b"\x0c\x00\x02\x00ethtool\x00");
    // The family has one group, its number in front of its name at the very end.
    let group = u32_at(&answer, answer.len() - 16);
    on.set(sock, SocketOption::Flag(Flag::ExtAck, true)).unwrap();
    on.set(sock, SocketOption::Flag(Flag::CapAck, true)).unwrap();
    (sock, u16_at(&answer, 36), group)
}

/// The error of the answer that ends it, and the words and the place that it tells.
type Verdict = (i32, Option<String>, Option<u32>);

fn ask(on: &mut dyn Backend, sock: Sock, (kind, flags): (u16, u16), payload: &[u8]) -> Verdict {
    on.send(sock, None, &message(kind, REQUEST | ACK | flags, 9, payload), 0).unwrap();
    let all = on.drain(sock, 32_768);
    let mut messages = all.iter().flat_map(|datagram| split(datagram));
    let end = messages.rfind(|message| [ERROR, DONE].contains(&u16_at(message, 4)));
    verdict(end.unwrap())
}

fn split(datagram: &[u8]) -> Vec<&[u8]> {
    let (mut messages, mut at) = (Vec::new(), 0);
    while at + 16 <= datagram.len() {
        let len = u32_at(datagram, at) as usize;
        messages.push(&datagram[at..at + len]);
        at += len.next_multiple_of(4);
    }
    messages
}

fn verdict(end: &[u8]) -> Verdict {
    let (mut words, mut place) = (None, None);
    // Behind the error there is the request's header, in a dump's end nothing.
    let mut at = if u16_at(end, 4) == ERROR { 36 } else { 20 };
    while at + 4 <= end.len() {
        let len = usize::from(u16_at(end, at));
        let value = &end[at + 4..at + len];
        match u16_at(end, at + 2) {
            1 => words = Some(String::from_utf8(value[..value.len() - 1].to_vec()).unwrap()),
            2 => place = Some(u32_at(value, 0)),
            _ => {}
        }
        at += len.next_multiple_of(4);
    }
    (u32_at(end, 16).cast_signed(), words, place)
}

fn silent(error: i32) -> Verdict {
    (-error, None, None)
}

fn words(error: i32, words: &str) -> Verdict {
    (-error, Some(words.into()), None)
}

rules! {
    fn a_family_that_there_is_not(on) {
        let (sock, ..) = ethtool(on);
        assert_eq!(ask(on, sock, (0x3ff, 0), &payload(1, 0, &[])), silent(ENOENT));
        assert_eq!(ask(on, sock, (0x3ff, DUMP), &payload(1, 0, &[])), silent(ENOENT));
        // Not even its header is looked at.
        assert_eq!(ask(on, sock, (0x3ff, 0), &[]), silent(ENOENT));
    }

    fn a_message_without_a_header(on) {
        let (sock, id, _) = ethtool(on);
        for (kind, flags, cmd) in [(id, 0, LINKINFO_GET), (id, DUMP, LINKINFO_GET), (NLCTRL, DUMP, GETFAMILY)] {
            for len in 0..4_u32 {
                let mut short = message(kind, REQUEST | flags, 9, &payload(cmd, 0, &[]));
                short[..4].copy_from_slice(&(16 + len).to_ne_bytes());
                on.send(sock, None, &short, 0).unwrap();
                assert_eq!(verdict(&on.drain(sock, 8192)[0]), silent(EINVAL), "{kind} {len}");
            }
        }
    }

    fn a_command_that_there_is_not(on) {
        let (sock, id, _) = ethtool(on);
        for (kind, cmd) in [(id, 0), (id, 255), (NLCTRL, 0), (NLCTRL, 1), (NLCTRL, 200)] {
            assert_eq!(ask(on, sock, (kind, 0), &payload(cmd, 0, &[])), silent(EOPNOTSUPP));
            assert_eq!(ask(on, sock, (kind, DUMP), &payload(cmd, 0, &[])), silent(EOPNOTSUPP));
        }
    }

    fn a_command_in_the_wrong_turn(on) {
        let (sock, id, _) = ethtool(on);
        assert_eq!(ask(on, sock, (id, DUMP), &payload(LINKINFO_SET, 0, &[])), silent(EOPNOTSUPP));
        let policy = payload(GETPOLICY, 0, &attr(1, &NLCTRL.to_ne_bytes()));
        assert_eq!(ask(on, sock, (NLCTRL, 0), &policy), silent(EOPNOTSUPP));
        assert_eq!(ask(on, sock, (NLCTRL, DUMP), &policy), silent(0));
        // Half of a dump is none, where flags are not checked.
        let family = payload(GETFAMILY, 0, &attr(1, &NLCTRL.to_ne_bytes()));
        for half in [ROOT, MATCH] {
            assert_eq!(ask(on, sock, (NLCTRL, half), &policy), silent(EOPNOTSUPP));
            assert_eq!(ask(on, sock, (NLCTRL, half), &family), silent(0));
        }
    }

    fn a_header_is_checked_from_some_command_on(on) {
        let (sock, id, _) = ethtool(on);
        let reserved = words(EINVAL, "genlmsghdr.reserved field is not 0");
        let bits = words(EINVAL, "ambiguous or reserved bits set in nlmsg_flags");
        for (cmd, checked) in [(WOL_GET, false), (MODULE_GET, false), (MODULE_SET, true), (PHY_GET, true), (255, true)] {
            // The command comes to its policy, or is not there.
            let passes = |verdict: &Verdict| *verdict != reserved && *verdict != bits;
            let verdict = ask(on, sock, (id, 0), &payload(cmd, 7, &attr(77, &[])));
            assert_eq!(verdict == reserved, checked, "{cmd}: {verdict:?}");
            for flags in [ROOT, MATCH, 0x400, 0x800, 2, DUMP | 0x400] {
                let verdict = ask(on, sock, (id, flags), &payload(cmd, 0, &attr(77, &[])));
                assert_eq!(verdict == bits, checked, "{cmd} {flags:x}: {verdict:?}");
            }
            for flags in [0, 8, DUMP] {
                let verdict = ask(on, sock, (id, flags), &payload(cmd, 0, &attr(77, &[])));
                assert!(passes(&verdict), "{cmd} {flags:x}: {verdict:?}");
            }
        }
        // The field goes before the flags.
        assert_eq!(ask(on, sock, (id, ROOT), &payload(MODULE_SET, 1, &[])), reserved);
    }

    fn who_may_not(on) {
        let (sock, id, _) = ethtool(on);
        let set = payload(LINKINFO_SET, 0, &attr(77, &[]));
        let unknown = (-EINVAL, Some("Unknown attribute type".into()), Some(20));
        assert_eq!(ask(on, sock, (id, 0), &set), unknown);
        on.privileged(false);
        // That is told before what is wrong with the attributes.
        assert_eq!(ask(on, sock, (id, 0), &set), silent(EPERM));
        // Some may be asked of by nobody else, others by everybody.
        assert_eq!(ask(on, sock, (id, DUMP), &payload(WOL_GET, 0, &attr(77, &[]))), silent(EPERM));
        assert_eq!(ask(on, sock, (id, 0), &payload(LINKINFO_GET, 0, &attr(77, &[]))), unknown);
        // But not before what is wrong with the header, and not of what is not there.
        let header = words(EINVAL, "genlmsghdr.reserved field is not 0");
        assert_eq!(ask(on, sock, (id, 0), &payload(MODULE_SET, 1, &[])), header);
        assert_eq!(ask(on, sock, (id, DUMP), &set), silent(EOPNOTSUPP));
        on.privileged(true);
    }

    fn attributes_that_the_policy_refuses(on) {
        let (sock, id, _) = ethtool(on);
        let header = |attrs: &[u8]| attr(1 | 0x8000, attrs);
        let refused = [
            (header(&attr(1, &[1, 2])), "invalid attribute length", 24),
            (header(&attr(3, &8_u32.to_ne_bytes())), "reserved bit set", 24),
            (header(&attr(77, &[])), "Unknown attribute type", 24),
            (attr(1, &attr(1, &[1, 0, 0, 0])), "NLA_F_NESTED is missing", 20),
            (header(&attr(2, &[b'x'; 128])), "Attribute failed policy validation", 24),
        ];
        for (attrs, words, place) in refused {
            for flags in [0, DUMP] {
                let (error, said, at) = ask(on, sock, (id, flags), &payload(LINKINFO_GET, 0, &attrs));
                assert_eq!((said.as_deref(), at), (Some(words), Some(place)), "{attrs:?}");
                assert!([-EINVAL, -ERANGE].contains(&error), "{error}");
            }
        }
        let left = [header(&[]), vec![0; 3]].concat();
        let left = ask(on, sock, (id, 0), &payload(LINKINFO_GET, 0, &left));
        assert_eq!(left, words(EINVAL, "bytes leftover after parsing attributes"));
    }

    fn a_second_dump(on) {
        let (sock, ..) = ethtool(on);
        let policy = payload(GETPOLICY, 0, &attr(2, b"ethtool\0"));
        let dump = message(NLCTRL, REQUEST | DUMP, 1, &policy);
        on.send(sock, None, &dump, 0).unwrap();
        on.send(sock, None, &dump, 0).unwrap();
        // What is wrong with the second is not even looked at.
        let wrong = message(NLCTRL, REQUEST | DUMP, 2, &payload(GETPOLICY, 0, &attr(77, &[])));
        on.send(sock, None, &wrong, 0).unwrap();
        let all = on.drain(sock, 32_768);
        let messages = all.iter().flat_map(|datagram| split(datagram));
        let errors = messages.filter(|message| u16_at(message, 4) == ERROR);
        let errors: Vec<_> = errors.map(|error| verdict(error).0).collect();
        assert_eq!(errors, [-EBUSY, -EBUSY]);
    }

    fn groups_are_those_of_families(on) {
        let (sock, _, group) = ethtool(on);
        assert_eq!(on.set(sock, SocketOption::AddMembership(group)), Ok(()));
        assert_eq!(on.set(sock, SocketOption::AddMembership(16)), Ok(()));
        assert_eq!(on.set(sock, SocketOption::AddMembership(0)), Err(EINVAL));
        assert_eq!(on.set(sock, SocketOption::AddMembership(100_000)), Err(EINVAL));
        on.privileged(false);
        let other = on.bound(GENERIC);
        assert_eq!(on.set(other, SocketOption::AddMembership(group)), Ok(()));
        on.privileged(true);
    }
}
