//! Lines in tc's language, or nearly: understood or refused in one line, and a tree that refuses a line
//! is as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_qdisc::tree::Device;
use softnet_qdisc::{Cx, Packet, Tree, tc};
use softnet_sk_buff::{DropCounts, Instant};

struct Nothing;

impl Packet for Nothing {
    fn pkt_len(&self) -> u32 {
        0
    }
    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        0
    }
}

fn picture(tree: &Tree<Nothing>) -> String {
    let mut picture = String::new();
    tree.walk(&mut |shown| {
        let parent = shown.parent.map(|class| format!("{class:?}"));
        picture += &format!("{} {:x} {parent:?}; ", shown.qdisc.kind(), shown.handle.0);
        shown.qdisc.walk(&mut |class| picture += &format!("{:?} {:?}; ", class.id, class.parent));
    });
    picture
}

fuzz_target!(|text: &str| {
    let Ok(mut tree) = Tree::new(Device::new(1)) else { return };
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    for line in text.lines().take(12) {
        // Larger tables are only a question of memory.
        if line.len() > 200 {
            continue;
        }
        let before = picture(&tree);
        if let Err(why) = tc::run(line, &mut tree, &mut cx) {
            assert!(!why.to_string().contains('\n'), "{why}");
            assert_eq!(picture(&tree), before, "{line}");
        }
    }
});
