//! matchall: matches everything (`cls_matchall.c`).

use softnet_sk_buff::Instant;

use super::target::{Exts, Step};
use super::{FilterError, Target};
use crate::{Cx, Packet};

/// A filter that matches everything. There is one per priority, and it can't be replaced in place.
#[derive(Debug)]
pub struct Config<P: Packet> {
    /// What becomes of a packet.
    pub target: Target<P>,
}

/// The filter at work.
#[derive(Debug)]
pub struct Matchall<P: Packet> {
    pub(super) handle: u32,
    pub(super) exts: Exts<P>,
    hits: u64,
}

impl<P: Packet> Matchall<P> {
    /// Packets that it matched (`rhit`).
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits
    }
}

/// What is at one priority (`struct cls_mall_head`).
#[derive(Debug)]
pub(super) struct Proto<P: Packet>(pub(super) Option<Matchall<P>>);

impl<P: Packet> Proto<P> {
    pub(super) const fn new() -> Self {
        Self(None)
    }

    pub(super) fn get(&self, handle: u32) -> Option<&Matchall<P>> {
        self.0.as_ref().filter(|filter| filter.handle == handle)
    }

    pub(super) fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        let Some(filter) = &mut self.0 else { return Step::Next };
        filter.hits = filter.hits.wrapping_add(1);
        filter.exts.exec(packet, cx)
    }

    pub(super) fn change(
        &mut self,
        handle: u32,
        config: Config<P>,
        now: Instant,
    ) -> Result<u32, FilterError> {
        if self.0.is_some() {
            return Err(FilterError::Exists);
        }
        let handle = if handle == 0 { 1 } else { handle };
        self.0 = Some(Matchall { handle, exts: Exts::new(config.target, now)?, hits: 0 });
        Ok(handle)
    }
}
