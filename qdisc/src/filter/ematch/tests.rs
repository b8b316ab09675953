use alloc::vec;

use proptest::prelude::*;

use super::*;
use crate::Vlan;
use crate::testutil::Bytes;
use softnet_sk_buff::EtherType;

/// UDP over IPv4 with a header of 24 bytes.
fn udp() -> Bytes {
    let mut bytes = vec![0; 14 + 24 + 12];
    bytes[..6].copy_from_slice(&[1, 2, 3, 4, 5, 6]);
    bytes[12..16].copy_from_slice(&[8, 0, 0x46, 0x10]);
    bytes[16..18].copy_from_slice(&[0, 36]);
    bytes[14 + 9] = 17;
    bytes[38..42].copy_from_slice(&[0x12, 0x34, 0, 53]);
    Bytes::frame(bytes)
}

fn passes(what: What) -> bool {
    Tree::of(what).matches(&udp(), false)
}

fn cmp(layer: Layer, off: u16, align: Align, opnd: Opnd, val: u32) -> What {
    What::Cmp(Cmp { layer, off, align, mask: 0, opnd, val, trans: false })
}

#[test]
fn numbers_are_compared_in_each_layer() {
    assert!(passes(cmp(Layer::Link, 0, Align::U8, Opnd::Eq, 1)));
    assert!(passes(cmp(Layer::Network, 1, Align::U8, Opnd::Eq, 0x10)));
    assert!(passes(cmp(Layer::Transport, 2, Align::U16, Opnd::Eq, 53)));
    assert!(passes(cmp(Layer::Transport, 0, Align::U32, Opnd::Eq, 0x1234_0035)));
    assert!(passes(cmp(Layer::Transport, 0, Align::U16, Opnd::Gt, 0x1233)));
    assert!(!passes(cmp(Layer::Transport, 0, Align::U16, Opnd::Gt, 0x1234)));
    assert!(passes(cmp(Layer::Transport, 0, Align::U16, Opnd::Lt, 0x1235)));
    assert!(!passes(cmp(Layer::Transport, 0, Align::U16, Opnd::Lt, 0x1234)));
    let of = |mask, trans, val| {
        let (layer, off, align, opnd) = (Layer::Transport, 0, Align::U16, Opnd::Eq);
        passes(What::Cmp(Cmp { layer, off, align, mask, opnd, val, trans }))
    };
    assert!(of(0xff, false, 0x34));
    assert!(of(0, true, 0x3412));
}

#[test]
fn what_is_past_the_end_does_not_match() {
    assert!(passes(cmp(Layer::Network, 32, Align::U32, Opnd::Eq, 0)));
    assert!(!passes(cmp(Layer::Network, 33, Align::U32, Opnd::Eq, 0)));
    assert!(!passes(cmp(Layer::Network, u16::MAX, Align::U8, Opnd::Eq, 0)));
    let pattern = |off, pattern: &[u8]| {
        let pattern = pattern.to_vec();
        passes(What::NByte(NByte { layer: Layer::Link, off, pattern }))
    };
    assert!(pattern(1, &[2, 3, 4]));
    assert!(!pattern(1, &[2, 3, 5]));
    assert!(pattern(48, &[0, 0]));
    assert!(!pattern(48, &[0, 0, 0]));
    assert!(!pattern(51, &[]), "not even nothing is there");
    let word = |off, val| passes(What::U32 { off, mask: 0xffff_0000, val });
    assert!(word(-14, 0x0102_0000));
    assert!(!word(-15, 0) && !word(i32::MIN, 0) && !word(33, 0));
}

#[test]
fn what_is_beside_the_bytes_is_compared() {
    let mut packet = udp();
    (packet.priority, packet.mark) = (0x1_0003, 0x50);
    packet.vlan = Some(Vlan { protocol: EtherType::QINQ, tci: 0x6005 });
    let equal = |id, value| {
        let (left, right) = (MetaValue::new(id), MetaValue::new(MetaId::Value(value)));
        Tree::of(What::Meta(Meta { left, opnd: Opnd::Eq, right })).matches(&packet, false)
    };
    assert!(equal(MetaId::Priority, 0x1_0003));
    assert!(equal(MetaId::NfMark, 0x50));
    assert!(equal(MetaId::PktLen, 50));
    assert!(equal(MetaId::Protocol, 0x88a8));
    assert!(equal(MetaId::Vlan, 0x6005));
    let left = MetaValue { id: MetaId::Priority, shift: 16, mask: 0xf };
    let right = MetaValue { shift: 9, ..MetaValue::new(MetaId::Value(2)) };
    let shifted = Tree::of(What::Meta(Meta { left, opnd: Opnd::Lt, right }));
    assert!(shifted.matches(&packet, false), "1 is below 2, and a constant isn't shifted");
    packet.vlan = None;
    let left = MetaValue::new(MetaId::Vlan);
    let none = Tree::of(What::Meta(Meta { left, opnd: Opnd::Eq, right: left }));
    assert!(!none.matches(&packet, false), "there is no tag to compare");
    packet.bytes.splice(12..12, [0x81, 0, 0, 5]);
    assert!(none.matches(&packet, false));
}

