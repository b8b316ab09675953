//! Random operations on a table and on a naive model of it: vectors that are searched from end to end, sums that
//! are added up each time. The fuzz target `netlink_table` includes this file.

use std::collections::BTreeSet;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{
    Address, Config, Creds, Cx, Datagram, DumpControl, DumpTurn, Error, Flag, Group, NetId,
    Outcome, Outgoing, Peer, PortId, Progress, Protocol, ProtocolConfig, RecvFlags, Sent, SocketId,
    SocketOption, Table,
};
use softnet_netlink::wire::Flags;

const PID: u32 = 50;
const ROOT: Creds = Creds::root(PID);
const MOST: usize = 6;
/// A page and the packet's own.
const PART: u32 = 4352;

/// Lengths of messages, and what each weighs on Linux.
const WEIGHTS: [(usize, u32); 4] = [(1, 832), (300, 1280), (1000, 2304), (3000, 4352)];

#[derive(Debug, Clone, PartialEq)]
struct Message {
    len: usize,
    weight: u32,
    from: u32,
    group: u32,
}

#[derive(Debug, Default)]
struct Socket {
    net: u64,
    protocol: u32,
    port: u32,
    bound: bool,
    connected: Option<(u32, u32)>,
    groups: BTreeSet<u32>,
    queue: Vec<Message>,
    /// A part that is being made weighs already.
    reserved: bool,
    rcvbuf: u32,
    congested: bool,
    error: Option<Errno>,
    drops: u64,
    no_enobufs: bool,
    broadcast_error: bool,
    /// A dump's number.
    dump: Option<u32>,
}

impl Socket {
    fn rmem(&self) -> u32 {
        let part = if self.reserved { PART } else { 0 };
        self.queue.iter().map(|message| message.weight).sum::<u32>() + part
    }

    fn admits(&self, weight: u32) -> bool {
        !self.congested && (self.rmem() == 0 || self.rmem() + weight <= self.rcvbuf)
    }

    fn overrun(&mut self) {
        self.drops += 1;
        if !self.no_enobufs && !self.congested {
            self.congested = true;
            self.error = Some(Errno::ENOBUFS);
        }
    }

    fn after_reading(&mut self) {
        if self.queue.is_empty() {
            self.congested = false;
        }
    }
}

struct Both {
    table: Table<u32>,
    sockets: Vec<(SocketId, Socket)>,
    turns: Vec<DumpTurn<u32>>,
    started: u32,
    ended: BTreeSet<u32>,
}

/// Tries each of the operations that `bytes` stand for, four bytes each.
pub(crate) fn run(bytes: &[u8]) {
    let mut table = Table::new(Config { max_sockets: MOST as u32, ..Config::default() });
    let open = ProtocolConfig { groups: 40, ..ProtocolConfig::default() };
    table.register(Protocol(0), open).unwrap();
    table.register(Protocol(1), ProtocolConfig { answers: false, ..open }).unwrap();
    let (sockets, turns, ended) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut both = Both { table, sockets, turns, started: 0, ended };
    for op in bytes.chunks_exact(4) {
        both.step(op[0], op[1], op[2], op[3]);
        both.compare();
    }
    both.end();
}

impl Both {
    fn step(&mut self, what: u8, which: u8, x: u8, y: u8) {
        if self.sockets.is_empty() || what.is_multiple_of(16) {
            return self.open(x, y);
        }
        let at = usize::from(which) % self.sockets.len();
        match what % 16 {
            1 => self.close(at),
            2 | 3 => self.bind(at, u32::from(x % 5), u32::from(y)),
            4 => self.connect(at, u32::from(x % 5), u32::from(y % 8)),
            5 | 6 => self.member(at, u32::from(x % 42), !y.is_multiple_of(4)),
            7 => self.option(at, x, y),
            8..=10 => self.send(at, x, y),
            11 => self.unicast(at, x, y),
            12 => self.broadcast(x, y),
            13 => self.dump(at),
            14 => self.turn(x, y),
            _ => self.recv(at, x, y),
        }
    }

