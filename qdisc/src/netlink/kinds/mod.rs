//! The options of each kind, from the wire and back.

use alloc::boxed::Box;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Policy, Strictness};
use softnet_netlink::wire::{Body, WriteError};

use super::request::{nested, tca};
use super::wanted::Ask;
use crate::tree::{BlackholeSpec, Device, NoQueueSpec, Spec};
use crate::{
    Blackhole, Cake, Choke, Codel, ConfigError, Cx, Drr, DualPi2, Ets, Fifo, Fq, FqCodel, FqPie,
    Handle, Hfsc, Htb, Mq, Mqprio, Netem, NoQueue, Packet, PfifoFast, Pie, Prio, Qdisc, Qfq, Red,
    Sfq, Tbf,
};

mod cake;
mod class;
mod codel;
mod drr;
mod dualpi2;
mod ets;
mod fifo;
mod fq;
mod fq_codel;
mod hfsc;
mod htb;
mod mqprio;
mod netem;
mod pie;
mod plain;
mod prio;
mod qfq;
pub(super) mod rate;
mod red;
mod sfq;
mod tbf;

pub(super) use class::{ClassRefused, add_class, change_class, in_use, write_class};
pub(super) use pie::micros;

/// A kind's options.
trait Options: Sized {
    /// What a request says, on top of what there is (`Qdisc_ops::init` and `change`).
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno>;

    /// Shows them (`Qdisc_ops::dump`).
    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError>;
}

/// The kinds: their names, types and configurations; and whether Linux has a `change` for them.
macro_rules! kinds {
    ($(
        $($name:literal)|+ => $Qdisc:ty, $Config:ty, $changes:literal, |$it:ident| $config:expr;
    )*) => {
        /// The kind of that name.
        pub(super) fn known(name: &[u8]) -> Option<&'static str> {
            let names = [$($($name,)+)* "ingress", "clsact"];
            names.into_iter().find(|known| known.as_bytes() == name)
        }

        /// Whether disciplines of the kind can be changed.
        pub(super) fn changes(kind: &str) -> bool {
            match kind {
                $($($name)|+ => $changes,)*
                _ => false,
            }
        }

        /// Makes a discipline (`Qdisc_ops::init`).
        pub(super) fn create<P: Packet>(
            ask: &mut Ask<'_, '_>,
            handle: Handle,
            device: &mut Device,
        ) -> Result<Box<dyn Qdisc<P>>, Errno> {
            match ask.kind {
                $($($name)|+ => {
                    let config = <$Config>::read(ask, None)?;
                    Spec::<P>::create(&config, handle, device).map_err(errno)
                })*
                // `ingress_init`
                _ => Err(Errno::EOPNOTSUPP),
            }
        }

        /// Changes a discipline (`Qdisc_ops::change`).
        pub(super) fn change<P: Packet>(
            ask: &mut Ask<'_, '_>,
            qdisc: &mut dyn Qdisc<P>,
            cx: &mut Cx<'_, P>,
        ) -> Result<(), Errno> {
            match ask.kind {
                $($($name)|+ => {
                    let $it = qdisc.downcast_ref::<$Qdisc>().ok_or(Errno::EINVAL)?;
                    let old = $config;
                    let config = <$Config>::read(ask, Some(&old))?;
                    Spec::<P>::change(&config, qdisc, cx).map_err(errno)
                })*
                _ => Err(Errno::EINVAL),
            }
        }

        /// Shows what a discipline does. Of an embedder's own kind nothing is known.
        pub(super) fn write<P: Packet>(
            qdisc: &dyn Qdisc<P>,
            to: &mut Body<'_>,
        ) -> Result<(), WriteError> {
            // These show among their options what changes by itself.
            if let Some(htb) = qdisc.downcast_ref::<Htb<P>>() {
                return htb::write(htb, to);
            }
            if let Some(sfq) = qdisc.downcast_ref::<Sfq<P>>() {
                return sfq::write(sfq, to);
            }
            if let Some(red) = qdisc.downcast_ref::<Red<P>>() {
                return red::write(red, to);
            }
            match qdisc.kind() {
                $($($name)|+ => match qdisc.downcast_ref::<$Qdisc>() {
                    Some($it) => Options::write(&$config, to),
                    None => Ok(()),
                })*
                _ => Ok(()),
            }
        }
    };
}

