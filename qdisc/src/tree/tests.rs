use alloc::string::String;
use alloc::vec::Vec;

use softnet_sk_buff::{DropCounts, DropReason, EtherType};

use super::*;
use crate::action::{Control, gact};
use crate::filter::{self, At, Filter, Target, matchall};
use crate::testutil::Toy;
use crate::{EstimatorConfig, RateSpec, SizeSpec, fifo, fq_codel, netem, prio, tbf};

const PFIFO: fifo::Limit = fifo::Limit::Packets(10);

/// A tree and what it is called with.
struct Lab {
    tree: Tree<Toy>,
    lost: DropCounts,
}

impl Lab {
    fn new() -> Self {
        Self { tree: Tree::new(Device::new(1)).unwrap(), lost: DropCounts::default() }
    }

    fn ask(&mut self, request: &Request<'_, Toy>) -> Result<Handle, TreeError> {
        self.tree.modify(request, &mut Cx::new(Instant::ZERO, &mut self.lost))
    }

    fn delete(&mut self, parent: Parent, handle: Handle) -> Result<(), TreeError> {
        self.tree.delete(parent, handle, &mut Cx::new(Instant::ZERO, &mut self.lost))
    }

    /// `1:` a prio at the root.
    fn with_prio() -> Self {
        let mut lab = Self::new();
        let prio = prio::Config::default();
        assert_eq!(lab.ask(&Request::add(Parent::Root, &prio).handle(Handle(1))), Ok(Handle(1)));
        lab
    }

    fn shown(&self) -> String {
        let mut all = String::new();
        self.tree.walk(&mut |shown| {
            all += &alloc::format!("{} {:x}: ", shown.qdisc.kind(), shown.handle.0);
        });
        all
    }
}

fn band(minor: u16) -> Parent {
    Parent::Class(Handle(1).class(minor))
}

#[test]
fn begins_with_pfifo_fast_and_goes_back_to_it() {
    let mut lab = Lab::new();
    assert_eq!(lab.shown(), "pfifo_fast 0: ");
    assert_eq!(lab.delete(Parent::Root, Handle::UNSPEC), Err(TreeError::NothingThere));
    assert_eq!(lab.ask(&Request::add(Parent::Root, &PFIFO)), Ok(Handle(0x8001)));
    assert_eq!(lab.shown(), "pfifo 8001: ");
    assert_eq!(lab.delete(Parent::Root, Handle(2)), Err(TreeError::OtherHandle(Handle(0x8001))));
    assert_eq!(lab.delete(Parent::Root, Handle(0x8001)), Ok(()));
    assert_eq!(lab.shown(), "pfifo_fast 0: ");
}

/// tc_modify_qdisc's table, row by row: what hangs there, what is asked for, what comes of it.
#[test]
fn answers_as_linux_does() {
    let codel = fq_codel::Config::default();
    let add = || Request::add(band(1), &PFIFO);
    let mut lab = Lab::with_prio();
    let mut ask = |request: Request<'_, Toy>| lab.ask(&request);
    assert_eq!(ask(add().verb(Verb::Change)), Err(TreeError::NothingThere));
    assert_eq!(ask(add().verb(Verb::Link)), Err(TreeError::NothingThere));
    assert_eq!(ask(add().handle(Handle(10))), Ok(Handle(10)));
    assert_eq!(ask(add()), Err(TreeError::Exists));
    assert_eq!(ask(add().handle(Handle(10))), Err(TreeError::Exists));
    assert_eq!(ask(add().handle(Handle(11))), Err(TreeError::Exists), "it takes a replace");
    assert_eq!(ask(add().verb(Verb::Change)), Ok(Handle(10)));
    assert_eq!(ask(add().verb(Verb::Replace)), Ok(Handle(10)));
    let other = || Request::add(band(1), &codel);
    assert_eq!(ask(other().verb(Verb::Link)), Err(TreeError::OtherKind("pfifo")));
    let ten = || other().handle(Handle(10));
    assert_eq!(ask(ten().verb(Verb::Replace)), Err(TreeError::OtherKind("pfifo")));
    assert_eq!(ask(other().verb(Verb::Change)), Ok(Handle(0x8001)), "a hole that Linux knows of");
    assert_eq!(ask(add()), Ok(Handle(0x8002)), "another kind may be added over it");
    assert_eq!(ask(add().handle(Handle(12)).verb(Verb::Replace)), Ok(Handle(12)));
    let elsewhere = Request::add(band(2), &PFIFO).handle(Handle(12));
    assert_eq!(ask(elsewhere), Err(TreeError::Moves(Handle(12))));
    assert_eq!(
        ask(Request::add(band(4), &PFIFO)),
        Err(TreeError::UnknownClass(Handle(1).class(4)))
    );
    let nowhere = Parent::Class(Handle(9).class(1));
    assert_eq!(ask(Request::add(nowhere, &PFIFO)), Err(TreeError::UnknownQdisc(Handle(9))));
    let unspecified = || Request::add(Parent::Unspecified, &PFIFO).verb(Verb::Change);
    assert_eq!(ask(unspecified()), Err(TreeError::NoHandle));
    assert_eq!(ask(unspecified().handle(Handle(12))), Ok(Handle(12)));
    assert_eq!(ask(unspecified().handle(Handle(77))), Err(TreeError::UnknownQdisc(Handle(77))));
    assert_eq!(lab.shown(), "prio 1: pfifo c: pfifo 0: pfifo 0: ");
}

