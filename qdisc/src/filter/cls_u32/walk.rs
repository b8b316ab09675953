//! The search through the tables (`u32_classify`).

use softnet_sk_buff::IfIndex;

use super::tables::{Place, Tables};
use super::{Knode, MAX_DEPTH, Proto};
use crate::filter::target::Step;
use crate::{Cx, Frame, Packet};

/// Where the search is.
struct Walk {
    place: Place,
    /// What offsets count from, in the packet's bytes (`off`), and how far the header just read goes
    /// (`off2`). They wrap as C's do.
    off: u32,
    off2: i32,
    stack: [(Place, u32); MAX_DEPTH],
    depth: usize,
}

/// No filter is there: the end of a bucket.
const NOWHERE: Place = Place { table: usize::MAX, bucket: 0, at: 0 };

/// What filters look at in a packet.
struct Seen<'a> {
    frame: Frame<'a>,
    len: u32,
    mark: u32,
    iif: Option<IfIndex>,
}

impl<'a> Seen<'a> {
    fn new<P: Packet>(packet: &'a P) -> Self {
        Self {
            frame: packet.frame().unwrap_or(Frame::NOTHING),
            len: packet.frame_len(),
            mark: packet.mark(),
            iif: packet.ingress(),
        }
    }

    /// Bytes at an offset, which must be in the packet (`skb_header_pointer_careful`). Linux also
    /// reads the headroom before the link header; there is nothing to be found there.
    fn read<const N: usize>(&self, at: u32) -> Option<[u8; N]> {
        let at = usize::try_from(at.cast_signed()).ok()?;
        self.frame.bytes.get(at..)?.first_chunk().copied()
    }
}

/// How a filter fared.
enum Fate {
    /// A key reads past the packet: the search is over.
    CutOff,
    No,
    Yes,
}

impl Proto {
    pub(in crate::filter) fn classify<P: Packet>(
        &self,
        tables: &mut Tables<P>,
        packet: &mut P,
        cx: &mut Cx<'_, P>,
    ) -> Step {
        let network = packet.frame().map_or(0, |frame| frame.network);
        let mut walk = Walk {
            place: Place { table: self.root, bucket: 0, at: 0 },
            off: u32::try_from(network).unwrap_or(u32::MAX),
            off2: 0,
            stack: [(NOWHERE, 0); MAX_DEPTH],
            depth: 0,
        };
        loop {
            if walk.next_match(tables, &Seen::new(packet)).is_none() {
                return Step::Next;
            }
            let Some(node) = tables.node_mut(walk.place) else { return Step::Next };
            match node.exts.exec(packet, cx) {
                Step::Next => walk.place.at += 1,
                step => return step,
            }
        }
    }
}

impl Walk {
    /// Goes on to the next filter that matches and ends the search; `None` if there is none.
    fn next_match<P: Packet>(&mut self, tables: &mut Tables<P>, seen: &Seen<'_>) -> Option<()> {
        loop {
            let Some(node) = tables.node_mut(self.place) else {
                self.depth = self.depth.checked_sub(1)?;
                (self.place, self.off) = *self.stack.get(self.depth)?;
                if tables.node_mut(self.place).is_some_and(|node| node.ends_here(seen)) {
                    return Some(());
                }
                self.place.at += 1;
                continue;
            };
            match node.matches(self.off, self.off2, seen) {
                Fate::CutOff => return None,
                Fate::No => self.place.at += 1,
                Fate::Yes if node.link.is_some() => self.follow(tables, seen)?,
                Fate::Yes if node.ends_here(seen) => return Some(()),
                Fate::Yes => self.place.at += 1,
            }
        }
    }

    /// Follows a link; `None` ends the search.
    fn follow<P: Packet>(&mut self, tables: &Tables<P>, seen: &Seen<'_>) -> Option<()> {
        let node = tables.node(self.place)?;
        let (down, _) = node.link?;
        let table = tables.get(down)?;
        *self.stack.get_mut(self.depth)? = (self.place, self.off);
        self.depth += 1;
        let mut hash = 0;
        if table.divisor() > 1 {
            let at = self.off.wrapping_add_signed(node.selector.hash.off.into());
            let word = u32::from_be_bytes(seen.read(at)?);
            hash = (word & node.selector.hash.mask) >> node.fshift;
        }
        self.place = Place { table: down, bucket: table.bucket(hash), at: 0 };
        let offset = &node.selector.offset;
        if offset.plus.is_some() || offset.var.is_some() {
            self.off2 = i32::from(offset.plus.unwrap_or(0)) + 3;
            if let Some(var) = offset.var {
                let at = self.off.wrapping_add_signed(var.off.into());
                let field = u16::from_be_bytes(seen.read(at)?);
                self.off2 += i32::from((field & var.mask) >> var.shift);
            }
            self.off2 &= !3;
        } else if !offset.eat {
            return Some(());
        }
        if offset.eat {
            self.off = self.off.wrapping_add_signed(self.off2);
            self.off2 = 0;
        }
        if self.off >= seen.len {
            self.place = NOWHERE;
        }
        Some(())
    }
}

impl<P: Packet> Knode<P> {
    fn matches(&mut self, off: u32, off2: i32, seen: &Seen<'_>) -> Fate {
        self.counts.rcnt = self.counts.rcnt.wrapping_add(1);
        if self.exts.is_for_the_card() {
            return Fate::No;
        }
        if seen.mark & self.mark.mask != self.mark.value {
            return Fate::No;
        }
        self.counts.mark = self.counts.mark.wrapping_add(1);
        for (key, count) in self.selector.keys.iter().zip(&mut self.counts.keys) {
            let at = off.wrapping_add_signed(key.off).wrapping_add_signed(off2 & key.offmask);
            let Some(word) = seen.read(at) else { return Fate::CutOff };
            if (u32::from_be_bytes(word) ^ key.val) & key.mask != 0 {
                return Fate::No;
            }
            *count = count.wrapping_add(1);
        }
        Fate::Yes
    }

    /// Whether it is terminal and for the packet's device; counts the success.
    fn ends_here(&mut self, seen: &Seen<'_>) -> bool {
        let ends = self.selector.terminal && self.indev.is_none_or(|dev| seen.iif == Some(dev));
        self.counts.rhit = self.counts.rhit.wrapping_add(u64::from(ends));
        ends
    }
}
