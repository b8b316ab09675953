use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

const QUEUES: usize = 3;

/// What a queue must do, in the plainest words: an ordered map by key and order of arrival.
#[derive(Default)]
struct Model {
    queues: [BTreeMap<(u64, u32), u32>; QUEUES],
    arrivals: u32,
}

impl Model {
    fn place_of(&self, element: u32) -> Option<(usize, (u64, u32))> {
        let in_queue = |queue: &BTreeMap<_, u32>| {
            queue.iter().find(|(_, it)| **it == element).map(|(place, _)| *place)
        };
        let queues = self.queues.iter().enumerate();
        queues.filter_map(|(at, queue)| Some((at, in_queue(queue)?))).next()
    }

    fn insert(&mut self, queue: usize, element: u32, key: u64) {
        self.arrivals += 1;
        self.queues[queue].insert((key, self.arrivals), element);
    }
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Insert { queue: usize, element: u32, key: u64 },
    Remove { element: u32 },
    PopUpTo { queue: usize, key: u64 },
}

/// Keys that meet: few, near each other at all scales, and the ends of the range.
fn any_key() -> impl Strategy<Value = u64> {
    prop_oneof![
        0u64..4,
        (0u64..4, 0u32..64).prop_map(|(key, shift)| key << shift),
        1_000_000_000u64..1_000_010_000,
        any::<u64>(),
        Just(u64::MAX),
    ]
}

fn any_op() -> impl Strategy<Value = Op> {
    let insert = (0..QUEUES, 0u32..60, any_key());
    prop_oneof![
        4 => insert.prop_map(|(queue, element, key)| Op::Insert { queue, element, key }),
        2 => (0u32..60).prop_map(|element| Op::Remove { element }),
        1 => (0..QUEUES, any_key()).prop_map(|(queue, key)| Op::PopUpTo { queue, key }),
    ]
}

fn check_against(model: &Model, slab: &KeySlab, queues: &[KeyQueue; QUEUES], key: u64) {
    for (queue, model) in queues.iter().zip(&model.queues) {
        let expected: Vec<u32> = model.values().copied().collect();
        let walked = core::iter::successors(queue.first(), |&element| slab.next(element));
        assert_eq!(walked.take(100).collect::<Vec<_>>(), expected);
        assert_eq!(queue.is_empty(), model.is_empty());
        let first = model.first_key_value().map(|((key, _), element)| (*key, *element));
        assert_eq!(slab.first(queue), first);
        assert_eq!(slab.last(queue), expected.last().copied());
        let after = model.range((key, 0)..).next().map(|(_, element)| *element);
        assert_eq!(slab.at_or_after(queue, key), after);
    }
    let held: usize = model.queues.iter().map(BTreeMap::len).sum();
    let free = core::iter::successors(slab.nodes.get(slab.free as usize), |node| {
        slab.nodes.get(node.parent as usize)
    });
    let free = free.count();
    assert!(slab.nodes.len() - free <= held, "fewer nodes than elements");
}

proptest! {
    #[test]
    fn is_an_ordered_map(
        ops in prop::collection::vec(any_op(), 0..200),
        keys in prop::collection::vec(any_key(), 200),
    ) {
        let mut model = Model::default();
        let mut slab = KeySlab::new();
        let mut queues = [KeyQueue::EMPTY; QUEUES];
        for (op, key) in ops.into_iter().zip(keys) {
            match op {
                Op::Insert { queue, element, key } => {
                    if let Some((old, place)) = model.place_of(element) {
                        prop_assert_eq!(slab.key(element), Some(place.0));
                        model.queues[old].remove(&place);
                        prop_assert!(slab.remove(&mut queues[old], element));
                    }
                    prop_assert_eq!(slab.key(element), None);
                    model.insert(queue, element, key);
                    slab.insert(&mut queues[queue], element, key);
                }
                Op::Remove { element } => match model.place_of(element) {
                    Some((queue, place)) => {
                        model.queues[queue].remove(&place);
                        prop_assert!(slab.remove(&mut queues[queue], element));
                    }
                    None => prop_assert!(!slab.remove(&mut queues[0], element)),
                },
                Op::PopUpTo { queue, key } => {
                    let first = model.queues[queue].first_entry();
                    let due = first.filter(|first| first.key().0 <= key);
                    let due = due.map(|first| first.remove());
                    prop_assert_eq!(slab.pop_up_to(&mut queues[queue], key), due);
                }
            }
            check_against(&model, &slab, &queues, key);
        }
        slab.clear();
        prop_assert!((0..60).all(|element| slab.key(element).is_none()));
    }
}

/// Keys that only grow, as times do: nodes are used again, nothing piles up.
#[test]
fn steady_state_takes_no_memory() {
    let mut slab = KeySlab::new();
    let mut queue = KeyQueue::EMPTY;
    let key = |round: u64, element: u64| round * 1_000_003 + element * 7919;
    for element in 0..1000 {
        slab.insert(&mut queue, element, key(0, element.into()));
    }
    let mut nodes = 0;
    for round in 1..50 {
        for element in 0..1000 {
            assert!(slab.remove(&mut queue, element));
            slab.insert(&mut queue, element, key(round, element.into()));
        }
        if round == 10 {
            nodes = slab.nodes.len();
        }
    }
    assert!(slab.nodes.len() <= nodes + nodes / 4, "{} nodes, were {nodes}", slab.nodes.len());
}
