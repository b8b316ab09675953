//! fw: matches the mark that a firewall gave the packet (`cls_fw.c`).

use alloc::vec::Vec;

use softnet_sk_buff::{IfIndex, Instant};

use super::target::{Exts, Step};
use super::{FilterError, Target, Verdict, indev_matches};
use crate::{ClassId, Cx, Handle, Packet};

/// Buckets of the table of marks (`HTSIZE`).
const BUCKETS: usize = 256;

/// A filter by mark; its handle is the mark.
#[derive(Debug)]
pub enum Config<P: Packet> {
    /// Without options: the mark is the class, if it is one of the discipline `of` or has no upper
    /// half (the "old method"). It takes no handle, and makes way for the first mark that is added.
    MarkIsClass {
        /// The discipline whose filters these are.
        of: Handle,
    },
    /// One mark.
    Mark {
        /// Bits of a packet's mark that are compared: all, unless told otherwise. All filters of one
        /// priority have the same.
        mask: u32,
        /// The device that the packet must have come in by.
        indev: Option<IfIndex>,
        /// What becomes of a packet.
        target: Target<P>,
    },
}

impl<P: Packet> Config<P> {
    /// Matches the whole mark.
    #[must_use]
    pub const fn new(target: Target<P>) -> Self {
        Self::Mark { mask: u32::MAX, indev: None, target }
    }

    pub(super) const fn target_mut(&mut self) -> Option<&mut Target<P>> {
        match self {
            Self::Mark { target, .. } => Some(target),
            Self::MarkIsClass { .. } => None,
        }
    }
}

/// The filter at work.
#[derive(Debug)]
pub struct Fw<P: Packet> {
    pub(super) handle: u32,
    pub(super) exts: Exts<P>,
    indev: Option<IfIndex>,
    mask: u32,
}

impl<P: Packet> Fw<P> {
    /// Bits of a packet's mark that are compared; the same for all of one priority.
    #[must_use]
    pub fn mask(&self) -> u32 {
        self.mask
    }

    /// The device that the packet must have come in by.
    #[must_use]
    pub fn indev(&self) -> Option<IfIndex> {
        self.indev
    }
}

/// The filters of one priority (`struct fw_head`).
#[derive(Debug)]
pub(super) enum Proto<P: Packet> {
    Old { of: Handle },
    Marks(Marks<P>),
}

#[derive(Debug)]
pub(super) struct Marks<P: Packet> {
    pub(super) mask: u32,
    /// The newest of a bucket first.
    buckets: Vec<Vec<Fw<P>>>,
}

/// `fw_hash`.
const fn bucket(mark: u32) -> usize {
    let folded = mark ^ (mark >> 16);
    (folded ^ (folded >> 8)) as usize % BUCKETS
}

impl<P: Packet> Marks<P> {
    fn new(mask: u32) -> Self {
        Self { mask, buckets: (0..BUCKETS).map(|_| Vec::new()).collect() }
    }
}

impl<P: Packet> Proto<P> {
    pub(super) fn new(config: &Config<P>) -> Self {
        match *config {
            Config::MarkIsClass { of } => Self::Old { of },
            Config::Mark { mask, .. } => Self::Marks(Marks::new(mask)),
        }
    }

    pub(super) fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        let mark = packet.mark();
        let marks = match self {
            Self::Old { of } => {
                let class = ClassId(mark);
                let named = mark != 0 && (class.handle() == Handle(0) || class.handle() == *of);
                return if named { Step::Done(Verdict::Class(class)) } else { Step::Next };
            }
            Self::Marks(marks) => marks,
        };
        let mark = mark & marks.mask;
        let Some(bucket) = marks.buckets.get_mut(bucket(mark)) else { return Step::Next };
        for filter in bucket.iter_mut().filter(|filter| filter.handle == mark) {
            if !indev_matches(packet, filter.indev) {
                continue;
            }
            match filter.exts.exec(packet, cx) {
                Step::Next => {}
                step => return step,
            }
        }
        Step::Next
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Fw<P>> {
        let marks = match self {
            Self::Old { .. } => None,
            Self::Marks(marks) => Some(marks),
        };
        marks.into_iter().flat_map(|marks| marks.buckets.iter().flatten())
    }

    pub(super) fn get(&self, handle: u32) -> Option<&Fw<P>> {
        match self {
            Self::Old { .. } => None,
            Self::Marks(marks) => {
                marks.buckets.get(bucket(handle))?.iter().find(|filter| filter.handle == handle)
            }
        }
    }

    pub(super) fn change(
        &mut self,
        handle: u32,
        config: Config<P>,
        now: Instant,
    ) -> Result<u32, FilterError> {
        let (mask, indev, target) = match config {
            Config::MarkIsClass { .. } if handle != 0 => return Err(FilterError::NoOptions),
            Config::MarkIsClass { .. } => return Ok(0),
            Config::Mark { mask, indev, target } => (mask, indev, target),
        };
        if handle == 0 {
            return Err(FilterError::NoMark);
        }
        if let Self::Marks(marks) = self
            && marks.mask != mask
        {
            return Err(FilterError::MaskDiffers(marks.mask));
        }
        let exts = Exts::new(target, now)?;
        if let Self::Old { .. } = self {
            *self = Self::Marks(Marks::new(mask));
        }
        let Self::Marks(marks) = self else { return Err(FilterError::NoMark) };
        let Some(bucket) = marks.buckets.get_mut(bucket(handle)) else {
            return Err(FilterError::NoMark);
        };
        match bucket.iter_mut().find(|filter| filter.handle == handle) {
            // What is not said of the device stays as it was.
            Some(old) => *old = Fw { handle, exts, indev: indev.or(old.indev), mask },
            None => bucket.insert(0, Fw { handle, exts, indev, mask }),
        }
        Ok(handle)
    }

    /// Takes a filter out, and tells whether it was the last.
    pub(super) fn delete(&mut self, handle: u32) -> bool {
        if let Self::Marks(marks) = self
            && let Some(bucket) = marks.buckets.get_mut(bucket(handle))
        {
            bucket.retain(|filter| filter.handle != handle);
        }
        self.iter().next().is_none()
    }
}