#[test]
fn parentheses_lead_forwards() {
    let container = |first| Match { what: What::Container(first), not: false, then: Then::End };
    let leaf = Match { what: What::U32 { off: 0, mask: 0, val: 0 }, not: false, then: Then::End };
    let check = |first| Tree(vec![leaf.clone(), container(first), leaf.clone()]).check();
    assert_eq!(check(2), Ok(()));
    for first in [0, 1, 3, usize::MAX] {
        assert_eq!(check(first), Err(FilterError::Container { index: 1, first }));
    }
    let pattern = vec![0; 4096];
    let long = Tree::of(What::NByte(NByte { layer: Layer::Link, off: 0, pattern }));
    assert_eq!(long.check(), Err(FilterError::Pattern(4096)));
}

#[test]
fn a_tree_that_never_ends_passes_nothing() {
    // Each pair of parentheses holds the next one, and is then followed by it once more: 2^60 tests.
    let mut all: Vec<_> = (1..61)
        .map(|first| Match { what: What::Container(first), not: false, then: Then::And })
        .collect();
    let yes = What::U32 { off: 0, mask: 0, val: 0 };
    all.push(Match { what: yes, not: false, then: Then::End });
    let tree = Tree(all);
    assert_eq!(tree.check(), Ok(()));
    assert!(!tree.matches(&udp(), false));
    assert!(Tree::default().matches(&udp(), false));
}

/// An expression, and the tree that tc makes of it.
#[derive(Clone, Debug)]
enum Expr {
    Leaf(bool),
    Chain { not: bool, parts: Vec<(Expr, bool)> },
}

impl Expr {
    /// Without precedence, as `tc-ematch(8)` has it: what settles it from the left does.
    fn value(&self) -> bool {
        match self {
            Self::Leaf(value) => *value,
            Self::Chain { not, parts } => {
                let mut result = false;
                for (index, (part, and)) in parts.iter().enumerate() {
                    result = part.value();
                    let last = index + 1 == parts.len();
                    if last || result != *and {
                        break;
                    }
                }
                result != *not
            }
        }
    }

    /// Level by level: first all of this expression, then what is in its parentheses.
    fn compile(&self) -> Tree {
        let mut matches = Vec::new();
        let mut todo = vec![(None, vec![(self, true)])];
        while !todo.is_empty() {
            let (parent, parts): (Option<usize>, Vec<(&Self, bool)>) = todo.remove(0);
            if let Some(parent) = parent {
                let first = matches.len();
                let Match { what, .. } = &mut matches[parent];
                *what = What::Container(first);
            }
            let count = parts.len();
            for (index, (part, and)) in parts.into_iter().enumerate() {
                let then = match and {
                    _ if index + 1 == count => Then::End,
                    true => Then::And,
                    false => Then::Or,
                };
                let (what, not) = match part {
                    Self::Leaf(value) => {
                        (What::U32 { off: 0, mask: u32::from(!value) << 30, val: 0 }, false)
                    }
                    Self::Chain { not, parts } => {
                        let inner = parts.iter().map(|(part, and)| (part, *and)).collect();
                        todo.push((Some(matches.len()), inner));
                        (What::Container(0), *not)
                    }
                };
                matches.push(Match { what, not, then });
            }
        }
        Tree(matches)
    }
}

fn expr() -> impl Strategy<Value = Expr> {
    any::<bool>().prop_map(Expr::Leaf).prop_recursive(4, 40, 4, |inner| {
        let parts = prop::collection::vec((inner, any::<bool>()), 1..5);
        (any::<bool>(), parts).prop_map(|(not, parts)| Expr::Chain { not, parts })
    })
}

proptest! {
    #[test]
    fn trees_say_what_expressions_mean(expr in expr()) {
        // Bit 30 of the packet's first word is set, so a leaf that looks at it is false.
        let tree = expr.compile();
        prop_assert_eq!(tree.check(), Ok(()));
        prop_assert_eq!(tree.matches(&udp(), false), expr.value());
    }
}
