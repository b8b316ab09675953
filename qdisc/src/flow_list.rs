//! Lines of active flows, as fq_codel and fq_pie keep two of: new ones and old ones.

const NIL: u32 = u32::MAX;

/// A flow that can stand in a [`FlowList`].
pub(crate) trait Linked {
    /// Where the number of the flow behind it is kept.
    fn next(&mut self) -> &mut u32;
}

/// A line of flows, known by their number. They only ever leave at the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlowList {
    head: u32,
    tail: u32,
    len: u32,
}

impl FlowList {
    pub(crate) const EMPTY: Self = Self { head: NIL, tail: NIL, len: 0 };

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Puts flow `index`, which must be in no line, at the end.
    #[inline]
    pub(crate) fn push(&mut self, index: u32, flows: &mut [impl Linked]) {
        if self.len == 0 {
            self.head = index;
        } else {
            *flows[self.tail as usize].next() = index;
        }
        self.tail = index;
        self.len += 1;
    }

    #[inline]
    pub(crate) fn front(&self) -> Option<u32> {
        (self.len > 0).then_some(self.head)
    }

    /// Lets the front one go.
    #[inline]
    pub(crate) fn pop(&mut self, flows: &mut [impl Linked]) {
        if self.len > 0 {
            self.head = *flows[self.head as usize].next();
            self.len -= 1;
        }
    }
}
