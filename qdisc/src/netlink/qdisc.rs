//! `RTM_NEWQDISC`, `RTM_DELQDISC` and `RTM_GETQDISC` (`tc_modify_qdisc`, `tc_get_qdisc`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Credentials, Cx};
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::Flags;

use super::fill::Fill;
use super::found::Found;
use super::notify::Telling;
use super::refused::refused;
use super::request::TcRequest;
use super::wanted::{Facts, Wanted};
use super::{Devices, TrafficControl, stab};
use crate::tree::{Parent, Request, TreeError};
use crate::{ClassId, ConfigError, Handle, Packet, Tree};

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    /// `tc_modify_qdisc`.
    pub(super) fn modify_qdisc<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let (request, dev) = TcRequest::with_dev(call.message, &mut cx.extack)?;
        let (tree, mut about) = self.devices.tree_mut(dev).ok_or(Errno::ENODEV)?;
        let now = about.now;
        let there = target(&request, tree);
        check_minor(&request, there, &mut cx.extack)?;
        let before = there.map(|found| found.handle());
        // For the case that it goes.
        let mut telling = Telling::new(call);
        if let Some(found) = there.filter(|found| found.is_told(false)) {
            let fill = Fill { tree, dev, now };
            telling.add(kind::DELQDISC, Flags::empty(), |to| {
                fill.qdisc(&found, (request.head.parent, attaches(&request)), None, to)
            });
        }
        let handle = modify(&request, tree, there.map(|found| found.kind()), (&mut about, cx))?;
        let (mut flags, mut held) = (Flags::REPLACE, !attaches(&request));
        // What was there was changed.
        if before == Some(handle) {
            telling = Telling::new(call);
            (flags, held) = (Flags::empty(), true);
        }
        let tree = self.devices.tree(dev).ok_or(Errno::ENODEV)?;
        if let Some(found) = Found::by_handle(tree, handle) {
            let fill = Fill { tree, dev, now };
            telling.add(kind::NEWQDISC, flags, |to| {
                fill.qdisc(&found, (request.head.parent, held), cx.extack.words(), to)
            });
        }
        // Whether it can be told does not matter to what was done.
        let _ = telling.send(cx);
        self.devices.changed(dev);
        Ok(())
    }

    /// `tc_get_qdisc`.
    pub(super) fn get_qdisc<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let (request, dev) = TcRequest::with_dev(call.message, &mut cx.extack)?;
        let now = self.devices.now();
        let tree = self.devices.tree(dev).ok_or(Errno::ENODEV)?;
        let found = locate(&request, tree, &mut cx.extack)?;
        let mut telling = Telling::new(call);
        let fill = Fill { tree, dev, now };
        let get = call.message.kind() == kind::GETQDISC;
        let told = if get { kind::NEWQDISC } else { kind::DELQDISC };
        if found.is_told(false) {
            let parent = request.head.parent;
            telling.add(told, Flags::empty(), |to| fill.qdisc(&found, (parent, get), None, to));
        }
        if get {
            return telling.send(cx);
        }
        if request.parent() == Parent::Unspecified {
            cx.extack.say("Classid cannot be zero");
            return Err(Errno::EINVAL);
        }
        if found.handle() == Handle::UNSPEC {
            cx.extack.say("Cannot delete qdisc with handle of zero");
            return Err(Errno::ENOENT);
        }
        let parent = request.parent();
        let (tree, mut about) = self.devices.tree_mut(dev).ok_or(Errno::ENODEV)?;
        let deleted = tree.delete(parent, Handle::UNSPEC, &mut about);
        deleted.map_err(|why| refused(&why, &request, None, &mut cx.extack))?;
        let _ = telling.send(cx);
        self.devices.changed(dev);
        Ok(())
    }
}

/// Whether a new discipline puts itself on the device's queues once all is told (`Qdisc_ops::attach`): until then the
/// old one is there.
fn attaches(request: &TcRequest<'_>) -> bool {
    matches!(request.kind(), Some(b"htb" | b"mq" | b"mqprio"))
}

/// What a change is about, if there is something.
fn target<'t, P: Packet>(request: &TcRequest<'_>, tree: &'t Tree<P>) -> Option<Found<'t, P>> {
    match request.parent() {
        Parent::Unspecified => Found::by_handle(tree, request.handle()),
        Parent::Root => Some(Found::root(tree)),
        Parent::Ingress => Found::hooks(tree),
        Parent::Class(class) => {
            let above = Found::by_handle(tree, class.handle())?;
            above.leaf(tree, class, &mut ExtAck::new()).ok().flatten()
        }
    }
}

