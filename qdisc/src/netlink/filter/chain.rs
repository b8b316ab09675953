//! Chains (`tc_ctl_chain`), and what is told of them.

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Credentials, Cx};
use softnet_netlink::rtnl::kind as message;
use softnet_netlink::wire::{Body, Flags};

use super::fill::{CHAIN, Filler};
use super::place::{Place, no_such_block};
use super::{NamesOf, TrafficControl, tell};
use crate::Packet;
use crate::filter::{At, MAX_CHAIN, ProtoShown};
use crate::netlink::Devices;
use crate::netlink::request::{TcRequest, tca};
use softnet_sk_buff::EtherType;

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    pub(super) fn has_chain(&self, place: &Place, chain: u32) -> bool {
        let tree = self.devices.tree(place.dev);
        let block = tree.and_then(|tree| tree.filters(place.of()));
        block.is_some_and(|block| block.chain(chain).is_some())
    }

    /// `tc_ctl_chain`.
    pub(super) fn ctl_chain<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let request = TcRequest::parse(call.message, &mut cx.extack)?;
        let place = Place::find(&*self.devices, &request.head, &mut cx.extack)?;
        let place = place.ok_or_else(|| no_such_block(&mut cx.extack))?;
        let tree = self.devices.tree(place.dev).ok_or(Errno::ENODEV)?;
        place.check_class(tree, &mut cx.extack)?;
        let chain = request.get(CHAIN).and_then(|chain| chain.u32()).unwrap_or(0);
        if chain > MAX_CHAIN {
            cx.extack.say("Specified chain index exceeds upper limit");
            return Err(Errno::EINVAL);
        }
        let there = self.has_chain(&place, chain);
        match call.message.kind() {
            message::NEWCHAIN if there => {
                cx.extack.say("Filter chain already exists");
                Err(Errno::EEXIST)
            }
            message::NEWCHAIN => self.new_chain(call, (&request, &place, chain), cx),
            _ if !there => {
                cx.extack.say("Cannot find specified filter chain");
                Err(Errno::EINVAL)
            }
            message::DELCHAIN => {
                self.flush_chain(call, (&place, chain), cx);
                self.tell_chain((message::DELCHAIN, &place, chain), call, cx);
                self.devices.changed(place.dev);
                Ok(())
            }
            _ => {
                let names = NamesOf::new(&*self.devices);
                let filler = self.of_chain(&place, &names);
                let fill = |to: &mut Body<'_>| filler.chain(chain, to);
                let told = tell::asker(call, message::GETCHAIN, &fill, cx);
                told.inspect_err(|_| cx.extack.say("Failed to send chain notify message"))
            }
        }
    }

    fn new_chain<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (request, place, chain): (&TcRequest<'_>, &Place, u32),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        if !call.message.flags().contains(Flags::CREATE) {
            cx.extack.say("Need both RTM_NEWCHAIN and NLM_F_CREATE to create a new chain");
            return Err(Errno::ENOENT);
        }
        if request.has(tca::KIND) {
            let words = "Chain templates are not supported with specified classifier";
            cx.extack.say(words);
            return Err(Errno::EOPNOTSUPP);
        }
        let (tree, mut qdisc_cx) = self.devices.tree_mut(place.dev).ok_or(Errno::ENODEV)?;
        let mut made = Err(crate::filter::FilterError::NoChain(chain));
        tree.with_filters(place.of(), &mut |block| made = block.add_chain(chain), &mut qdisc_cx);
        made.map_err(|_| Errno::EINVAL)?;
        self.tell_chain((message::NEWCHAIN, place, chain), call, cx);
        Ok(())
    }

    /// `tfilter_notify_chain`, `tcf_chain_flush`; a chain that is to be deleted loses its hold, too.
    pub(super) fn flush_chain<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (place, chain): (&Place, u32),
        cx: &mut Cx,
    ) {
        let names = NamesOf::new(&*self.devices);
        let filler = self.filler(place, &names);
        let tree = self.devices.tree(place.dev);
        if let Some(block) = tree.and_then(|tree| tree.filters(place.of())) {
            let of_chain = |proto: &ProtoShown| proto.at.chain == chain;
            for proto in block.protos().filter(of_chain) {
                tell::all(call, message::DELTFILTER, &|to| filler.proto(&proto, to), cx);
            }
        }
        let Some((tree, mut qdisc_cx)) = self.devices.tree_mut(place.dev) else { return };
        let whole = call.message.kind() == message::DELCHAIN;
        let mut flush = |block: &mut crate::filter::Block<P>| {
            let at = At { chain, ..At::any(EtherType::NONE) };
            // It is there: whoever asks has looked.
            let _ = if whole { block.delete_chain(chain) } else { block.delete(at, None) };
        };
        tree.with_filters(place.of(), &mut flush, &mut qdisc_cx);
    }

    /// `tc_chain_notify`, `tc_chain_notify_delete`.
    pub(super) fn tell_chain<C: Credentials>(
        &self,
        (kind, place, chain): (u16, &Place, u32),
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) {
        let flags =
            if kind == message::NEWCHAIN { Flags::CREATE | Flags::EXCL } else { Flags::empty() };
        let names = NamesOf::new(&*self.devices);
        let filler = self.of_chain(place, &names);
        tell::of_itself(call.net(), (kind, flags), &|to| filler.chain(chain, to), cx);
    }

    fn of_chain<'n>(&self, place: &Place, names: &'n NamesOf<'_, P, D>) -> Filler<'n> {
        Filler { parent: place.handle.class(0), ..self.filler(place, names) }
    }
}
