//! The options of classes.

use softnet_netlink::errno::Errno;
use softnet_netlink::wire::{Body, WriteError};

use super::{drr, ets, hfsc, htb, qfq};
use crate::netlink::request::ROOT;
use crate::netlink::wanted::Ask;
use crate::tree::ClassSpec;
use crate::{ClassError, ClassId, ConfigError, Cx, Drr, Ets, Hfsc, Htb, Packet, Qdisc, Qfq};

/// Why a class was not made or changed.
#[derive(Debug)]
pub(in super::super) enum ClassRefused {
    /// For what its options say.
    Errno(Errno),
    /// For what the discipline is.
    Class(ClassError),
}

impl From<Errno> for ClassRefused {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<ClassError> for ClassRefused {
    fn from(why: ClassError) -> Self {
        Self::Class(why)
    }
}

/// Makes a class (`Qdisc_class_ops::change` without one).
pub(in super::super) fn add_class<P: Packet>(
    ask: &mut Ask<'_, '_>,
    qdisc: &mut dyn Qdisc<P>,
    (at, cx): ((ClassId, Option<ClassId>), &mut Cx<'_, P>),
) -> Result<(), ClassRefused> {
    match ask.kind {
        "htb" => {
            let config = htb::read_class(ask)?;
            // One whose parent is not there is put right below the discipline.
            let parent = at.1.filter(|&parent| qdisc.has_class(parent));
            let added = config.add(qdisc, (at.0, parent), cx);
            if matches!(added, Err(ClassError::TooDeep(_))) {
                return Err(ask.invalid("sch_htb: tree is too deep").into());
            }
            added?;
            htb::warn(qdisc, at.0, &config, ask);
        }
        "hfsc" => {
            let config = hfsc::read_class(ask)?;
            // The root is not made, and nothing is put beside it.
            if ask.is_root() {
                return Err(Errno::EEXIST.into());
            }
            let forced = lacks_share(qdisc, at.1);
            config.add(qdisc, at, cx)?;
            if forced {
                ask.extack.say("Forced curve change on parent 'rt' to 'sc'");
            }
        }
        "drr" => drr::read_class(ask, None)?.add(qdisc, at, cx)?,
        "qfq" => summed(qfq::read_class(ask)?.add(qdisc, at, cx), ask)?,
        "ets" => {
            ask.extack.say("Fine-grained class addition and removal is not supported");
            return Err(Errno::EOPNOTSUPP.into());
        }
        _ => return Err(Errno::EOPNOTSUPP.into()),
    }
    Ok(())
}

/// Changes a class.
pub(in super::super) fn change_class<P: Packet>(
    ask: &mut Ask<'_, '_>,
    qdisc: &mut dyn Qdisc<P>,
    (id, cx): (ClassId, &mut Cx<'_, P>),
) -> Result<(), ClassRefused> {
    match ask.kind {
        "htb" => {
            let config = htb::read_class(ask)?;
            config.change(qdisc, id, cx)?;
            htb::warn(qdisc, id, &config, ask);
        }
        "hfsc" => {
            let config = hfsc::read_class(ask)?;
            if ask.parent != 0 && ask.parent != parent_of(qdisc, id) {
                return Err(Errno::EINVAL.into());
            }
            config.change(qdisc, id, cx)?;
        }
        "drr" => {
            let old = qdisc.downcast_ref::<Drr<P>>().and_then(|drr| drr.class_config(id)).copied();
            drr::read_class(ask, old.as_ref())?.change(qdisc, id, cx)?;
        }
        "qfq" => summed(qfq::read_class(ask)?.change(qdisc, id, cx), ask)?,
        "ets" => {
            let strict = qdisc.downcast_ref::<Ets<P>>().map_or(0, |ets| ets.config().strict);
            ets::read_class(ask, id.minor() <= strict.into())?.change(qdisc, id, cx)?;
        }
        _ => return Err(Errno::EOPNOTSUPP.into()),
    }
    Ok(())
}

/// What a class hangs below, the root's own in nothing.
fn parent_of<P: Packet>(qdisc: &dyn Qdisc<P>, id: ClassId) -> u32 {
    let mut parent = None;
    qdisc.walk(&mut |class| {
        if class.id == id {
            parent = class.parent;
        }
    });
    parent.map_or(ROOT, |parent| parent.0)
}

/// Whether a class of hfsc has no share of what is left, and so would have nothing to share (`hfsc_change_class`).
fn lacks_share<P: Packet>(qdisc: &dyn Qdisc<P>, parent: Option<ClassId>) -> bool {
    let hfsc = qdisc.downcast_ref::<Hfsc<P>>();
    let parent = parent.filter(|parent| parent.minor() != 0);
    let config = hfsc.zip(parent).and_then(|(hfsc, parent)| hfsc.class_config(parent));
    config.is_some_and(|config| config.fsc.is_none())
}

/// qfq's weights have a greatest sum.
fn summed(done: Result<(), ClassError>, ask: &mut Ask<'_, '_>) -> Result<(), ClassRefused> {
    if let Err(ClassError::Config(ConfigError::TotalWeight(_))) = done {
        return Err(ask.invalid("sch_qfq: total weight out of range").into());
    }
    Ok(done?)
}

/// What Linux says of a class that is in use.
pub(in super::super) fn in_use(kind: &str) -> Option<&'static str> {
    match kind {
        "htb" => Some("HTB class in use"),
        "hfsc" => Some("HFSC class in use"),
        "drr" => Some("DRR class is in use"),
        "qfq" => Some("sch_qfq: QFQ class in use"),
        _ => None,
    }
}

/// Shows what a class does (the options of `Qdisc_class_ops::dump`).
pub(in super::super) fn write_class<P: Packet>(
    qdisc: &dyn Qdisc<P>,
    id: ClassId,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    if let Some(htb) = qdisc.downcast_ref::<Htb<P>>() {
        return htb::write_class(htb, id, to);
    }
    if let Some(ets) = qdisc.downcast_ref::<Ets<P>>() {
        return ets::write_class(ets.config(), id.minor(), to);
    }
    if let Some(config) = qdisc.downcast_ref::<Hfsc<P>>().and_then(|hfsc| hfsc.class_config(id)) {
        return hfsc::write_class(&config, to);
    }
    if let Some(config) = qdisc.downcast_ref::<Drr<P>>().and_then(|drr| drr.class_config(id)) {
        return drr::write_class(config, to);
    }
    if let Some(config) = qdisc.downcast_ref::<Qfq<P>>().and_then(|qfq| qfq.class_config(id)) {
        return qfq::write_class(&config, to);
    }
    Ok(())
}