/// A discipline's number ends in 0.
fn check_minor<P: Packet>(
    request: &TcRequest<'_>,
    there: Option<Found<'_, P>>,
    extack: &mut ExtAck,
) -> Result<(), Errno> {
    if ClassId(request.head.handle).minor() == 0 {
        return Ok(());
    }
    if request.parent() == Parent::Unspecified {
        extack.say("Specified qdisc not found");
        return Err(Errno::ENOENT);
    }
    let numbered = there.is_some_and(|found| found.handle() != Handle::UNSPEC);
    if numbered && !request.message.flags().contains(Flags::REPLACE) {
        extack.say("NLM_F_REPLACE needed to override");
        return Err(Errno::EEXIST);
    }
    extack.say("Invalid minor handle");
    Err(Errno::EINVAL)
}

/// Does what the request asks for.
fn modify<P: Packet>(
    request: &TcRequest<'_>,
    tree: &mut Tree<P>,
    there: Option<&'static str>,
    (about, cx): (&mut crate::Cx<'_, P>, &mut Cx),
) -> Result<Handle, Errno> {
    let (parent, handle) = (request.parent(), request.handle());
    let mut said = ExtAck::new();
    let (mut size_table, mut estimator, mut fault) = (None, None, None);
    match (stab::read(request, &mut said), request.estimator()) {
        (Err(errno), _) => fault = Some((errno, said)),
        (Ok(_), Err(errno)) => {
            said.say("Failed to generate new estimator");
            fault = Some((errno, said));
        }
        (Ok(table), Ok(config)) => (size_table, estimator) = (table, config),
    }
    let facts = Facts::from(tree.device());
    let wanted = Wanted::new(request, there, (facts, fault), &mut cx.extack);
    let asked = Request {
        verb: request.verb(),
        parent,
        handle: if parent == Parent::Ingress { Handle::UNSPEC } else { handle },
        spec: Some(&wanted),
        size_table,
        estimator,
    };
    let why = match tree.modify(&asked, about) {
        Ok(handle) => return Ok(handle),
        Err(TreeError::Config(ConfigError::Refused)) => return Err(wanted.errno()),
        Err(why) => why,
    };
    if let TreeError::UnknownClass(class) = why
        && let Some(errno) = no_leaf(tree, class, &mut cx.extack)
    {
        return Err(errno);
    }
    let number = target(request, tree).map(|found| found.handle());
    Err(refused(&why, request, number, &mut cx.extack))
}

/// Why nothing hangs in a class, if it is not for want of the class.
fn no_leaf<P: Packet>(tree: &Tree<P>, class: ClassId, extack: &mut ExtAck) -> Option<Errno> {
    let above = Found::by_handle(tree, class.handle())?;
    if !above.is_classful() {
        extack.say("Parent qdisc is not classful");
        return Some(Errno::EOPNOTSUPP);
    }
    // An inner class of htb or hfsc (`htb_graft`).
    let Found::Qdisc { qdisc, .. } = above else { return None };
    let inner = matches!(qdisc.kind(), "htb" | "hfsc") && qdisc.has_class(class);
    inner.then_some(Errno::EINVAL)
}

/// What a get or a delete is about.
fn locate<'t, P: Packet>(
    request: &TcRequest<'_>,
    tree: &'t Tree<P>,
    extack: &mut ExtAck,
) -> Result<Found<'t, P>, Errno> {
    let found = match request.parent() {
        Parent::Unspecified => {
            let found = Found::by_handle(tree, request.handle());
            // A number that is no discipline's.
            let found = found.filter(|_| ClassId(request.head.handle).minor() == 0);
            found.ok_or_else(|| {
                extack.say("Failed to find qdisc with specified handle");
                Errno::ENOENT
            })?
        }
        _ => locate_below(request, tree, extack)?,
    };
    if request.is_other_than(found.kind()) {
        extack.say("Invalid qdisc name");
        return Err(Errno::EINVAL);
    }
    Ok(found)
}

fn locate_below<'t, P: Packet>(
    request: &TcRequest<'_>,
    tree: &'t Tree<P>,
    extack: &mut ExtAck,
) -> Result<Found<'t, P>, Errno> {
    let found = match request.parent() {
        Parent::Root => Some(Found::root(tree)),
        Parent::Class(class) if class.handle() != Parent::HOOKS => {
            let Some(above) = Found::by_handle(tree, class.handle()) else {
                extack.say("Failed to find qdisc with specified classid");
                return Err(Errno::ENOENT);
            };
            above.leaf(tree, class, extack)?
        }
        _ => Found::hooks(tree),
    };
    let Some(found) = found else {
        // What is left where ingress was has number 0.
        if tree.was_hooked() && request.head.handle != 0 {
            extack.say("Invalid handle");
            return Err(Errno::EINVAL);
        }
        extack.say("Cannot find specified qdisc on specified device");
        return Err(Errno::ENOENT);
    };
    if request.head.handle != 0 && request.head.handle != found.handle().class(0).0 {
        extack.say("Invalid handle");
        return Err(Errno::EINVAL);
    }
    Ok(found)
}
