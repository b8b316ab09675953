//! Operations on a tree of disciplines: at every node, and for every byte and packet, what came in
//! has left, was dropped, or waits.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use softnet_qdisc::{
    Cx, Dequeue, Fifo, FqCodel, Handle, Packet, PfifoFast, Prio, Qdisc, RateSpec, Tbf, fq_codel,
    pfifo_fast, prio, tbf,
};
use softnet_sk_buff::{DropReason, Instant};

#[derive(Debug)]
struct Toy {
    flow: u32,
    len: u32,
    priority: u32,
}

impl Packet for Toy {
    fn pkt_len(&self) -> u32 {
        self.len
    }
    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        self.flow.wrapping_mul(0x9e37_79b1)
    }
    fn priority(&self) -> u32 {
        self.priority
    }
}

#[derive(Arbitrary, Debug)]
enum Op {
    Enqueue {
        flow: u8,
        len: u16,
        priority: u8,
    },
    Dequeue,
    Peek,
    /// Forwards, or backwards: a clock may step.
    Time(i32),
    /// A new child for a band of the root, and for what hangs in it if that is a tbf.
    Graft {
        band: u8,
        kind: u8,
        deep: bool,
    },
    Reset,
}

fn child(kind: u8) -> Option<Box<dyn Qdisc<Toy>>> {
    Some(match kind % 5 {
        0 => Box::new(Fifo::pfifo(1 + u32::from(kind)).ok()?),
        1 => {
            let config =
                fq_codel::Config { limit: 1 + u32::from(kind), flows: 8, ..Default::default() };
            Box::new(FqCodel::new(Handle(7), config, [1, 2]).ok()?)
        }
        2 => {
            let rate = RateSpec::bits(1_000 * (1 + u64::from(kind)));
            Box::new(Tbf::new(Handle(3), tbf::Config::new(rate, 2000, 10_000)).ok()?)
        }
        3 => Box::new(Prio::new(Handle(4), prio::Config::default()).ok()?),
        _ => Box::new(PfifoFast::new(pfifo_fast::Config::default()).ok()?),
    })
}

fuzz_target!(|ops: Vec<Op>| {
    let mut root: Box<dyn Qdisc<Toy>> =
        Box::new(Prio::new(Handle(1), prio::Config::default()).expect("Linux's defaults"));
    let mut lost: Vec<(Toy, DropReason)> = Vec::new();
    let (mut in_packets, mut in_bytes, mut out_packets, mut out_bytes) = (0u64, 0u64, 0u64, 0u64);
    let mut now = 1_000_000_000u64;
    for op in ops.into_iter().take(500) {
        let mut cx = Cx::new(Instant::from_nanos(now), &mut lost);
        match op {
            Op::Enqueue { flow, len, priority } => {
                let packet = Toy { flow: flow.into(), len: len.into(), priority: priority.into() };
                in_packets += 1;
                in_bytes += u64::from(len);
                let _ = root.enqueue(packet, &mut cx);
            }
            Op::Dequeue => {
                if let Dequeue::Packet(packet) = root.dequeue(&mut cx) {
                    out_packets += 1;
                    out_bytes += u64::from(packet.len);
                }
            }
            Op::Peek => {
                let _ = root.peek(&mut cx);
            }
            Op::Time(step) => now = now.saturating_add_signed(i64::from(step) * 1000),
            Op::Graft { band, kind, deep } => {
                let class = Handle(1).class(1 + u16::from(band % 4));
                let path = [class, Handle(3).class(1)];
                let path = if deep { &path[..] } else { &path[..1] };
                if let Some(child) = child(kind) {
                    let _ = root.graft(path, child, &mut cx);
                }
            }
            Op::Reset => root.reset(&mut cx),
        }
        let backlog = root.backlog();
        let lost_bytes: u64 = lost.iter().map(|(packet, _)| u64::from(packet.len)).sum();
        assert_eq!(in_packets, out_packets + lost.len() as u64 + u64::from(backlog.packets));
        assert_eq!(in_bytes, out_bytes + lost_bytes + backlog.bytes);
        let mut below = 0;
        root.walk(&mut |class| below += class.stats.backlog.packets);
        assert!(below <= backlog.packets, "a child holds more than its parent knows of");
    }
});
