//! A program's side of generic netlink on our table.

use softnet_netlink::errno::Errno;
use softnet_netlink::genl::{Ask, Definition, Dump, Generic, GenlHeader, Handler, Part};
use softnet_netlink::kernel::{
    Address, Config, Creds, Cx, NetId, Outgoing, Progress, Protocol, RecvFlags, Sent, SocketId,
    SocketOption, Table, receive, serve,
};
use softnet_netlink::wire::{Flags, Header, Messages, Writer};

pub(crate) const NET: NetId = NetId(1);

/// Counts: a request is answered with what it asked for, a dump with numbers up to that, and what the handler was told
/// is kept.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    pub(crate) done: u32,
    pub(crate) bound: Vec<(bool, usize)>,
}

impl Handler<Creds> for Counter {
    type Dump = (u32, u32);

    fn doit(&mut self, ask: &Ask<'_, Creds>, cx: &mut Cx) -> Result<(), Errno> {
        let asked = ask.info.attrs().find(1).and_then(|attr| attr.u32()).ok_or(Errno::EINVAL)?;
        ask.info
            .family()
            .multicast((ask.call.net(), 0), &mut cx.outbox, 9, |body| body.value(1, &asked))?;
        ask.reply(cx, 2, |body| body.value(1, &asked))
    }

    fn start(&mut self, ask: &Ask<'_, Creds>, _: &mut Cx) -> Result<(u32, u32), Errno> {
        Ok((0, ask.info.attrs().find(1).and_then(|attr| attr.u32()).ok_or(Errno::EINVAL)?))
    }

    fn dump(
        &mut self,
        (next, end): &mut (u32, u32),
        to: &mut Part<'_, '_>,
    ) -> Result<Progress, Errno> {
        while next < end {
            to.message(2, |body| body.value(1, &*next))?;
            *next += 1;
        }
        Ok(Progress::Done)
    }

    fn done(&mut self, _: (u32, u32)) {
        self.done += 1;
    }

    fn bind(&mut self, _: NetId, group: usize) {
        self.bound.push((true, group));
    }

    fn unbind(&mut self, _: NetId, group: usize) {
        self.bound.push((false, group));
    }
}

/// A table with generic netlink, and one program.
pub(crate) struct Side {
    pub(crate) table: Table<Dump<(u32, u32)>>,
    pub(crate) generic: Generic<Counter>,
    pub(crate) creds: Creds,
}

impl Side {
    pub(crate) fn new() -> Self {
        let (mut table, generic) = (Table::new(Config::default()), Generic::new(NET));
        generic.attach(&mut table).unwrap();
        Self { table, generic, creds: Creds::root(42) }
    }

    pub(crate) fn register(&mut self, definition: &'static Definition) -> u16 {
        self.generic.register(definition, Counter::default(), &mut self.table).unwrap()
    }

    pub(crate) fn socket(&mut self, net: NetId) -> SocketId {
        let socket = self.table.open(net, Protocol::GENERIC, self.creds).unwrap();
        let any = Address::default();
        self.table.bind(socket, any, &self.creds, &mut self.generic).unwrap();
        socket
    }

    pub(crate) fn join(&mut self, socket: SocketId, group: u32) -> Result<(), Errno> {
        let option = SocketOption::AddMembership(group);
        let joined = self.table.set_option(socket, option, &self.creds, &mut self.generic);
        joined.map_err(|error| error.errno())
    }

    pub(crate) fn send(&mut self, socket: SocketId, bytes: &[u8]) {
        match self.table.sendmsg(socket, Outgoing::new(bytes), &self.creds).unwrap() {
            Sent::Request(request) => {
                serve(&mut self.table, request, &mut self.generic, &mut Cx::new(1 << 16));
            }
            other => panic!("{other:?}"),
        }
    }

    /// The next datagram's messages.
    pub(crate) fn receive(&mut self, socket: SocketId) -> Result<Vec<Vec<u8>>, Errno> {
        let mut buffer = vec![0; 1 << 15];
        let to = (&mut buffer[..], RecvFlags::empty());
        let got = receive(&mut self.table, socket, to, &mut self.generic);
        let copied = got.map_err(|error| error.errno())?.copied;
        let messages = Messages::new(&buffer[..copied]);
        Ok(messages.map(|message| message.unwrap().as_bytes().to_vec()).collect())
    }

    /// All that can be received now.
    pub(crate) fn drain(&mut self, socket: SocketId) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        while let Ok(messages) = self.receive(socket) {
            all.extend(messages);
        }
        all
    }
}

/// A request with one attribute.
pub(crate) fn request(family: u16, flags: Flags, cmd: u8, value: u32) -> Vec<u8> {
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    let header = Header::new(family, Flags::REQUEST | flags).seq(7);
    let written = writer.message(header, |body| {
        body.fixed(&GenlHeader::new(cmd, 1))?;
        body.value(1, &value)
    });
    written.unwrap();
    writer.as_bytes().to_vec()
}
