//! Whose filters a request is about (`tcf_block_find`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::tc::Tcmsg;
use softnet_sk_buff::IfIndex;

use crate::netlink::Devices;
use crate::netlink::found::Found;
use crate::tree::{Parent, Tree};
use crate::{ClassId, Handle, Packet};

/// `TCM_IFINDEX_MAGIC_BLOCK`: a block that interfaces share.
const MAGIC_BLOCK: i32 = -1;

/// A discipline that may have filters, and where among its classes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) dev: IfIndex,
    pub(super) handle: Handle,
    /// As it was written; the discipline itself where nothing was.
    pub(super) parent: ClassId,
    kind: &'static str,
}

impl Place {
    /// `__tcf_qdisc_find`. `None`: a shared block, of which there are none.
    pub(super) fn find<P: Packet, D: Devices<P>>(
        devices: &D,
        head: &Tcmsg,
        extack: &mut ExtAck,
    ) -> Result<Option<Self>, Errno> {
        if head.ifindex == MAGIC_BLOCK {
            return Ok(None);
        }
        let dev = u32::try_from(head.ifindex).ok().and_then(IfIndex::new);
        let dev = dev.ok_or(Errno::ENODEV)?;
        let tree = devices.tree(dev).ok_or(Errno::ENODEV)?;
        let parent = ClassId(head.parent);
        let found = match parent.0 {
            0 => Some(Found::root(tree)),
            _ => Found::by_handle(tree, parent.handle()),
        };
        let Some(found) = found else {
            extack.say("Parent Qdisc doesn't exists");
            return Err(Errno::EINVAL);
        };
        if !found.is_classful() {
            extack.say("Qdisc not classful");
            return Err(Errno::EINVAL);
        }
        let (handle, kind) = (found.handle(), found.kind());
        // `Qdisc_class_ops::tcf_block`
        if matches!(kind, "mq" | "mqprio" | "tbf" | "netem" | "red") {
            extack.say("Class doesn't support blocks");
            return Err(Errno::EOPNOTSUPP);
        }
        let parent = if parent.0 == 0 { handle.class(0) } else { parent };
        Ok(Some(Self { dev, handle, parent, kind }))
    }

    /// The same for those who look at what is there and say nothing.
    pub(super) fn to_show<P: Packet, D: Devices<P>>(devices: &D, head: &Tcmsg) -> Option<Self> {
        let mut nobody = ExtAck::new();
        let place = Self::find(devices, head, &mut nobody).ok()??;
        let tree = devices.tree(place.dev)?;
        place.check_class(tree, &mut nobody).ok()?;
        Some(place)
    }

    /// `__tcf_qdisc_cl_find` and `__tcf_block_find`: the class is there, and has filters of its own.
    pub(super) fn check_class<P: Packet>(
        &self,
        tree: &Tree<P>,
        extack: &mut ExtAck,
    ) -> Result<(), Errno> {
        let minor = self.parent.minor();
        let found = match self.kind {
            _ if minor == 0 => true,
            "ingress" => true,
            "clsact" => matches!(minor, Parent::INGRESS_MINOR | Parent::EGRESS_MINOR),
            // Their classes are flows, which nobody can name.
            "sfq" | "fq_codel" | "cake" => false,
            _ => tree.find(self.handle).is_some_and(|qdisc| qdisc.has_class(self.parent)),
        };
        if !found {
            extack.say("Specified class doesn't exist");
            return Err(Errno::ENOENT);
        }
        match self.kind {
            "ingress" | "htb" | "hfsc" => return Ok(()),
            "clsact" if minor == 0 => {}
            "clsact" => return Ok(()),
            _ if minor == 0 => return Ok(()),
            "drr" => extack.say("DRR classid must be zero"),
            "ets" => extack.say("ETS classid must be zero"),
            _ => {}
        }
        Err(Errno::EINVAL)
    }

    /// Where the tree has the filters: ingress has one place, by whatever class.
    pub(super) fn of(&self) -> ClassId {
        if self.kind == "ingress" { Parent::HOOKS.class(0) } else { self.parent }
    }

    /// It is for what comes in (`is_qdisc_ingress`).
    pub(super) fn is_ingress(&self) -> bool {
        self.parent.minor() == Parent::INGRESS_MINOR
    }
}

/// There are no blocks that interfaces share.
pub(super) fn no_such_block(extack: &mut ExtAck) -> Errno {
    extack.say("Block of given index was not found");
    Errno::EINVAL
}