kinds! {
    "pfifo" | "bfifo" | "pfifo_head_drop" => Fifo<P>, crate::fifo::Limit, true, |it| it.limit();
    "pfifo_fast" => PfifoFast<P>, crate::pfifo_fast::Config, false, |it| it.config();
    "prio" => Prio<P>, crate::prio::Config, true, |it| *it.config();
    "tbf" => Tbf<P>, crate::tbf::Config, true, |it| *it.config();
    "htb" => Htb<P>, crate::htb::Config, false, |it| *it.config();
    "hfsc" => Hfsc<P>, crate::hfsc::Config, true, |it| *it.config();
    "drr" => Drr<P>, crate::drr::Config, false, |it| *it.config();
    "ets" => Ets<P>, crate::ets::Config, true, |it| *it.config();
    "qfq" => Qfq<P>, crate::qfq::Config, false, |it| *it.config();
    "mq" => Mq<P>, crate::mq::Config, false, |_it| crate::mq::Config;
    "noqueue" => NoQueue, NoQueueSpec, false, |_it| NoQueueSpec;
    "blackhole" => Blackhole, BlackholeSpec, false, |_it| BlackholeSpec;
    "mqprio" => Mqprio<P>, crate::mqprio::Config, false, |it| *it.config();
    "sfq" => Sfq<P>, crate::sfq::Config, false, |it| *it.config();
    "red" => Red<P>, crate::red::Config, true, |it| it.config().clone();
    "choke" => Choke<P>, crate::choke::Config, true, |it| it.config().clone();
    "fq" => Fq<P>, crate::fq::Config, true, |it| *it.config();
    "pie" => Pie<P>, crate::pie::Config, true, |it| *it.config();
    "fq_pie" => FqPie<P>, crate::fq_pie::Config, true, |it| *it.config();
    "cake" => Cake<P>, crate::cake::Config, true, |it| *it.config();
    "netem" => Netem<P>, crate::netem::Config, true, |it| it.config().clone();
    "dualpi2" => DualPi2<P>, crate::dualpi2::Config, true, |it| *it.config();
    "codel" => Codel<P>, crate::codel_queue::Config, true, |it| *it.config();
    "fq_codel" => FqCodel<P>, crate::fq_codel::Config, true, |it| *it.config();
}

/// Linux has no words for these.
fn errno(_: ConfigError) -> Errno {
    Errno::EINVAL
}

/// Options as attributes by type, without a word about what is wrong: most kinds have none.
fn quietly<'a, const N: usize>(
    ask: &Ask<'a, '_>,
    policy: &Policy,
) -> Result<Option<Parsed<'a, N>>, Errno> {
    let Some(options) = ask.options else { return Ok(None) };
    match Parsed::new(options.nested(), policy, Strictness::LIBERAL) {
        Ok((parsed, _)) => Ok(Some(parsed)),
        Err(invalid) => Err(invalid.errno()),
    }
}

/// Options as attributes by type.
fn aloud<'a, const N: usize>(
    ask: &mut Ask<'a, '_>,
    policy: &Policy,
    strictness: Strictness,
) -> Result<Option<Parsed<'a, N>>, Errno> {
    let Some(options) = ask.options else { return Ok(None) };
    nested(&ask.message, &options, (policy, strictness), ask.extack).map(Some)
}

/// Puts what was named in place of what was there.
fn set<T>(to: &mut T, named: Option<T>) {
    if let Some(named) = named {
        *to = named;
    }
}
