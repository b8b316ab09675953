use softnet_sk_buff::{DropCounts, Instant};

use super::*;
use crate::Qdisc as _;
use crate::testutil::Toy;
use crate::tree::Device;

struct Lab {
    tree: Tree<Toy>,
    lost: DropCounts,
}

impl Lab {
    fn new() -> Self {
        Self { tree: Tree::new(Device::new(1)).unwrap(), lost: DropCounts::default() }
    }

    fn run(&mut self, line: &str) -> Result<(), TcError> {
        run(line, &mut self.tree, &mut Cx::new(Instant::ZERO, &mut self.lost))
    }

    fn why(&mut self, line: &str) -> alloc::string::String {
        alloc::string::ToString::to_string(&self.run(line).unwrap_err())
    }
}

#[test]
fn tbf_gets_what_tc_would_give_it() {
    let mut lab = Lab::new();
    lab.run("tc qdisc add dev lo root handle 1: tbf rate 1mbit burst 5kb latency 50ms mpu 64")
        .unwrap();
    let tbf: &crate::Tbf<Toy> = lab.tree.find(Handle(1)).unwrap().downcast_ref().unwrap();
    let config = tbf.config();
    assert_eq!((config.rate.bytes_per_second, config.burst, config.rate.mpu), (125_000, 5120, 64));
    // 50 ms at 125 000 bytes a second, and the burst.
    assert_eq!(config.limit, 6250 + 5120);
}

#[test]
fn netems_loss_models_default_as_in_tc() {
    let parsed = |line: &str| {
        let mut lab = Lab::new();
        lab.run(line).unwrap();
        let mut config = None;
        lab.tree.walk(&mut |shown| {
            config = shown.qdisc.downcast_ref::<crate::Netem<Toy>>().map(|n| n.config().clone());
        });
        config.unwrap()
    };
    let config = parsed("qdisc add root netem loss gemodel 1% delay 10ms 2ms 25% seed 9");
    let one = crate::netem::Probability::ppm(10_000);
    let rest = crate::netem::Probability(u32::MAX - one.0);
    let never = crate::netem::Probability::NEVER;
    let loss = crate::netem::Loss::GilbertElliott { p: one, r: rest, h: never, k1: never };
    assert_eq!((config.loss, config.seed), (loss, Some(9)));
    assert_eq!((config.delay.latency, config.delay.jitter), (10_000_000, 2_000_000));
    let config = parsed("qdisc add root netem delay 1ms reorder 25% 50%");
    assert_eq!((config.gap, config.reorder.unwrap().probability.0), (1, 0x4000_0000));
}

#[test]
fn errors_are_one_line_that_says_what_to_do() {
    let mut lab = Lab::new();
    let shown = [
        ("tc qdisc add root", "a new discipline needs a kind"),
        ("tc qdisc", "after 'qdisc' comes add, change, replace or del"),
        ("tc qdisc add root tbf rate", "after 'rate' comes a rate as 10mbit or 1gbit"),
        ("tc qdisc add root tbf rate fast", "'fast' is not a rate as 10mbit or 1gbit"),
        ("tc qdisc add root tbf rate 1mbit", "tbf needs a burst"),
        ("tc qdisc add root tbf rate 0bit burst 5k limit 5k", "rate is zero"),
        ("tc qdisc del root", "there is no discipline to change; add one"),
        ("tc qdisc add root pfifo limit 3 4", "'4' is unknown here; the kind takes no such option"),
        ("tc class add parent 1: drr", "class needs a classid as 1:10"),
        ("tc chair add", "'chair' is unknown here; there are 'qdisc', 'class' and 'filter'"),
    ];
    for (line, why) in shown {
        assert_eq!(lab.why(line), why, "{line}");
    }
    assert_eq!(lab.run("  # nothing at all"), Ok(()));
}

#[test]
fn classes_are_made_and_deleted() {
    let mut lab = Lab::new();
    lab.run("qdisc add root handle 1: drr").unwrap();
    lab.run("class add parent 1: classid 1:10 drr quantum 3000").unwrap();
    lab.run("class change classid 1:10 drr quantum 2000").unwrap();
    assert_eq!(lab.why("class add parent 1: classid 1:10 drr"), "there is a class 1:10 already");
    lab.run("qdisc add parent 1:10 handle 10: fq_codel target 2ms").unwrap();
    assert!(lab.tree.find(Handle(0x10)).is_some());
    lab.run("class del classid 1:10").unwrap();
    assert!(lab.tree.find(Handle(0x10)).is_none());
    assert_eq!(lab.why("class del classid 1:10"), "there is no class 1:10");
}

#[test]
fn htb_gets_what_tc_would_give_it() {
    let mut lab = Lab::new();
    lab.run("qdisc add root handle 1: htb default 20").unwrap();
    lab.run("class add parent 1: classid 1:1 htb rate 10mbit burst 15k").unwrap();
    lab.run("class add parent 1:1 classid 1:20 htb rate 8mbit ceil 10mbit prio 1").unwrap();
    let htb: &crate::Htb<Toy> = lab.tree.find(Handle(1)).unwrap().downcast_ref().unwrap();
    assert_eq!(htb.config().default, 0x20);
    let mut classes = alloc::vec::Vec::new();
    htb.walk(&mut |class| classes.push((class.id, class.parent)));
    let (top, leaf) = (Handle(1).class(1), Handle(1).class(0x20));
    assert_eq!(classes, [(top, None), (leaf, Some(top))]);
}

/// As `tc qdisc show` puts what sch_cake.c and q_cake.c make of the words.
#[test]
fn cakes_keywords_add_up() {
    use crate::cake::{Cake, Diffserv, FlowMode, Framing};

    let mut lab = Lab::new();
    let words =
        "bandwidth 20mbit diffserv4 dual-srchost metro ack-filter pppoe-ptm ether-vlan mpu 84";
    lab.run(&alloc::format!("qdisc add root handle 1: cake {words}")).unwrap();
    let cake: &Cake<Toy> = lab.tree.find(Handle(1)).unwrap().downcast_ref().unwrap();
    let config = cake.config();
    assert_eq!((config.bandwidth, config.rtt.as_millis()), (2_500_000, 10));
    assert_eq!((config.diffserv, config.flow_mode), (Diffserv::Diffserv4, FlowMode::DualSrchost));
    // 30 bytes for PPPoE over PTM, 4 more for a tag.
    let link = config.overhead;
    assert_eq!((link.bytes, link.mpu, link.framing), (34, 84, Framing::Ptm));
    assert!(lab.why("qdisc replace root cake bandwith 1mbit").starts_with("'bandwith' is unknown"));
}

#[test]
fn every_kind_can_be_made_by_name() {
    let kinds = "pfifo bfifo pfifo_head_drop pfifo_fast prio htb hfsc drr qfq sfq fq codel fq_codel pie \
        fq_pie cake netem dualpi2 blackhole noqueue";
    for kind in kinds.split_whitespace() {
        let mut lab = Lab::new();
        lab.run(&alloc::format!("qdisc add root handle 1: {kind}")).unwrap();
        assert_eq!(lab.tree.find(Handle(1)).map(crate::Qdisc::kind), Some(kind));
    }
}
