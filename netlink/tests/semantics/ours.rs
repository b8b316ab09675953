//! Our table, with a family that does as rtnetlink where the rules need it.

use softnet_netlink::errno::Errno;
use softnet_netlink::genl::{Ask, Dump, Generic, Handler, Part, ethtool};
use softnet_netlink::kernel::{
    Address, ByProtocol, Call, Capability, Config, Creds, Cx, Datagram, DumpControl, DumpWriter,
    Either, Family, Flag, NetId, Outcome, Outgoing, PortId, Progress, Protocol, ProtocolConfig,
    RecvFlags, SendFlags, Sent, SocketId, SocketOption, Table, close, receive, serve,
};
use softnet_netlink::wire::{Flags, Header, WriteError};

use crate::backend::{
    Backend, EAGAIN, Got, RTM_DELLINK, RTM_GETLINK, RTM_GETNETCONF, RTM_GETROUTE, RTM_NEWLINK, Sock,
};

const NET: NetId = NetId(1);
const SECOND_NET: NetId = NetId(2);

/// What a dump is about, and what comes next.
#[derive(Debug)]
pub(crate) struct Cursor {
    kind: u16,
    next: usize,
    filtered: bool,
}

/// The little of rtnetlink that the rules need.
#[derive(Debug)]
pub(crate) struct Toy {
    /// Payloads of `RTM_NEWLINK`.
    pub(crate) links: Vec<Vec<u8>>,
    pub(crate) generation: u32,
    pub(crate) started: u32,
    pub(crate) done: u32,
}

impl Toy {
    /// `RTM_GETLINK`'s messages carry what real ones do, about 1.4 KB.
    fn new() -> Self {
        Self { links: vec![vec![1; 1400]], generation: 1, started: 0, done: 0 }
    }
}

impl Family<Creds> for Toy {
    type Dump = Cursor;

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        let (kind, payload) = (call.message.kind(), call.message.payload());
        if kind > 0x3ff {
            return Err(Errno::EOPNOTSUPP);
        }
        if payload.is_empty() {
            return Ok(Outcome::Ack);
        }
        let get = kind & 3 == 2;
        if !get && !call.capable(Capability::NET_ADMIN) {
            return Err(Errno::EPERM);
        }
        if get && call.message.flags().intersects(Flags::DUMP) {
            let split_done = kind == RTM_GETLINK;
            return Ok(Outcome::Dump(DumpControl { min_dump_alloc: 0, split_done }));
        }
        if payload.len() < 16 {
            cx.extack.say("Invalid header length");
            return Err(Errno::EINVAL);
        }
        let index = u32::from_ne_bytes(payload[4..8].try_into().unwrap());
        match kind {
            RTM_GETLINK if index == 1 => {
                let header = Header::new(RTM_NEWLINK, Flags::empty())
                    .seq(call.message.header().seq)
                    .port(call.from.port.0);
                let reply =
                    Datagram::write(3776, |to| to.message(header, |body| body.raw(&self.links[0])));
                let reply = reply.map_err(|_: WriteError| Errno::EMSGSIZE)?;
                cx.outbox.unicast(call.from, reply).map_err(|error| error.errno())?;
                Ok(Outcome::Ack)
            }
            RTM_GETLINK | RTM_DELLINK => Err(Errno::ENODEV),
            _ => Err(Errno::EOPNOTSUPP),
        }
    }

    fn start(&mut self, call: &Call<'_, Creds>, _: &mut Cx) -> Result<Cursor, Errno> {
        self.started += 1;
        let kind = call.message.kind();
        // Of routes, by rtm_protocol.
        let filtered = kind == RTM_GETROUTE && call.message.payload().get(5) != Some(&0);
        Ok(Cursor { kind, next: 0, filtered })
    }

    fn dump(&mut self, cursor: &mut Cursor, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        let small = [vec![7; 40], vec![7; 40]];
        let (kind, all) = match cursor.kind {
            RTM_GETNETCONF => (80, &small[..]),
            RTM_GETROUTE => (24, &[][..]),
            _ => (RTM_NEWLINK, &self.links[..]),
        };
        if cursor.filtered {
            to.filtered();
        }
        let written = (|| {
            while let Some(payload) = all.get(cursor.next) {
                to.message(kind, Flags::empty(), |body| body.raw(payload))?;
                cursor.next += 1;
            }
            Ok::<_, WriteError>(())
        })();
        to.set_seq(self.generation);
        to.check_first();
        match written {
            Ok(()) => Ok(Progress::Done),
            Err(_) => Err(Errno::EMSGSIZE),
        }
    }

    fn done(&mut self, _: Cursor) {
        self.done += 1;
    }
}

