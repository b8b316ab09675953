//! Each kind of discipline as a [`Spec`].

use alloc::boxed::Box;

use super::{ClassSpec, Device, Spec};
use crate::{
    Cake, Choke, ClassError, ClassId, Codel, ConfigError, Cx, Drr, Ets, Fifo, Fq, FqCodel, FqPie,
    Handle, Hfsc, Htb, Netem, Packet, PfifoFast, Pie, Prio, Qdisc, Qfq, Red, Sfq, Tbf, cake, choke,
    codel_queue, drr, ets, fifo, fq, fq_codel, fq_pie, hfsc, htb, netem, pfifo_fast, pie, prio,
    qfq, red, sfq, tbf,
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

/// A discipline of the kind that `change` was promised.
pub(super) fn of<P: Packet, Q: Qdisc<P>>(qdisc: &mut dyn Qdisc<P>) -> Result<&mut Q, ConfigError> {
    qdisc.downcast_mut().ok_or(ConfigError::OtherKind)
}

impl<P: Packet> Spec<P> for Ingress {
    fn kind(&self) -> &'static str {
        "ingress"
    }

    fn create(&self, _: Handle, _: &mut Device) -> Created<P> {
        Err(ConfigError::NoQueue)
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::NoQueue)
    }
}

impl<P: Packet> Spec<P> for Clsact {
    fn kind(&self) -> &'static str {
        "clsact"
    }

    fn create(&self, _: Handle, _: &mut Device) -> Created<P> {
        Err(ConfigError::NoQueue)
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::NoQueue)
    }
}

impl<P: Packet> Spec<P> for pfifo_fast::Config {
    fn kind(&self) -> &'static str {
        "pfifo_fast"
    }

    fn create(&self, _: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(PfifoFast::new(*self)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, PfifoFast<P>>(qdisc)?.change(*self, cx)
    }
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

    fn change(&self, qdisc: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Fifo<P>>(qdisc)?.change(*self)
    }
}

impl<P: Packet> Spec<P> for prio::Config {
    fn kind(&self) -> &'static str {
        "prio"
    }

    fn create(&self, handle: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Prio::new(handle, *self)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Prio<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for tbf::Config {
    fn kind(&self) -> &'static str {
        "tbf"
    }

    fn create(&self, handle: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Tbf::new(handle, *self)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Tbf<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for fq_codel::Config {
    fn kind(&self) -> &'static str {
        "fq_codel"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        let seed = [device.seed(), device.seed()];
        Ok(Box::new(FqCodel::new(handle, *self, seed)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, FqCodel<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for netem::Config {
    fn kind(&self) -> &'static str {
        "netem"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Netem::new(handle, self.clone(), device.seed())?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Netem<P>>(qdisc)?.change(self.clone())
    }
}

impl<P: Packet> Spec<P> for drr::Config {
    fn kind(&self) -> &'static str {
        "drr"
    }

    fn create(&self, handle: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Drr::new(handle, *self)?))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::NoChange)
    }
}

impl<P: Packet> ClassSpec<P> for drr::ClassConfig {
    fn kind(&self) -> &'static str {
        "drr"
    }

    fn add(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        (id, _): (ClassId, Option<ClassId>),
        _: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Drr<P>>(qdisc)?.add_class(id, *self)
    }

    fn change(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        id: ClassId,
        _: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Drr<P>>(qdisc)?.change_class(id, *self)
    }
}

impl<P: Packet> Spec<P> for qfq::Config {
    fn kind(&self) -> &'static str {
        "qfq"
    }

    fn create(&self, handle: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Qfq::new(handle, *self)?))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::NoChange)
    }
}

impl<P: Packet> ClassSpec<P> for qfq::ClassConfig {
    fn kind(&self) -> &'static str {
        "qfq"
    }

    fn add(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        (id, _): (ClassId, Option<ClassId>),
        _: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Qfq<P>>(qdisc)?.add_class(id, *self)
    }

    fn change(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        id: ClassId,
        _: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Qfq<P>>(qdisc)?.change_class(id, *self)
    }
}

impl<P: Packet> Spec<P> for ets::Config {
    fn kind(&self) -> &'static str {
        "ets"
    }

    fn create(&self, handle: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Ets::new(handle, *self)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Ets<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for red::Config {
    fn kind(&self) -> &'static str {
        "red"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Red::new(handle, self.clone(), device.seed())?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Red<P>>(qdisc)?.change(self.clone(), cx)
    }
}

impl<P: Packet> Spec<P> for choke::Config {
    fn kind(&self) -> &'static str {
        "choke"
    }

    fn create(&self, _: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Choke::new(self.clone(), device.seed())?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Choke<P>>(qdisc)?.change(self.clone(), cx)
    }
}

impl<P: Packet> Spec<P> for codel_queue::Config {
    fn kind(&self) -> &'static str {
        "codel"
    }

    fn create(&self, _: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Codel::new(*self)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Codel<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for cake::Config {
    fn kind(&self) -> &'static str {
        "cake"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Cake::new(handle, *self, [device.seed(), device.seed()])?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Cake<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for sfq::Config {
    fn kind(&self) -> &'static str {
        "sfq"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Sfq::new(handle, *self, device.seed())?))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::NoChange)
    }
}

impl<P: Packet> Spec<P> for htb::Config {
    fn kind(&self) -> &'static str {
        "htb"
    }

    fn create(&self, handle: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Htb::new(handle, *self)?))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::NoChange)
    }
}

impl<P: Packet> ClassSpec<P> for htb::ClassConfig {
    fn kind(&self) -> &'static str {
        "htb"
    }

    fn add(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        (id, parent): (ClassId, Option<ClassId>),
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Htb<P>>(qdisc)?.add_class(id, parent, *self, cx)
    }

    fn change(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        id: ClassId,
        _: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Htb<P>>(qdisc)?.change_class(id, *self)
    }
}

impl<P: Packet> Spec<P> for fq::Config {
    fn kind(&self) -> &'static str {
        "fq"
    }

    fn create(&self, _: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Fq::new(*self, [device.seed(), device.seed()])?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Fq<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for pie::Config {
    fn kind(&self) -> &'static str {
        "pie"
    }

    fn create(&self, _: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Pie::new(*self, device.seed())?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Pie<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for fq_pie::Config {
    fn kind(&self) -> &'static str {
        "fq_pie"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(FqPie::new(handle, *self, [device.seed(), device.seed()])?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, FqPie<P>>(qdisc)?.change(*self, cx)
    }
}

impl<P: Packet> Spec<P> for hfsc::Config {
    fn kind(&self) -> &'static str {
        "hfsc"
    }

    fn create(&self, handle: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Hfsc::new(handle, *self)?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, Hfsc<P>>(qdisc)?.change(*self)
    }
}

impl<P: Packet> ClassSpec<P> for hfsc::ClassConfig {
    fn kind(&self) -> &'static str {
        "hfsc"
    }

    fn add(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        (id, parent): (ClassId, Option<ClassId>),
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Hfsc<P>>(qdisc)?.add_class(id, parent, *self, cx)
    }

    fn change(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        id: ClassId,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        of::<P, Hfsc<P>>(qdisc)?.change_class(id, *self, cx)
    }
}
