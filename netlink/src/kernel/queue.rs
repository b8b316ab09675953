//! A socket's receive queue: who is let in, and what happens to who is not.

use alloc::collections::VecDeque;

use super::Errno;
use super::packet::Packet;

/// `sk_receive_queue` with its accounting.
#[derive(Debug)]
pub(super) struct ReceiveQueue<C> {
    packets: VecDeque<Packet<C>>,
    /// `sk_rmem_alloc`.
    rmem: u32,
    /// `sk_rcvbuf`.
    pub(super) rcvbuf: u32,
    /// `NETLINK_S_CONGESTED`: once a message was lost, all are, until the reader has emptied the queue. So
    /// whoever reads ENOBUFS and then what is left knows that nothing in between is missing.
    congested: bool,
    /// `NETLINK_F_RECV_NO_ENOBUFS`.
    no_enobufs: bool,
    /// `sk_err`.
    error: Option<Errno>,
    /// `sk_drops`.
    pub(super) drops: u64,
}

impl<C> ReceiveQueue<C> {
    pub(super) const fn new(rcvbuf: u32) -> Self {
        Self {
            packets: VecDeque::new(),
            rmem: 0,
            rcvbuf,
            congested: false,
            no_enobufs: false,
            error: None,
            drops: 0,
        }
    }

    pub(super) const fn rmem(&self) -> u32 {
        self.rmem
    }

    pub(super) const fn error(&self) -> Option<Errno> {
        self.error
    }

    /// Sets `sk_err`.
    pub(super) const fn set_error(&mut self, error: Errno) {
        self.error = Some(error);
    }

    /// `sock_error`.
    pub(super) const fn take_error(&mut self) -> Option<Errno> {
        self.error.take()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// `netlink_attachskb`'s rule: one message always fits an empty queue; others while all fit.
    pub(super) const fn admits(&self, truesize: u32) -> bool {
        let rmem = self.rmem.saturating_add(truesize);
        (self.rmem == 0 || rmem <= self.rcvbuf) && !self.congested
    }

    /// Queues what [`Self::admits`] let in.
    pub(super) fn push(&mut self, packet: Packet<C>) {
        self.rmem = self.rmem.saturating_add(packet.truesize);
        self.packets.push_back(packet);
    }

    /// Room for a dump's part, charged before it is made. Other than a message, it may not fill the buffer.
    pub(super) const fn reserve(&mut self, truesize: u32) -> bool {
        let rmem = self.rmem.saturating_add(truesize);
        let room = self.rmem == 0 || rmem < self.rcvbuf;
        if room {
            self.rmem = rmem;
        }
        room
    }

    /// Gives back what was [reserved](Self::reserve).
    pub(super) const fn release(&mut self, truesize: u32) {
        self.rmem = self.rmem.saturating_sub(truesize);
    }

    /// Queues what room was [reserved](Self::reserve) for.
    pub(super) fn push_reserved(&mut self, packet: Packet<C>) {
        self.packets.push_back(packet);
    }

    /// `netlink_overrun`: a message is lost. Whether that is an error the reader was not told of before.
    pub(super) const fn overrun(&mut self) -> bool {
        self.drops = self.drops.saturating_add(1);
        if self.no_enobufs || self.congested {
            return false;
        }
        self.congested = true;
        self.error = Some(Errno::ENOBUFS);
        true
    }

    pub(super) const fn no_enobufs(&self) -> bool {
        self.no_enobufs
    }

    /// `NETLINK_NO_ENOBUFS`.
    pub(super) const fn set_no_enobufs(&mut self, on: bool) {
        self.no_enobufs = on;
        if on {
            self.congested = false;
        }
    }

    pub(super) fn front(&self) -> Option<&Packet<C>> {
        self.packets.front()
    }

    pub(super) fn pop(&mut self) -> Option<Packet<C>> {
        let packet = self.packets.pop_front()?;
        self.rmem = self.rmem.saturating_sub(packet.truesize);
        Some(packet)
    }

    /// `netlink_rcv_wake`: an empty queue ends the congestion. Whether senders may try again.
    pub(super) fn wake(&mut self) -> bool {
        if self.packets.is_empty() {
            self.congested = false;
        }
        !self.congested
    }
}
