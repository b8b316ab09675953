//! Bytes that flows and classes take, as they are asked of the allocator.

use softnet_qdisc::tin::{self, Flows};
use softnet_qdisc::{Cake, Cx, FqCodel, FqPie, Qdisc, Sfq, cake, fq_codel, fq_pie, sfq};
use softnet_sk_buff::{DropCounts, Instant};

use crate::counts::bytes_in_use;
use crate::datagram::{Datagram, Queued};
use crate::disciplines::{Promise, ROOT, drr_of, fq_of, hfsc_of, htb_of, leaf, qfq_of};

type Boxed = Box<dyn Qdisc<Datagram>>;

/// What one of something takes.
pub struct Figure {
    /// Of what.
    pub name: &'static str,
    /// Bytes for each of so many, all together divided by their number: with 1,000, and with 10,000 of
    /// them.
    pub made: [f64; 2],
    /// The same of 10,000, each of which a packet has gone through.
    pub used: f64,
}

/// All that was asked for.
#[must_use]
pub fn figures() -> Vec<Figure> {
    vec![
        figure("htb class, with its pfifo", |count| htb_of(count, Promise::Fair)),
        figure("hfsc class, with its pfifo", hfsc_of),
        figure("drr class, with its pfifo", drr_of),
        figure("qfq class, with its pfifo", qfq_of),
        figure("fq flow", fq_of),
        figure("fq_codel flow", |flows| {
            let config = fq_codel::Config { flows, ..Default::default() };
            Box::new(FqCodel::new(ROOT, config, [1, 2]).unwrap())
        }),
        figure("fq_pie flow", |flows| {
            let config = fq_pie::Config { flows, ..Default::default() };
            Box::new(FqPie::new(ROOT, config, [1, 2]).unwrap())
        }),
        figure("sfq flow", |flows| {
            let divisor = flows.next_power_of_two();
            let config = sfq::Config { limit: Some(flows), flows, divisor, ..Default::default() };
            Box::new(Sfq::new(ROOT, config, 1).unwrap())
        }),
        tin_flow(),
        cake_queue(),
    ]
}

fn figure(name: &'static str, make: fn(u32) -> Boxed) -> Figure {
    let made = [1000, 10_000].map(|count| {
        let before = bytes_in_use();
        let _kept = make(count);
        (bytes_in_use() - before) as f64 / f64::from(count)
    });
    let before = bytes_in_use();
    let mut qdisc = make(10_000);
    let mut lost = DropCounts::default();
    for flow in 0..10_000u32 {
        let mut cx = Cx::new(Instant::from_micros(u64::from(flow) + 1000), &mut lost);
        let mut packet = Datagram::of(1000);
        packet.priority = ROOT.class(leaf(flow)).0;
        packet.socket = u64::from(flow);
        // Each flow of fq_codel and its kin once.
        packet.hash = ((u64::from(flow) << 32) / 10_000) as u32 + 1;
        let _ = qdisc.enqueue(packet, &mut cx);
        let _ = qdisc.dequeue(&mut cx);
    }
    Figure { name, made, used: (bytes_in_use() - before) as f64 / 10_000.0 }
}

fn tin_flow() -> Figure {
    let made = [1000, 10_000].map(|flows| {
        let before = bytes_in_use();
        let _kept = Flows::<Datagram>::new(tin::Config { flows, ..Default::default() }).unwrap();
        (bytes_in_use() - before) as f64 / f64::from(flows)
    });
    Figure { name: "tin flow", made, used: made[1] }
}

/// Of cake's queues there are 1024 for each tin, neither more nor less.
fn cake_queue() -> Figure {
    let tins = |diffserv| {
        let before = bytes_in_use();
        let config = cake::Config { diffserv, ..Default::default() };
        let _kept = Cake::<Datagram>::new(ROOT, config, [1, 2]).unwrap();
        (bytes_in_use() - before) as f64
    };
    let one = tins(cake::Diffserv::Besteffort) / cake::QUEUES as f64;
    let eight = tins(cake::Diffserv::Diffserv8) / cake::QUEUES as f64 / 8.0;
    Figure { name: "cake queue, of 1024 and of 8192", made: [one, eight], used: eight }
}
