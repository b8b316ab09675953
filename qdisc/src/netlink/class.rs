//! `RTM_NEWTCLASS`, `RTM_DELTCLASS` and `RTM_GETTCLASS` (`tc_ctl_tclass`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Credentials, Cx};
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::Flags;
use softnet_sk_buff::IfIndex;

use super::fill::{ClassFacts, Fill};
use super::found::Found;
use super::notify::Telling;
use super::request::{ROOT, TcRequest, tca};
use super::wanted::{Facts, WantedClass};
use super::{Devices, TrafficControl};
use crate::tree::{ClassRequest, Parent, TreeError};
use crate::{ClassError, ClassId, Handle, Packet, Qdisc, Tree};

/// What a request about a class is about.
struct About {
    kind: &'static str,
    parent: u32,
    /// 0: none was named.
    class: ClassId,
    /// As the discipline numbers it, if it is there.
    there: Option<ClassId>,
}

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    /// `tc_ctl_tclass`.
    pub(super) fn ctl_tclass<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let (request, dev) = TcRequest::with_dev(call.message, &mut cx.extack)?;
        let tree = self.devices.tree(dev).ok_or(Errno::ENODEV)?;
        let about = about(&request, tree)?;
        let flags = call.message.flags();
        match (about.there, call.message.kind()) {
            (None, kind::NEWTCLASS) if flags.contains(Flags::CREATE) => {}
            (None, _) => return Err(Errno::ENOENT),
            (Some(_), kind::NEWTCLASS) if flags.contains(Flags::EXCL) => {
                return Err(Errno::EEXIST);
            }
            (Some(_), kind::NEWTCLASS) => {}
            (Some(class), kind::DELTCLASS) => return self.delete_class(call, (dev, class), cx),
            (Some(class), _) => {
                return self.tell_class(call, (dev, class), kind::NEWTCLASS, cx)?.send(cx);
            }
        }
        if request.has(tca::INGRESS_BLOCK) || request.has(tca::EGRESS_BLOCK) {
            cx.extack.say("Shared blocks are not supported for classes");
            return Err(Errno::EOPNOTSUPP);
        }
        if about.class.0 == ROOT {
            cx.extack.say("Cannot create traffic class with classid TC_H_ROOT");
            return Err(Errno::EINVAL);
        }
        let class = self.modify_class(&request, dev, &about, &mut cx.extack)?;
        if let Ok(telling) = self.tell_class(call, (dev, class), kind::NEWTCLASS, cx) {
            let _ = telling.send(cx);
        }
        self.devices.changed(dev);
        Ok(())
    }

    fn modify_class(
        &mut self,
        request: &TcRequest<'_>,
        dev: IfIndex,
        about: &About,
        extack: &mut ExtAck,
    ) -> Result<ClassId, Errno> {
        let (tree, mut cx) = self.devices.tree_mut(dev).ok_or(Errno::ENODEV)?;
        let facts = Facts::from(tree.device());
        let wanted = WantedClass::new(request, (about.kind, about.parent), facts, extack);
        let parent = match about.parent {
            0 | ROOT => Parent::Root,
            class => Parent::Class(ClassId(class)),
        };
        let asked = ClassRequest {
            verb: request.verb(),
            parent,
            id: about.there.unwrap_or(about.class),
            spec: &wanted,
            estimator: request.estimator()?,
        };
        let why = match tree.modify_class(&asked, &mut cx) {
            Ok(class) => return Ok(class),
            Err(TreeError::Class(ClassError::Config(why))) => return Err(wanted.errno(why)),
            Err(TreeError::Class(why)) => why,
            Err(_) => return Err(Errno::EINVAL),
        };
        Err(errno(why))
    }

    fn delete_class<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (dev, class): (IfIndex, ClassId),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let tree = self.devices.tree(dev).ok_or(Errno::ENODEV)?;
        let kind = tree.find(class.handle()).map(Qdisc::kind);
        let Some(owner @ ("htb" | "hfsc" | "drr" | "qfq")) = kind else {
            return Err(Errno::EOPNOTSUPP);
        };
        let telling = self.tell_class(call, (dev, class), kind::DELTCLASS, cx)?;
        let (tree, mut about) = self.devices.tree_mut(dev).ok_or(Errno::ENODEV)?;
        let deleted = tree.delete_class(class, &mut about);
        deleted.map_err(|why| match why {
            TreeError::Class(ClassError::InUse(_)) => {
                if let Some(words) = super::kinds::in_use(owner) {
                    cx.extack.say(words);
                }
                Errno::EBUSY
            }
            TreeError::Class(why) => errno(why),
            _ => Errno::ENOENT,
        })?;
        let _ = telling.send(cx);
        self.devices.changed(dev);
        Ok(())
    }

    fn tell_class<C: Credentials>(
        &self,
        call: &Call<'_, C>,
        (dev, class): (IfIndex, ClassId),
        told: u16,
        cx: &Cx,
    ) -> Result<Telling, Errno> {
        let tree = self.devices.tree(dev).ok_or(Errno::ENODEV)?;
        let fill = Fill { tree, dev, now: self.devices.now() };
        let handle = class.handle();
        let qdisc = tree.find(handle).ok_or(Errno::ENOENT)?;
        let mut telling = Telling::new(call);
        let words = cx.extack.words();
        let all = ClassFacts::all(qdisc);
        if let Some(shown) = all.iter().find(|shown| shown.id == class) {
            telling.add(told, Flags::empty(), |to| fill.class(qdisc, (handle, shown), words, to));
        }
        Ok(telling)
    }
}

/// Steps 1 and 2 of `tc_ctl_tclass`: which discipline, and which class of it.
fn about<P: Packet>(request: &TcRequest<'_>, tree: &Tree<P>) -> Result<About, Errno> {
    let (parent, class) = (request.head.parent, request.head.handle);
    let major = |id: u32| id & 0xffff_0000;
    let of_parent = if parent == ROOT { 0 } else { major(parent) };
    let qid = match (major(class), of_parent) {
        (0, 0) => tree.root_handle().class(0).0,
        (0, qid) | (qid, 0) => qid,
        (one, other) if one == other => one,
        _ => return Err(Errno::EINVAL),
    };
    let within = |id: u32| qid | (id & 0xffff);
    let parent = if parent == ROOT || parent == 0 { parent } else { within(parent) };
    let handle = ClassId(qid).handle();
    let found = Some(handle).filter(|handle| *handle != Handle::UNSPEC);
    let found = found.and_then(|handle| Found::by_handle(tree, handle)).ok_or(Errno::ENOENT)?;
    if !found.is_classful() {
        return Err(Errno::EINVAL);
    }
    let class = match class {
        0 if parent == ROOT => ClassId(qid),
        0 => ClassId(0),
        class => ClassId(within(class)),
    };
    let there = match found {
        Found::Qdisc { qdisc, .. } if class.0 != 0 => qdisc.find_class(class),
        _ => None,
    };
    Ok(About { kind: found.kind(), parent, class, there })
}

/// The numbers that classes are refused with.
fn errno(why: ClassError) -> Errno {
    match why {
        ClassError::Exists(_) => Errno::EEXIST,
        ClassError::Unknown(_) | ClassError::UnknownParent(_) => Errno::ENOENT,
        ClassError::InUse(_) => Errno::EBUSY,
        ClassError::Fixed(_) => Errno::EOPNOTSUPP,
        ClassError::Foreign(_) | ClassError::TooDeep(_) | ClassError::Config(_) => Errno::EINVAL,
    }
}
