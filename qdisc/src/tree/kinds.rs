//! Each kind of discipline as a [`Spec`].

use alloc::boxed::Box;

use super::{ClassSpec, Device, Spec};
use crate::{
    Cake, Choke, ClassError, ClassId, Codel, ConfigError, Cx, Drr, Ets, Fifo, Fq, FqCodel, FqPie,
    Handle, Hfsc, Htb, Netem, NoQueue, Packet, PfifoFast, Pie, Prio, Qdisc, Qfq, Red, Sfq, Tbf,
    cake, choke, codel_queue, drr, ets, fifo, fq, fq_codel, fq_pie, hfsc, htb, netem, pfifo_fast,
    pie, prio, qfq, red, sfq, tbf,
};

/// `ingress`: filters for what arrives. It holds no packets; its place is
/// [`Parent::Ingress`](super::Parent::Ingress).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ingress;

/// `clsact`: filters for what arrives and for what leaves. It holds no packets; its place is
/// [`Parent::Ingress`](super::Parent::Ingress).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clsact;

pub(super) type Created<P> = Result<Box<dyn Qdisc<P>>, ConfigError>;
pub(super) type Changed = Result<(), ConfigError>;

/// A discipline of the kind that `change` was promised.
pub(super) fn of<P: Packet, Q: Qdisc<P>>(qdisc: &mut dyn Qdisc<P>) -> Result<&mut Q, ConfigError> {
    qdisc.downcast_mut().ok_or(ConfigError::OtherKind)
}

/// `impl Spec` for a configuration, of what is its kind's own: the name, how a discipline is made of it
/// ([`Spec::create`]), and how one takes it from then on ([`Spec::change`]).
macro_rules! spec {
    (
        $Config:ty, $kind:literal,
        create: |$new:pat_param, $handle:pat_param, $device:pat_param| $create:expr,
        change: |$other:pat_param, $qdisc:pat_param, $cx:pat_param| $change:expr
    ) => {
        impl<P: Packet> Spec<P> for $Config {
            fn kind(&self) -> &'static str {
                $kind
            }

            fn create(&self, $handle: Handle, $device: &mut Device) -> Created<P> {
                let $new = self;
                Ok(Box::new($create?))
            }

            fn change(&self, $qdisc: &mut dyn Qdisc<P>, $cx: &mut Cx<'_, P>) -> Changed {
                let $other = self;
                $change
            }
        }
    };
}
pub(super) use spec;

/// `impl ClassSpec` for the configuration of a class: the name of its discipline's kind, how one gets
/// such a class ([`ClassSpec::add`]), and how a class takes it ([`ClassSpec::change`]).
macro_rules! class_spec {
    (
        $Config:ty, $kind:literal,
        add: |$new:ident, $parent:ident, $at:pat_param, $add_cx:pat_param| $add:expr,
        change: |$other:ident, $qdisc:ident, $id:ident, $cx:pat_param| $change:expr
    ) => {
        impl<P: Packet> ClassSpec<P> for $Config {
            fn kind(&self) -> &'static str {
                $kind
            }

            fn add(
                &self,
                $parent: &mut dyn Qdisc<P>,
                $at: (ClassId, Option<ClassId>),
                $add_cx: &mut Cx<'_, P>,
            ) -> Result<(), ClassError> {
                let $new = self;
                $add
            }

            fn change(
                &self,
                $qdisc: &mut dyn Qdisc<P>,
                $id: ClassId,
                $cx: &mut Cx<'_, P>,
            ) -> Result<(), ClassError> {
                let $other = self;
                $change
            }
        }
    };
}

spec! {
    Ingress, "ingress",
    create: |_, _, _| Err::<NoQueue, _>(ConfigError::NoQueue),
    change: |_, _, _| Err(ConfigError::NoQueue)
}
spec! {
    Clsact, "clsact",
    create: |_, _, _| Err::<NoQueue, _>(ConfigError::NoQueue),
    change: |_, _, _| Err(ConfigError::NoQueue)
}

impl<P: Packet> Spec<P> for fifo::Limit {
    fn kind(&self) -> &'static str {
        match self {
            Self::Packets(_) => "pfifo",
            Self::Bytes(_) => "bfifo",
            Self::HeadDrop(_) => "pfifo_head_drop",
        }
    }

    fn create(&self, _: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Fifo::new(*self)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Changed {
        of::<P, Fifo<P>>(qdisc)?.change(*self)
    }
}