    fn open(&mut self, x: u8, y: u8) {
        let (net, protocol) = (u64::from(x % 2), u32::from(y % 2));
        match self.table.open(NetId(net), Protocol(protocol), ROOT) {
            Ok(id) => {
                let socket = Socket { net, protocol, rcvbuf: 212_992, ..Socket::default() };
                self.sockets.push((id, socket));
            }
            Err(error) => {
                assert_eq!(error, Error::TooManySockets(MOST as u32));
                assert_eq!(self.sockets.len(), MOST);
            }
        }
    }

    fn close(&mut self, at: usize) {
        let (id, socket) = self.sockets.remove(at);
        let closed = self.table.close(id, &mut ()).unwrap();
        assert_eq!(closed.peer.map(|peer| peer.port.0), socket.bound.then_some(socket.port));
        let out = self.turns.iter().any(|turn| turn.socket() == id);
        assert_eq!(closed.dump, socket.dump.filter(|_| !out));
        closed.dump.into_iter().for_each(|number| self.done(number));
    }

    fn done(&mut self, number: u32) {
        assert!(self.ended.insert(number), "dump {number} ended twice");
    }

    /// Who has a port in the net and protocol of a socket.
    fn owner(&self, like: usize, port: u32) -> Option<usize> {
        let like = &self.sockets[like].1;
        let (net, protocol) = (like.net, like.protocol);
        self.find(net, protocol, port)
    }

    fn find(&self, net: u64, protocol: u32, port: u32) -> Option<usize> {
        self.sockets.iter().position(|(_, socket)| {
            (socket.net, socket.protocol) == (net, protocol) && socket.bound && socket.port == port
        })
    }

    /// Takes over the port that the table chose, if it could.
    fn autobind(&mut self, at: usize) {
        let taken = self.owner(at, PID).is_some();
        let port = self.table.getsockname(self.sockets[at].0).unwrap().port.0;
        if taken {
            assert!(port.cast_signed() <= -4097 && self.owner(at, port).is_none());
        } else {
            assert_eq!(port, PID);
        }
        let socket = &mut self.sockets[at].1;
        (socket.port, socket.bound) = (port, true);
    }

    fn bind(&mut self, at: usize, port: u32, groups: u32) {
        let address = Address { port: PortId(port), groups };
        let result = self.table.bind(self.sockets[at].0, address, &ROOT, &mut ());
        let owner = self.owner(at, port);
        let socket = &mut self.sockets[at].1;
        match (socket.bound, port) {
            (true, _) if socket.port != port => {
                assert_eq!(result, Err(Error::Bound(PortId(socket.port))));
                return;
            }
            (true, _) => {}
            (false, 0) => self.autobind(at),
            (false, _) => {
                socket.port = port;
                if owner.is_some() {
                    assert_eq!(result, Err(Error::PortTaken(PortId(port))));
                    return;
                }
                socket.bound = true;
            }
        }
        assert_eq!(result, Ok(()));
        let socket = &mut self.sockets[at].1;
        socket.groups.retain(|&group| group > 32);
        socket.groups.extend((1..=32).filter(|group| groups & 1 << (group - 1) != 0));
    }

    fn connect(&mut self, at: usize, port: u32, groups: u32) {
        let to = (groups != 7).then_some(Address { port: PortId(port), groups });
        assert_eq!(self.table.connect(self.sockets[at].0, to, &ROOT), Ok(()));
        if to.is_some() && !self.sockets[at].1.bound {
            self.autobind(at);
        }
        let lowest = (1..=3).find(|group| groups & 1 << (group - 1) != 0).unwrap_or(0);
        self.sockets[at].1.connected = to.map(|_| (port, lowest));
    }

