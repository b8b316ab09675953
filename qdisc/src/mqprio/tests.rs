use alloc::{vec, vec::Vec};

use softnet_sk_buff::{DropReason, Instant};

use super::*;
use crate::testutil::Toy;
use crate::{Backlog, Fifo};

fn children(queues: usize) -> Vec<Box<dyn Qdisc<Toy>>> {
    let fifo = || -> Box<dyn Qdisc<Toy>> { Box::new(Fifo::pfifo(9).unwrap()) };
    core::iter::repeat_with(fifo).take(queues).collect()
}

/// `num_tc 3 map 2 2 1 0 2 … queues 1@0 1@1 2@2`, as in tc-mqprio(8).
fn config() -> Config {
    let mut prio_tc_map = [2; 16];
    (prio_tc_map[2], prio_tc_map[3]) = (1, 0);
    let mut queues = [TcQueues::default(); 16];
    let three = [(1, 0), (1, 1), (2, 2)].map(|(count, offset)| TcQueues { count, offset });
    queues[..3].copy_from_slice(&three);
    Config { num_tc: 3, prio_tc_map, queues }
}

#[test]
fn a_packets_queue_is_one_of_its_traffic_class() {
    let mqprio = Mqprio::<Toy>::new(Handle(1), config(), children(4)).unwrap();
    assert_eq!([3, 2, 0, 7].map(|priority| mqprio.pick(priority, 0)), [0, 1, 2, 2]);
    assert_eq!([0x7fff_ffff, 0x8000_0000, u32::MAX].map(|hash| mqprio.pick(0, hash)), [2, 3, 3]);
    assert_eq!(mqprio.pick(0x13, u32::MAX), 0, "the lower four bits of a priority");
}

#[test]
fn classes_are_traffic_classes_and_queues() {
    let mut lost = Vec::<(Toy, DropReason)>::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut mqprio = Mqprio::new(Handle(1), config(), children(5)).unwrap();
    for queue in [0, 2, 3, 3] {
        let _ = mqprio.mq_mut().enqueue_to(queue, Toy::new(0, 100), &mut cx);
    }
    assert!(mqprio.mq_mut().dequeue_from(3, &mut cx).packet().is_some());
    let mut seen = vec![];
    mqprio.walk(&mut |class| {
        let parent = class.parent.map(|id| id.minor());
        seen.push((class.id.minor(), parent, class.stats.packets, class.stats.backlog.packets));
    });
    let tc = |n: u16| Some(0xffe0 + n);
    assert_eq!(
        seen,
        [
            (0xffe0, None, 0, 1),
            (0xffe1, None, 0, 0),
            (0xffe2, None, 1, 2),
            (1, tc(0), 0, 1),
            (2, tc(1), 0, 0),
            (3, tc(2), 0, 1),
            (4, tc(2), 1, 1),
            (5, None, 0, 0),
        ]
    );
    assert_eq!(mqprio.backlog(), Backlog { packets: 3, bytes: 300 });
    assert!(mqprio.leaf(Handle(1).class(0xffe0)).is_none(), "nothing can be grafted there");
    assert!(mqprio.dequeue(&mut cx).packet().is_some() && mqprio.peek(&mut cx).packet().is_some());
    mqprio.reset(&mut cx);
    assert_eq!(mqprio.stats().purged, 2);
}

/// `mqprio_validate_qopt`.
#[test]
fn senseless_configurations_are_refused() {
    let with = |tc: usize, count, offset| {
        let mut config = config();
        config.queues[tc] = TcQueues { count, offset };
        config
    };
    for (config, queues, why) in [
        (Config { num_tc: 0, ..config() }, 4, ConfigError::TrafficClasses(0)),
        (Config { num_tc: 17, ..config() }, 4, ConfigError::TrafficClasses(17)),
        (Config { num_tc: 2, ..config() }, 4, ConfigError::PrioTcMap { priority: 0, tc: 2 }),
        (config(), 3, ConfigError::TcQueues { tc: 2 }),
        (config(), 0, ConfigError::Queues(0)),
        (with(1, 0, 1), 4, ConfigError::TcQueues { tc: 1 }),
        (with(2, 3, 0), 4, ConfigError::TcQueues { tc: 2 }),
        (with(0, u16::MAX, u16::MAX), 4, ConfigError::TcQueues { tc: 0 }),
    ] {
        let got = Mqprio::<Toy>::new(Handle(1), config, children(queues)).err();
        assert_eq!(got, Some(why));
    }
    assert!(Mqprio::<Toy>::new(Handle(1), Config::default(), children(8)).is_ok());
}
