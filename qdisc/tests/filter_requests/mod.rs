//! A machine of one interface that answers requests about filters, and what must be true of it whatever is asked.

#[path = "../asker/mod.rs"]
pub(crate) mod asker;

use std::collections::BTreeSet;

use asker::{Asker, Got};
use softnet_netlink::rtnl::kind;
use softnet_netlink::tc::Tcmsg;
use softnet_netlink::wire::{Attrs, Flags, Header, Message, Writer};
use softnet_qdisc::netlink::Devices;
use softnet_qdisc::tree::{ClassRequest, Device, Parent, Request, Tree, Verb};
use softnet_qdisc::{Cx as QdiscCx, Frame, Handle, Packet, RateSpec, htb, prio};
use softnet_sk_buff::{DropCounts, EtherType, IfIndex, Instant};

/// The interface.
pub(crate) const DEV: u32 = 7;
/// Whose filters there may be: prio's, those of one of htb's classes, and of both hooks.
pub(crate) const PLACES: [u32; 4] = [0x1_0000, 0x2_0001, 0xffff_fff2, 0xffff_fff3];

/// A packet that is nothing but its frame.
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Packet for Bytes {
    fn pkt_len(&self) -> u32 {
        self.0.len() as u32
    }

    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        0
    }

    fn mark(&self) -> u32 {
        self.0.first().copied().unwrap_or(0).into()
    }

    fn frame(&self) -> Option<Frame<'_>> {
        let network = self.0.len().min(14);
        let protocol = self.0.get(12..14).map_or(0, |at| u16::from_be_bytes([at[0], at[1]]));
        Some(Frame { bytes: &self.0, network, protocol: EtherType(protocol), vlan: None })
    }

    fn frame_mut(&mut self) -> Option<&mut [u8]> {
        Some(&mut self.0)
    }

    fn duplicate(&self) -> Option<Self> {
        Some(Self(self.0.clone()))
    }
}

/// The interface's tree: prio with an htb in its first band, and clsact.
pub(crate) struct Machine {
    tree: Tree<Bytes>,
    lost: DropCounts,
    pub(crate) now: Instant,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let mut lost = DropCounts::default();
        let mut cx = QdiscCx::new(Instant::ZERO, &mut lost);
        let mut tree = Tree::new(Device::new(1)).unwrap();
        let (prio, htb) = (prio::Config::default(), htb::Config::default());
        let root = Request::add(Parent::Root, &prio).handle(Handle(1));
        tree.modify(&root, &mut cx).unwrap();
        let below = Request::add(Parent::Class(Handle(1).class(1)), &htb).handle(Handle(2));
        tree.modify(&below, &mut cx).unwrap();
        let rate = RateSpec::bits(1_000_000);
        let class = htb::ClassConfig::new(rate, rate);
        let inner = ClassRequest {
            verb: Verb::Add,
            parent: Parent::Class(Handle(2).class(0)),
            id: Handle(2).class(1),
            spec: &class,
            estimator: None,
        };
        tree.modify_class(&inner, &mut cx).unwrap();
        let clsact = Request::add(Parent::Ingress, &softnet_qdisc::tree::Clsact);
        tree.modify(&clsact, &mut cx).unwrap();
        Self { tree, lost, now: Instant::ZERO }
    }
}

impl Devices<Bytes> for Machine {
    fn next(&self, from: u32) -> Option<IfIndex> {
        IfIndex::new(DEV).filter(|_| from <= DEV)
    }

    fn tree(&self, dev: IfIndex) -> Option<&Tree<Bytes>> {
        (dev.get() == DEV).then_some(&self.tree)
    }

    fn tree_mut(&mut self, dev: IfIndex) -> Option<(&mut Tree<Bytes>, QdiscCx<'_, Bytes>)> {
        let cx = QdiscCx::new(self.now, &mut self.lost);
        (dev.get() == DEV).then_some((&mut self.tree, cx))
    }

    fn name(&self, _: IfIndex) -> Option<&str> {
        Some("eth0")
    }

    fn now(&self) -> Instant {
        self.now
    }
}

/// A socket to the machine.
pub(crate) type Client = Asker<Bytes, Machine>;

impl Client {
    /// Asks about `head` with these attributes, as they are.
    pub(crate) fn request(
        &mut self,
        (kind, flags): (u16, Flags),
        head: &Tcmsg,
        attrs: &[u8],
    ) -> Vec<Got> {
        let mut buffer = vec![0; 1 << 17];
        let mut writer = Writer::new(&mut buffer);
        let header = Header::new(kind, flags | Flags::REQUEST);
        let written = writer.message(header, |body| {
            body.fixed(head)?;
            body.raw(attrs)
        });
        written.unwrap_or_else(|error: softnet_netlink::wire::WriteError| panic!("{error}"));
        let message = writer.as_bytes().to_vec();
        self.ask(&message)
    }

