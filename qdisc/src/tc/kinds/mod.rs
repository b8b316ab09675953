//! The options of each kind, in a file for each family.

use alloc::boxed::Box;

use super::{TcError, Words};
use crate::Packet;
use crate::tree::{BlackholeSpec, ClassSpec, Clsact, Ingress, NoQueueSpec, Spec};

mod cake;
mod codel;
mod fair;
mod fifo;
mod fq;
mod hfsc;
mod htb;
mod netem;
mod pie;
mod queues;
mod red;
mod tbf;

pub(super) use tbf::{burst, link};

type Parsed<P> = Result<Box<dyn Spec<P>>, TcError>;
type ParsedClass<P> = Result<Box<dyn ClassSpec<P>>, TcError>;

const QDISCS: &str = "kinds are pfifo bfifo pfifo_head_drop pfifo_fast prio tbf htb hfsc drr ets qfq \
    sfq fq codel fq_codel pie fq_pie red choke cake netem dualpi2 mq mqprio blackhole noqueue ingress \
    clsact";

const CLASSES: &str = "kinds with classes to be made or changed are htb hfsc drr qfq ets";

/// The kind that comes next, and its options to the end of the line.
pub(super) fn qdisc<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let spec: Box<dyn Spec<P>> = match words.need("a kind of discipline")? {
        "pfifo" => fifo::pfifo(words)?,
        "bfifo" => fifo::bfifo(words)?,
        "pfifo_head_drop" => fifo::pfifo_head_drop(words)?,
        "pfifo_fast" => Box::new(crate::pfifo_fast::Config::default()),
        "prio" => fair::prio(words)?,
        "tbf" => tbf::tbf(words)?,
        "htb" => htb::htb(words)?,
        "hfsc" => hfsc::hfsc(words)?,
        "fq" => fq::fq(words)?,
        "pie" => pie::pie(words)?,
        "fq_pie" => pie::fq_pie(words)?,
        "sfq" => fair::sfq(words)?,
        "drr" => Box::new(crate::drr::Config::default()),
        "ets" => fair::ets(words)?,
        "qfq" => Box::new(crate::qfq::Config::default()),
        "codel" => codel::codel(words)?,
        "fq_codel" => codel::fq_codel(words)?,
        "red" => red::red(words)?,
        "choke" => red::choke(words)?,
        "netem" => netem::netem(words)?,
        "cake" => cake::cake(words)?,
        "dualpi2" => queues::dualpi2(words)?,
        "mq" => Box::new(crate::mq::Config),
        "mqprio" => queues::mqprio(words)?,
        "blackhole" => Box::new(BlackholeSpec),
        "noqueue" => Box::new(NoQueueSpec),
        "ingress" => Box::new(Ingress),
        "clsact" => Box::new(Clsact),
        _ => return Err(words.unknown(QDISCS)),
    };
    words.end("the kind takes no such option")?;
    Ok(spec)
}

/// The kind that comes next, and the options of a class of it to the end of the line.
pub(super) fn class<P: Packet>(words: &mut Words<'_>) -> ParsedClass<P> {
    let spec: Box<dyn ClassSpec<P>> = match words.need("a kind of discipline")? {
        "htb" => htb::htb_class(words)?,
        "hfsc" => hfsc::hfsc_class(words)?,
        "ets" => fair::ets_class(words)?,
        "drr" => fair::drr_class(words)?,
        "qfq" => fair::qfq_class(words)?,
        _ => return Err(words.unknown(CLASSES)),
    };
    words.end("the class takes no such option")?;
    Ok(spec)
}
