//! A machine of two interfaces that answers requests about disciplines and classes, and what must be true of it
//! whatever is asked.

#[path = "../asker/mod.rs"]
pub(crate) mod asker;

use asker::{Asker, Got};
use softnet_netlink::rtnl::kind;
use softnet_netlink::tc::Tcmsg;
use softnet_netlink::wire::{Attr, Attrs, Flags, Header, Message, WriteError, Writer};
use softnet_qdisc::netlink::Devices;
use softnet_qdisc::tree::{Device, Tree};
use softnet_qdisc::{Cx, Deferred, Drops, Later, Packet};
use softnet_sk_buff::{DropReason, IfIndex, Instant};

/// The interfaces: the second one has four transmit queues.
pub(crate) const DEVS: [u32; 2] = [7, 8];
/// Nanoseconds from one message to the next.
const STEP: u64 = 3_000_000;

/// A packet by its length.
#[derive(Clone)]
pub(crate) struct Toy(u32);

impl Packet for Toy {
    fn pkt_len(&self) -> u32 {
        self.0
    }

    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        self.0.wrapping_mul(0x9e37_79b1)
    }

    fn priority(&self) -> u32 {
        self.0 & 7
    }

    fn duplicate(&self) -> Option<Self> {
        Some(self.clone())
    }
}

/// Counts what is lost.
#[derive(Default)]
struct Lost(u64);

impl Drops<Toy> for Lost {
    fn dropped(&mut self, _: Toy, _: DropReason) {
        self.0 += 1;
    }

    fn consumed(&mut self, _: Toy) {
        self.0 += 1;
    }
}

struct Interface {
    index: u32,
    tree: Tree<Toy>,
    lost: Lost,
    deferred: Deferred<Toy>,
    came: u64,
    left: u64,
}

pub(crate) struct Machine {
    interfaces: [Interface; 2],
    now: Instant,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let interfaces = DEVS.map(|index| {
            let mut device = Device::new(index.into());
            device.queues = if index == DEVS[1] { 4 } else { 1 };
            let tree = Tree::new(device).unwrap();
            let deferred = Deferred::new(64);
            Interface { index, tree, lost: Lost::default(), deferred, came: 0, left: 0 }
        });
        Self { interfaces, now: Instant::from_millis(1000) }
    }

    /// Lets a few packets come and go.
    fn pass(&mut self, lengths: &[u8]) {
        for it in &mut self.interfaces {
            for &len in lengths.iter().take(8) {
                it.came += 1;
                let mut cx = Cx::new(self.now, &mut it.lost).with_deferred(&mut it.deferred);
                let _ = it.tree.enqueue(Toy(u32::from(len) * 6 + 60), &mut cx);
                // What the tree restarts by itself was made by netem.
                assert!(!matches!(it.deferred.pop(), Some(Later::Restart(_))));
            }
            for _ in lengths.iter().take(5) {
                let mut cx = Cx::new(self.now, &mut it.lost).with_deferred(&mut it.deferred);
                it.left += u64::from(it.tree.dequeue(&mut cx).packet().is_some());
            }
        }
    }

    /// Whatever came has left, is lost or waits; netem's duplicates are more than came.
    fn check(&self) {
        for it in &self.interfaces {
            let waits = u64::from(it.tree.root().backlog().packets);
            let known = it.left + it.lost.0 + waits;
            assert!(known >= it.came, "{} of {} on {}", known, it.came, it.index);
        }
    }
}

impl Devices<Toy> for Machine {
    fn next(&self, from: u32) -> Option<IfIndex> {
        DEVS.into_iter().find(|index| *index >= from).and_then(IfIndex::new)
    }

    fn tree(&self, dev: IfIndex) -> Option<&Tree<Toy>> {
        self.interfaces.iter().find(|it| it.index == dev.get()).map(|it| &it.tree)
    }

    fn tree_mut(&mut self, dev: IfIndex) -> Option<(&mut Tree<Toy>, Cx<'_, Toy>)> {
        let it = self.interfaces.iter_mut().find(|it| it.index == dev.get())?;
        Some((&mut it.tree, Cx::new(self.now, &mut it.lost)))
    }

    fn now(&self) -> Instant {
        self.now
    }
}

/// Somebody who asks it.
pub(crate) type Client = Asker<Toy, Machine>;

/// A message about an interface, with these attributes, as they are.
pub(crate) fn message((kind, flags): (u16, Flags), head: &Tcmsg, attrs: &[u8]) -> Vec<u8> {
    let mut buffer = vec![0; 1 << 17];
    let mut writer = Writer::new(&mut buffer);
    let written = writer.message(Header::new(kind, flags | Flags::REQUEST), |body| {
        body.fixed(head)?;
        body.raw(attrs)
    });
    written.unwrap_or_else(|error: WriteError| panic!("{error}"));
    writer.as_bytes().to_vec()
}

/// All disciplines, or all classes of an interface.
pub(crate) fn dump(client: &mut Client, kind: u16, dev: u32) -> Vec<Got> {
    let head = Tcmsg { ifindex: dev as i32, ..Tcmsg::default() };
    let mut got = client.ask(&message((kind, Flags::DUMP), &head, &[]));
    let (done, _, _) = got.pop().expect("an end");
    assert_eq!(done, softnet_netlink::wire::kind::DONE);
    got
}

/// What a dump shows can be asked for one by one, and looks the same.
fn check_dumps(client: &mut Client) {
    let shown = dump(client, kind::GETQDISC, 0);
    let classes = DEVS.map(|dev| dump(client, kind::GETTCLASS, dev)).concat();
    for (told, payload, _) in shown.into_iter().chain(classes) {
        let head: Tcmsg = Attr::new(0, &payload).fixed();
        let attrs = Attrs::new(&payload[20..]);
        attrs.check().unwrap();
        assert!(attrs.find(1).is_some() && attrs.find(7).is_some(), "{head:?}");
        // Of those that nobody asked for there are many with number 0; and of mqprio's classes some are without one.
        if head.handle & 0xffff_0000 == 0 || told == kind::NEWTCLASS && head.parent == 0 {
            continue;
        }
        let get = told + 2;
        let asked = message((get, Flags::ECHO), &Tcmsg { info: 0, ..head }, &[]);
        let got = client.ask(&asked);
        let [(again, same, _)] = &got[..] else { panic!("{head:?}: {got:?}") };
        assert_eq!((*again, same), (told, &payload), "{head:?}");
    }
}

/// Messages are asked, all about an interface that is there; what is none is packets.
pub(crate) fn run(bytes: &[u8]) {
    let mut client = Client::new(Machine::new());
    let mut left = bytes;
    while let Ok(message) = Message::parse(left) {
        let whole = message.as_bytes();
        let ours = (kind::NEWQDISC..=kind::GETTCLASS).contains(&message.kind());
        if ours && message.payload().len() >= 20 {
            let mut whole = whole.to_vec();
            let dev = DEVS[usize::from(whole[20] & 1)];
            whole[20..24].copy_from_slice(&(dev as i32).to_ne_bytes());
            whole[6] |= 1;
            client.ask(&whole);
        }
        let lengths = whole.get(whole.len().saturating_sub(8)..).unwrap_or_default();
        client.machine.pass(lengths);
        client.machine.check();
        client.machine.now = Instant::from_nanos(client.machine.now.as_nanos() + STEP);
        left = left.get(whole.len().next_multiple_of(4)..).unwrap_or_default();
    }
    check_dumps(&mut client);
    client.machine.check();
}
