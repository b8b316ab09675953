//! The server of `shim.c`: a thread that owns a table and a family, and works on one call of a program at a time.

use core::sync::atomic::{AtomicU32, Ordering};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use softnet_netlink::errno::Errno;
use softnet_netlink::genl::{Ask, Definition, Generic, Handler, Part};
use softnet_netlink::kernel::{
    Address, ByProtocol, Config, Creds, Cx, Error, Family, Flag, NetId, Outgoing, PortId, Progress,
    Protocol, ProtocolConfig, RecvFlags, SendFlags, Sent, SocketId, SocketOption, Table, close,
    receive, serve,
};

const NET: NetId = NetId(1);
const SOL_SOCKET: u32 = 1;
const SOL_NETLINK: u32 = 270;

/// `struct call` of the shim: what it asks, the length of the bytes behind it, and four arguments.
#[derive(Debug, Clone, Copy)]
struct Call {
    op: u32,
    len: u32,
    args: [u32; 4],
}

impl Call {
    const OPEN: u32 = 1;
    const READY: u32 = 2;
    const BIND: u32 = 3;
    const CONNECT: u32 = 4;
    const NAME: u32 = 5;
    const PEER: u32 = 6;
    const SET: u32 = 7;
    const GET: u32 = 8;
    const SEND: u32 = 9;
    const RECV: u32 = 10;
    const CLOSE: u32 = 11;

    fn read(from: &mut UnixStream) -> std::io::Result<(Self, Vec<u8>)> {
        let mut head = [0; 24];
        from.read_exact(&mut head)?;
        let word = |at: usize| u32::from_ne_bytes(head[at * 4..][..4].try_into().unwrap());
        let call = Self { op: word(0), len: word(1), args: [2, 3, 4, 5].map(word) };
        let mut bytes = vec![0; call.len as usize];
        from.read_exact(&mut bytes)?;
        Ok((call, bytes))
    }
}

/// `struct answer` of the shim, and the bytes behind it.
#[derive(Debug, Default)]
struct Answer {
    result: u32,
    args: [u32; 4],
    bytes: Vec<u8>,
}

impl Answer {
    fn number(result: u32) -> Self {
        Self { result, ..Self::default() }
    }

    /// As `getsockopt` answers with it.
    fn value(value: u32) -> Self {
        Self { args: [4, 0, 0, 0], bytes: value.to_ne_bytes().to_vec(), result: 0 }
    }

    fn address(address: Address) -> Self {
        Self { args: [address.port.0, address.groups, 0, 0], ..Self::default() }
    }

    fn write(answered: Result<Self, Error>, readable: bool, mut to: &UnixStream) {
        let Self { result, args, bytes } =
            answered.unwrap_or_else(|error| Self::number(error.errno().to_wire().cast_unsigned()));
        let [a, b, c, d] = args;
        let head = [result, bytes.len() as u32, a, b, c, d, u32::from(readable)];
        let whole: Vec<u8> = head.into_iter().flat_map(u32::to_ne_bytes).chain(bytes).collect();
        // A program that ended meanwhile needs no answer.
        let _ = to.write_all(&whole);
    }
}

enum Event {
    Call { from: u32, stream: UnixStream, call: Call, bytes: Vec<u8> },
    Gone(u32),
    Stop,
}

/// A program's socket.
struct Open {
    id: SocketId,
    creds: Creds,
    /// The program's end: the descriptor that it polls.
    ready: Option<UnixStream>,
    /// A byte is in it.
    shown: bool,
}

/// Generic netlink's families, and who answers on all other protocols.
type Served<H, F> = ByProtocol<Generic<H>, F>;

struct Owner<H: Handler<Creds>, F: Family<Creds>> {
    table: Table<<Served<H, F> as Family<Creds>>::Dump>,
    family: Served<H, F>,
    open: BTreeMap<u32, Open>,
}

impl<H: Handler<Creds>, F: Family<Creds>> Owner<H, F> {
    fn run(mut self, events: &Receiver<Event>) {
        for event in events {
            match event {
                Event::Stop => return,
                Event::Gone(from) => self.close(from),
                Event::Call { stream, call, .. } if call.op == Call::READY => {
                    if let Some(open) = self.open.get_mut(&call.args[0]) {
                        Answer::write(Ok(Answer::default()), true, &stream);
                        open.ready = Some(stream);
                    }
                }
                Event::Call { from, stream, call, bytes } => {
                    let answered = self.answer(from, call, &bytes);
                    let readable = self.show(from);
                    Answer::write(answered, readable, &stream);
                }
            }
        }
    }

    /// Of a program that closes, and of one that ended without.
    fn close(&mut self, from: u32) {
        if let Some(open) = self.open.remove(&from) {
            // Whoever asks to be told who listens is not among these families.
            close(&mut self.table, open.id, &mut (), &mut self.family).unwrap();
        }
    }

