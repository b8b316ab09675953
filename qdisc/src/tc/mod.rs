//! tc's own language: a tree described as one would type it.
//!
//! ```
//! use softnet_qdisc::tree::Device;
//! use softnet_qdisc::{Cx, Packet, Tree, tc};
//! use softnet_sk_buff::{DropCounts, Instant};
//! # struct Toy;
//! # impl Packet for Toy {
//! #     fn pkt_len(&self) -> u32 { 100 }
//! #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
//! # }
//!
//! let mut lost = DropCounts::default();
//! let mut cx = Cx::new(Instant::ZERO, &mut lost);
//! let mut tree = Tree::<Toy>::new(Device::new(1))?;
//! for line in [
//!     "tc qdisc add dev eth0 root handle 1: prio bands 2 priomap 1 1 1 1 1 1 0 0 1 1 1 1 1 1 1 1",
//!     "tc qdisc add dev eth0 parent 1:2 handle 20: tbf rate 10mbit burst 5k latency 50ms",
//!     "tc qdisc add dev eth0 parent 20:1 fq_codel",
//! ] {
//!     tc::run(line, &mut tree, &mut cx)?;
//! }
//! let wrong = tc::run("tc qdisc add dev eth0 root fq_cuddle", &mut tree, &mut cx);
//! assert!(wrong.is_err_and(|why| why.to_string().starts_with("'fq_cuddle' is unknown here")));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! The words, units and defaults are those of iproute2; `tc` in front and `dev NAME` may be left out.
//! What iproute2 works out for the kernel (bursts from latencies, tables from rates) is worked out
//! here, too.

use alloc::boxed::Box;

use crate::tree::{ClassRequest, ClassSpec, Parent, Request, Spec, Tree, Verb};
use crate::{ClassId, Cx, EstimatorConfig, Handle, Packet, SizeSpec, SizeTable};

mod action;
mod error;
pub mod filter;
mod kinds;
#[cfg(test)]
mod tests;
mod words;

pub use error::TcError;
use filter::FilterCommand;
use words::Words;
pub use words::{rate, size, time};

/// One line, understood.
#[derive(Debug)]
#[non_exhaustive]
pub enum Command<P: Packet> {
    /// `tc qdisc add`, `change`, `replace`, `link`.
    Qdisc {
        /// Which of them.
        verb: Verb,
        /// `root`, `ingress` or `parent`.
        parent: Parent,
        /// `handle`.
        handle: Handle,
        /// The kind and its options.
        spec: Option<Box<dyn Spec<P>>>,
        /// `stab`.
        size_table: Option<SizeTable>,
        /// `estimator`.
        estimator: Option<EstimatorConfig>,
    },
    /// `tc qdisc del`.
    DeleteQdisc {
        /// `root`, `ingress` or `parent`.
        parent: Parent,
        /// `handle`.
        handle: Handle,
    },
    /// `tc class add`, `change`, `replace`.
    Class {
        /// Which of them.
        verb: Verb,
        /// `root` or `parent`.
        parent: Parent,
        /// `classid`.
        id: ClassId,
        /// The kind and its options.
        spec: Box<dyn ClassSpec<P>>,
        /// `estimator`.
        estimator: Option<EstimatorConfig>,
    },
    /// `tc class del`.
    DeleteClass {
        /// `classid`.
        id: ClassId,
    },
    /// `tc filter`. Boxed, for it is large.
    Filter(Box<FilterCommand<P>>),
    /// An empty line, or a comment.
    Nothing,
}

/// Understands one line.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn parse<P: Packet>(line: &str) -> Result<Command<P>, TcError> {
    let mut words = Words::new(line);
    words.take("tc");
    match words.next() {
        None => Ok(Command::Nothing),
        Some("qdisc") => qdisc(&mut words),
        Some("class") => class(&mut words),
        Some("filter") => Ok(Command::Filter(Box::new(FilterCommand::read(&mut words)?))),
        Some(_) => Err(words.unknown("there are 'qdisc', 'class' and 'filter'")),
    }
}

/// Understands one line and does what it says to `tree`.
///
/// # Errors
/// What is wrong with it, in one line; the tree is as it was.
pub fn run<P: Packet>(line: &str, tree: &mut Tree<P>, cx: &mut Cx<'_, P>) -> Result<(), TcError> {
    match parse(line)? {
        Command::Nothing => {}
        Command::Qdisc { verb, parent, handle, spec, size_table, estimator } => {
            let spec = spec.as_deref();
            let request = Request { verb, parent, handle, spec, size_table, estimator };
            tree.modify(&request, cx)?;
        }
        Command::DeleteQdisc { parent, handle } => tree.delete(parent, handle, cx)?,
        Command::Class { verb, parent, id, spec, estimator } => {
            let spec = &*spec;
            tree.modify_class(&ClassRequest { verb, parent, id, spec, estimator }, cx)?;
        }
        Command::DeleteClass { id } => tree.delete_class(id, cx)?,
        Command::Filter(command) => command.run(tree, cx)?,
    }
    Ok(())
}