    fn member(&mut self, at: usize, group: u32, join: bool) {
        let (id, socket) = &mut self.sockets[at];
        let option = if join {
            SocketOption::AddMembership(group)
        } else {
            SocketOption::DropMembership(group)
        };
        let result = self.table.set_option(*id, option, &ROOT, &mut ());
        if !(1..=40).contains(&group) {
            assert_eq!(result, Err(Error::NoGroup(group)));
        } else if join {
            socket.groups.insert(group);
        } else {
            socket.groups.remove(&group);
        }
    }

    fn option(&mut self, at: usize, x: u8, y: u8) {
        let (id, socket) = &mut self.sockets[at];
        let on = y.is_multiple_of(2);
        let option = match x % 3 {
            0 => {
                socket.no_enobufs = on;
                socket.congested &= !on;
                SocketOption::Flag(Flag::NoEnobufs, on)
            }
            1 => {
                socket.broadcast_error = on;
                SocketOption::Flag(Flag::BroadcastError, on)
            }
            _ => {
                let size = i32::from(y) * 40;
                socket.rcvbuf = (size.cast_unsigned() * 2).max(2304);
                SocketOption::RcvBuf(size)
            }
        };
        assert_eq!(self.table.set_option(*id, option, &ROOT, &mut ()), Ok(()));
    }

    fn send(&mut self, at: usize, x: u8, y: u8) {
        let (len, weight) = WEIGHTS[usize::from(y % 4)];
        let (port, group) = (u32::from(x % 6), u32::from(y >> 4 & 3));
        let port = if port == 5 { PID } else { port };
        let groups = if group == 0 { 0 } else { 1 << (group - 1) };
        let to = (y & 4 == 0).then_some(Address { port: PortId(port), groups });
        let bytes = vec![0; len];
        let outgoing = Outgoing { to, ..Outgoing::new(&bytes) };
        let result = self.table.sendmsg(self.sockets[at].0, outgoing, &ROOT);
        if !self.sockets[at].1.bound {
            self.autobind(at);
        }
        let sender = &self.sockets[at].1;
        let (net, protocol, from) = (sender.net, sender.protocol, sender.port);
        let (port, group) =
            if to.is_some() { (port, group) } else { sender.connected.unwrap_or_default() };
        let message = Message { len, weight, from, group };
        if group != 0 {
            self.deliver(Some(at), (net, protocol), port, &message);
        }
        if port == 0 {
            if protocol == 0 {
                assert!(matches!(result, Ok(Sent::Request(_))));
            } else {
                assert_eq!(result.map(drop), Err(Error::Refused(PortId(0))));
            }
            return;
        }
        let to = self.owner(at, port).filter(|&to| self.hears_from(to, from));
        match to.map(|to| &mut self.sockets[to].1) {
            None => assert_eq!(result.map(drop), Err(Error::Refused(PortId(port)))),
            Some(to) if to.admits(weight) => {
                assert!(matches!(result, Ok(Sent::Delivered(sent)) if sent == len));
                to.queue.push(message);
            }
            Some(_) => assert!(matches!(result, Ok(Sent::Blocked(_)))),
        }
    }

    fn hears_from(&self, at: usize, port: u32) -> bool {
        self.sockets[at].1.connected.is_none_or(|(from, _)| from == port)
    }

    /// Whether anybody got it, and whether somebody who cares did not.
    fn deliver(
        &mut self,
        sender: Option<usize>,
        (net, protocol): (u64, u32),
        exclude: u32,
        message: &Message,
    ) -> (bool, bool) {
        let (mut got, mut failed) = (false, false);
        for (at, (_, socket)) in self.sockets.iter_mut().enumerate() {
            let hears = (socket.net, socket.protocol) == (net, protocol)
                && socket.groups.contains(&message.group)
                && Some(at) != sender
                && socket.port != exclude;
            if !hears {
                continue;
            }
            if socket.admits(message.weight) {
                socket.queue.push(message.clone());
                got = true;
            } else {
                socket.overrun();
                failed |= socket.broadcast_error;
            }
        }
        (got, failed)
    }