    /// Keeps the programs' descriptors as readable as their sockets are. Whether the one that called is left as it
    /// was; else its byte is to be taken out.
    fn show(&mut self, caller: u32) -> bool {
        while self.table.next_woken().is_some() {}
        let mut left = true;
        for (&number, open) in &mut self.open {
            let ready = self.table.poll(open.id).unwrap();
            let readable = ready.readable || ready.error;
            if let (true, false, Some(stream)) = (readable, open.shown, &mut open.ready) {
                open.shown = stream.write_all(&[1]).is_ok();
            }
            if !readable && open.shown && number == caller {
                open.shown = false;
                left = false;
            }
        }
        left
    }

    fn answer(&mut self, from: u32, call: Call, bytes: &[u8]) -> Result<Answer, Error> {
        let [a, b, c, d] = call.args;
        if call.op == Call::OPEN {
            let creds = Creds { pid: b, uid: c, gid: d, privileged: c == 0 };
            let id = self.table.open(NET, Protocol(a), creds)?;
            self.open.insert(from, Open { id, creds, ready: None, shown: false });
            return Ok(Answer::number(from));
        }
        if call.op == Call::CLOSE {
            self.close(from);
            return Ok(Answer::default());
        }
        let open = self.open.get(&from).ok_or(Error::Closed)?;
        let (id, creds) = (open.id, open.creds);
        let address = |port, groups| Address { port: PortId(port), groups };
        match call.op {
            Call::BIND => {
                let mut members = self.family.members::<Creds>(self.table.state(id)?.protocol);
                self.table.bind(id, address(a, b), &creds, &mut members)?;
                Ok(Answer::default())
            }
            Call::CONNECT => {
                let to = (c != 0).then_some(address(a, b));
                self.table.connect(id, to, &creds)?;
                Ok(Answer::default())
            }
            Call::NAME => Ok(Answer::address(self.table.getsockname(id)?)),
            Call::PEER => Ok(Answer::address(self.table.getpeername(id)?)),
            Call::SET => self.set(id, (a, b, c), &creds),
            Call::GET => self.get(id, (a, b, c)),
            Call::SEND => self.send(id, (a != 0).then_some(address(b, c)), (d, bytes), &creds),
            Call::RECV => self.recv(id, a, b),
            _ => Err(Error::NoOption),
        }
    }

    fn set(
        &mut self,
        id: SocketId,
        (level, name, value): (u32, u32, u32),
        creds: &Creds,
    ) -> Result<Answer, Error> {
        let size = value.cast_signed();
        let option = match (level, name) {
            (SOL_NETLINK, _) => SocketOption::netlink(name, value)?,
            (SOL_SOCKET, 7) => SocketOption::SndBuf(size),
            (SOL_SOCKET, 8) => SocketOption::RcvBuf(size),
            (SOL_SOCKET, 32) => SocketOption::SndBufForce(size),
            (SOL_SOCKET, 33) => SocketOption::RcvBufForce(size),
            _ => return Err(Error::NoOption),
        };
        let mut members = self.family.members::<Creds>(self.table.state(id)?.protocol);
        self.table.set_option(id, option, creds, &mut members)?;
        Ok(Answer::default())
    }

    fn get(&mut self, id: SocketId, (level, name, room): (u32, u32, u32)) -> Result<Answer, Error> {
        if (level, name) == (SOL_NETLINK, 9) {
            let mut list = vec![0; room as usize / 4];
            let needed = self.table.list_memberships(id, &mut list)?;
            let bytes = list.into_iter().flat_map(u32::to_ne_bytes).collect();
            return Ok(Answer { args: [needed as u32, 0, 0, 0], bytes, result: 0 });
        }
        let value = match (level, name) {
            (SOL_NETLINK, _) => {
                let flag = Flag::from_number(name).ok_or(Error::NoOption)?;
                u32::from(self.table.flag(id, flag)?)
            }
            (SOL_SOCKET, 3) => 3,
            (SOL_SOCKET, 4) => self.table.take_error(id)?.map_or(0, |errno| errno.number().into()),
            (SOL_SOCKET, 7) => self.table.sndbuf(id)?,
            (SOL_SOCKET, 8) => self.table.rcvbuf(id)?,
            (SOL_SOCKET, 38) => self.table.state(id)?.protocol.0,
            (SOL_SOCKET, 39) => 16,
            _ => return Err(Error::NoOption),
        };
        Ok(Answer::value(value))
    }

