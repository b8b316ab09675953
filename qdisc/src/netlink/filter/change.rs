//! Filters made, deleted and shown one by one (`tc_new_tfilter`, `tc_del_tfilter`, `tc_get_tfilter`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Credentials, Cx};
use softnet_netlink::rtnl::kind as message;
use softnet_netlink::wire::{Body, Flags};
use softnet_sk_buff::EtherType;

use super::fill::{CHAIN, Filler, prio_and_protocol};
use super::kind::{Kind, Names, Old, Options};
use super::place::{Place, no_such_block};
use super::{MachineOf, NamesOf, TrafficControl, tell, u32};
use crate::Packet;
use crate::filter::{At, Block, Filter, FilterError, MAX_CHAIN, ProtoShown, Request};
use crate::netlink::Devices;
use crate::netlink::making::Making;
use crate::netlink::request::{TcRequest, tca};
use crate::tree::TreeError;

/// Bytes of a kind's name with its NUL (`IFNAMSIZ`).
const NAME: usize = 16;
const NOT_FOUND: &str = "Filter with specified priority/protocol not found";
const NEED_CREATE: &str = "Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new filter";
const OTHER_KIND: &str = "Specified filter kind does not match existing one";
const NO_PRIORITY: &str = "Invalid filter command with priority of zero";

/// A request about a filter, and where it is about.
struct About<'a> {
    request: TcRequest<'a>,
    place: Place,
    at: At,
}

