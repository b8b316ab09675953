//! `TCA_OPTIONS` of queueing disciplines and classes, by their kind.

use super::{aqm::*, layout::*, sharing::*, timed::*};
use crate::attributes;
use crate::set::{Fixed, Headed, Nest, choice};
use crate::tc::kind;

choice! {
    /// `TCA_OPTIONS` of a queueing discipline, by `TCA_KIND`.
    pub QdiscOptions: QdiscOptionsView, QdiscOptionsBuf, by kind {
        /// A queue.
        Fifo = b"pfifo" | b"bfifo" | b"pfifo_head_drop" => Fixed<TcFifoQopt>;
        /// Bands, in strict order.
        Prio = b"prio" | b"pfifo_fast" => Fixed<TcPrioQopt>;
        /// A band for each transmit queue.
        Multiq = b"multiq" => Fixed<TcMultiqQopt>;
        /// Classes of transmit queues.
        Mqprio = b"mqprio" => Headed<TcMqprioQopt, MqprioSet>;
        /// A queue that can be plugged.
        Plug = b"plug" => Fixed<TcFifoQopt>;
        /// By packets' priorities.
        Skbprio = b"skbprio" => Fixed<TcFifoQopt>;
        /// A token bucket.
        Tbf = b"tbf" => Nest<TbfSet>;
        /// Hierarchical token buckets.
        Htb = b"htb" => Nest<HtbSet>;
        /// Hierarchical fair service curves.
        Hfsc = b"hfsc" => Fixed<TcHfscQopt>;
        /// Stochastic fairness. Old senders send the first 20 bytes.
        Sfq = b"sfq" => Fixed<TcSfqQoptV1>;
        /// Deficit round robin.
        Drr = b"drr" => Nest<DrrSet>;
        /// Strict bands, and round robin.
        Ets = b"ets" => Nest<EtsSet>;
        /// Quick fair queueing.
        Qfq = b"qfq" => Nest<QfqSet>;
        /// Random early detection.
        Red = b"red" => Nest<RedSet>;
        /// Generic random early detection.
        Gred = b"gred" => Nest<GredSet>;
        /// CHOKe.
        Choke = b"choke" => Nest<ChokeSet>;
        /// Stochastic fair blue.
        Sfb = b"sfb" => Nest<SfbSet>;
        /// `CoDel`.
        Codel = b"codel" => Nest<CodelSet>;
        /// Flows, with `CoDel` on each.
        FqCodel = b"fq_codel" => Nest<FqCodelSet>;
        /// Flows, paced.
        Fq = b"fq" => Nest<FqSet>;
        /// PIE.
        Pie = b"pie" => Nest<PieSet>;
        /// Flows, with PIE on each.
        FqPie = b"fq_pie" => Nest<FqPieSet>;
        /// Dual-queue coupled AQM (RFC 9332).
        Dualpi2 = b"dualpi2" => Nest<Dualpi2Set>;
        /// Heavy-hitter filter.
        Hhf = b"hhf" => Nest<HhfSet>;
        /// CAKE.
        Cake = b"cake" | b"cake_mq" => Nest<CakeSet>;
        /// A bad network.
        Netem = b"netem" => Headed<TcNetemQopt, NetemSet>;
        /// Credit-based shaper.
        Cbs = b"cbs" => Nest<CbsSet>;
        /// Earliest transmit time first.
        Etf = b"etf" => Nest<EtfSet>;
        /// A discipline without options.
        Empty = b"ingress" | b"clsact" | b"mq" | b"noqueue" | b"blackhole" => Nest<NothingSet>;
    }
}

choice! {
    /// `TCA_OPTIONS` of a class, by its discipline's `TCA_KIND`.
    pub ClassOptions: ClassOptionsView, ClassOptionsBuf, by kind {
        /// A token bucket.
        Htb = b"htb" => Nest<HtbSet>;
        /// Service curves.
        Hfsc = b"hfsc" => Nest<HfscSet>;
        /// A quantum.
        Drr = b"drr" => Nest<DrrSet>;
        /// A weight.
        Qfq = b"qfq" => Nest<QfqSet>;
        /// A quantum.
        Ets = b"ets" => Nest<EtsSet>;
    }
}

attributes! {
    /// No attributes at all.
    pub NothingSet: NothingAttr, NothingBuf {}
}
