//! A socket to traffic control over somebody's trees.

use core::marker::PhantomData;

use softnet_netlink::kernel::{
    Config, Creds, Cx, NetId, Outgoing, Protocol, ProtocolConfig, RecvFlags, Sent, SocketId, Table,
    receive, serve,
};
use softnet_netlink::wire::{Flags, Messages};
use softnet_qdisc::Packet;
use softnet_qdisc::netlink::{Devices, TcDump, TrafficControl};

/// A message that was received: its kind, what follows its header, and its flags.
pub(crate) type Got = (u16, Vec<u8>, Flags);

pub(crate) struct Asker<P, D> {
    table: Table<TcDump, Creds>,
    socket: SocketId,
    pub(crate) machine: D,
    packets: PhantomData<fn(P)>,
}

impl<P: Packet, D: Devices<P>> Asker<P, D> {
    pub(crate) fn new(machine: D) -> Self {
        let mut table = Table::new(Config::default());
        let route = ProtocolConfig { groups: 39, ..ProtocolConfig::default() };
        table.register(Protocol::ROUTE, route).unwrap();
        let socket = table.open(NetId(1), Protocol::ROUTE, Creds::root(1)).unwrap();
        Self { table, socket, machine, packets: PhantomData }
    }

    /// Sends a message and reads all that comes back.
    pub(crate) fn ask(&mut self, message: &[u8]) -> Vec<Got> {
        let outgoing = Outgoing::new(message);
        let sent = self.table.sendmsg(self.socket, outgoing, &Creds::root(1)).unwrap();
        let mut family = TrafficControl::new(&mut self.machine);
        if let Sent::Request(request) = sent {
            serve(&mut self.table, request, &mut family, &mut Cx::new(1 << 20));
        }
        let mut got = Vec::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let into = (&mut buffer[..], RecvFlags::empty());
            let Ok(received) = receive(&mut self.table, self.socket, into, &mut family) else {
                return got;
            };
            for message in Messages::new(&buffer[..received.copied]) {
                let message = message.unwrap();
                got.push((message.kind(), message.payload().to_vec(), message.flags()));
            }
        }
    }
}