#[test]
fn what_hangs_below_goes_with_its_parent() {
    let mut lab = Lab::with_prio();
    let slow = tbf::Config::new(RateSpec::bits(1_000_000), 1514, 100_000);
    lab.ask(&Request::add(band(1), &slow).handle(Handle(2))).unwrap();
    let below = Parent::Class(Handle(2).class(1));
    lab.ask(&Request::add(below, &PFIFO).handle(Handle(3))).unwrap();
    assert_eq!(lab.shown(), "prio 1: tbf 2: pfifo 3: pfifo 0: pfifo 0: ");
    lab.delete(band(1), Handle::UNSPEC).unwrap();
    assert_eq!(lab.shown(), "prio 1: pfifo 0: pfifo 0: pfifo 0: ");
    assert!(lab.tree.find(Handle(3)).is_none());
    // Its number is free again.
    assert_eq!(lab.ask(&Request::add(band(2), &PFIFO).handle(Handle(3))), Ok(Handle(3)));
}

#[test]
fn eight_storeys_and_no_more() {
    let mut lab = Lab::with_prio();
    let prio = prio::Config::default();
    for n in 1..=7 {
        let parent = Parent::Class(Handle(n).class(1));
        assert_eq!(lab.ask(&Request::add(parent, &prio).handle(Handle(n + 1))), Ok(Handle(n + 1)));
    }
    let parent = Parent::Class(Handle(8).class(1));
    assert_eq!(lab.ask(&Request::add(parent, &prio)), Err(TreeError::TooDeep));
}

#[test]
fn nonsense_leaves_the_tree_as_it_was() {
    let mut lab = Lab::with_prio();
    let before = lab.shown();
    let zero = tbf::Config::new(RateSpec::bits(0), 1514, 100_000);
    let refused = lab.ask(&Request::add(band(1), &zero).handle(Handle(5)));
    assert_eq!(refused, Err(ConfigError::ZeroRate.into()));
    let none = fifo::Limit::Packets(0);
    assert_eq!(lab.ask(&Request::add(band(1), &none)), Err(ConfigError::ZeroLimit.into()));
    let estimator = Some(EstimatorConfig { interval_log: 9, ewma_log: 1 });
    let sampled = Request { estimator, ..Request::add(band(1), &PFIFO) };
    assert_eq!(lab.ask(&sampled), Err(ConfigError::Estimator.into()));
    let size_table = SizeTable::new(SizeSpec::default(), Vec::new()).ok();
    let sized = Request { size_table, ..Request::add(band(1), &PFIFO) };
    assert_eq!(lab.ask(&sized), Err(TreeError::SizeTableBelowRoot));
    assert_eq!(lab.ask(&Request::add(Parent::Root, &Ingress)), Err(TreeError::WrongEnd));
    assert_eq!(lab.ask(&Request::add(Parent::Ingress, &PFIFO)), Err(TreeError::WrongEnd));
    assert_eq!(lab.shown(), before);
}

#[test]
fn the_other_end_takes_one_of_two() {
    let mut lab = Lab::new();
    let clsact = Request::add(Parent::Ingress, &Clsact);
    assert_eq!(lab.ask(&clsact), Ok(Handle(0xffff)));
    assert_eq!(lab.ask(&clsact), Err(TreeError::Exists));
    let ingress = Request::add(Parent::Ingress, &Ingress).verb(Verb::Replace);
    assert_eq!(lab.ask(&ingress), Err(TreeError::OtherKind("clsact")));
    assert_eq!(lab.delete(Parent::Ingress, Handle::UNSPEC), Ok(()));
    assert_eq!(lab.ask(&ingress), Ok(Handle(0xffff)));
    let mut places = Vec::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lab.lost);
    for minor in [0, 0xfff2, 0xfff3] {
        places.push(lab.tree.with_filters(Handle(0xffff).class(minor), &mut |_| {}, &mut cx));
    }
    assert_eq!(places, [true, true, false], "ingress has no filters for what leaves");
    assert_eq!(lab.tree.ingress(Toy::new(1, 10), &mut cx), Ok(Toy::new(1, 10)));
}