/// `None` is `del`.
fn verb(words: &mut Words<'_>) -> Result<Option<Verb>, TcError> {
    Ok(match words.need("add, change, replace or del")? {
        "add" => Some(Verb::Add),
        "change" => Some(Verb::Change),
        "replace" => Some(Verb::Replace),
        "link" => Some(Verb::Link),
        "del" | "delete" => None,
        _ => return Err(words.unknown("there are add, change, replace, link and del")),
    })
}

/// What may stand between the verb and the kind.
#[derive(Default)]
struct Place {
    parent: Option<Parent>,
    handle: Handle,
    class: Option<ClassId>,
    size_table: Option<SizeTable>,
    estimator: Option<EstimatorConfig>,
}

impl Place {
    fn read(words: &mut Words<'_>) -> Result<Self, TcError> {
        let mut place = Self::default();
        loop {
            match words.peek() {
                Some("dev") => {
                    words.next();
                    words.need("the name of a device")?;
                }
                Some("root") => place.parent = words.next().map(|_| Parent::Root),
                Some("ingress" | "clsact") if place.parent.is_none() => {
                    // Their kind is their place.
                    place.parent = Some(Parent::Ingress);
                    return Ok(place);
                }
                Some("parent") => {
                    words.next();
                    place.parent = Some(parent(words)?);
                }
                Some("handle") => {
                    words.next();
                    place.handle = words.handle()?;
                }
                Some("classid") => {
                    words.next();
                    place.class = Some(words.class_id()?);
                }
                Some("stab") => {
                    words.next();
                    place.size_table = Some(size_table(words)?);
                }
                Some("estimator" | "est") => {
                    words.next();
                    place.estimator = Some(estimator(words)?);
                }
                _ => return Ok(place),
            }
        }
    }
}

fn parent(words: &mut Words<'_>) -> Result<Parent, TcError> {
    if words.take("root") {
        return Ok(Parent::Root);
    }
    words.class_id().map(Parent::Class)
}

fn qdisc<P: Packet>(words: &mut Words<'_>) -> Result<Command<P>, TcError> {
    let verb = verb(words)?;
    let place = Place::read(words)?;
    let parent = place.parent.unwrap_or(Parent::Unspecified);
    let handle = place.handle;
    let Some(verb) = verb else {
        // A kind may be named, and says nothing.
        words.next();
        words.end("nothing comes behind the kind")?;
        return Ok(Command::DeleteQdisc { parent, handle });
    };
    let spec = if words.peek().is_some() { Some(kinds::qdisc(words)?) } else { None };
    let Place { size_table, estimator, .. } = place;
    let handle = if parent == Parent::Ingress { Handle::UNSPEC } else { handle };
    Ok(Command::Qdisc { verb, parent, handle, spec, size_table, estimator })
}

fn class<P: Packet>(words: &mut Words<'_>) -> Result<Command<P>, TcError> {
    let verb = verb(words)?;
    let place = Place::read(words)?;
    let missing = TcError::Missing { kind: "class", wanted: "a classid as 1:10" };
    let id = place.class.ok_or(missing)?;
    let Some(verb) = verb else {
        words.next();
        return Ok(Command::DeleteClass { id });
    };
    let parent = place.parent.unwrap_or(Parent::Unspecified);
    let spec = kinds::class(words)?;
    Ok(Command::Class { verb, parent, id, spec, estimator: place.estimator })
}

/// `estimator INTERVAL TIME_CONSTANT`, as iproute2 makes the kernel's logarithms of them.
fn estimator(words: &mut Words<'_>) -> Result<EstimatorConfig, TcError> {
    let interval = words.time()?;
    let constant = words.time()?;
    let wanted = "an interval of 250ms to 8s and a larger time constant";
    let wrong = || TcError::Value { word: "estimator".into(), wanted };
    let interval_log = (0..=5).find(|log| interval <= 250_000_000 << log).ok_or_else(wrong)?;
    let sample = 250_000_000 << interval_log;
    let ewma_log = (1..32).find(|&log| constant.saturating_mul(1) <= sample << log);
    let ewma_log = ewma_log.filter(|&log| log <= 30).ok_or_else(wrong)? as u8;
    Ok(EstimatorConfig { interval_log, ewma_log })
}

/// `stab` and its options, the table made as iproute2 makes it.
fn size_table(words: &mut Words<'_>) -> Result<SizeTable, TcError> {
    let (mut overhead, mut mtu, mut cells) = (0, 2047, false);
    loop {
        match words.peek() {
            Some("overhead") => {
                words.next();
                overhead = words.parse("a number of bytes")?;
            }
            Some("mtu") => {
                words.next();
                mtu = words.number("a number of bytes")?;
            }
            Some("linklayer") => {
                words.next();
                cells = match words.need("ethernet or atm")? {
                    "atm" => true,
                    "ethernet" => false,
                    _ => return Err(words.unknown("link layers are ethernet and atm")),
                };
            }
            _ => break,
        }
    }
    let table = if cells {
        SizeTable::atm(overhead, mtu)
    } else {
        SizeTable::new(SizeSpec { overhead, ..SizeSpec::default() }, alloc::vec::Vec::new())
    };
    table.map_err(|why| TcError::Refused(why.into()))
}
