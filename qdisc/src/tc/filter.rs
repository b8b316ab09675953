//! `tc filter`: where filters are, and the kinds of them.

use alloc::string::ToString;

use softnet_sk_buff::{EtherType, IfIndex};

use super::{TcError, Words, action, parent, words};
use crate::filter::{At, Filter, Request, Target, fw, matchall};
use crate::tree::{Parent, Tree};
use crate::{ClassId, Cx, Packet};

mod basic;
mod flower;
mod u32;

const KINDS: &str = "kinds of filters are u32 matchall fw flower basic";

/// `tc filter`, understood.
#[derive(Debug)]
pub struct FilterCommand<P: Packet> {
    /// The discipline or class whose filters these are; [`Parent::Root`] for those of the root.
    pub parent: Parent,
    /// Where among them.
    pub at: At,
    /// What to do.
    pub what: What<P>,
}

/// What to do with filters.
#[derive(Debug)]
pub enum What<P: Packet> {
    /// `add`, `change`, `replace`.
    Set(Request, Filter<P>),
    /// `del`; the kind, if it was named.
    Delete(Option<&'static str>),
}

impl<P: Packet> FilterCommand<P> {
    pub(super) fn read(words: &mut Words<'_>) -> Result<Self, TcError> {
        let request = match words.need("add, change, replace or del")? {
            "add" => Some(Request::Add),
            "change" => Some(Request::Change),
            "replace" => Some(Request::Replace),
            "del" | "delete" => None,
            _ => return Err(words.unknown("there are add, change, replace and del")),
        };
        let mut place = Place::read(words)?;
        let what = match request {
            Some(request) => {
                place.protocol.get_or_insert(EtherType::ALL);
                What::Set(request, filter(words, &mut place)?)
            }
            None => What::Delete(kind_to_delete(words, &mut place)?),
        };
        words.end("the filter takes no such option")?;
        let Place { parent, chain, prio, handle, protocol, .. } = place;
        let protocol = protocol.unwrap_or(EtherType::NONE);
        let at = At { chain, prio, protocol, handle: handle.unwrap_or(0) };
        Ok(Self { parent, at, what })
    }

    /// Does it to `tree`.
    pub(super) fn run(self, tree: &mut Tree<P>, cx: &mut Cx<'_, P>) -> Result<(), TcError> {
        let Self { parent, at, what } = self;
        let of = match parent {
            Parent::Class(of) => of,
            Parent::Ingress => Parent::HOOKS.class(Parent::INGRESS_MINOR),
            Parent::Root | Parent::Unspecified => root(tree),
        };
        match what {
            What::Set(request, filter) => {
                tree.change_filter(of, (request, at), filter, cx).map(drop)?
            }
            What::Delete(kind) => tree.delete_filter(of, at, kind, cx)?,
        }
        Ok(())
    }
}

/// The class that stands for the root discipline itself.
fn root<P: Packet>(tree: &Tree<P>) -> ClassId {
    let mut root = None;
    tree.walk(&mut |shown| root = root.or(Some(shown.handle)));
    root.unwrap_or_default().class(0)
}

/// What stands between the verb and the kind.
struct Place<'a> {
    parent: Parent,
    chain: u32,
    prio: u16,
    protocol: Option<EtherType>,
    /// As it was written: each kind has a way of its own.
    handle_word: Option<&'a str>,
    handle: Option<u32>,
}

impl<'a> Place<'a> {
    fn read(words: &mut Words<'a>) -> Result<Self, TcError> {
        let mut place = Self {
            parent: Parent::Root,
            chain: 0,
            prio: 0,
            protocol: None,
            handle_word: None,
            handle: None,
        };
        loop {
            match words.peek() {
                Some("dev") => {
                    words.next();
                    words.need("the name of a device")?;
                }
                Some("root") => {
                    words.next();
                    place.parent = Parent::Root;
                }
                Some("ingress") => {
                    words.next();
                    place.parent = Parent::Ingress;
                }
                Some("egress") => {
                    words.next();
                    place.parent = Parent::Class(Parent::HOOKS.class(Parent::EGRESS_MINOR));
                }
                Some("parent") => {
                    words.next();
                    place.parent = parent(words)?;
                }
                Some("handle") => {
                    words.next();
                    place.handle_word = Some(words.need("the number of a filter")?);
                }
                Some("chain") => {
                    words.next();
                    place.chain = words.number("the number of a chain")?;
                }
                Some("prio" | "pref" | "preference" | "priority") => {
                    words.next();
                    place.prio = words.number("a priority from 1 to 65535")?;
                }
                Some("protocol") => {
                    words.next();
                    place.protocol = Some(words.value(PROTOCOL, protocol)?);
                }
                _ => return Ok(place),
            }
        }
    }

    /// Understands the handle as most kinds do.
    fn number(&mut self) -> Result<(), TcError> {
        self.with_handle(|word| u32::try_from(words::number(word)?).ok())
    }