fn refuse(extack: &mut ExtAck, errno: Errno, words: &'static str) -> Errno {
    extack.say(words);
    errno
}

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    /// What all three begin with; `check` looks at the priority.
    fn about<'a, C: Credentials>(
        &self,
        call: &Call<'a, C>,
        extack: &mut ExtAck,
        check: impl FnOnce(&TcRequest<'a>, u16, EtherType) -> Result<(), (Errno, &'static str)>,
    ) -> Result<About<'a>, Errno> {
        let request = TcRequest::parse(call.message, extack)?;
        let (prio, protocol) = prio_and_protocol(request.head.info);
        check(&request, prio, protocol).map_err(|(errno, words)| refuse(extack, errno, words))?;
        let place = Place::find(&*self.devices, &request.head, extack)?;
        if request.kind().is_some_and(|kind| kind.len() >= NAME) {
            return Err(refuse(extack, Errno::EINVAL, "Specified TC filter name too long"));
        }
        let place = place.ok_or_else(|| no_such_block(extack))?;
        let tree = self.devices.tree(place.dev).ok_or(Errno::ENODEV)?;
        place.check_class(tree, extack)?;
        let chain = request.get(CHAIN).and_then(|chain| chain.u32()).unwrap_or(0);
        if chain > MAX_CHAIN {
            let words = "Specified chain index exceeds upper limit";
            return Err(refuse(extack, Errno::EINVAL, words));
        }
        let at = At { chain, prio, protocol, handle: request.head.handle };
        Ok(About { request, place, at })
    }

    fn block(&self, place: &Place) -> Option<&Block<P>> {
        self.devices.tree(place.dev)?.filters(place.of())
    }

    /// `tc_new_tfilter`.
    pub(super) fn new_tfilter<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let create = call.message.flags().contains(Flags::CREATE);
        let about = self.about(call, &mut cx.extack, |_, prio, _| match prio {
            0 if !create => Err((Errno::ENOENT, NO_PRIORITY)),
            _ => Ok(()),
        })?;
        let before = self.has_chain(&about.place, about.at.chain);
        if !before {
            self.tell_chain((message::NEWCHAIN, &about.place, about.at.chain), call, cx);
        }
        let changed = self.make(call, &about, cx);
        if let Ok((at, is_told)) = changed {
            self.tell_new(call, (&about.place, at, is_told), cx);
            self.devices.changed(about.place.dev);
        }
        if !self.has_chain(&about.place, about.at.chain) {
            self.tell_chain((message::DELCHAIN, &about.place, about.at.chain), call, cx);
        }
        changed.map(drop)
    }

    /// The priority that is there, or else the one that is to be.
    fn find_proto(
        &self,
        about: &About<'_>,
        extack: &mut ExtAck,
    ) -> Result<(u16, Option<ProtoShown>), Errno> {
        let block = self.block(&about.place);
        let At { chain, prio, protocol, .. } = about.at;
        if prio == 0 {
            let auto =
                block.map_or(Block::<P>::new().auto_prio(chain), |block| block.auto_prio(chain));
            let auto = auto.map_err(|_| refuse(extack, Errno::EINVAL, NOT_FOUND))?;
            return Ok((auto, None));
        }
        let proto = block.and_then(|block| block.proto(chain, prio));
        let differs =
            |proto: &ProtoShown| protocol != EtherType::NONE && protocol != proto.at.protocol;
        if proto.as_ref().is_some_and(differs) {
            return Err(refuse(extack, Errno::EINVAL, NOT_FOUND));
        }
        Ok((prio, proto))
    }

    /// Tells where the filter is, and whether Linux tells of more than its priority.
    fn make<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        about: &About<'_>,
        cx: &mut Cx,
    ) -> Result<(At, bool), Errno> {
        let extack = &mut cx.extack;
        let flags = call.message.flags();
        let (prio, proto) = self.find_proto(about, extack)?;
        let at = At { prio, ..about.at };
        let named = about.request.kind();
        let kind = match &proto {
            None if named.is_none() || at.protocol == EtherType::NONE => {
                let words = "Filter kind and protocol must be specified";
                return Err(refuse(extack, Errno::EINVAL, words));
            }
            None if !flags.contains(Flags::CREATE) => {
                return Err(refuse(extack, Errno::ENOENT, NEED_CREATE));
            }
            None => {
                let known = named.and_then(Kind::of);
                known.ok_or_else(|| refuse(extack, Errno::ENOENT, "TC classifier not found"))?
            }
            Some(proto) if about.request.is_other_than(proto.kind) => {
                return Err(refuse(extack, Errno::EINVAL, OTHER_KIND));
            }
            Some(proto) => Kind::of(proto.kind.as_bytes()).ok_or(Errno::EOPNOTSUPP)?,
        };
        let block = self.block(&about.place);
        let old = block.and_then(|block| block.get(at, |shown| Old::of(shown)).ok());
        if old.is_none() && !flags.contains(Flags::CREATE) {
            return Err(refuse(extack, Errno::ENOENT, NEED_CREATE));
        }
        if old.is_some() && flags.contains(Flags::EXCL) {
            return Err(refuse(extack, Errno::EEXIST, "Filter already exists"));
        }
        let options = Options {
            attr: about.request.get(tca::OPTIONS),
            handle: at.handle,
            of: about.place.handle,
            has_proto: proto.is_some(),
            old,
        };
        let filter = self.read(about, (kind, options), extack)?;
        self.change(about, (at, filter), extack)
    }

    fn read(
        &mut self,
        about: &About<'_>,
        (kind, options): (Kind, Options<'_>),
        extack: &mut ExtAck,
    ) -> Result<Filter<P>, Errno> {
        let mut machine = MachineOf::<P, D>::new(self.devices, about.place.dev);
        let mut making = Making::new(&mut machine, about.request.message, extack);
        making.ingress = about.place.is_ingress();
        making.estimator = about.request.estimator()?;
        kind.read(options, &mut making)
    }

    fn change(
        &mut self,
        about: &About<'_>,
        (at, filter): (At, Filter<P>),
        extack: &mut ExtAck,
    ) -> Result<(At, bool), Errno> {
        let asked = match &filter {
            Filter::U32(config) => Some(u32::Asked::of(config, at.handle)),
            _ => None,
        };
        let is_told = !matches!(filter, Filter::Matchall(_));
        let place = &about.place;
        let (tree, mut qdisc_cx) = self.devices.tree_mut(place.dev).ok_or(Errno::ENODEV)?;
        let how = (Request::Replace, at);
        match tree.change_filter(place.of(), how, filter, &mut qdisc_cx) {
            Ok(at) => {
                tree.with_filters(
                    place.of(),
                    &mut |block| block.set_classid(place.parent),
                    &mut qdisc_cx,
                );
                Ok((at, is_told && at.handle != 0))
            }
            Err(why) => {
                let TreeError::Filter(why) = why else { return Err(Errno::EINVAL) };
                if let Some(words) = asked.and_then(|asked| asked.refusal(why)) {
                    extack.say(words);
                }
                Err(errno(why))
            }
        }
    }

    /// `tfilter_notify` of a new filter: Linux forgets to tell which it is, where it is matchall.
    fn tell_new<C: Credentials>(
        &self,
        call: &Call<'_, C>,
        (place, at, is_told): (&Place, At, bool),
        cx: &mut Cx,
    ) {
        let Some(block) = self.block(place) else { return };
        let names = NamesOf::new(&*self.devices);
        let filler = self.filler(place, &names);
        if is_told {
            let fill = |to: &mut Body<'_>| {
                block.get(at, |shown| filler.filter(shown, false, to)).unwrap_or(Ok(()))
            };
            tell::all(call, message::NEWTFILTER, &fill, cx);
        } else if let Some(proto) = block.proto(at.chain, at.prio) {
            tell::all(call, message::NEWTFILTER, &|to| filler.proto(&proto, to), cx);
        }
    }

    pub(super) fn filler<'n>(&self, place: &Place, names: &'n NamesOf<'_, P, D>) -> Filler<'n> {
        let (dev, parent, now) = (place.dev, place.parent, self.devices.now());
        Filler { dev, parent, now, names: Names(names) }
    }

    /// `tc_del_tfilter`.
    pub(super) fn del_tfilter<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let about = self.about(call, &mut cx.extack, |request, prio, protocol| {
            let more =
                protocol != EtherType::NONE || request.head.handle != 0 || request.has(tca::KIND);
            if prio == 0 && more {
                let words = "Cannot flush filters with protocol, handle or kind set";
                return Err((Errno::ENOENT, words));
            }
            Ok(())
        })?;
        let (place, at) = (about.place, about.at);
        if !self.has_chain(&place, at.chain) {
            if at.prio == 0 {
                return Ok(());
            }
            let words = "Cannot find specified filter chain";
            return Err(refuse(&mut cx.extack, Errno::ENOENT, words));
        }
        if at.prio == 0 {
            self.flush_chain(call, (&place, at.chain), cx);
        } else {
            self.delete(call, &about, cx)?;
        }
        self.devices.changed(place.dev);
        if !self.has_chain(&place, at.chain) {
            self.tell_chain((message::DELCHAIN, &place, at.chain), call, cx);
        }
        Ok(())
    }

    fn delete<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        about: &About<'_>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let proto = self.existing_proto(about, &mut cx.extack)?;
        let (place, at) = (&about.place, about.at);
        let names = NamesOf::new(&*self.devices);
        let filler = self.filler(place, &names);
        let told = if at.handle == 0 {
            tell::prepare(call, message::DELTFILTER, &|to| filler.proto(&proto, to))
        } else {
            let block = self.block(place).ok_or(Errno::EINVAL)?;
            let told = block.get(at, |shown| {
                let fill = |to: &mut Body<'_>| filler.filter(shown, false, to);
                tell::prepare(call, message::DELTFILTER, &fill)
            });
            let words = "Specified filter handle not found";
            told.map_err(|_| refuse(&mut cx.extack, Errno::ENOENT, words))?
        };
        let Ok(told) = told else {
            let words = "Failed to build del event notification";
            return Err(refuse(&mut cx.extack, Errno::EINVAL, words));
        };
        let (tree, mut qdisc_cx) = self.devices.tree_mut(place.dev).ok_or(Errno::ENODEV)?;
        let deleted = tree.delete_filter(place.of(), at, None, &mut qdisc_cx);
        if let Err(why) = deleted {
            let TreeError::Filter(why) = why else { return Err(Errno::EINVAL) };
            match why {
                FilterError::RootTable => {
                    cx.extack.say("cls_u32: Not allowed to delete root node");
                }
                FilterError::InUse => cx.extack.say("cls_u32: Can not delete in-use filter"),
                _ => {}
            }
            return Err(errno(why));
        }
        tell::send(call, told, cx);
        Ok(())
    }

    /// The priority that a request names, with what is wrong if it doesn't.
    fn existing_proto(&self, about: &About<'_>, extack: &mut ExtAck) -> Result<ProtoShown, Errno> {
        let (_, proto) = self.find_proto(about, extack)?;
        let proto = proto.ok_or_else(|| refuse(extack, Errno::ENOENT, NOT_FOUND))?;
        if about.request.is_other_than(proto.kind) {
            return Err(refuse(extack, Errno::EINVAL, OTHER_KIND));
        }
        Ok(proto)
    }

    /// `tc_get_tfilter`.
    pub(super) fn get_tfilter<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let about = self.about(call, &mut cx.extack, |_, prio, _| match prio {
            0 => Err((Errno::ENOENT, NO_PRIORITY)),
            _ => Ok(()),
        })?;
        let (place, at) = (about.place, about.at);
        if !self.has_chain(&place, at.chain) {
            let words = "Cannot find specified filter chain";
            return Err(refuse(&mut cx.extack, Errno::EINVAL, words));
        }
        self.existing_proto(&about, &mut cx.extack)?;
        let names = NamesOf::new(&*self.devices);
        let filler = self.filler(&place, &names);
        let block = self.block(&place).ok_or(Errno::EINVAL)?;
        let told = block.get(at, |shown| {
            let fill = |to: &mut Body<'_>| filler.filter(shown, false, to);
            tell::asker(call, message::NEWTFILTER, &fill, cx)
        });
        let Ok(told) = told else {
            let words = "Specified filter handle not found";
            return Err(refuse(&mut cx.extack, Errno::ENOENT, words));
        };
        told.inspect_err(|_| cx.extack.say("Failed to send filter notify message"))
    }
}

/// What Linux answers with where a classifier refuses.
fn errno(why: FilterError) -> Errno {
    match why {
        FilterError::Exists => Errno::EEXIST,
        FilterError::NoHandle => Errno::ENOSPC,
        FilterError::InUse => Errno::EBUSY,
        FilterError::NotFound | FilterError::UnknownHandle => Errno::ENOENT,
        _ => Errno::EINVAL,
    }
}
