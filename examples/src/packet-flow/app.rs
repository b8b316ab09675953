//! The two programs: a server that sends what it is asked for, and a client that checks every byte.

use smoltcp::socket::tcp;
use softnet_sk_buff::Instant;

use crate::content::Content;
use crate::recorder::Probe;
use crate::stations;

/// Bytes in one write or read.
const PIECE: usize = 16 << 10;

/// A program with one TCP socket.
pub(crate) trait App {
    /// Does what can be done without waiting.
    fn run(&mut self, socket: &mut tcp::Socket<'static>, probe: &Probe, now: Instant);
}

/// Answers `GET <bytes>` with that many bytes.
pub(crate) struct Server {
    content: Content,
    request: Vec<u8>,
    /// Bytes wanted, once that is known.
    size: Option<u64>,
    sent: u64,
}

impl Server {
    pub(crate) fn new(content: Content) -> Self {
        Self { content, request: Vec::new(), size: None, sent: 0 }
    }

    fn read_request(&mut self, socket: &mut tcp::Socket<'static>) {
        if !socket.can_recv() {
            return;
        }
        let request = &mut self.request;
        let _ = socket.recv(|bytes| (bytes.len(), request.extend_from_slice(bytes)));
        let line =
            request.split(|byte| *byte == b'\n').next().filter(|line| line.len() < request.len());
        let words = line.and_then(|line| core::str::from_utf8(line).ok());
        self.size = words.and_then(|line| line.strip_prefix("GET ")?.parse().ok());
    }
}

impl App for Server {
    fn run(&mut self, socket: &mut tcp::Socket<'static>, probe: &Probe, now: Instant) {
        let Some(size) = self.size else {
            return self.read_request(socket);
        };
        while socket.can_send() && self.sent < size {
            probe.enter(stations::SENDMSG, now, None);
            let left = usize::try_from(size - self.sent).unwrap_or(usize::MAX);
            let (content, from) = (self.content, self.sent);
            let wrote = socket.send(|room| {
                let len = room.len().min(left).min(PIECE);
                content.fill(from, &mut room[..len]);
                (len, len as u64)
            });
            self.sent += wrote.unwrap_or(0);
            probe.wrote(now, from, self.sent);
            probe.leave(now);
        }
        if self.sent == size && socket.may_send() {
            socket.close();
        }
    }
}

/// Fetches bytes and compares each with what it must be.
pub(crate) struct Client {
    content: Content,
    size: u64,
    asked: bool,
    pub(crate) got: u64,
    /// Where the first wrong byte was.
    pub(crate) wrong: Option<u64>,
    /// When it asked, and when the last byte had come.
    pub(crate) asked_at: Instant,
    pub(crate) done_at: Option<Instant>,
}

impl Client {
    pub(crate) fn new(content: Content, size: u64) -> Self {
        let (asked_at, done_at) = (Instant::ZERO, None);
        Self { content, size, asked: false, got: 0, wrong: None, asked_at, done_at }
    }
}

impl App for Client {
    fn run(&mut self, socket: &mut tcp::Socket<'static>, probe: &Probe, now: Instant) {
        if !self.asked && socket.may_send() {
            let request = format!("GET {}\n", self.size);
            self.asked = socket.send_slice(request.as_bytes()) == Ok(request.len());
            self.asked_at = now;
        }
        while socket.can_recv() {
            probe.enter(stations::RECVMSG, now, None);
            let (content, from) = (self.content, self.got);
            let mut wrong = None;
            let read = socket.recv(|bytes| {
                let bytes = &bytes[..bytes.len().min(PIECE)];
                wrong = content.first_difference(from, bytes);
                (bytes.len(), bytes.len() as u64)
            });
            self.got += read.unwrap_or(0);
            self.wrong = self.wrong.or(wrong);
            probe.read(now, from, self.got);
            probe.leave(now);
        }
        if self.got == self.size && self.done_at.is_none() {
            self.done_at = Some(now);
        }
        if self.asked && !socket.may_recv() && socket.may_send() {
            socket.close();
        }
    }
}
