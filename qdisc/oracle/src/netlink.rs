//! As much of rtnetlink's traffic control as it takes to ask for statistics and to read them
//! (`rtnetlink.h`, `pkt_sched.h`, `gen_stats.h`).

/// `RTM_NEWQDISC`.
pub const NEWQDISC: u16 = 36;
/// `RTM_GETQDISC`.
pub const GETQDISC: u16 = 38;
/// `RTM_NEWTCLASS`.
pub const NEWTCLASS: u16 = 40;
/// `RTM_GETTCLASS`.
pub const GETTCLASS: u16 = 42;
/// `NLMSG_ERROR`: also the answer to what went well.
pub const ERROR: u16 = 2;
/// `NLMSG_DONE`.
pub const DONE: u16 = 3;
/// `NLM_F_REQUEST`.
pub const REQUEST: u16 = 1;
/// `NLM_F_ACK`.
pub const ACK: u16 = 4;
/// `NLM_F_DUMP`.
pub const DUMP: u16 = 0x300;
/// `NLM_F_CREATE`.
pub const CREATE: u16 = 0x400;
/// `NLM_F_EXCL`.
pub const EXCL: u16 = 0x200;
/// The parent of a root (`TC_H_ROOT`).
pub const ROOT: u32 = u32::MAX;
/// `TCA_KIND`.
pub const TCA_KIND: u16 = 1;
/// `TCA_OPTIONS`.
pub const TCA_OPTIONS: u16 = 2;

const TCA_STATS2: u16 = 7;
const TCA_DUMP_INVISIBLE: u16 = 10;
const TCA_STATS_BASIC: u16 = 1;
const TCA_STATS_QUEUE: u16 = 3;
const TCA_STATS_APP: u16 = 4;
const NLA_TYPE_MASK: u16 = 0x3fff;
const HEADER: usize = 16;
const TCMSG: usize = 20;

/// An attribute of type `kind`, padded.
#[must_use]
pub fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len() + 4).expect("an attribute is short");
    let mut bytes = [&len.to_ne_bytes()[..], &kind.to_ne_bytes(), payload].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A message about a discipline or class of interface [`va`](crate::player::DEVICE): `kind` is
/// [`NEWQDISC`] and the like, `flags` without [`REQUEST`] and [`ACK`], which are added.
#[must_use]
pub fn request(kind: u16, flags: u16, handle: u32, parent: u32, attributes: &[u8]) -> Vec<u8> {
    let len = u32::try_from(HEADER + TCMSG + attributes.len()).expect("a message is short");
    let ack = if flags & DUMP == DUMP { 0 } else { ACK };
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend((flags | REQUEST | ack).to_ne_bytes());
    bytes.extend([0; 8]); // sequence, port
    bytes.extend([0; 4]); // family
    for word in [crate::player::IFINDEX, handle, parent, 0] {
        bytes.extend(word.to_ne_bytes());
    }
    bytes.extend(attributes);
    bytes
}

/// Asks for all disciplines, those that weren't asked for by name too, or for all classes.
pub(crate) fn dump(kind: u16) -> Vec<u8> {
    let invisible = attribute(TCA_DUMP_INVISIBLE, &[]);
    request(kind, DUMP, 0, 0, if kind == GETQDISC { &invisible } else { &[] })
}

/// The messages of a datagram: type, and what follows the header.
pub(crate) fn messages(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let len = word(bytes, 0)? as usize;
        let kind = u16::from_ne_bytes(bytes.get(4..6)?.try_into().ok()?);
        let body = bytes.get(HEADER..len)?;
        bytes = bytes.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, body))
    })
}

/// The attributes in `bytes`: type without flags, and payload.
pub fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let len = u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?) as usize;
        let kind = u16::from_ne_bytes(bytes.get(2..4)?.try_into().ok()?);
        let payload = bytes.get(4..len)?;
        bytes = bytes.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some((kind & NLA_TYPE_MASK, payload))
    })
}

/// The attribute of type `kind` in `bytes`.
#[must_use]
pub fn find(bytes: &[u8], kind: u16) -> Option<&[u8]> {
    attributes(bytes).find(|&(other, _)| other == kind).map(|(_, payload)| payload)
}

/// The 32-bit word number `index` of `bytes`.
#[must_use]
pub fn word(bytes: &[u8], index: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(index * 4..index * 4 + 4)?.try_into().ok()?))
}

/// The 64-bit word at byte `at` of `bytes`.
#[must_use]
pub fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// A discipline or class as the kernel shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The interface that it is of.
    pub ifindex: u32,
    /// Its number, or the class's (`tcm_handle`).
    pub handle: u32,
    /// The class that it hangs in, [`ROOT`] for a root; of a class, the class or root above
    /// (`tcm_parent`).
    pub parent: u32,
    /// The number of the discipline in this class, 0 for none (`tcm_info`). Of a discipline: how
    /// often it is referred to.
    pub info: u32,
    attributes: Vec<u8>,
}

impl Shown {
    /// What follows the header in a message.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let [ifindex, handle, parent, info] = [1, 2, 3, 4].map(|index| word(body, index));
        let attributes = body.get(TCMSG..)?.to_vec();
        let (ifindex, handle) = (ifindex?, handle?);
        Some(Self { ifindex, handle, parent: parent?, info: info?, attributes })
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &str {
        let text = find(&self.attributes, TCA_KIND).and_then(|text| text.strip_suffix(&[0]));
        text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("?")
    }

    /// Its configuration (`TCA_OPTIONS`).
    #[must_use]
    pub fn options(&self) -> &[u8] {
        find(&self.attributes, TCA_OPTIONS).unwrap_or_default()
    }

    /// Bytes and packets sent (`gnet_stats_basic`).
    #[must_use]
    pub fn sent(&self) -> Option<(u64, u32)> {
        let basic = self.stats(TCA_STATS_BASIC)?;
        Some((long(basic, 0)?, word(basic, 2)?))
    }

    /// `qlen`, `backlog`, `drops`, `requeues`, `overlimits` (`gnet_stats_queue`).
    #[must_use]
    pub fn queue(&self) -> Option<[u32; 5]> {
        let queue = self.stats(TCA_STATS_QUEUE)?;
        let [qlen, backlog, drops, requeues, overlimits] =
            [0, 1, 2, 3, 4].map(|index| word(queue, index));
        Some([qlen?, backlog?, drops?, requeues?, overlimits?])
    }

    /// Statistics of its kind only (`TCA_STATS_APP`), as its struct in `pkt_sched.h` has them.
    #[must_use]
    pub fn app(&self) -> &[u8] {
        self.stats(TCA_STATS_APP).unwrap_or_default()
    }

    fn stats(&self, kind: u16) -> Option<&[u8]> {
        find(find(&self.attributes, TCA_STATS2)?, kind)
    }
}
