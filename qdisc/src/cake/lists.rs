//! The three lines in which a tin's flows wait for their turn.

use alloc::boxed::Box;

use super::QUEUES;

/// A line of flows (`new_flows`, `old_flows`, `decaying_flows`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub(super) enum Line {
    New = QUEUES,
    Old = QUEUES + 1,
    Decaying = QUEUES + 2,
}

const LINKS: usize = Line::Decaying as usize + 1;

#[derive(Clone, Copy, Debug)]
struct Link {
    next: u16,
    prev: u16,
}

/// The lines, as rings that start and end in a link of their own: a flow is taken out without knowing
/// which line it is in, as a decaying one is when it gets a packet.
#[derive(Debug)]
pub(super) struct Lines(Box<[Link; LINKS]>);

impl Lines {
    pub(super) fn new() -> Self {
        let alone = |at| Link { next: at as u16, prev: at as u16 };
        Self(Box::new(core::array::from_fn(alone)))
    }

    /// The flow whose turn it is.
    #[inline]
    pub(super) fn first(&self, line: Line) -> Option<usize> {
        let first = usize::from(self.0[line as usize].next);
        if first < QUEUES { Some(first) } else { None }
    }

    /// Puts a flow at the end of a line, from wherever it was (`list_move_tail`).
    #[inline]
    pub(super) fn append(&mut self, flow: usize, line: Line) {
        self.unlink(flow);
        let end = line as usize;
        let last = self.0[end].prev;
        self.0[flow] = Link { next: end as u16, prev: last };
        self.0[end].prev = flow as u16;
        self.0[usize::from(last)].next = flow as u16;
    }

    /// Takes a flow out of its line, if it is in one (`list_del_init`).
    pub(super) fn remove(&mut self, flow: usize) {
        self.unlink(flow);
        self.0[flow] = Link { next: flow as u16, prev: flow as u16 };
    }

    #[inline]
    fn unlink(&mut self, flow: usize) {
        let Link { next, prev } = self.0[flow];
        self.0[usize::from(prev)].next = next;
        self.0[usize::from(next)].prev = prev;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::VecDeque;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn are_three_queues(ops in prop::collection::vec((0usize..9, 0usize..4), 0..200)) {
            let mut lines = Lines::new();
            let mut model: [VecDeque<usize>; 3] = Default::default();
            for (flow, op) in ops {
                for line in &mut model {
                    line.retain(|&other| other != flow);
                }
                match [Line::New, Line::Old, Line::Decaying].get(op) {
                    Some(&line) => {
                        lines.append(flow, line);
                        model[op].push_back(flow);
                    }
                    None => lines.remove(flow),
                }
                for (line, model) in [Line::New, Line::Old, Line::Decaying].into_iter().zip(&model) {
                    prop_assert_eq!(lines.first(line), model.front().copied());
                }
            }
            for (line, model) in [Line::New, Line::Old, Line::Decaying].into_iter().zip(&mut model) {
                while let Some(flow) = model.pop_front() {
                    prop_assert_eq!(lines.first(line), Some(flow));
                    lines.remove(flow);
                }
                prop_assert_eq!(lines.first(line), None);
            }
        }
    }
}