    fn send(
        &mut self,
        id: SocketId,
        to: Option<Address>,
        (flags, bytes): (u32, &[u8]),
        creds: &Creds,
    ) -> Result<Answer, Error> {
        let outgoing = Outgoing { to, bytes, flags: SendFlags::from_bits_truncate(flags) };
        match self.table.sendmsg(id, outgoing, creds)? {
            Sent::Delivered(len) => Ok(Answer::number(len as u32)),
            Sent::Blocked(_) => Err(Error::WouldBlock),
            Sent::Request(request) => {
                let len = request.len();
                serve(&mut self.table, request, &mut self.family, &mut Cx::new(1 << 20));
                Ok(Answer::number(len as u32))
            }
        }
    }

    fn recv(&mut self, id: SocketId, room: u32, flags: u32) -> Result<Answer, Error> {
        let mut bytes = vec![0; room as usize];
        let flags = RecvFlags::from_bits_truncate(flags);
        let got = receive(&mut self.table, id, (&mut bytes[..], flags), &mut self.family)?;
        bytes.truncate(got.copied);
        let marks = u32::from(got.truncated)
            | u32::from(got.group.is_some()) << 1
            | u32::from(got.nsid.is_some()) << 2
            | got.group.unwrap_or(0) << 3;
        let nsid = got.nsid.unwrap_or(0).cast_unsigned();
        let args = [got.from.port.0, got.from.groups, marks, nsid];
        Ok(Answer { result: got.len as u32, args, bytes })
    }
}

/// Nobody's handler.
enum Nobody {}

impl Handler<Creds> for Nobody {
    type Dump = ();

    fn doit(&mut self, _: &Ask<'_, Creds>, _: &mut Cx) -> Result<(), Errno> {
        match *self {}
    }

    fn start(&mut self, _: &Ask<'_, Creds>, _: &mut Cx) -> Result<(), Errno> {
        match *self {}
    }

    fn dump(&mut self, (): &mut (), _: &mut Part<'_, '_>) -> Result<Progress, Errno> {
        match *self {}
    }
}

/// A running server. Ends when dropped.
pub(crate) struct Server {
    path: PathBuf,
    shim: PathBuf,
    events: Sender<Event>,
    owner: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `NETLINK_ROUTE` with the family that `make` makes, in a thread of its own, and `NETLINK_GENERIC` with
    /// `nlctrl`. `name` is of this test alone.
    pub(crate) fn start<F: Family<Creds>>(
        name: &str,
        make: impl FnOnce() -> F + Send + 'static,
    ) -> Self {
        Self::with_families(name, || (make(), Vec::<(_, Nobody)>::new()))
    }

    /// The same with families of generic netlink.
    pub(crate) fn with_families<F: Family<Creds>, H: Handler<Creds>>(
        name: &str,
        make: impl FnOnce() -> (F, Vec<(&'static Definition, H)>) + Send + 'static,
    ) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = std::env::temp_dir().join(format!("softnet-{name}-{}", std::process::id()));
        let shim = folder.join(format!("shim-{name}.so"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../netlink/tests/stock/shim.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([&shim, &source])
            .status();
        assert!(built.unwrap().success(), "the shim");
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).unwrap();
        let (events, to_owner) = channel();
        let readers = events.clone();
        thread::spawn(move || accept(&listener, &readers));
        let owner = thread::spawn(move || {
            let config = Config { rmem_max: 4 << 20, wmem_max: 4 << 20, ..Config::default() };
            let mut table = Table::new(config);
            let route = ProtocolConfig { groups: 39, ..ProtocolConfig::default() };
            table.register(Protocol::ROUTE, route).unwrap();
            let (elsewhere, families) = make();
            let mut here = Generic::new(NET);
            here.attach(&mut table).unwrap();
            for (definition, handler) in families {
                here.register(definition, handler, &mut table).unwrap();
            }
            let family = ByProtocol { protocol: Protocol::GENERIC, here, elsewhere };
            Owner { table, family, open: BTreeMap::new() }.run(&to_owner);
        });
        Self { path, shim, events, owner: Some(owner) }
    }

    /// The same command, with our table for its netlink.
    pub(crate) fn redirect<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("LD_PRELOAD", &self.shim).env("SOFTNET_NETLINK", &self.path)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.events.send(Event::Stop);
        let ended = self.owner.take().map(JoinHandle::join);
        let _ = std::fs::remove_file(&self.path);
        assert!(thread::panicking() || ended.is_some_and(|ended| ended.is_ok()), "the server");
    }
}

/// A thread for each stream reads its calls: the table has one owner, and that one never waits.
fn accept(listener: &UnixListener, events: &Sender<Event>) {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let events = events.clone();
        thread::spawn(move || {
            let from = NUMBER.fetch_add(1, Ordering::Relaxed);
            while let Ok((call, bytes)) = Call::read(&mut stream) {
                let Ok(stream) = stream.try_clone() else { break };
                if events.send(Event::Call { from, stream, call, bytes }).is_err() {
                    return;
                }
            }
            let _ = events.send(Event::Gone(from));
        });
    }
}