/// ethtool, as far as it refuses: what comes to it is well.
#[derive(Debug)]
pub(crate) struct Silent;

impl Handler<Creds> for Silent {
    type Dump = ();

    fn doit(&mut self, _: &Ask<'_, Creds>, _: &mut Cx) -> Result<(), Errno> {
        Ok(())
    }

    fn start(&mut self, _: &Ask<'_, Creds>, _: &mut Cx) -> Result<(), Errno> {
        Ok(())
    }

    fn dump(&mut self, (): &mut (), _: &mut Part<'_, '_>) -> Result<Progress, Errno> {
        Ok(Progress::Done)
    }
}

/// Our side of a rule.
#[derive(Debug)]
pub(crate) struct Ours {
    pub(crate) table: Table<Either<Dump<()>, Cursor>>,
    pub(crate) family: ByProtocol<Generic<Silent>, Toy>,
    creds: Creds,
    net: NetId,
    sockets: Vec<SocketId>,
}

impl Ours {
    pub(crate) fn new() -> Self {
        let most = 4_194_304;
        let config = Config { rmem_max: most, wmem_max: most, seed: 7, ..Config::default() };
        let mut table = Table::new(config);
        let route = ProtocolConfig { groups: 39, ..ProtocolConfig::default() };
        table.register(Protocol::ROUTE, route).unwrap();
        let usersock =
            ProtocolConfig { groups: 32, answers: false, nonroot_recv: false, nonroot_send: true };
        table.register(Protocol::USERSOCK, usersock).unwrap();
        let mut generic = Generic::new(NET);
        generic.attach(&mut table).unwrap();
        generic.register(&ethtool::FAMILY, Silent, &mut table).unwrap();
        let family =
            ByProtocol { protocol: Protocol::GENERIC, here: generic, elsewhere: Toy::new() };
        Self { table, family, creds: Creds::root(4000), net: NET, sockets: Vec::new() }
    }
}

const fn address((port, groups): (u32, u32)) -> Address {
    Address { port: PortId(port), groups }
}

const fn pair(address: Address) -> (u32, u32) {
    (address.port.0, address.groups)
}

fn number(error: softnet_netlink::kernel::Error) -> i32 {
    i32::from(error.errno().number())
}

impl Backend for Ours {
    fn open(&mut self, protocol: u32) -> Result<Sock, i32> {
        let opened = self.table.open(self.net, Protocol(protocol), self.creds).map_err(number)?;
        self.sockets.push(opened);
        Ok(self.sockets.len() - 1)
    }

    fn bind(&mut self, sock: Sock, port: u32, groups: u32) -> Result<(), i32> {
        let id = self.sockets[sock];
        let mut members = self.family.members::<Creds>(self.table.state(id).unwrap().protocol);
        self.table.bind(id, address((port, groups)), &self.creds, &mut members).map_err(number)
    }

    fn connect(&mut self, sock: Sock, to: Option<(u32, u32)>) -> Result<(), i32> {
        self.table.connect(self.sockets[sock], to.map(address), &self.creds).map_err(number)
    }

    fn name(&mut self, sock: Sock) -> (u32, u32) {
        pair(self.table.getsockname(self.sockets[sock]).unwrap())
    }

