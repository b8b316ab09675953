//! basic: matches what a tree of extended matches says (`cls_basic.c`).

use softnet_sk_buff::Instant;

use super::ematch::Tree;
use super::listed::Listed;
use super::target::{Exts, Step};
use super::{FilterError, Target};
use crate::{Cx, Packet};

/// A filter by extended matches.
#[derive(Debug)]
pub struct Config<P: Packet> {
    /// What it matches; an empty tree matches everything.
    pub matches: Tree,
    /// What becomes of a packet.
    pub target: Target<P>,
}

/// The filter at work.
#[derive(Debug)]
pub struct Basic<P: Packet> {
    pub(super) handle: u32,
    pub(super) exts: Exts<P>,
    matches: Tree,
    lookups: u64,
    hits: u64,
}

impl<P: Packet> Basic<P> {
    /// What it matches.
    #[must_use]
    pub fn matches(&self) -> &Tree {
        &self.matches
    }

    /// Packets that it was asked about (`rcnt`).
    #[must_use]
    pub fn lookups(&self) -> u64 {
        self.lookups
    }

    /// Packets that it matched (`rhit`).
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits
    }
}

/// The filters of one priority (`struct basic_head`), the newest first.
#[derive(Debug)]
pub(super) struct Proto<P: Packet> {
    pub(super) filters: Listed<Basic<P>>,
}

impl<P: Packet> Proto<P> {
    pub(super) fn new() -> Self {
        Self { filters: Listed::new() }
    }

    pub(super) fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        for filter in self.filters.iter_mut() {
            filter.lookups = filter.lookups.wrapping_add(1);
            if !filter.matches.matches(packet, cx.at_ingress) {
                continue;
            }
            filter.hits = filter.hits.wrapping_add(1);
            match filter.exts.exec(packet, cx) {
                Step::Next => {}
                step => return step,
            }
        }
        Step::Next
    }

    pub(super) fn change(
        &mut self,
        handle: u32,
        config: Config<P>,
        now: Instant,
    ) -> Result<u32, FilterError> {
        let Config { matches, target } = config;
        let (lookups, hits) = (0, 0);
        matches.check()?;
        let exts = Exts::new(target, now)?;
        self.filters.put(handle, |handle| Basic { handle, exts, matches, lookups, hits })
    }
}