    /// All filters of a place, or all chains.
    pub(crate) fn dump(&mut self, kind: u16, parent: u32) -> Vec<Got> {
        let head = Tcmsg { ifindex: DEV as i32, parent, ..Tcmsg::default() };
        let mut got = self.request((kind, Flags::DUMP), &head, &[]);
        let (done, _, _) = got.pop().expect("an end");
        assert_eq!(done, softnet_netlink::wire::kind::DONE);
        got
    }

    /// Lets a frame come in, go out again and wait.
    pub(crate) fn pass(&mut self, bytes: &[u8]) {
        let dev = IfIndex::new(DEV).unwrap();
        let (tree, mut cx) = self.machine.tree_mut(dev).unwrap();
        let packet = tree.ingress(Bytes(bytes.to_vec()), &mut cx);
        let packet = packet.and_then(|packet| tree.egress(packet, &mut cx));
        if let Ok(packet) = packet {
            let _ = tree.enqueue(packet, &mut cx);
        }
        while tree.dequeue(&mut cx).packet().is_some() {}
    }

    /// What a dump shows can be got one by one, and no two actions of a kind have one number.
    fn check(&mut self) {
        let mut indices = BTreeSet::new();
        for parent in PLACES {
            for (kind, payload, _) in self.dump(kind::GETTFILTER, parent) {
                assert_eq!(kind, softnet_netlink::rtnl::kind::NEWTFILTER);
                let head: Tcmsg = softnet_netlink::wire::Attr::new(0, &payload).fixed();
                let attrs = Attrs::new(&payload[20..]);
                attrs.check().unwrap();
                for (kind, index) in actions(attrs) {
                    assert!(indices.insert((kind.clone(), index)), "{kind:?} {index} twice");
                }
                if head.handle == 0 {
                    continue;
                }
                // Chain and kind are enough.
                let named = &payload[20..];
                let got = self.request((kind::GETTFILTER, Flags::empty()), &head, named);
                let [(_, again, _)] = &got[..] else { panic!("{got:?}") };
                assert_eq!(*again, payload);
            }
            self.dump(kind::GETCHAIN, parent);
        }
    }
}

/// Kind and number of each action of a filter.
fn actions(attrs: Attrs<'_>) -> Vec<(Vec<u8>, u32)> {
    let number = |name: &[u8]| match name {
        b"u32" => 7,
        b"flower" | b"basic" => 3,
        b"matchall" => 2,
        b"fw" => 4,
        _ => 0,
    };
    let kind = attrs.find(1).map(|kind| kind.c_str()).unwrap_or_default();
    let list = attrs.find(2).and_then(|options| options.nested().find(number(kind)));
    let each = list.into_iter().flat_map(|list| list.nested());
    each.filter_map(|action| {
        let kind = action.nested().find(1)?.c_str().to_vec();
        // The first 4 bytes of the parameters, or what police has there.
        let parms = match &kind[..] {
            b"police" | b"csum" => 1,
            b"pedit" if action.nested().find(2)?.nested().find(2).is_none() => 4,
            _ => 2,
        };
        Some((kind, action.nested().find(2)?.nested().find(parms)?.u32()?))
    })
    .collect()
}

/// Messages are asked, all about the interface; what is none is a packet.
pub(crate) fn run(bytes: &[u8]) {
    let mut asker = Client::new(Machine::new());
    let mut left = bytes;
    while !left.is_empty() {
        let Ok(message) = Message::parse(left) else {
            asker.pass(left);
            break;
        };
        let whole = message.as_bytes();
        let ours = matches!(
            message.kind(),
            kind::NEWTFILTER..=kind::GETTFILTER | kind::NEWCHAIN..=kind::GETCHAIN
        );
        if ours && message.payload().len() >= 20 {
            let mut whole = whole.to_vec();
            whole[20..24].copy_from_slice(&(DEV as i32).to_ne_bytes());
            whole[6] |= 1;
            // Places that there are, but for a few.
            if let Some(parent) = PLACES.get(usize::from(whole[28] & 7)) {
                whole[28..32].copy_from_slice(&parent.to_ne_bytes());
            }
            asker.ask(&whole);
        } else {
            asker.pass(message.payload());
        }
        asker.machine.now = Instant::from_nanos(asker.machine.now.as_nanos() + 15_000_000);
        left = left.get(whole.len().next_multiple_of(4)..).unwrap_or_default();
    }
    asker.check();
}