spec! {
    pfifo_fast::Config, "pfifo_fast",
    create: |config, _, _| PfifoFast::new(*config),
    change: |config, fifo, cx| PfifoFast::change(of(fifo)?, *config, cx)
}
spec! {
    prio::Config, "prio",
    create: |config, handle, _| Prio::new(handle, *config),
    change: |config, prio, cx| Prio::change(of(prio)?, *config, cx)
}
spec! {
    tbf::Config, "tbf",
    create: |config, handle, _| Tbf::new(handle, *config),
    change: |config, tbf, cx| Tbf::change(of(tbf)?, *config, cx)
}
spec! {
    fq_codel::Config, "fq_codel",
    create: |config, handle, device| FqCodel::new(handle, *config, [device.seed(), device.seed()]),
    change: |config, fq_codel, cx| FqCodel::change(of(fq_codel)?, *config, cx)
}
spec! {
    netem::Config, "netem",
    create: |config, handle, device| Netem::new(handle, config.clone(), device.seed()),
    change: |config, netem, _| Netem::change(of(netem)?, config.clone())
}
spec! {
    ets::Config, "ets",
    create: |config, handle, _| Ets::new(handle, *config),
    change: |config, ets, cx| Ets::change(of(ets)?, *config, cx)
}
spec! {
    red::Config, "red",
    create: |config, handle, device| Red::new(handle, config.clone(), device.seed()),
    change: |config, red, cx| Red::change(of(red)?, config.clone(), cx)
}
spec! {
    choke::Config, "choke",
    create: |config, _, device| Choke::new(config.clone(), device.seed()),
    change: |config, choke, cx| Choke::change(of(choke)?, config.clone(), cx)
}
spec! {
    codel_queue::Config, "codel",
    create: |config, _, _| Codel::new(*config),
    change: |config, codel, cx| Codel::change(of(codel)?, *config, cx)
}
spec! {
    cake::Config, "cake",
    create: |config, handle, device| Cake::new(handle, *config, [device.seed(), device.seed()]),
    change: |config, cake, cx| Cake::change(of(cake)?, *config, cx)
}
spec! {
    sfq::Config, "sfq",
    create: |config, handle, device| Sfq::new(handle, *config, device.seed()),
    change: |_, _, _| Err(ConfigError::NoChange)
}
spec! {
    fq::Config, "fq",
    create: |config, _, device| Fq::new(*config, [device.seed(), device.seed()]),
    change: |config, fq, cx| Fq::change(of(fq)?, *config, cx)
}
spec! {
    pie::Config, "pie",
    create: |config, _, device| Pie::new(*config, device.seed()),
    change: |config, pie, cx| Pie::change(of(pie)?, *config, cx)
}
spec! {
    fq_pie::Config, "fq_pie",
    create: |config, handle, device| FqPie::new(handle, *config, [device.seed(), device.seed()]),
    change: |config, fq_pie, cx| FqPie::change(of(fq_pie)?, *config, cx)
}

spec! {
    drr::Config, "drr",
    create: |config, handle, _| Drr::new(handle, *config),
    change: |_, _, _| Err(ConfigError::NoChange)
}
class_spec! {
    ets::ClassConfig, "ets",
    add: |_config, ets, (id, _), _| {
        let _: &mut Ets<P> = of(ets)?;
        Err(ClassError::Fixed(id))
    },
    change: |config, ets, id, _| Ets::change_class(of(ets)?, id, *config)
}

class_spec! {
    drr::ClassConfig, "drr",
    add: |config, drr, (id, _), _| Drr::add_class(of(drr)?, id, *config),
    change: |config, drr, id, _| Drr::change_class(of(drr)?, id, *config)
}

spec! {
    qfq::Config, "qfq",
    create: |config, handle, _| Qfq::new(handle, *config),
    change: |_, _, _| Err(ConfigError::NoChange)
}
class_spec! {
    qfq::ClassConfig, "qfq",
    add: |config, qfq, (id, _), _| Qfq::add_class(of(qfq)?, id, *config),
    change: |config, qfq, id, _| Qfq::change_class(of(qfq)?, id, *config)
}

spec! {
    htb::Config, "htb",
    create: |config, handle, _| Htb::new(handle, *config),
    change: |_, _, _| Err(ConfigError::NoChange)
}
class_spec! {
    htb::ClassConfig, "htb",
    add: |config, htb, (id, parent), cx| Htb::add_class(of(htb)?, id, parent, *config, cx),
    change: |config, htb, id, _| Htb::change_class(of(htb)?, id, *config)
}

spec! {
    hfsc::Config, "hfsc",
    create: |config, handle, _| Hfsc::new(handle, *config),
    change: |config, hfsc, _| Hfsc::change(of(hfsc)?, *config)
}
class_spec! {
    hfsc::ClassConfig, "hfsc",
    add: |config, hfsc, (id, parent), cx| Hfsc::add_class(of(hfsc)?, id, parent, *config, cx),
    change: |config, hfsc, id, cx| Hfsc::change_class(of(hfsc)?, id, *config, cx)
}