    fn unicast(&mut self, at: usize, x: u8, y: u8) {
        let (len, weight) = WEIGHTS[usize::from(y % 4)];
        let socket = &self.sockets[at].1;
        let port = if x.is_multiple_of(2) { socket.port } else { u32::from(x % 7) };
        let (net, protocol) = (socket.net, socket.protocol);
        let peer = Peer { net: NetId(net), protocol: Protocol(protocol), port: PortId(port) };
        let result = self.table.unicast(peer, Datagram::from(vec![0; len]));
        let to = self.find(net, protocol, port).filter(|&to| self.hears_from(to, 0));
        match to.map(|to| &mut self.sockets[to].1) {
            None => assert_eq!(result, Err(Error::Refused(PortId(port)))),
            Some(to) if to.admits(weight) => {
                assert_eq!(result, Ok(len));
                to.queue.push(Message { len, weight, from: 0, group: 0 });
            }
            Some(to) => {
                assert_eq!(result, Err(Error::WouldBlock));
                to.overrun();
            }
        }
    }

    fn broadcast(&mut self, x: u8, y: u8) {
        let (len, weight) = WEIGHTS[usize::from(y % 4)];
        let (net, protocol) = (u64::from(y >> 4 & 1), u32::from(y >> 5 & 1));
        let (number, exclude) = (u32::from(x % 42), u32::from(x >> 6));
        let group = Group { net: NetId(net), protocol: Protocol(protocol), number };
        let datagram = Datagram::from(vec![0; len]);
        let result = self.table.broadcast(group, PortId(exclude), datagram);
        let message = Message { len, weight, from: 0, group: number };
        let expected = match self.deliver(None, (net, protocol), exclude, &message) {
            (_, true) => Err(Error::NoBuffer),
            (true, false) => Ok(()),
            (false, false) => Err(Error::NoListener),
        };
        assert_eq!(result, expected);
    }

    fn dump(&mut self, at: usize) {
        let id = self.sockets[at].0;
        if self.sockets[at].1.protocol != 0 || self.sockets[at].1.connected.is_some() {
            return;
        }
        let mut bytes = [0; 16];
        bytes[0] = 16;
        bytes[4] = 0x12;
        bytes[6..8].copy_from_slice(&(Flags::REQUEST | Flags::DUMP).bits().to_ne_bytes());
        let Ok(Sent::Request(mut request)) = self.table.sendmsg(id, Outgoing::new(&bytes), &ROOT)
        else {
            panic!("the kernel listens");
        };
        if !self.sockets[at].1.bound {
            self.autobind(at);
        }
        assert!(self.table.next_call(&mut request).is_some());
        let number = self.started;
        let started = self.table.start_dump(&request, number, DumpControl::default());
        let socket = &mut self.sockets[at].1;
        let result = match started {
            Ok(turn) => {
                assert!(socket.dump.is_none() && room_for_part(socket));
                (socket.dump, socket.reserved) = (Some(number), true);
                self.started += 1;
                self.turns.push(turn);
                Ok(Outcome::Quiet)
            }
            Err(refused) => {
                if socket.dump.is_some() {
                    assert_eq!((refused.error, refused.state), (Error::Busy, Some(number)));
                } else {
                    assert_eq!((refused.error, refused.state), (Error::NoBuffer, None));
                    assert!(!room_for_part(socket));
                    socket.dump = Some(number);
                    self.started += 1;
                }
                Err(refused.error.errno())
            }
        };
        self.table.finish(&mut request, result, &mut Cx::new(0));
        if result.is_err() {
            // A header, a number and the request, which is only its header.
            let message = Message { len: 36, weight: 832, from: 0, group: 0 };
            if socket.admits(832) {
                socket.queue.push(message);
            } else {
                socket.overrun();
            }
        }
    }