#[test]
fn what_a_hook_refuses_is_dropped_at_that_end() {
    let mut lab = Lab::new();
    assert_eq!(lab.ask(&Request::add(Parent::Ingress, &Clsact)), Ok(Handle(0xffff)));
    let mut cx = Cx::new(Instant::ZERO, &mut lab.lost);
    assert_eq!(lab.tree.egress(Toy::new(1, 10), &mut cx), Ok(Toy::new(1, 10)));
    assert_eq!(lab.tree.hooks().map(|(_, stats)| stats.packets), Some(0), "nobody looked at it");
    let at = At { chain: 0, prio: 1, protocol: EtherType::ALL, handle: 0 };
    for (minor, control) in
        [(Parent::INGRESS_MINOR, Control::Shot), (Parent::EGRESS_MINOR, Control::Stolen)]
    {
        let actions = alloc::vec![gact::Config::new(control).into()];
        let target = Target { actions, ..Target::none() };
        let filter = Filter::Matchall(matchall::Config { target });
        let of = Parent::HOOKS.class(minor);
        lab.tree.change_filter(of, (filter::Request::Add, at), filter, &mut cx).unwrap();
    }
    assert_eq!(lab.tree.ingress(Toy::new(2, 20), &mut cx), Err(Enqueued::Drop));
    assert_eq!(lab.tree.egress(Toy::new(3, 30), &mut cx), Err(Enqueued::Stolen));
    let (kind, stats) = lab.tree.hooks().unwrap();
    assert_eq!((kind, stats.packets, stats.bytes, stats.drops), ("clsact", 2, 50, 1));
    assert_eq!(lab.lost.of(DropReason::TC_INGRESS), 1);
}

#[test]
fn duplicates_start_again_at_the_root() {
    let mut lab = Lab::with_prio();
    let duplicate = netem::Chance::of(netem::Probability::ALWAYS);
    let netem = netem::Config { duplicate, ..netem::Config::default() };
    lab.ask(&Request::add(band(2), &netem)).unwrap();
    let mut deferred = crate::Deferred::new(4);
    let mut cx = Cx::new(Instant::ZERO, &mut lab.lost).with_deferred(&mut deferred);
    assert_eq!(lab.tree.enqueue(Toy::new(1, 10), &mut cx), Enqueued::Success);
    assert_eq!(lab.tree.root().backlog().packets, 2);
    assert!(lab.tree.dequeue(&mut cx).packet().is_some());
    assert!(lab.tree.dequeue(&mut cx).packet().is_some());
    assert_eq!(lab.tree.dequeue(&mut cx), Dequeue::Empty);
    assert_eq!(lost_in_all(&lab.lost), 0);
}

fn lost_in_all(lost: &DropCounts) -> u64 {
    lost.of(DropReason::QDISC_DROP) + lost.of(DropReason::QUEUE_PURGE)
}

#[test]
fn a_size_table_counts_from_the_root_on() {
    let mut lab = Lab::new();
    let table =
        |overhead| SizeTable::new(SizeSpec { overhead, ..SizeSpec::default() }, Vec::new()).ok();
    let sized = Request { size_table: table(24), ..Request::add(Parent::Root, &PFIFO) };
    lab.ask(&sized).unwrap();
    let mut cx = Cx::new(Instant::ZERO, &mut lab.lost);
    assert_eq!(lab.tree.enqueue(Toy::new(1, 100), &mut cx), Enqueued::Success);
    assert_eq!(lab.tree.root().backlog().bytes, 124);
    // A change without one takes it away, as in Linux.
    lab.ask(&Request::add(Parent::Root, &PFIFO).verb(Verb::Replace)).unwrap();
    assert!(lab.tree.size_table().is_none());
}

#[test]
fn an_estimator_sees_what_leaves() {
    let mut lab = Lab::new();
    let estimator = Some(EstimatorConfig { interval_log: 2, ewma_log: 1 });
    let sampled = Request { estimator, ..Request::add(Parent::Root, &PFIFO) };
    let handle = lab.ask(&sampled).unwrap();
    let mut cx = Cx::new(Instant::ZERO, &mut lab.lost);
    for _ in 0..4 {
        assert_eq!(lab.tree.enqueue(Toy::new(1, 500), &mut cx), Enqueued::Success);
        assert!(lab.tree.dequeue(&mut cx).packet().is_some());
    }
    // 2000 bytes in the first second weigh a half; in the next second none come.
    let rate = |lab: &Lab, ms| {
        lab.tree.rate(handle, None, Instant::from_millis(ms)).map(|rate| rate.bytes_per_second)
    };
    assert_eq!(rate(&lab, 1000), Some(1000));
    let mut cx = Cx::new(Instant::from_millis(2500), &mut lab.lost);
    assert_eq!(lab.tree.enqueue(Toy::new(1, 500), &mut cx), Enqueued::Success);
    assert!(lab.tree.dequeue(&mut cx).packet().is_some());
    assert_eq!(rate(&lab, 2999), Some(500));
    assert_eq!(rate(&lab, 3000), Some(500));
}