    fn peer_name(&mut self, sock: Sock) -> (u32, u32) {
        pair(self.table.getpeername(self.sockets[sock]).unwrap())
    }

    fn set(&mut self, sock: Sock, option: SocketOption) -> Result<(), i32> {
        let id = self.sockets[sock];
        let mut members = self.family.members::<Creds>(self.table.state(id).unwrap().protocol);
        self.table.set_option(id, option, &self.creds, &mut members).map_err(number)
    }

    fn flag(&mut self, sock: Sock, flag: Flag) -> bool {
        self.table.flag(self.sockets[sock], flag).unwrap()
    }

    fn memberships(&mut self, sock: Sock, words: usize) -> (Vec<u32>, usize) {
        let mut list = vec![0; words];
        let needed = self.table.list_memberships(self.sockets[sock], &mut list).unwrap();
        list.truncate(needed / 4);
        (list, needed)
    }

    fn rcvbuf(&mut self, sock: Sock) -> u32 {
        self.table.rcvbuf(self.sockets[sock]).unwrap()
    }

    fn sndbuf(&mut self, sock: Sock) -> u32 {
        self.table.sndbuf(self.sockets[sock]).unwrap()
    }

    fn send(
        &mut self,
        sock: Sock,
        to: Option<(u32, u32)>,
        bytes: &[u8],
        flags: i32,
    ) -> Result<usize, i32> {
        let flags = SendFlags::from_bits_truncate(flags.cast_unsigned());
        let outgoing = Outgoing { to: to.map(address), bytes, flags };
        match self.table.sendmsg(self.sockets[sock], outgoing, &self.creds).map_err(number)? {
            Sent::Delivered(len) => Ok(len),
            Sent::Blocked(_) => Err(EAGAIN),
            Sent::Request(request) => {
                let len = request.len();
                serve(&mut self.table, request, &mut self.family, &mut Cx::new(1 << 20));
                Ok(len)
            }
        }
    }

    fn recv(&mut self, sock: Sock, room: usize, flags: i32) -> Result<Got, i32> {
        let mut bytes = vec![0; room];
        let flags = RecvFlags::from_bits_truncate(flags.cast_unsigned());
        let to = (&mut bytes[..], flags);
        let got =
            receive(&mut self.table, self.sockets[sock], to, &mut self.family).map_err(number)?;
        bytes.truncate(got.copied);
        let (len, truncated, group, nsid) = (got.len, got.truncated, got.group, got.nsid);
        Ok(Got { len, bytes, truncated, from: pair(got.from), group, nsid })
    }

    fn meminfo(&mut self, sock: Sock) -> (u32, u32) {
        let state = self.table.state(self.sockets[sock]).unwrap();
        (state.rmem, state.stats.drops.try_into().unwrap())
    }

    fn poll(&mut self, sock: Sock) -> (bool, bool) {
        let ready = self.table.poll(self.sockets[sock]).unwrap();
        (ready.readable, ready.error)
    }

    fn close(&mut self, sock: Sock) {
        close(&mut self.table, self.sockets[sock], &mut (), &mut self.family).unwrap();
    }

    fn pid(&self) -> u32 {
        self.creds.pid
    }

    fn most(&self) -> (u32, u32) {
        let config = self.table.config();
        (config.rmem_max, config.wmem_max)
    }

    fn privileged(&mut self, on: bool) {
        self.creds.privileged = on;
    }

    fn elsewhere(&mut self, on: bool) {
        self.net = if on { SECOND_NET } else { NET };
    }

    fn name_net(&mut self, second: bool, nsid: i32) {
        self.net = NET;
        self.table.set_nsid(NET, if second { SECOND_NET } else { NET }, nsid).unwrap();
    }

    fn add_links(&mut self, pairs: u32) {
        self.family.elsewhere.links.extend((0..pairs * 2).map(|_| vec![2; 1400]));
        self.family.elsewhere.generation += 1;
    }
}
