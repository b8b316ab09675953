//! Which of many flows has most bytes waiting, without looking at all of them.

use alloc::vec;
use alloc::vec::Vec;

/// A heap of bounds: for each flow a number of bytes that it doesn't exceed.
///
/// A flow that grows above its bound [raises](Self::raise) it; one that shrinks leaves it where it is.
/// So a flow whose backlog goes up and down, as all do, costs one comparison per packet. Only when
/// somebody asks for the fattest are the bounds on top lowered to what is true. Each of these costs
/// O(log n), and was paid for by a raise before.
#[derive(Debug)]
pub(crate) struct Fattest {
    bounds: Vec<u64>,
    /// The flows in heap order: largest bound first, of equals the lowest number.
    heap: Vec<u32>,
    /// Where each flow is in the heap.
    at: Vec<u32>,
}

impl Fattest {
    /// `flows` flows with nothing.
    pub(crate) fn new(flows: u32) -> Self {
        let numbers: Vec<u32> = (0..flows).collect();
        Self { bounds: vec![0; flows as usize], heap: numbers.clone(), at: numbers }
    }

    /// Makes room for so many flows more, which have nothing and the next numbers.
    pub(crate) fn grow(&mut self, flows: u32) {
        let from = self.heap.len() as u32;
        let numbers = from..from.saturating_add(flows);
        self.bounds.resize(numbers.end as usize, 0);
        self.heap.extend(numbers.clone());
        self.at.extend(numbers);
    }

    /// Says that `flow` now has `bytes`. Need not be told when it shrinks.
    #[inline]
    pub(crate) fn raise(&mut self, flow: u32, bytes: u64) {
        if self.bounds[flow as usize] < bytes {
            self.lift(flow, bytes);
        }
    }

    #[cold]
    fn lift(&mut self, flow: u32, bytes: u64) {
        self.bounds[flow as usize] = bytes;
        let mut place = self.at[flow as usize] as usize;
        while place > 0 {
            let above = (place - 1) / 2;
            if !self.is_before(flow, self.heap[above]) {
                break;
            }
            self.put(place, self.heap[above]);
            place = above;
        }
        self.put(place, flow);
    }

    /// The flow with most bytes, of equals the lowest number; `bytes` tells what each has. `None` if
    /// there are no flows.
    pub(crate) fn find(&mut self, bytes: impl Fn(u32) -> u64) -> Option<u32> {
        loop {
            let &top = self.heap.first()?;
            let bound = bytes(top);
            // Nobody exceeds the bounds below, and none of them is before this one.
            if bound >= self.bounds[top as usize] {
                return Some(top);
            }
            self.bounds[top as usize] = bound;
            self.sink(top);
        }
    }

    /// Moves the top, whose bound was lowered, to its place.
    fn sink(&mut self, flow: u32) {
        let mut place = 0;
        loop {
            let left = 2 * place + 1;
            let Some(&first) = self.heap.get(left) else { break };
            let (below, child) = match self.heap.get(left + 1) {
                Some(&second) if self.is_before(second, first) => (left + 1, second),
                _ => (left, first),
            };
            if !self.is_before(child, flow) {
                break;
            }
            self.put(place, child);
            place = below;
        }
        self.put(place, flow);
    }

    fn put(&mut self, place: usize, flow: u32) {
        self.heap[place] = flow;
        self.at[flow as usize] = place as u32;
    }

    fn is_before(&self, one: u32, other: u32) -> bool {
        let (a, b) = (self.bounds[one as usize], self.bounds[other as usize]);
        a > b || (a == b && one < other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What Linux's scan of all flows finds, whatever grew and shrank before.
        #[test]
        fn is_the_scan(
            flows in 1usize..20,
            ops in prop::collection::vec((any::<prop::sample::Index>(), 0u64..50, 0u8..4), 1..300),
        ) {
            let mut fattest = Fattest::new(flows as u32);
            let mut bytes = vec![0u64; flows];
            for (index, amount, op) in ops {
                let flow = index.index(flows);
                match op {
                    0 | 1 => {
                        bytes[flow] += amount;
                        fattest.raise(flow as u32, bytes[flow]);
                    }
                    2 => bytes[flow] = bytes[flow].saturating_sub(amount),
                    _ => {
                        let most = *bytes.iter().max().unwrap();
                        let first = bytes.iter().position(|&b| b == most).unwrap();
                        prop_assert_eq!(fattest.find(|f| bytes[f as usize]), Some(first as u32));
                    }
                }
            }
        }
    }

    #[test]
    fn asking_again_costs_nothing_and_a_bound_is_lowered_once() {
        let mut fattest = Fattest::new(1000);
        for flow in 0..1000 {
            fattest.raise(flow, 100);
        }
        let asked = core::cell::Cell::new(0);
        let ask = |fattest: &mut Fattest, truth: u64| {
            asked.set(0);
            let found = fattest.find(|flow| {
                asked.set(asked.get() + 1);
                if flow == 999 { 50 } else { truth }
            });
            (found, asked.get())
        };
        assert_eq!(ask(&mut fattest, 1), (Some(999), 1001), "all but the last had shrunk");
        assert_eq!(ask(&mut fattest, 1), (Some(999), 1));
    }
}
