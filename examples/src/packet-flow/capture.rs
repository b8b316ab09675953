//! The capture for Wireshark, in memory until the run is over.

use alloc::rc::Rc;
use core::cell::RefCell;
use core::convert::Infallible;

use softnet_netdev::pcapng::{Interface, InterfaceId, Packet, Writer};
use softnet_netdev::{NetDevice, Tap};

use crate::recorder::Probe;

/// Frames that are kept whole; of those after them only the headers.
const WHOLE: u64 = 4_000;
const HEADERS: u32 = 128;
/// Where the capture ends, in bytes.
const LIMIT: usize = 64 << 20;

type Sink = Box<dyn FnMut(&[u8]) -> Result<(), Infallible>>;

pub(crate) struct Capture {
    file: Rc<RefCell<Vec<u8>>>,
    writer: Writer<Sink>,
    frames: u64,
    /// Frames that came after the end.
    beyond: u64,
}

/// What was captured.
pub(crate) struct Captured {
    pub(crate) file: Vec<u8>,
    pub(crate) frames: u64,
    pub(crate) beyond: u64,
}

impl Capture {
    pub(crate) fn new() -> Self {
        let file = Rc::new(RefCell::new(Vec::new()));
        let end = Rc::clone(&file);
        let sink: Sink = Box::new(move |bytes| {
            end.borrow_mut().extend_from_slice(bytes);
            Ok(())
        });
        let Ok(writer) = Writer::new(sink, concat!("packet-flow ", env!("CARGO_PKG_VERSION")));
        Self { file, writer, frames: 0, beyond: 0 }
    }

    /// Describes an interface, as `host:name`.
    pub(crate) fn interface(&mut self, host: &str, device: &NetDevice) -> InterfaceId {
        let name = format!("{host}:{}", device.name());
        let address = Some(device.address());
        let Ok(id) =
            self.writer.interface(&Interface { name: &name, address, ..Interface::default() });
        id
    }

    /// Takes what has passed a tap.
    pub(crate) fn take(&mut self, interface: InterfaceId, tap: &mut Tap, probe: &Probe) {
        while let Some(skb) = tap.recv() {
            let mut packet = Packet::of(&skb);
            if probe.is_chosen(packet.data) {
                packet.comment = "the frame whose way packet-flow shows";
            } else if self.frames >= WHOLE {
                packet.snaplen = HEADERS;
            }
            if self.file.borrow().len() < LIMIT {
                self.frames += 1;
                let Ok(()) = self.writer.packet(interface, &packet);
            } else {
                self.beyond += 1;
            }
            skb.consume();
        }
    }

    pub(crate) fn finish(self) -> Captured {
        let Self { file, writer, frames, beyond } = self;
        drop(writer);
        Captured { file: file.take(), frames, beyond }
    }
}