    fn with_handle(&mut self, read: impl FnOnce(&str) -> Option<u32>) -> Result<(), TcError> {
        let Some(word) = self.handle_word else { return Ok(()) };
        let wrong = || TcError::Value { word: word.to_string(), wanted: "the number of a filter" };
        self.handle = Some(read(word).ok_or_else(wrong)?);
        Ok(())
    }
}

/// The kind that comes next, and its options to the end of the line.
fn filter<P: Packet>(words: &mut Words<'_>, place: &mut Place<'_>) -> Result<Filter<P>, TcError> {
    let kind = words.need("a kind of filter")?;
    Ok(match kind {
        "u32" => {
            place.with_handle(u32::handle)?;
            Filter::U32(u32::read(words, place)?)
        }
        "fw" => Filter::Fw(mark(words, place)?),
        "matchall" => {
            place.number()?;
            let mut target = Target::none();
            while let Some(word) = words.next() {
                if !of_target(word, words, &mut target)? && !matches!(word, "skip_hw" | "skip_sw") {
                    return Err(words.unknown("options are classid action"));
                }
            }
            Filter::Matchall(matchall::Config { target })
        }
        "flower" => {
            place.number()?;
            Filter::Flower(flower::read(words, place)?)
        }
        "basic" => {
            place.number()?;
            Filter::Basic(basic::read(words)?)
        }
        _ => return Err(words.unknown(KINDS)),
    })
}

fn kind_to_delete(
    words: &mut Words<'_>,
    place: &mut Place<'_>,
) -> Result<Option<&'static str>, TcError> {
    let Some(kind) = words.next() else {
        return place.number().map(|()| None);
    };
    let known = ["u32", "matchall", "fw", "flower", "basic"].into_iter().find(|name| *name == kind);
    let known = known.ok_or_else(|| words.unknown(KINDS))?;
    match known {
        "u32" => place.with_handle(u32::handle)?,
        _ => place.number()?,
    }
    Ok(Some(known))
}

/// Reads what a filter does with a packet, if `word` begins that.
fn of_target<P: Packet>(
    word: &str,
    words: &mut Words<'_>,
    target: &mut Target<P>,
) -> Result<bool, TcError> {
    match word {
        "classid" | "flowid" => target.classid = Some(words.class_id()?),
        "action" => target.actions.extend(action::list(words)?),
        // The way of old: without `action` in front.
        "police" => target.actions.push(action::police(words)?.into()),
        _ => return Ok(false),
    }
    Ok(true)
}

/// fw, with its handle, which is `MARK` or `MARK/MASK`.
fn mark<P: Packet>(words: &mut Words<'_>, place: &mut Place<'_>) -> Result<fw::Config<P>, TcError> {
    let mut mask = u32::MAX;
    place.with_handle(|word| {
        let mut parts = word.splitn(2, '/').map(|part| u32::try_from(words::number(part)?).ok());
        let mark = parts.next()??;
        if let Some(bits) = parts.next() {
            mask = bits?;
        }
        Some(mark)
    })?;
    let (mut indev, mut target) = (None, Target::none());
    if words.peek().is_none() {
        let of = match place.parent {
            Parent::Class(class) => class.handle(),
            _ => crate::Handle::UNSPEC,
        };
        return Ok(fw::Config::MarkIsClass { of });
    }
    while let Some(word) = words.next() {
        match word {
            "indev" => indev = Some(device(words)?),
            word if of_target(word, words, &mut target)? => {}
            _ => return Err(words.unknown("options are classid indev action police")),
        }
    }
    Ok(fw::Config::Mark { mask, indev, target })
}

/// A device by its number, which tc writes as `if3` where it has no name.
pub(super) fn device(words: &mut Words<'_>) -> Result<IfIndex, TcError> {
    words.value("the number of a device as if3", |word| {
        IfIndex::new(word.strip_prefix("if").unwrap_or(word).parse().ok()?)
    })
}

const PROTOCOL: &str = "a protocol as ip, ipv6, all, 802.1q or 0x0800";

/// An EtherType by tc's name for it.
fn protocol(word: &str) -> Option<EtherType> {
    Some(match word {
        "ip" | "ipv4" => EtherType::IPV4,
        "ipv6" => EtherType::IPV6,
        "arp" => EtherType::ARP,
        "all" => EtherType::ALL,
        "802_2" => EtherType::IEEE_802_2,
        word if word.eq_ignore_ascii_case("802.1q") => EtherType::VLAN,
        word if word.eq_ignore_ascii_case("802.1ad") => EtherType::QINQ,
        word => {
            let digits = word.strip_prefix("0x").unwrap_or(word);
            EtherType(u16::from_str_radix(digits, 16).ok()?)
        }
    })
}

#[cfg(test)]
mod tests;
