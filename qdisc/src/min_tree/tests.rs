use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Op {
    Insert { tree: usize, element: u32, key: u64, value: u64 },
    Remove { element: u32 },
    Set { element: u32, value: u64 },
}

fn op() -> impl Strategy<Value = Op> {
    let number = || prop_oneof![0u64..6, 0u64..1000, Just(u64::MAX), any::<u64>()];
    prop_oneof![
        3 => (0usize..2, 0u32..40, number(), number())
            .prop_map(|(tree, element, key, value)| Op::Insert { tree, element, key, value }),
        2 => (0u32..40).prop_map(|element| Op::Remove { element }),
        2 => (0u32..40, number()).prop_map(|(element, value)| Op::Set { element, value }),
    ]
}

proptest! {
    /// As a list does that is kept in order.
    #[test]
    fn is_a_sorted_list(ops in prop::collection::vec(op(), 0..200), probe in 0u64..8) {
        let mut slab = MinSlab::new();
        let mut trees = [MinTree::EMPTY; 2];
        // (key, value, element)
        let mut lists: [Vec<(u64, u64, u32)>; 2] = Default::default();
        for op in ops {
            match op {
                Op::Insert { tree, element, key, value } => {
                    for (tree, list) in trees.iter_mut().zip(&mut lists) {
                        if let Some(at) = list.iter().position(|it| it.2 == element) {
                            list.remove(at);
                            prop_assert!(slab.remove(tree, element));
                        }
                    }
                    let at = lists[tree].partition_point(|it| it.0 <= key);
                    lists[tree].insert(at, (key, value, element));
                    slab.insert(&mut trees[tree], element, key, value);
                }
                Op::Remove { element } => {
                    let holder = lists.iter().position(|it| it.iter().any(|it| it.2 == element));
                    prop_assert_eq!(slab.holds(element), holder.is_some());
                    let tree = holder.unwrap_or(0);
                    prop_assert_eq!(slab.remove(&mut trees[tree], element), holder.is_some());
                    lists[tree].retain(|it| it.2 != element);
                }
                Op::Set { element, value } => {
                    for it in lists.iter_mut().flatten().filter(|it| it.2 == element) {
                        it.1 = value;
                    }
                    slab.set(element, value);
                }
            }
            for (tree, list) in trees.iter().zip(&lists) {
                prop_assert_eq!(slab.first_key(tree), list.first().map(|it| it.0));
                prop_assert_eq!(slab.last_key(tree), list.last().map(|it| it.0));
                prop_assert_eq!(slab.least(tree), list.iter().map(|it| it.1).min());
                for probe in [probe, 500, u64::MAX] {
                    let first = list.iter().find(|it| it.1 <= probe).map(|it| it.2);
                    prop_assert_eq!(slab.first_with(tree, probe), first);
                    // `min_by_key` takes the first of equals.
                    let early = list.iter().filter(|it| it.0 <= probe);
                    let least = early.min_by_key(|it| it.1).map(|it| it.2);
                    prop_assert_eq!(slab.least_up_to(tree, probe), least);
                }
            }
        }
    }
}

/// Keys in the order of the elements, which would be a list in a tree without balance.
#[test]
fn stays_shallow() {
    let mut slab = MinSlab::new();
    let mut tree = MinTree::EMPTY;
    for element in 0..65_536 {
        slab.insert(&mut tree, element, element.into(), 0);
    }
    let depth = |mut at: u32| {
        let mut depth = 0;
        while at != NIL {
            at = slab.links[at as usize].parent;
            depth += 1;
        }
        depth
    };
    let deepest = (0..65_536).map(depth).max();
    assert!(deepest < Some(50), "{deepest:?}");
}