    fn turn(&mut self, x: u8, y: u8) {
        if self.turns.is_empty() {
            return;
        }
        let mut turn = self.turns.remove(usize::from(x) % self.turns.len());
        let (id, number) = (turn.socket(), *turn.state());
        let more = !y.is_multiple_of(4);
        turn.run(|_, _| Ok(if more { Progress::More } else { Progress::Done }));
        let state = self.table.finish_dump(turn);
        let socket = self.sockets.iter_mut().find(|(other, _)| *other == id);
        let Some((_, socket)) = socket else {
            assert_eq!(state, Some(number));
            return self.done(number);
        };
        let len = if more { 0 } else { 20 };
        socket.reserved = false;
        socket.queue.push(Message { len, weight: PART, from: 0, group: 0 });
        assert_eq!(state, (!more).then_some(number));
        if let Some(number) = state {
            socket.dump = None;
            self.done(number);
        }
    }

    fn recv(&mut self, at: usize, x: u8, y: u8) {
        let (id, socket) = &mut self.sockets[at];
        let out = self.turns.iter().any(|turn| turn.socket() == *id);
        let peek = x.is_multiple_of(4);
        let flags = if peek { RecvFlags::PEEK } else { RecvFlags::empty() };
        let mut room = vec![0; usize::from(y) * 14];
        let result = self.table.recvmsg(*id, &mut room, flags | RecvFlags::TRUNC);
        if let Some(error) = socket.error.take() {
            assert_eq!(result.map(drop), Err(Error::Other(error)));
            return socket.after_reading();
        }
        if socket.queue.is_empty() {
            assert_eq!(result.map(drop), Err(Error::WouldBlock));
            return socket.after_reading();
        }
        let message = if peek { socket.queue[0].clone() } else { socket.queue.remove(0) };
        let received = result.unwrap();
        let group =
            if message.group > 32 || message.group == 0 { 0 } else { 1 << (message.group - 1) };
        let from = Address { port: PortId(message.from), groups: group };
        assert_eq!((received.len, received.from), (message.len, from));
        assert_eq!(received.truncated, message.len > room.len());
        let due = socket.dump.is_some() && !out && socket.rmem() <= socket.rcvbuf / 2;
        let room = room_for_part(socket);
        assert_eq!(received.dump.is_some(), due && room);
        if let Some(turn) = received.dump {
            socket.reserved = true;
            self.turns.push(turn);
            return;
        }
        if due {
            socket.error = Some(Errno::ENOBUFS);
        }
        socket.after_reading();
    }

    fn compare(&self) {
        for (id, socket) in &self.sockets {
            let state = self.table.state(*id).unwrap();
            assert_eq!((state.rmem, state.stats.drops), (socket.rmem(), socket.drops));
            assert_eq!(state.dumping, socket.dump.is_some());
            assert_eq!(state.port.0, socket.port);
            let ready = self.table.poll(*id).unwrap();
            assert_eq!(ready.readable, !socket.queue.is_empty());
            assert_eq!(ready.error, socket.error.is_some());
            let mut words = [0; 2];
            self.table.list_memberships(*id, &mut words).unwrap();
            let bits =
                (1..=64).filter(|group| words[(group - 1) / 32] >> ((group - 1) % 32) & 1 == 1);
            assert!(bits.eq(socket.groups.iter().map(|&group| group as usize)));
        }
        for (protocol, group) in [(0, 1), (1, 2), (0, 33), (1, 40)] {
            let mut all = self.sockets.iter().map(|(_, socket)| socket);
            let any =
                all.any(|socket| socket.protocol == protocol && socket.groups.contains(&group));
            assert_eq!(self.table.has_listeners(Protocol(protocol), group), any);
        }
    }

    /// Every dump that was started ends, once.
    fn end(mut self) {
        while !self.sockets.is_empty() {
            self.close(0);
        }
        while !self.turns.is_empty() {
            self.turn(0, 1);
        }
        assert_eq!(self.ended.len(), self.started as usize);
    }
}

fn room_for_part(socket: &Socket) -> bool {
    socket.rmem() == 0 || socket.rmem() + PART < socket.rcvbuf
}
